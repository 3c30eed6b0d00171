"""The files of a folder of this machine, as they are now."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from callboard.model.repository import Change, ReadError
from callboard.sources.checkout import Problem, usable_name
from callboard.sources.gitrun import Git, GitError
from callboard.sources.history import ARGUMENTS, History
from callboard.sources.links import View, follow_links
from callboard.store import fingerprint

NOT_SOURCES = frozenset({".git", ".hg", ".svn", ".tox", ".venv", "__pycache__", "node_modules"})
"""Folders that are never read: what version control and package managers keep, wherever it lies."""
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Checked:
    """What git knows of a checkout."""

    top: Path
    url: str = ""
    """Of the remote ``origin``, as written, perhaps with credentials: it goes through ``forges.web_url``."""
    branch: str = ""
    commit: str = ""
    committed_at: dt.datetime | None = None
    ignored: frozenset[str] = frozenset()
    """Paths below *top* that git ignores; folders without final slash."""
    history: History | None = field(default=None, repr=False, compare=False)
    """Answers for paths below *top*."""


def top_of(folder: Path) -> Path | None:
    """The checkout that *folder* lies in."""
    for place in (folder, *folder.parents):
        if os.path.exists(place / ".git"):  # which also answers where it may not look
            return place
    return None


def ask_git(top: Path, git: Git) -> Checked:
    """What git knows of the checkout at *top*; what it does not know is empty. Nothing there is run or fetched."""

    def say(*arguments: str) -> str:
        try:
            return git.run(top, *arguments, bare=False).decode(errors="replace")
        except GitError:
            return ""

    places = say("rev-parse", "--git-dir", "--git-path", "shallow", "--symbolic-full-name", "HEAD").splitlines()
    if len(places) < 2:
        return Checked(top)
    shallow = top / places[1]
    boundary = frozenset(shallow.read_text(encoding="ascii").split()) if shallow.is_file() else frozenset()
    head = places[2] if len(places) > 2 else ""
    commit, _, seconds = say("log", "-1", "--format=%H %ct").strip().partition(" ")
    ignored = say("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
    return Checked(
        top,
        url=say("config", "--get", "remote.origin.url").strip(),
        branch=head.removeprefix("refs/heads/") if head.startswith("refs/heads/") else "",
        commit=commit,
        committed_at=dt.datetime.fromtimestamp(int(seconds), dt.UTC) if seconds.isdigit() else None,
        ignored=frozenset(path.rstrip("/") for path in ignored.split("\0") if path),
        history=History(lambda spec: git.run(top, *ARGUMENTS, commit, "--", spec, bare=False), boundary)
        if commit
        else None,
    )


@dataclass
class _Scan:
    """One walk through a folder."""

    root: Path
    ignored: Collection[str]
    prefix: str
    without: Collection[str]
    nested: bool
    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)

    def walk(self, folder: str = "") -> None:
        place = f"{self.root}/{folder}" if folder else str(self.root)
        try:
            with os.scandir(place) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            message = f"{folder} cannot be read: {error.strerror}".lstrip()
            self.problems.append(Problem("file-unreadable", message, folder, f"chmod -R u+rX {folder}".rstrip()))
            return
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name in NOT_SOURCES or f"{self.prefix}{path}" in self.ignored or entry.path in self.without:
                continue
            if not usable_name(path):
                self.unusable.append(path)
                continue
            self.take(entry, path)

    def take(self, entry: os.DirEntry[str], path: str) -> None:
        try:
            if entry.is_symlink():
                self.links[path] = os.readlink(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                if self.nested or not os.path.lexists(f"{entry.path}/.git"):
                    self.walk(path)
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                self.files[path] = (status.st_size, status.st_mtime_ns)
        except OSError as error:
            self.problems.append(Problem("file-unreadable", f"{path} cannot be read: {error.strerror}", path))


class DiskContent:
    """Reads a folder. What git ignores is not there where *checked* says what that is; changes that are not
    committed are."""

    def __init__(
        self,
        root: Path,
        *,
        checked: Checked | None = None,
        without: Collection[str] = (),
    ) -> None:
        self.root = root
        self._ids: dict[str, str] = {}
        prefix = ""
        if checked is not None and root != checked.top:
            prefix = root.relative_to(checked.top).as_posix() + "/"
        scan = _Scan(
            root,
            checked.ignored if checked else (),
            prefix,
            without,
            nested=checked is None,
        )
        scan.walk()
        self._sizes = scan.files
        self.view: View = follow_links(scan.files, scan.links, str(root))
        self.problems: Sequence[Problem] = (
            *scan.problems,
            *unusable_names(scan.unusable),
        )
        self.readable = not any(problem.path == "" for problem in scan.problems)
        self._history = checked.history if checked else None
        self._prefix = prefix

    @cached_property
    def appearance(self) -> str:
        """Names, sizes and times: tells the summary whether something changed, and nothing depends on it."""
        return fingerprint(*(f"{path}\0{size}\0{time}" for path, (size, time) in sorted(self._sizes.items())))

    def _open(self, path: str) -> int:
        try:
            handle = os.open(f"{self.root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise ReadError(
                "file-unreadable",
                f"{path} cannot be read: {error.strerror}",
                f"chmod u+r {path}",
            ) from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise ReadError("file-unreadable", f"{path} is no longer a regular file")
        return handle

    def read(self, path: str, limit: int) -> bytes:
        with os.fdopen(self._open(path), "rb") as file:
            try:
                data = file.read(limit + 1)
            except OSError as error:
                raise ReadError("file-unreadable", f"{path} cannot be read: {error.strerror}") from None
        if len(data) > limit:
            raise too_large(path, os.stat(f"{self.root}/{path}").st_size, limit)
        return data

    def ids(self, paths: Sequence[str]) -> Sequence[str]:
        return [self._id(path) for path in paths]

    def _id(self, path: str) -> str:
        known = self._ids.get(path)
        if known is None:
            try:
                with os.fdopen(self._open(path), "rb") as file:
                    size = os.fstat(file.fileno()).st_size
                    digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
                    while chunk := file.read(CHUNK):
                        digest.update(chunk)
                known = digest.hexdigest()
            except (OSError, ReadError):
                known = "unreadable"
            self._ids[path] = known
        return known

    def each(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            with os.fdopen(self._open(path), "rb") as file:
                yield path, file.read()

    def last_change(self, path: str) -> Change | None:
        return self._history.last_change(self._prefix + path) if self._history else None


def unusable_names(paths: Sequence[str]) -> tuple[Problem, ...]:
    """One problem for all *paths* whose names cannot be used."""
    if not paths:
        return ()
    shown = ", ".join(ascii(path) for path in sorted(paths)[:3]) + (", ..." if len(paths) > 3 else "")
    message = f"{shown}: {len(paths)} {'name is' if len(paths) == 1 else 'names are'} not UTF-8 or not one line"
    return (
        Problem(
            "bad-file-name",
            message,
            "",
            "rename with letters that every system can write",
        ),
    )


def too_large(path: str, size: int, limit: int) -> ReadError:
    """The problem of a file over its limit."""
    message = f"{path} has {size:,} bytes, more than the {limit:,} that are read"
    return ReadError("file-too-large", message, "make it smaller, or split it")
