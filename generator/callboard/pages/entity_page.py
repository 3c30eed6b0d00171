"""The pages of one entity: its overview and, for an API, its definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from markdown_it import MarkdownIt
from markupsafe import Markup
from pluggy import PluginManager

from callboard.diagnostics import Report, Severity
from callboard.hookspecs import ask
from callboard.model import forges, routes
from callboard.model.entity import Entity
from callboard.model.language import N_
from callboard.model.ref import DEFAULT_NAMESPACE, EntityRef
from callboard.pages import graphs, kinds
from callboard.pages.context import Context, first_sentence, host_of, mail_of
from callboard.pages.estate import children, estates, group_node, holdings
from callboard.pages.estate import people as members_of
from callboard.pages.lessons import lessons
from callboard.pages.views import (
    Card,
    EntityGraphView,
    EntityHeader,
    EntityRow,
    EntityView,
    Fact,
    Holding,
    Link,
    OwnerCard,
    Picture,
    RelationGroup,
)
from callboard.plaintext import plain

PEOPLE = 8
OWN_ANNOTATIONS = frozenset(
    f"backstage.io/{name}"
    for name in ("managed-by-location", "managed-by-origin-location", "view-url", "edit-url", "source-location", "orphan")
)
"""Annotations that the catalog itself adds: the Source card says the same in words."""
API_RELATIONS = frozenset({"providesApi", "consumesApi", "apiProvidedBy", "apiConsumedBy"})
"""Relations that are shown as tables, with owner and lifecycle."""
API_HEADINGS = {"providesApi": N_("Provides APIs"), "consumesApi": N_("Consumes APIs")}
TABLED = frozenset({"ownedBy", "ownerOf", "hasMember", "parentOf", "childOf", "memberOf"})
"""Relations that have a card of their own on the pages of groups and people."""


def _markdown() -> MarkdownIt:
    """CommonMark without HTML and images; links that could run code are dropped by the renderer's own rule."""
    parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading", "html_block", "html_inline"])
    parser.validateLink = lambda url: bool(routes.safe_url(url))  # type: ignore[method-assign]
    return parser


_MARKDOWN = _markdown()


def description_html(text: str) -> Markup:
    """A description, which Backstage renders as Markdown, as safe HTML."""
    return Markup(_MARKDOWN.render(text[:20_000])) if text.strip() else Markup()  # noqa: S704  # no HTML passes the parser


def header(context: Context, route: str, entity: Entity, tab: str = "") -> EntityHeader:
    """The top of an entity's pages; *tab* is the one that is shown."""
    repository = context.portal.repositories.get(entity.source.repo)
    line = entity.at().line
    _ = context.gettext
    actions: list[Link] = []
    if repository:
        edit = routes.safe_url(entity.annotations.get("backstage.io/edit-url", "")) or routes.safe_url(
            forges.edit_url(repository, entity.source.path)
        )
        view = routes.safe_url(forges.view_url(repository, entity.source.path, line)) or routes.safe_url(
            entity.annotations.get("backstage.io/view-url", "")
        )
        if edit:
            actions.append(Link(_("Edit"), edit, "pencil-outline", _("Edit its descriptor"), external=True))
        if view:
            actions.append(Link(_("Source"), view, "code-tags", _("See its descriptor"), external=True))
    return EntityHeader(
        entity=context.link(route, entity.ref),
        name=entity.name,
        full_ref=str(entity.ref),
        kind=entity.kind,
        kind_url=context.href(route, routes.catalog_kind(entity.ref.kind)),
        namespace=entity.namespace if entity.namespace != DEFAULT_NAMESPACE else "",
        type=entity.type,
        lifecycle=entity.lifecycle,
        owners=context.owners(route, entity.ref),
        summary=description_html(entity.description),
        tabs=_tabs(context, route, entity, tab),
        actions=tuple(actions),
        warning=entity.stale.error if entity.stale else "",
        warning_since=context.moment(entity.stale.since) if entity.stale else None,
    )


def docs_route(context: Context, ref: EntityRef) -> str:
    """Where the documentation of *ref* is, or empty."""
    manuals = context.portal.manuals
    if ref in manuals.by_entity:
        return routes.manual(ref)
    if ref in manuals.aliases:
        target, path = manuals.aliases[ref]
        return routes.manual(target, path)
    return ""


def _tabs(context: Context, route: str, entity: Entity, tab: str) -> tuple[Link, ...]:
    _ = context.gettext
    tabs = [Link(_("Overview"), context.href(route, routes.entity(entity.ref)), current=tab == "")]
    if entity.ref.kind == "api" and definition_of(entity):
        tabs.append(Link(_("API"), context.href(route, routes.entity(entity.ref, "api")), current=tab == "api"))
    if entity.ref.kind == "template":
        tabs.append(Link(_("Create"), context.href(route, routes.template(entity.ref)), current=tab == "create"))
    if entity.ref in context.drawings.reach:
        tabs.append(Link(_("Graph"), context.href(route, routes.entity(entity.ref, "graph")), current=tab == "graph"))
    if docs := docs_route(context, entity.ref):
        tabs.append(Link(_("Docs"), context.href(route, docs)))
    return tuple(tabs)


def breadcrumb(context: Context, route: str, entity: Entity) -> tuple[Link, ...]:
    """Domain, system and parent of *entity*, else its kind."""
    catalog = context.portal.catalog
    chain: list[EntityRef] = []
    current = entity.ref
    while parents := [ref for ref in (*catalog.targets(current, "partOf"), *catalog.targets(current, "childOf")) if ref in catalog.entities]:
        order = {"component": 0, "system": 1, "group": 2, "domain": 3}
        current = min(parents, key=lambda ref: (order.get(ref.kind, 9), ref))
        if current in chain or current == entity.ref or len(chain) == 5:
            break
        chain.append(current)
    links = tuple(
        Link(catalog.entities[ref].title, context.href(route, routes.entity(ref)), kinds.icon_of(catalog.entities[ref]))
        for ref in reversed(chain)
    )
    kind = Link(context.kind(entity.ref.kind, entity.kind).many, context.href(route, routes.catalog_kind(entity.ref.kind)))
    return (Link(context.gettext("Catalog"), context.href(route, routes.CATALOG)), *(links or (kind,)))


def overview(context: Context, entity: Entity, cards: tuple[Card, ...] = ()) -> tuple[str, EntityView]:
    """The overview of *entity*; *cards* are what plugins add."""
    route = routes.entity(entity.ref)
    head = header(context, route, entity)
    held = holdings(context, route, entity)
    tabled = API_RELATIONS | {"partOf"} | (TABLED if entity.ref.kind in {"group", "user"} else {"ownedBy"}) | ({"hasPart"} if held else set())
    return route, EntityView(
        frame=context.frame(
            route,
            entity.title,
            description=first_sentence(plain(entity.description)),
            breadcrumb=breadcrumb(context, route, entity),
            ref=entity.ref,
            section=routes.CATALOG,
            alternates=(Link("JSON", context.href(route, routes.entity_json(entity.ref))),),
        ),
        header=head,
        about=_about(context, route, entity),
        relations=_relations(context, route, entity, hidden=tabled),
        apis=tuple(_apis(context, route, entity)),
        holdings=held,
        estates=estates(context, route, entity),
        tree=tuple(group_node(context, route, ref, {entity.ref}) for ref in children(context, entity.ref)),
        owners=_owner_cards(context, route, entity),
        links=_links(entity),
        tags=tuple(Link(tag, context.href(route, routes.CATALOG) + f"?tag={quote(tag, safe='')}") for tag in dict.fromkeys(entity.tags)),
        labels=tuple(Fact(name, value) for name, value in sorted(entity.labels.items())),
        annotations=tuple(
            Fact(name, value) for name, value in sorted(entity.annotations.items()) if name not in OWN_ANNOTATIONS
        ),
        source=_source(context, route, entity),
        picture=_picture(context, route, entity),
        picture_links=_picture_links(context, route, entity),
        problems=tuple(
            context.problem(route, problem)
            for problem in sorted(context.problems_of.get(str(entity.ref), ()), key=lambda p: (-p.severity, p.order))
            if problem.severity > Severity.INFO
        ),
        empty=tuple(lessons(context, entity, next((link.url for link in head.actions if link.icon == "pencil-outline"), ""))),
        cards=cards,
    )


def _picture(context: Context, route: str, entity: Entity) -> Picture | None:
    """What *entity* holds, or what is around it; nothing of a person in one team who owns nothing, of whom two boxes say no more."""
    drawings = context.drawings
    if inside := drawings.inside.get(entity.ref):
        return graphs.picture(context, route, inside, context.gettext("What %(name)s contains", name=entity.title), graphs.explorer(context, route, entity.ref))
    around = drawings.around.get(entity.ref)
    if around and (entity.ref.kind != "user" or len(around.lines) > 1):
        return graphs.picture(context, route, around, context.gettext("What %(name)s is related to", name=entity.title), graphs.explorer(context, route, entity.ref))
    return None


def _picture_links(context: Context, route: str, entity: Entity) -> tuple[Link, ...]:
    links = [Link(context.gettext("Explore"), graphs.explorer(context, route, entity.ref, maxDepth="1"))]
    if entity.ref in context.drawings.reach:
        links.insert(0, Link(context.gettext("One step further"), context.href(route, routes.entity(entity.ref, "graph"))))
    return tuple(links)


def entity_graph(context: Context, entity: Entity) -> tuple[str, EntityGraphView]:
    """The page of what is near *entity*."""
    route = routes.entity(entity.ref, "graph")
    drawing = context.drawings.reach[entity.ref]
    explorer = graphs.explorer(context, route, entity.ref, maxDepth="2")
    return route, EntityGraphView(
        frame=context.frame(
            route,
            f"{entity.title} · {context.gettext('Graph')}",
            description=context.gettext("What is near %(name)s", name=entity.title),
            breadcrumb=(*breadcrumb(context, route, entity), Link(entity.title, context.href(route, routes.entity(entity.ref)))),
            ref=entity.ref,
            section=routes.CATALOG,
        ),
        header=header(context, route, entity, "graph"),
        about=context.gettext(graphs.REACHES.get(entity.ref.kind, graphs.REACHES[""])),
        picture=graphs.picture(context, route, drawing, context.gettext("What is near %(name)s", name=entity.title), explorer),
        facts=graphs.facts(context, route, drawing, explorer),
        folds=graphs.folds(context, route, drawing, explorer),
        filters=graphs.filters(context, route, entity.ref),
        explorer_url=explorer,
    )


def _about(context: Context, route: str, entity: Entity) -> tuple[Fact, ...]:
    _ = context.gettext
    catalog = context.portal.catalog
    facts: list[Fact] = []
    if owners := context.owners(route, entity.ref):
        facts.append(Fact(_("Owner"), links=owners))
    for kind, label in (("domain", _("Domain")), ("system", _("System")), ("component", _("Parent component"))):
        targets = [ref for ref in catalog.targets(entity.ref, "partOf") if ref.kind == kind]
        if targets:
            facts.append(Fact(label, links=context.entity_links(route, targets)))
    for type, label in (("childOf", _("Part of")), ("memberOf", _("Member of"))):
        if targets := list(catalog.targets(entity.ref, type)):
            facts.append(Fact(label, links=context.entity_links(route, targets)))
    facts.append(Fact(_("Kind"), entity.kind))
    if entity.type:
        facts.append(Fact(_("Type"), entity.type))
    if entity.lifecycle:
        facts.append(Fact(_("Lifecycle"), entity.lifecycle))
    if entity.namespace != "default":
        facts.append(Fact(_("Namespace"), entity.namespace))
    profile = entity.spec.get("profile")
    email = profile.get("email") if isinstance(profile, Mapping) else None
    if isinstance(email, str) and (address := routes.safe_url(f"mailto:{email}")):
        facts.append(Fact(_("E-mail"), links=(Link(email, address, external=True),)))
    if entity.ref.kind == "location":
        targets_written = [entity.spec.get("target"), *(entity.spec.get("targets") or ())]
        facts += [Fact(_("Target"), str(target)) for target in targets_written if target]
    return tuple(facts)


def _relations(context: Context, route: str, entity: Entity, *, hidden: frozenset[str] | set[str]) -> tuple[RelationGroup, ...]:
    types = {relation.type for relation in context.portal.catalog.relations.get(entity.ref, ())}
    return tuple(
        RelationGroup(
            kinds.relation_heading(type, context.language), type, context.entity_links(route, context.portal.catalog.targets(entity.ref, type))
        )
        for type in sorted(types - hidden, key=kinds.relation_order)
    )


def _apis(context: Context, route: str, entity: Entity) -> Iterator[Holding]:
    """What is provided and consumed, and by whom: rows, because people look for the owner."""
    catalog = context.portal.catalog
    for type in sorted(API_RELATIONS, key=kinds.relation_order):
        if targets := catalog.targets(entity.ref, type):
            missing = tuple(EntityRow(entity=context.link(route, ref)) for ref in targets if ref not in catalog.entities)
            heading = context.gettext(API_HEADINGS[type]) if type in API_HEADINGS else kinds.relation_heading(type, context.language)
            yield Holding(heading, (*context.rows(route, targets), *missing), len(targets), "")


def _owner_cards(context: Context, route: str, entity: Entity) -> tuple[OwnerCard, ...]:
    cards = []
    for ref in context.portal.catalog.owners(entity.ref):
        owner = context.entity(ref)
        people = members_of(context, route, [ref])
        address = mail_of(owner) if owner else ""
        cards.append(OwnerCard(context.link(route, ref), people[:PEOPLE], max(0, len(people) - PEOPLE), address))
    return tuple(cards)


def _links(entity: Entity) -> tuple[Link, ...]:
    """``metadata.links`` whose address may be shown; the others are diagnostics."""
    found = []
    for link in entity.links:
        if url := routes.safe_url(link.url):
            found.append(Link(link.title or host_of(url) or url, url, "link-variant", host_of(url), external=True))
    return tuple(found)


def _source(context: Context, route: str, entity: Entity) -> tuple[Fact, ...]:
    repository = context.portal.repositories.get(entity.source.repo)
    _ = context.gettext
    place = entity.at()
    facts = [Fact(_("Declared in"), f"{place.path}:{place.line}" if place.line else place.path)]
    if repository:
        view = routes.safe_url(forges.view_url(repository, place.path, place.line))
        if view:
            facts[0] = Fact(_("Declared in"), links=(Link(facts[0].text, view, external=True),))
        url = routes.safe_url(repository.url)
        facts.append(Fact(_("Repository"), links=(Link(repository.name, url, external=True),)) if url else Fact(_("Repository"), repository.name))
        if repository.branch:
            facts.append(Fact(_("Branch"), repository.branch))
        if repository.commit:
            facts.append(Fact(_("Commit"), repository.commit[:10]))
    else:
        facts.append(Fact(_("Repository"), entity.source.repo))
    if entity.via:
        refs = [EntityRef.parse(ref) for ref in entity.via]
        facts.append(Fact(_("By way of"), links=context.entity_links(route, refs)))
    return tuple(facts)


def definition_of(entity: Entity) -> str:
    """The definition of an API, or empty."""
    text = entity.spec.get("definition")
    return text if isinstance(text, str) else ""


def plugin_cards(context: Context, plugins: PluginManager, report: Report, entity: Entity) -> tuple[Card, ...]:
    """The cards that plugins add; what is not a Card is left out, and a plugin that raises is a diagnostic."""
    cards = ask(plugins, "entity_cards", report, entity=entity, portal=context.portal)
    return tuple(card for card in cards if isinstance(card, Card))


def entity_pages(context: Context, plugins: PluginManager, report: Report) -> Iterator[tuple[str, EntityView | EntityGraphView]]:
    """The overview of every entity, and its graph."""
    for entity in context.portal.catalog.entities.values():
        yield overview(context, entity, plugin_cards(context, plugins, report, entity))
        if entity.ref in context.drawings.reach:
            yield entity_graph(context, entity)
