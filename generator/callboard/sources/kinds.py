"""What every type of source takes and gives."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

from callboard.config.model import Config, Source
from callboard.model.repository import Repository
from callboard.sources.checkout import Content
from callboard.sources.disk import Checked, ask_git, top_of
from callboard.sources.gitrun import Git, find_git
from callboard.tools import Tools

S_contra = TypeVar("S_contra", bound=Source, contravariant=True)


class SourceError(Exception):
    """A source, or one repository, cannot be read. The message is for the user and holds no secret."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One repository as a source read it, before it has its name."""

    repository: Repository
    """Its name is empty; *stale* is set where this is the last good state and not that of today."""
    names: tuple[str, ...]
    """What it wants to be called, best first."""
    content: Content
    patterns: tuple[str, ...]
    """Globs of its descriptors."""
    identity: str
    """Equal for one repository that is configured twice."""
    reused: bool = False
    hint: str = ""
    """What to do about *stale*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """One repository that cannot be read, and of which nothing is at hand."""

    repository: Repository
    names: tuple[str, ...]
    error: str
    hint: str


@dataclass
class Context:
    """What sources need besides their own settings."""

    config: Config
    tools: Tools
    known: frozenset[str] = frozenset()
    """What the folders of the last build looked like."""
    _checked: dict[Path, Checked] = field(default_factory=dict)
    _turns: dict[Path, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def folder(self) -> Path:
        """The folder of the configuration: what relative paths are relative to."""
        return Path(os.path.abspath(self.config.folder))

    @cached_property
    def state(self) -> Path:
        """Where sources keep things between builds."""
        return Path(os.path.abspath(self.tools.state)) / "sources"

    @cached_property
    def git(self) -> Git:
        return find_git(self.tools.environ, self.state / "home")

    @cached_property
    def without(self) -> Collection[str]:
        """Folders that the build itself writes, which are no sources wherever they lie."""
        written = (
            self.tools.state,
            self.folder / self.config.state,
            self.folder / self.config.output,
        )
        return frozenset(os.path.abspath(one) for one in written)

    def checked(self, folder: Path) -> Checked | None:
        """What git knows of the checkout that *folder* lies in, asked once; None where it lies in none."""
        top = top_of(folder)
        if top is None:
            return None
        with self._lock:
            turn = self._turns.setdefault(top, threading.Lock())
        with turn:
            if top not in self._checked:
                self._checked[top] = ask_git(top, self.git)
            checked = self._checked[top]
        inside = folder.relative_to(top).as_posix()
        parts = inside.split("/")
        above = ("/".join(parts[: n + 1]) for n in range(len(parts)))
        return None if inside != "." and any(path in checked.ignored for path in above) else checked


class SourceType(Protocol[S_contra]):
    """One way to say which repositories exist."""

    def describe(self, source: S_contra) -> str:
        """What is configured, without credentials."""
        ...

    def read(self, source: S_contra, id: str, context: Context) -> Sequence[Found | Lost]:
        """The repositories of *source*, in an order that stays. Raises SourceError where it does not answer at all."""
        ...
