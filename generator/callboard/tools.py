"""What reaches the world, passed by hand: the clock, the environment, finished work, how much at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from callboard.store import Store


def _silent(message: str) -> None:
    """Progress that nobody watches."""


def _unwatched(stage: str) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Made once, in ``cli`` or a test. Nothing below reads the clock or the environment itself."""

    now: dt.datetime
    """UTC; SOURCE_DATE_EPOCH where it is set."""
    state: Path
    """The folder that is kept between builds."""
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    jobs: int = 2
    only: str = ""
    """The one repository to read afresh, by name; the others are taken as the last build left them. Empty: all."""
    progress: Callable[[str], None] = _silent
    """Told one line about each piece of work that is done, from any thread."""

    stage: Callable[[str], AbstractContextManager[None]] = _unwatched
    """Entered around each stage of the pipeline, by its name."""

    @property
    def store(self) -> Store:
        return Store(self.state / "store")
