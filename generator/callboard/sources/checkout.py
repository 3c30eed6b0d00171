"""A repository as stages read it, whatever keeps its files."""

from __future__ import annotations

import os
import re
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from callboard.model.repository import Change, ReadError, Repository
from callboard.sources.links import View
from callboard.store import fingerprint

HIDDEN = frozenset({".git", "..", ".", ""})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def usable_name(path: str) -> bool:
    """Whether *path* can be a file of a repository here: inside it, not of git's own, UTF-8, on one line.

    A name with a line break could pretend to be another line of a log, and one that is not UTF-8 has no address.
    """
    return not _CONTROL.search(path) and all(part.lower() not in HIDDEN for part in path.split("/"))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one path, found before the repository has its name."""

    code: str
    message: str
    path: str = ""
    hint: str = ""


class Content(Protocol):
    """Keeps the files of one repository. Paths are of regular files, links apart."""

    @property
    def view(self) -> View: ...

    @property
    def problems(self) -> Sequence[Problem]: ...

    def read(self, path: str, limit: int) -> bytes:
        """Raises ReadError."""
        ...

    def ids(self, paths: Sequence[str]) -> Sequence[str]:
        """What git would call the content of each path (its blob id), or ``unreadable``."""
        ...

    def each(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Each path with its content, in any order. Raises ReadError."""
        ...

    def last_change(self, path: str) -> Change | None: ...


@dataclass(frozen=True)
class RepositoryFiles:
    """The one implementation of :class:`callboard.model.repository.Checkout`. Safe to use from several threads."""

    repository: Repository
    content: Content = field(repr=False)
    _trees: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    @cached_property
    def files(self) -> Sequence[str]:
        return tuple(self.content.view.files)

    @property
    def outside_links(self) -> Sequence[str]:
        return self.content.view.outside

    def read(self, path: str, *, limit: int) -> bytes:
        return self.content.read(self._real(path), limit)

    def tree_id(self, path: str = "") -> str:
        """The same files with the same names have the same id in every kind of source."""
        with self._lock:
            known = self._trees.get(path)
            if known is None:
                known = self._trees[path] = self._tree_id(path)
            return known

    def _tree_id(self, path: str) -> str:
        view = self.content.view.files
        if path in view:
            return fingerprint("file", *self.content.ids([view[path]]))
        below = self._below(path)
        start = len(path) + 1 if path else 0
        ids = self.content.ids([view[one] for one in below])
        outside = [link[start:] for link in self.outside_links if not path or link.startswith(f"{path}/")]
        return fingerprint(
            "tree",
            *(part for pair in zip(below, ids, strict=True) for part in (pair[0][start:], pair[1])),
            "outside",
            *outside,
        )

    def _below(self, folder: str) -> Sequence[str]:
        if not folder:
            return self.files
        # "0" is what follows "/": everything in between begins with the folder
        return self.files[bisect_left(self.files, f"{folder}/") : bisect_left(self.files, f"{folder}0")]

    def export(self, paths: Sequence[str], target: Path) -> None:
        wanted: dict[str, list[str]] = {}
        for path in paths:
            wanted.setdefault(self._real(path), []).append(path)
        folders: set[Path] = set()
        for real, data in self.content.each(tuple(wanted)):
            for path in wanted[real]:
                _write_inside(target, path, data, folders)

    def last_change(self, path: str) -> Change | None:
        real = self.content.view.files.get(path)
        return self.content.last_change(real) if real is not None else None

    def _real(self, path: str) -> str:
        real = self.content.view.files.get(path)
        if real is not None:
            return real
        if path in self.outside_links:
            raise ReadError(
                "link-outside",
                f"{path} is a link that leads out of the repository",
                "put the file itself there",
            )
        raise ReadError("file-unreadable", f"{path} is not in the repository")


def _write_inside(target: Path, path: str, data: bytes, folders: set[Path]) -> None:
    """Write *data* to *path* below *target*; what is a link there already is not followed."""
    folder = target
    for part in path.split("/")[:-1]:
        folder = folder / part
        if folder not in folders:
            if folder.is_symlink():
                raise ReadError("file-unreadable", f"{path} would be written through a link")
            folder.mkdir(exist_ok=True, parents=True)
            folders.add(folder)
    try:
        handle = os.open(target / path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise ReadError("file-unreadable", f"{path} cannot be written: {error.strerror}") from None
    with os.fdopen(handle, "wb") as file:
        file.write(data)
