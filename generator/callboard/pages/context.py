"""What every page is composed from: the portal, how addresses are written, and the frame around a page."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from markupsafe import Markup

from callboard.config import Config
from callboard.diagnostics import Diagnostic, Severity
from callboard.model import forges, routes
from callboard.model.entity import Entity
from callboard.model.graph import Drawings
from callboard.model.language import Language
from callboard.model.portal import Portal
from callboard.model.ref import EntityRef
from callboard.model.search import SearchDocument
from callboard.pages import kinds
from callboard.pages.assets import Theme, policy_hash
from callboard.pages.brand import Brand
from callboard.pages.views import EntityLink, EntityRow, Frame, Link, Moment, Problem, RailEntry, SearchMark
from callboard.plaintext import plain

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {hashes}; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-src 'self'"
)
"""Architecture, decision 12. ``wasm-unsafe-eval`` and ``blob:`` are what Pagefind needs."""

SECTION_KEYS = {
    routes.HOME: "h", routes.CATALOG: "c", routes.DOCS: "d", routes.APIS: "a",
    routes.OWNERS: "o", routes.CREATE: "t", routes.GRAPH: "g", routes.HEALTH: "p",
}  # fmt: skip
"""The key that leads to each section after ``g``."""

ABOUT = 100
"""Characters of a description in the rows of a table beside other things: no column there is wider."""

T = TypeVar("T")


@dataclass(frozen=True)  # no slots: Python 3.11 cannot have them in what is generic
class Part(Generic[T]):
    """One page of a long list."""

    route: str
    title: str
    breadcrumb: tuple[Link, ...]
    inside: Sequence[T]
    pages: tuple[Link, ...]
    """Of all parts; empty where there is one."""


@dataclass(frozen=True)
class Context:
    """Read by every composing function, changed by none."""

    portal: Portal
    config: Config
    theme: Theme
    documents: Mapping[str, SearchDocument]
    brand: Brand = Brand()
    drawings: Drawings = Drawings()

    @property
    def language(self) -> Language:
        return self.brand.language

    def gettext(self, text: str, /, **values: object) -> str:
        """*text* in the portal's language."""
        return self.language.gettext(text, **values)

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The form of the text for *number*, which is ``%(n)s`` in it."""
        return self.language.ngettext(one, many, number, **values)

    def kind(self, kind: str, written: str = "") -> kinds.KindWords:
        """How *kind* is called, as :func:`kinds.words` has it."""
        return kinds.words(kind, written, self.language)

    def moment(self, at: dt.datetime) -> Moment:
        """*at* in UTC, for machines and for people."""
        utc = at.astimezone(dt.UTC)
        return Moment(utc.strftime("%Y-%m-%dT%H:%M:%SZ"), self.language.moment(utc))

    def day(self, date: str) -> Moment:
        """The day *date*, such as ``2026-03-04``, for machines and for people."""
        return Moment(date, self.language.day(dt.date.fromisoformat(date)))

    @cached_property
    def links(self) -> routes.Links:
        return routes.Links(self.config.site.links)

    @cached_property
    def problems_of(self) -> Mapping[str, Sequence[Diagnostic]]:
        """Problems by the full ref of what they are about."""
        found: dict[str, list[Diagnostic]] = defaultdict(list)
        for problem in self.portal.problems:
            if problem.subject:
                found[problem.subject].append(problem)
        return found

    @cached_property
    def refs_in(self) -> Mapping[tuple[str, str], Sequence[EntityRef]]:
        """Entities by the file that declares them."""
        found: dict[tuple[str, str], list[EntityRef]] = defaultdict(list)
        for ref, entity in self.portal.catalog.entities.items():
            found[entity.source.repo, entity.source.path].append(ref)
        return found

    def entity(self, ref: EntityRef) -> Entity | None:
        return self.portal.catalog.entities.get(ref)

    @cached_property
    def base(self) -> str:
        """Path of the portal's root where its address is configured, such as ``/portal/``; else empty."""
        url = self.config.site.url
        return urlsplit(url).path.rstrip("/") + "/" if url else ""

    def href(self, source: str, target: str, anchor: str = "") -> str:
        """The address of the route *target* on the page at *source*. The page for what is not found is served at
        any depth, so its addresses begin at the host's root, where that is known."""
        address = self.links.href(source, target, anchor)
        return self.base + address if source == routes.NOT_FOUND else address

    def canonical(self, route: str) -> str:
        """The absolute address of the page at *route*; empty where the portal's own is not configured."""
        site = self.config.site
        return f"{site.url.rstrip('/')}/{routes.file_of(route) if site.links == 'files' else route}" if site.url else ""

    def policy(self, route: str) -> str:
        """The content security policy of the page at *route*."""
        scripts = [self.theme.inline_script]
        if route == routes.NOT_FOUND and not self.base:
            scripts.append(self.theme.root_script)
        if route == routes.HOME:
            scripts.append(self.theme.yours_script)
        return POLICY.format(hashes=" ".join(map(policy_hash, scripts)))

    def home_of(self, ref: EntityRef) -> str:
        """The route of an entity's page; templates live under Create."""
        return routes.entity(ref)

    def link(self, route: str, ref: EntityRef) -> EntityLink:
        """*ref* as it is named on the page at *route*; without an address where it is not in the catalog."""
        named = self._names.get(ref)
        if named is None:
            return EntityLink(ref.name, ref.short, "", kinds.icon(ref.kind), ref.kind)
        return EntityLink(named.title, named.ref, self.href(route, routes.entity(ref)), named.icon, named.kind, named.detail, named.description, named.twin)

    @cached_property
    def _names(self) -> Mapping[EntityRef, EntityLink]:
        """Every entity as it is named, but for its address: what all pages that name it have in common."""
        entities = self.portal.catalog.entities
        called = Counter((ref.kind, entity.title) for ref, entity in entities.items())
        return {
            ref: EntityLink(
                title=entity.title,
                ref=ref.short,
                url="",
                icon=kinds.icon_of(entity),
                kind=ref.kind if ref.kind in kinds.KINDS else "other",
                detail=entity.type,
                description=first_sentence(plain(entity.description)),
                twin=ref.short.partition(":")[2] if called[ref.kind, entity.title] > 1 else "",
            )
            for ref, entity in entities.items()
        }

    def entity_links(self, route: str, refs: Iterable[EntityRef]) -> tuple[EntityLink, ...]:
        return tuple(self.link(route, ref) for ref in refs)

    def owners(self, route: str, ref: EntityRef) -> tuple[EntityLink, ...]:
        """Owners of *ref*, groups first."""
        found = sorted(self.portal.catalog.owners(ref), key=lambda owner: (owner.kind != "group", owner))
        return self.entity_links(route, found)

    def worries(self, ref: EntityRef) -> int:
        """How many problems *ref* has, notes apart."""
        return sum(problem.severity > Severity.INFO for problem in self.problems_of.get(str(ref), ()))

    def row(self, route: str, entity: Entity, about: int = 0) -> EntityRow:
        """*entity* as a row of a table, with at most *about* characters of what is said of it where there is less room."""
        named = self.link(route, entity.ref)
        if about and len(named.description) > about:
            named = replace(named, description=first_sentence(named.description, about))
        systems = [ref for ref in self.portal.catalog.targets(entity.ref, "partOf") if ref.kind in {"system", "domain"}]
        return EntityRow(
            entity=named,
            owners=self.owners(route, entity.ref),
            unowned=entity.ref.kind in kinds.OWNABLE and not self.portal.catalog.owners(entity.ref),
            type=entity.type,
            lifecycle=entity.lifecycle,
            system=self.link(route, systems[0]) if systems else None,
            tags=entity.tags,
            problems=self.worries(entity.ref),
            stale=entity.stale is not None,
        )

    def parts(self, section: str, title: str, found: Sequence[T], rows: int) -> Iterator[Part[T]]:
        """The pages of a long list, each of at most *rows*; an empty list has one."""
        slices = [found[start : start + rows] for start in range(0, len(found), rows)] or [found]
        paths = [routes.part(section, n) for n in range(1, len(slices) + 1)]
        for n, (route, inside) in enumerate(zip(paths, slices, strict=True), 1):
            pages = tuple(Link(str(m), self.href(route, path), current=m == n) for m, path in enumerate(paths, 1))
            above = (Link(title, self.href(route, section)),) if n > 1 else ()
            yield Part(route, title if n == 1 else self.gettext("%(title)s, part %(number)s", title=title, number=n), above, inside, pages if len(pages) > 1 else ())

    def rows(self, route: str, refs: Iterable[EntityRef]) -> tuple[EntityRow, ...]:
        """Rows of those of *refs* that are in the catalog, by kind, then title."""
        found = [entity for ref in refs if (entity := self.entity(ref)) is not None]
        found.sort(key=lambda entity: (kinds.kind_order(entity.ref.kind), entity.title.casefold(), entity.ref))
        return tuple(self.row(route, entity, ABOUT) for entity in found)

    def problem(self, route: str, problem: Diagnostic) -> Problem:
        """*problem* with the places where it can be seen and mended."""
        repository = self.portal.repositories.get(problem.location.repo)
        path, line = problem.location.path, problem.location.line
        subject = subject_of(problem)
        return Problem(
            severity=problem.severity.word,
            code=problem.code,
            message=problem.message,
            hint=problem.hint,
            place=str(problem.location),
            url=routes.safe_url(forges.view_url(repository, path, line)) if repository and path else "",
            edit_url=routes.safe_url(forges.edit_url(repository, path)) if repository and path else "",
            entity=self.link(route, subject) if subject else None,
        )

    def frame(
        self,
        route: str,
        title: str,
        *,
        description: str = "",
        breadcrumb: Iterable[Link] = (),
        ref: EntityRef | None = None,
        alternates: tuple[Link, ...] = (),
        section: str | None = None,
    ) -> Frame:
        """The frame of the page at *route*; *section* is the entry of the rail that it belongs to."""
        site = self.config.site
        document = self.documents.get(route)
        here = section if section is not None else route
        root = self.base if route == routes.NOT_FOUND else self.links.root(route)
        return Frame(
            site_title=self.portal.title,
            title=title,
            description=description,
            language=self.language.code,
            direction=self.language.direction,
            root=root,
            home_url=self.href(route, routes.HOME),
            search_url=self.href(route, routes.SEARCH),
            health_url=self.href(route, routes.HEALTH),
            navigation=self._navigation(route, here),
            breadcrumb=tuple(breadcrumb),
            icon_url=self.href(route, self.brand.logo or self.theme.icon.path),
            stylesheet=self.href(route, self.theme.stylesheet.path),
            extra_styles=tuple(self.href(route, style) for style in self.brand.styles),
            script=self.href(route, self.theme.script.path),
            full_text=self.config.search.full_text,
            theme_script=Markup(self.theme.inline_script),  # noqa: S704  # our own file
            policy=Markup(self.policy(route)),  # noqa: S704  # our own words and hashes, without a double quote
            logo_url=self.href(route, self.brand.logo) if self.brand.logo else "",
            canonical=self.canonical(route),
            links=site.links,
            route=route,
            ref=str(ref) if ref else "",
            search=mark(document) if document else None,
            alternates=alternates,
        )

    def _navigation(self, route: str, here: str) -> tuple[RailEntry, ...]:
        return tuple(
            RailEntry(label, self.href(route, target), icon, SECTION_KEYS[target], here == target)
            for label, target, icon in self.sections
        )

    @cached_property
    def sections(self) -> tuple[tuple[str, str, str], ...]:
        """Label, route and icon of each entry of the rail: only what exists."""
        _ = self.gettext
        present = {ref.kind for ref in self.portal.catalog.entities}
        entries = (
            (_("Home"), routes.HOME, "home-outline", True),
            (_("Catalog"), routes.CATALOG, "view-grid-outline", True),
            (_("Docs"), routes.DOCS, "book-open-outline", bool(self.portal.manuals.by_entity)),
            (_("APIs"), routes.APIS, "api", "api" in present),
            (_("Owners"), routes.OWNERS, "account-multiple-outline", True),
            (_("Create"), routes.CREATE, "plus-circle-outline", "template" in present),
            (_("Graph"), routes.GRAPH, "sitemap-outline", any(self.portal.catalog.relations.values())),
            (_("Health"), routes.HEALTH, "pulse", True),
        )
        return tuple((label, target, icon) for label, target, icon, there in entries if there)

    def repository_name(self, entity: Entity) -> str:
        return entity.source.repo


def mark(document: SearchDocument) -> SearchMark:
    """What the full-text index takes from the page of *document*."""
    filters = {
        "section": document.section,
        "kind": document.kind,
        "type": document.type,
        "owner": document.owner,
        "lifecycle": document.lifecycle,
        "manual": str(document.ref) if document.ref and document.section == "docs" else "",
    }
    meta = {
        "name": document.ref.name if document.ref and document.route == routes.entity(document.ref) else "",
        "of": document.ref.name if document.ref and document.section == "docs" else "",
        "ref": str(document.ref) if document.ref else "",
        "kind": document.kind,
        "type": document.type,
        "owner": document.owner,
        "section": document.section,
        "summary": document.summary if document.section != "docs" else "",
        "changed": document.changed,
        "providers": ", ".join(document.providers),
        "consumers": ", ".join(document.consumers),
    }
    return SearchMark(
        document.title,
        tuple((name, value) for name, value in filters.items() if value),
        tuple((name, value) for name, value in meta.items() if value),
    )


def first_sentence(text: str, limit: int = 160) -> str:
    """The beginning of *text* on one line, cut at a word where it is long."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def mail_of(entity: Entity) -> str:
    """The ``mailto:`` address of a group or user; empty where its profile has none."""
    profile = entity.spec.get("profile")
    email = profile.get("email") if isinstance(profile, Mapping) else None
    return routes.safe_url(f"mailto:{email}") if isinstance(email, str) and email and "?" not in email else ""


def host_of(url: str) -> str:
    """The host of a web address, for people; empty for others."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def subject_of(problem: Diagnostic) -> EntityRef | None:
    """The entity that *problem* is about. A document that is no entity may call itself what no reference can say."""
    try:
        return EntityRef.parse(problem.subject) if problem.subject else None
    except ValueError:
        return None
