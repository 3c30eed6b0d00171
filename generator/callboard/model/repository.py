"""Repositories, and how stages read them without knowing where they are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stale:
    """Why something shown is not of today: the time of the good version, and what went wrong since."""

    since: dt.datetime
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """One repository as it was read. Never holds a path of this machine or a credential."""

    name: str
    """How problems and pages name it, such as ``acme/shop``. Unique in a build."""
    source: str
    """The configured source that it came from, such as ``sources[0]``."""
    url: str = ""
    """Its web address, or empty where it has none."""
    forge: str = ""
    """A key of :data:`callboard.model.forges.FORGES`, or empty: how links into it are written."""
    branch: str = ""
    commit: str = ""
    prefix: str = ""
    """The folder of the web repository that this one is, without slashes at its ends; empty where it is the whole.
    Paths are relative to this folder; only the addresses of :mod:`callboard.model.forges` know it."""
    committed_at: dt.datetime | None = None
    stale: Stale | None = None
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The last commit that touched a path."""

    at: dt.datetime
    author: str
    commit: str


class ReadError(Exception):
    """A file cannot be read. *code* is of diagnostics.CODES, the message is for the user."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


class Checkout(Protocol):
    """The files of one repository at one commit. Paths are relative, with ``/``, without ``.`` and ``..``.

    Symbolic links that stay inside count as the file they lead to; others are not there, but in *outside_links*.
    """

    @property
    def repository(self) -> Repository: ...

    @property
    def files(self) -> Sequence[str]:
        """Every regular file, sorted. ``.git`` is not among them."""
        ...

    @property
    def outside_links(self) -> Sequence[str]:
        """Symbolic links (files and folders) that lead out of the repository or nowhere, sorted."""
        ...

    def read(self, path: str, *, limit: int) -> bytes:
        """The content of *path*. Raises ReadError if it is not there (``file-unreadable``) or over *limit* bytes."""
        ...

    def tree_id(self, path: str = "") -> str:
        """An id of everything below *path* (a folder, or a file): equal ids mean equal content and names."""
        ...

    def export(self, paths: Sequence[str], target: Path) -> None:
        """Write *paths* as plain files below *target*, never following a link there. Raises ReadError."""
        ...

    def last_change(self, path: str) -> Change | None:
        """The last commit that touched *path*, or None where history is not known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What became of one configured source: for the health page and ``api/build.json``."""

    id: str
    description: str
    """What is configured, without credentials, such as ``git https://github.com/acme/shop``."""
    repositories: tuple[Repository, ...]
    reused: int = 0
    """How many repositories had not changed since the last build."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Crawl:
    """What the sources gave: every repository in the order of the configuration, and how each source did."""

    checkouts: tuple[Checkout, ...]
    sources: tuple[SourceState, ...]
    descriptors: tuple[tuple[str, str], ...] = ()
    """(repository, path) of every descriptor to start from, in order; Locations lead to more."""
    failed: tuple[Repository, ...] = ()
    """Repositories that could not be read and of which nothing is at hand, each with *stale* set: what earlier builds
    made of them is kept. A repository that is neither here nor among the checkouts is gone."""

    @property
    def repositories(self) -> Mapping[str, Repository]:
        """Every repository by name, those that failed included."""
        return {one.name: one for one in (*(checkout.repository for checkout in self.checkouts), *self.failed)}
