"""A folder that mirrors what ``techdocs-cli publish`` wrote to a bucket: found, listed and read.

Whoever may write to the bucket decides on every name and every byte in it. No link is followed, only regular files are
read, and nothing is read that was not listed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from callboard.docs.plan import PlanError, is_place
from callboard.model.ref import EntityRef
from callboard.model.repository import ReadError

METADATA = "techdocs_metadata.json"
METADATA_LIMIT = 16 << 20
MAX_FILES = 100_000
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is used of techdocs_metadata.json. *files* are all that were published; None where it does not say."""

    title: str = ""
    description: str = ""
    files: frozenset[str] | None = None
    problem: str = ""
    """Why there is nothing of use in it."""


@dataclass(frozen=True)
class Site:
    """What was published for one entity. *files* are sorted; *odd* are names that the portal cannot have."""

    root: Path
    files: Sequence[str]
    odd: Sequence[str] = ()
    links: Sequence[str] = ()

    def read(self, path: str, limit: int) -> bytes:
        """The content of one of the files. Raises ReadError."""
        with os.fdopen(self._open(path), "rb") as file:
            data = file.read(limit + 1)
            if len(data) > limit:
                size = os.fstat(file.fileno()).st_size
                raise ReadError("file-too-large", f"{path} has {size:,} bytes, more than the {limit:,} that are read", "publish less, or in parts")
        return data

    def digest(self, paths: Iterable[str]) -> str:
        """A hash of the names and the content of *paths*. What cannot be read counts as such."""
        digest = hashlib.sha256()
        for path in paths:
            inner = hashlib.sha256()
            try:
                with os.fdopen(self._open(path), "rb") as file:
                    while chunk := file.read(_CHUNK):
                        inner.update(chunk)
            except (OSError, ReadError):
                inner.update(b"unreadable")
            digest.update(path.encode() + b"\0" + inner.digest())
        return digest.hexdigest()

    def metadata(self) -> Metadata:
        if METADATA not in self.files:
            return Metadata()
        try:
            return _metadata(self.read(METADATA, METADATA_LIMIT))
        except (ReadError, OSError) as error:
            return Metadata(problem=str(error))

    def _open(self, path: str) -> int:
        try:
            handle = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise ReadError("file-unreadable", f"{path} cannot be read: {error.strerror}") from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise ReadError("file-unreadable", f"{path} is not a regular file")
        return handle


def _metadata(data: bytes) -> Metadata:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return Metadata(problem="it is not a JSON object")
    title, description, files = (document.get(key) for key in ("site_name", "site_description", "files"))
    names = frozenset(name.replace("\\", "/") for name in files if isinstance(name, str)) if isinstance(files, list) else None
    return Metadata(
        title if isinstance(title, str) else "",
        description if isinstance(description, str) else "",
        names or None,  # techdocs-cli writes an empty list where it could not look
    )


class Mirror:
    """The folder as a whole: ``<namespace>/<kind>/<name>/``, in lower case or, as older portals had it, as declared."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders: dict[str, dict[str, list[str]]] = {}

    def problem(self) -> str:
        """Why the folder cannot be used; empty where it can."""
        try:
            with os.scandir(self.root) as found:
                return "" if any(found) else "is empty"
        except OSError as error:
            return f"cannot be read: {(error.strerror or str(error)).lower()}"

    def find(self, ref: EntityRef) -> str | None:
        """The folder of *ref* below the root. Lower case goes before any other way to write it."""
        places = [""]
        for part in (ref.namespace, ref.kind, ref.name):
            places = [f"{place}{name}/" for place in places for name in self._named(place, part)]
        return places[0].rstrip("/") if places else None

    def _named(self, place: str, part: str) -> Sequence[str]:
        if place not in self._folders:
            self._folders[place] = _folders(self.root / place)
        return self._folders[place].get(part.lower(), ())

    def site(self, place: str) -> Site:
        """Everything in the folder *place*. Raises PlanError."""
        return _walk(self.root / place)


def _folders(folder: Path) -> dict[str, list[str]]:
    """The folders in *folder* by their names in lower case."""
    found: dict[str, list[str]] = {}
    try:
        with os.scandir(folder) as entries:
            for name in sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False)):
                found.setdefault(name.lower(), []).append(name)
    except OSError:
        return {}
    return {lower: sorted(names, key=lambda name: (name != lower, name)) for lower, names in found.items()}


def _walk(root: Path) -> Site:
    files, odd, links = [], [], []
    waiting = [""]
    seen = 0
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise PlanError("file-unreadable", f"{folder or 'its folder'} cannot be read: {error.strerror}") from None
        seen += len(found)
        if seen > MAX_FILES:
            raise PlanError("docs-failed", f"more than {MAX_FILES:,} files are published", hint="publish less, or in parts")
        for entry in found:
            path = f"{folder}{entry.name}"
            if entry.is_symlink():
                links.append(path)
            elif not is_text(path) or not is_place(path):
                odd.append(path)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(f"{path}/")
            elif entry.is_file(follow_symlinks=False):
                files.append(path)
    return Site(root, sorted(files), sorted(odd), sorted(links))


def is_text(name: str) -> bool:
    """Whether *name* is UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
