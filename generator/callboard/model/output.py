"""The site as a set of files: one content for each path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from callboard.diagnostics import CallboardError


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file to publish; *origin* says who made it, for when two want the same path."""

    path: str
    content: bytes | Path
    """The bytes, or a file of the store to be copied."""
    origin: str


class Site:
    """Files by path, case-folded, because the portal is also served from file systems that fold case.

    Two of our own pages that want one path are a bug, so that raises. Repository content is checked before it gets
    here, and a collision there is a diagnostic.
    """

    def __init__(self, files: Iterable[OutputFile]) -> None:
        self._files: dict[str, OutputFile] = {}
        for file in files:
            if other := self._files.get(file.path.casefold()):
                raise CallboardError(f"{file.path} is written by both {other.origin} and {file.origin}")
            self._files[file.path.casefold()] = file

    def __iter__(self) -> Iterator[OutputFile]:
        return iter(sorted(self._files.values(), key=lambda f: f.path))

    def __len__(self) -> int:
        return len(self._files)
