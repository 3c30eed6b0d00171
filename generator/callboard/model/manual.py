"""A manual: the documentation of one entity, ready to be put into pages.

Addresses inside the HTML of a page are written in a scheme of our own, because where they lead depends on how the
portal writes links: ``cb:page/<path>#<anchor>`` a page of the same manual, ``cb:asset/<path>`` a file of it,
``cb:entity/<kind>/<namespace>/<name>`` an entity page, ``cb:docs/<namespace>/<kind>/<name>/<path>#<anchor>`` a page
of another manual. Everything else is an absolute https, http or mailto address, or ``#anchor``.
``routes.Links`` turns the scheme into relative addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from callboard.model.language import N_
from callboard.model.ref import EntityRef
from callboard.model.repository import Change, Stale

ALL_DECISIONS = N_("All decisions")
"""The title of the page that lists decisions, where the manual has none of its own."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article, for the table of contents."""

    level: int
    id: str
    text: str
    children: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of a manual's navigation: a page (*path* is one of the manual's pages), a section (*path* is None),
    or a link (*url*, which is in our scheme where it is a file of the manual or a part of a page)."""

    title: str
    path: str | None = None
    url: str = ""
    children: tuple[NavItem, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionLink:
    """A record that another one names: *address* is in our scheme, or empty where it leads nowhere."""

    label: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the record of a decision says of itself. *folder* is the path of the page that lists it with the others."""

    folder: str
    title: str
    """Without the number."""
    number: str = ""
    state: str = ""
    """``proposed``, ``accepted``, ``rejected``, ``deprecated`` or ``superseded``; empty where *status* means none."""
    status: str = ""
    """As written, on one line."""
    date: str = ""
    """Such as ``2026-03-04``; empty where the record does not say."""
    superseded_by: tuple[DecisionLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualPage:
    """One page. *path* is its folder below the manual, with a final ``/``; the first page's is empty."""

    path: str
    title: str
    html: str = field(repr=False)
    """The sanitised article, its own ``<h1>`` included where the author wrote one."""
    headings: tuple[Heading, ...] = ()
    source: str = ""
    """Path of its Markdown in the repository, for Edit links; empty where there is none."""
    change: Change | None = None
    description: str = ""
    decision: Decision | None = None
    """Where the page is the record of a decision."""
    lists_decisions: bool = False
    """Whether the decisions of its folder are listed on it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture or download. *file* lies in the store."""

    path: str
    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """The documentation of *entity*. *pages* are in reading order: previous and next follow from it."""

    entity: EntityRef
    title: str
    repo: str
    key: str
    """Address of the finished work in the store: equal keys mean equal content."""
    pages: tuple[ManualPage, ...]
    nav: tuple[NavItem, ...]
    assets: tuple[Asset, ...] = ()
    stale: Stale | None = None
    redirects: tuple[tuple[str, str], ...] = ()
    """(old path of a page, path of the page to go to, with ``#anchor`` where there is one)."""


@dataclass(frozen=True, slots=True)
class Manuals:
    """Every manual by its entity; *aliases* are entities that show another's (``techdocs-entity``)."""

    by_entity: dict[EntityRef, Manual]
    aliases: dict[EntityRef, tuple[EntityRef, str]] = field(default_factory=dict)
    """entity → (entity whose manual it is, path of the page to open)."""
    built: int = 0
    reused: int = 0
    isolation: tuple[str, ...] = ()
    """What confined the workers: ``landlock``, ``seccomp``, ``rlimits``, ``netns``, ..."""
