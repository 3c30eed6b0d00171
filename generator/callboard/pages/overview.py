"""Home, the lists of documentation and APIs: pages that lead to others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from markupsafe import Markup

from callboard.diagnostics import Severity
from callboard.model import routes
from callboard.model.manual import Manual
from callboard.model.ref import EntityRef
from callboard.pages import kinds
from callboard.pages.context import Context
from callboard.pages.explorer import columns, folder_of, present, records, stamp_of
from callboard.pages.views import (
    DocsIndexView,
    DomainSection,
    HomeView,
    Link,
    ManualRow,
    SystemRow,
    Tile,
)

ROWS = 200
"""Manuals of one page of their list."""
LOOSE = 12
"""Entities without a system that the home page shows."""


def home(context: Context) -> tuple[str, HomeView]:
    """The home page."""
    route = routes.HOME
    portal = context.portal
    worries = sorted(
        (problem for problem in portal.problems if problem.severity > Severity.INFO),
        key=lambda problem: (-problem.severity, problem.order),
    )
    loose = _loose(context)
    stamp = stamp_of(columns(context, records(context)))
    return route, HomeView(
        frame=context.frame(route, portal.title, description=context.config.site.description),
        description=context.config.site.description,
        yours_script=Markup(context.theme.yours_script),  # noqa: S704  # our own file
        data=context.links.root(route) + folder_of(stamp),
        stamp=stamp,
        catalog_url=context.href(route, routes.CATALOG),
        kinds=_kind_tiles(context, route),
        coverage=_coverage(context, route),
        domains=_domains(context, route),
        empty_domains=context.entity_links(route, _empty_domains(context)),
        loose=context.rows(route, loose)[:LOOSE],
        loose_count=len(loose),
        attention=tuple(context.problem(route, problem) for problem in worries[:6]),
        problem_count=len(worries),
        documents=tuple(manual_row(context, route, manual) for manual in _latest(context)),
        teams=_teams(context, route),
    )


def _kind_tiles(context: Context, route: str) -> tuple[Tile, ...]:
    return tuple(
        Tile(
            context.kind(kind, entities[0].kind).many,
            context.language.number(len(entities)),
            context.href(route, routes.catalog_kind(kind)),
            kinds.icon(kind),
            kind if kind in kinds.KINDS else "other",
        )
        for kind, entities in present(context)
    )


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else -1


def _coverage(context: Context, route: str) -> tuple[Tile, ...]:
    catalog, manuals = context.portal.catalog, context.portal.manuals
    ownable = [ref for ref in catalog.entities if ref.kind in kinds.OWNABLE]
    owned = sum(any(owner in catalog.entities for owner in catalog.owners(ref)) for ref in ownable)
    components = [ref for ref in catalog.entities if ref.kind == "component"]
    documented = sum(ref in manuals.by_entity or ref in manuals.aliases for ref in components)
    described = sum(bool(catalog.entities[ref].description) for ref in ownable)
    _ = context.gettext
    number = context.language.number
    tiles = (
        (_("owned"), owned, len(ownable), context.href(route, routes.OWNERS, "unowned")),
        (_("documented"), documented, len(components), context.href(route, routes.DOCS) if manuals.by_entity else ""),
        (_("described"), described, len(ownable), context.href(route, routes.CATALOG)),
    )
    return tuple(
        Tile(label, _("%(share)s %%", share=_share(part, whole)), url, detail=_("%(part)s of %(whole)s", part=number(part), whole=number(whole)), share=_share(part, whole))
        for label, part, whole, url in tiles
        if whole
    )


def _inside(context: Context, ref: EntityRef) -> list[EntityRef]:
    return [target for target in context.portal.catalog.targets(ref, "hasPart") if context.entity(target)]


def _system_row(context: Context, route: str, ref: EntityRef) -> SystemRow:
    inside = _inside(context, ref)
    counts = Counter(target.kind for target in inside)
    return SystemRow(
        entity=context.link(route, ref),
        owners=context.owners(route, ref),
        counts=tuple(
            Link(context.ngettext(*context.kind(kind).counted[:2], counts[kind]), icon=kinds.icon(kind))
            for kind in sorted(counts, key=kinds.kind_order)
        ),
        problems=sum(context.worries(target) for target in [ref, *inside]),
    )


def _domains(context: Context, route: str) -> tuple[DomainSection, ...]:
    """Domains that have systems, by title, then the systems without one."""
    catalog = context.portal.catalog
    by_domain: dict[EntityRef | None, list[EntityRef]] = defaultdict(list)
    for system in catalog.of_kind("system"):
        domains = [ref for ref in catalog.targets(system.ref, "partOf") if ref.kind == "domain" and ref in catalog.entities]
        by_domain[domains[0] if domains else None].append(system.ref)

    def title(ref: EntityRef | None) -> tuple[bool, str]:
        return (ref is None, catalog.entities[ref].title.casefold() if ref else "")

    return tuple(
        DomainSection(
            context.link(route, ref) if ref else None,
            tuple(_system_row(context, route, system) for system in sorted(by_domain[ref], key=title)),
        )
        for ref in sorted(by_domain, key=title)
    )


def _empty_domains(context: Context) -> list[EntityRef]:
    catalog = context.portal.catalog
    empty = [
        domain
        for domain in catalog.of_kind("domain")
        if not any(ref.kind == "system" for ref in catalog.targets(domain.ref, "hasPart"))
    ]
    return [domain.ref for domain in sorted(empty, key=lambda domain: (domain.title.casefold(), domain.ref))]


def _loose(context: Context) -> list[EntityRef]:
    """Components, APIs and resources that are part of nothing that is in the catalog."""
    catalog = context.portal.catalog
    return [
        ref
        for ref in catalog.entities
        if ref.kind in {"component", "api", "resource"}
        and not any(target in catalog.entities for target in catalog.targets(ref, "partOf"))
    ]


def _teams(context: Context, route: str) -> tuple[Link, ...]:
    catalog = context.portal.catalog
    owned = [(len(catalog.targets(group.ref, "ownerOf")), group) for group in catalog.of_kind("group")]
    owned = [(number, group) for number, group in owned if number]
    owned.sort(key=lambda item: (-item[0], item[1].title.casefold()))
    return tuple(
        Link(group.title, context.href(route, routes.entity(group.ref)), "account-multiple-outline", context.language.number(number))
        for number, group in owned[:12]
    )


def _latest(context: Context) -> list[Manual]:
    """The manuals that changed last; those of which nobody knows after them, by title."""
    by_title = sorted(context.portal.manuals.by_entity.values(), key=lambda manual: (manual.title.casefold(), manual.entity))
    return sorted(by_title, key=lambda manual: max((page.change.at.timestamp() for page in manual.pages if page.change), default=0.0), reverse=True)[:8]


def manual_row(context: Context, route: str, manual: Manual) -> ManualRow:
    """*manual* in a list."""
    changes = [page.change.at for page in manual.pages if page.change]
    return ManualRow(
        title=manual.title,
        url=context.href(route, routes.manual(manual.entity)),
        entity=context.link(route, manual.entity),
        owners=context.owners(route, manual.entity),
        pages=len(manual.pages),
        changed=context.moment(max(changes)) if changes else None,
        stale=manual.stale is not None,
    )


def docs_index(context: Context) -> Iterator[tuple[str, DocsIndexView]]:
    """Every manual by title, in parts where there are many."""
    manuals = context.portal.manuals
    components = [entity.ref for entity in context.portal.catalog.of_kind("component")]
    undocumented = sum(ref not in manuals.by_entity and ref not in manuals.aliases for ref in components)
    found = sorted(manuals.by_entity.values(), key=lambda manual: (manual.title.casefold(), manual.entity))
    for part in context.parts(routes.DOCS, context.gettext("Docs"), found, ROWS):
        yield part.route, DocsIndexView(
            frame=context.frame(
                part.route, part.title, description=context.gettext("Documentation of %(name)s", name=context.portal.title), breadcrumb=part.breadcrumb, section=routes.DOCS
            ),
            manuals=tuple(manual_row(context, part.route, manual) for manual in part.inside),
            total=len(found),
            undocumented=undocumented,
            pages=part.pages,
        )
