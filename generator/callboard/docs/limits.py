"""What one manual may take, and how it is said to the worker."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from typing import NamedTuple

REQUEST = struct.Struct("!IQQQ")
"""Limits, then which of :data:`LANGUAGES` the manual has code in, one bit each."""

LANGUAGES = (
    "python js ts tsx jsx json yaml bash console java go sql xml html css dockerfile ini toml diff hcl groovy kotlin ruby"
    " c cpp rust make graphql protobuf powershell markdown php csharp http properties scala swift text jinja nginx"
).split()
"""Languages whose highlighting the worker prepares once, before it forks: that costs up to 30 ms each."""

_ALIASES = {
    "py": "python", "python3": "python", "javascript": "js", "typescript": "ts", "yml": "yaml", "sh": "bash", "shell": "bash",
    "zsh": "bash", "golang": "go", "docker": "dockerfile", "terraform": "hcl", "tf": "hcl", "kt": "kotlin", "rb": "ruby",
    "c++": "cpp", "rs": "rust", "makefile": "make", "gql": "graphql", "proto": "protobuf", "ps1": "powershell",
    "md": "markdown", "cs": "csharp", "c#": "csharp", "txt": "text", "": "text", "shell-session": "console", "j2": "jinja",
}  # fmt: skip
_FENCE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*\{?[ \t]*\.?([\w+#-]*)", re.MULTILINE)


def languages(texts: Iterable[str]) -> int:
    """Which of :data:`LANGUAGES` fences of these Markdown *texts* name."""
    found = 0
    for text in texts:
        for name in set(_FENCE.findall(text)):
            name = _ALIASES.get(name.lower(), name.lower())
            if name in LANGUAGES:
                found |= 1 << LANGUAGES.index(name)
    return found


class Limits(NamedTuple):
    """Seconds of time, bytes of memory, bytes of output."""

    seconds: int
    memory: int
    output: int
