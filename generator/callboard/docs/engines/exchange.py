"""What goes into an engine, and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callboard.config.model import DocsConfig
from callboard.diagnostics import Diagnostic
from callboard.docs.plan import Plan
from callboard.docs.renderer import Renderer
from callboard.tools import Tools


@dataclass(frozen=True, slots=True)
class Setup:
    """What an engine is made with."""

    config: DocsConfig
    tools: Tools
    file: Path = field(default_factory=lambda: Path("site_config.yml"))
    """Where *config* is written: its paths are relative to that folder."""
    renderer: Renderer | None = None
    """One that is warm; who made it closes it."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a manual, as records of the form that callboard.docs.adopt reads.

    *plan* may know more than the one that the pages were asked for with: what only reading them could tell.
    """

    plan: Plan
    records: Sequence[Any]
    problems: Sequence[Diagnostic] = ()
    fresh: bool = True
    """Whether they were made today, not found in the store."""
