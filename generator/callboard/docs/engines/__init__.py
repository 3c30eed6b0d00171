"""Where manuals come from: what an engine is, and every engine by the name that ``docs.engine`` gives it.

An engine says what each manual is made of (its plan), what its pages depend on (its draft), and gives the pages when
they are wanted. What follows is the same for all engines: callboard.docs.adopt makes articles of the pages,
callboard.docs.build keeps them. Nothing that an engine gives is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Protocol

from callboard.diagnostics import Report
from callboard.docs.engines.exchange import Pages, Setup
from callboard.docs.engines.mkdocs import MkDocs
from callboard.docs.engines.prebuilt import Prebuilt
from callboard.docs.plan import Plan, Plans, SourceFile
from callboard.docs.state import Kept
from callboard.model.catalog import Catalog
from callboard.model.repository import Crawl


class Draft(Protocol):
    """A manual whose pages may not be there yet. Its methods raise PlanError, WorkerError or ReadError."""

    @property
    def key(self) -> str:
        """The hash of everything that the pages depend on."""
        ...

    @property
    def base(self) -> str:
        """With :attr:`snippets`, what the next build is told, so that it finds the key with less work."""
        ...

    @property
    def snippets(self) -> tuple[str, ...]: ...

    def pages(self) -> Pages: ...

    def text(self, uri: str) -> str:
        """The Markdown of a page, to find lines in; empty where it is not known."""
        ...

    def read(self, file: SourceFile, *, limit: int) -> bytes:
        """A picture or download."""
        ...


class Engine(Protocol):
    """One way to come by manuals. Its drafts are made and read from several threads."""

    @property
    def isolation(self) -> tuple[str, ...]:
        """What confines code that does what a repository says; empty where there is no such code."""
        ...

    def plan(self, catalog: Catalog, crawl: Crawl, report: Report) -> Plans:
        """Every manual that *catalog* asks for. What cannot be had is a diagnostic."""
        ...

    def draft(self, plan: Plan, before: Kept | None) -> Draft:
        """The draft of *plan*; *before* is what the last good one told."""
        ...


ENGINES: Mapping[str, Callable[[Setup], AbstractContextManager[Engine]]] = MappingProxyType({"mkdocs": MkDocs, "prebuilt": Prebuilt})
"""The choices of ``docs.engine``."""
