"""Who last changed what, read from git's log one folder at a time."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from callboard.model.repository import Change
from callboard.sources.gitrun import GitError

ARGUMENTS = (
    "log",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--name-only",
    "-z",
    "--format=%x01%H%x00%ct%x00%an",
)
_HASH = re.compile(rb"\x01([0-9a-f]{40,64})")


def read_log(output: bytes, boundary: Collection[str] = ()) -> Mapping[str, Change]:
    """The newest change of each path in what git printed for ARGUMENTS.

    Commits of *boundary* are where a shallow history ends: they seem to add every file, so they tell nothing.
    """
    changes: dict[str, Change] = {}
    done: set[str] = set()
    tokens = output.split(b"\0")
    change, known, first = None, True, False
    index = 0
    while index < len(tokens):
        token = tokens[index]
        header = _HASH.fullmatch(token)
        if header and index + 2 < len(tokens) and tokens[index + 1].isdigit():
            commit = header[1].decode()
            at = dt.datetime.fromtimestamp(int(tokens[index + 1]), dt.UTC)
            change = Change(at, tokens[index + 2].decode(errors="replace"), commit)
            known, first = commit not in boundary, True
            index += 3
            continue
        if token and change is not None:
            path = token[1:] if first and token.startswith(b"\n") else token
            name = path.decode("utf-8", "surrogateescape")
            if name not in done:
                done.add(name)
                if known:
                    changes[name] = change
            first = False
        index += 1
    return changes


@dataclass
class History:
    """Answers for single paths, asking git once for everything below one folder of the root."""

    ask: Callable[[str], bytes]
    """Gives the log for a pathspec. Raises GitError."""
    boundary: Collection[str] = ()
    _read: dict[str, Mapping[str, Change]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def last_change(self, path: str) -> Change | None:
        folder, slash, _ = path.partition("/")
        spec = f":(top,literal){folder}" if slash else ":(top,glob)*"
        with self._lock:
            if spec not in self._read:
                try:
                    self._read[spec] = read_log(self.ask(spec), self.boundary)
                except GitError:
                    self._read[spec] = {}
            return self._read[spec].get(path)
