"""What can be found: one list of search documents, from which every index is made."""

from __future__ import annotations

from dataclasses import dataclass, field

from callboard.model.ref import EntityRef


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One thing to find. Empty filters are left out of the index."""

    route: str
    """A path of routes.py."""
    anchor: str = ""
    """Where on that page it is; empty for the page itself."""
    title: str
    section: str
    """``catalog``, ``docs``, ``apis``, ``templates`` or ``owners``."""
    summary: str = ""
    ref: EntityRef | None = None
    """The entity that it is, or whose documentation it is."""
    kind: str = ""
    type: str = ""
    owner: str = ""
    """Short ref of the owner, such as ``group:payments``."""
    lifecycle: str = ""
    tags: tuple[str, ...] = ()
    headings: tuple[str, ...] = field(default=(), repr=False)
    anchors: tuple[str, ...] = field(default=(), repr=False)
    """The id of each heading, where it has one."""
    providers: tuple[str, ...] = ()
    """Titles of what provides the API that it is of."""
    consumers: tuple[str, ...] = ()
    """Titles of what consumes it."""
    changed: str = ""
    """The day of its last change, such as ``2026-03-04``; empty where nobody knows."""
