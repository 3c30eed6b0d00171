"""Everything that the pages show, assembled once, after the last stage that learns anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from callboard.diagnostics import Diagnostic
from callboard.model.api import Apis
from callboard.model.catalog import Catalog
from callboard.model.manual import Manuals
from callboard.model.repository import Repository, SourceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """Read by pages and search, changed by nobody."""

    title: str
    catalog: Catalog
    manuals: Manuals
    apis: Apis = field(default_factory=Apis)
    repositories: Mapping[str, Repository]
    sources: tuple[SourceState, ...]
    problems: tuple[Diagnostic, ...]
    built_at: dt.datetime
    version: str
