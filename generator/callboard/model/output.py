"""The site as a set of files: one content for each path."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file to publish; *origin* says who made it, for when two want the same path."""

    path: str
    content: bytes | Path
    """The bytes, or a file of the store to be copied."""
    origin: str
    guest: bool = False
    """Whether this is content of a repository or a plugin, which yields where a path is taken."""


def data_script(path: str, stamp: str, columns: Any, origin: str) -> OutputFile:
    """*columns* as a script that hands them to the page, under the name of its file.

    A page that was opened from a file may load scripts and nothing else. *stamp* names the build of the columns, so that
    parts of two builds are not mixed.
    """
    name = path.rsplit("/", 1)[-1].removesuffix(".js")
    return OutputFile(path, f'callboard.take("{name}","{stamp}",{script_json(columns)});\n'.encode("utf-8", "replace"), origin)


def script_json(value: Any) -> str:
    """JSON that may stand in a script: no end tag, no line separators of Unicode."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
