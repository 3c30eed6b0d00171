"""What groups and people have, and what systems and domains hold: at first hand, and with everything below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from callboard.model import routes
from callboard.model.entity import Entity
from callboard.model.ref import EntityRef
from callboard.pages import kinds
from callboard.pages.context import Context
from callboard.pages.views import EntityLink, EntityRow, Estate, Holding, Link, Tile, TreeNode

ROWS = 100
ROWS_BELOW = 50
"""Rows of one table: of what belongs to somebody or something directly, and of what is farther away. The catalog has them all."""
ROWS_OF_PERSON = 10
MANUALS_OF_PERSON = 5
"""On the page of a person; the pages of their teams have them all."""
PEOPLE = 200
PEOPLE_BELOW = 50
ASKED = 40
"""Owners that one address of the catalog names."""
TILES = 8
LIVES = ("production", "experimental", "deprecated")
"""Lifecycles that have a colour, in order."""
MANUALS = 24


def _all_below(step: Callable[[EntityRef], Iterable[EntityRef]], start: Iterable[EntityRef]) -> list[EntityRef]:
    """Everything that *step* leads to from *start*, itself left out, nearest first; what contains itself is met once."""
    first = list(start)
    seen = dict.fromkeys(first)
    edge = first
    while edge:
        edge = [ref for ref in dict.fromkeys(target for ref in edge for target in step(ref)) if ref not in seen]
        seen.update(dict.fromkeys(edge))
    return list(seen)[len(first) :]


def people(context: Context, route: str, groups: Iterable[EntityRef]) -> tuple[EntityLink, ...]:
    """Members of *groups* by name, those that are not in the catalog last."""
    refs = dict.fromkeys(ref for group in groups for ref in context.portal.catalog.targets(group, "hasMember"))
    return tuple(sorted(context.entity_links(route, refs), key=lambda link: (link.missing, link.title.casefold())))


def children(context: Context, group: EntityRef) -> list[EntityRef]:
    catalog = context.portal.catalog
    found = [ref for ref in catalog.targets(group, "parentOf") if ref in catalog.entities]
    return sorted(found, key=lambda ref: catalog.entities[ref].title.casefold())


def group_node(context: Context, route: str, ref: EntityRef, above: set[EntityRef]) -> TreeNode:
    """*ref* and the groups below it; groups that contain themselves are cut where they come back."""
    catalog = context.portal.catalog
    path = above | {ref}
    nodes = tuple(group_node(context, route, child, path) for child in children(context, ref) if child not in path)
    members = len(catalog.targets(ref, "hasMember"))
    own = sum(target in catalog.entities for target in catalog.targets(ref, "ownerOf"))
    below = own + sum(child.owned for child in nodes)
    detail = ", ".join(part for part in (context.ngettext("%(n)s member", "%(n)s members", members) if members else "", _owns(context, own, below)) if part)
    return TreeNode(entity=context.link(route, ref), detail=detail, members=members, owned=below, children=nodes)


def _owns(context: Context, own: int, below: int) -> str:
    """What a group owns, and with those *below* it; empty where that is nothing."""
    number = context.language.number
    if not below:
        return ""
    if below == own:
        return context.gettext("owns %(number)s", number=number(own))
    return context.gettext("owns %(number)s (%(all)s with those below)", number=number(own), all=number(below))


# -- groups and people ---------------------------------------------------------------------------------------------------


def estates(context: Context, route: str, entity: Entity) -> tuple[Estate, ...]:
    """What a group or person has, as Backstage's ownership card counts it: directly; and aggregated, which is with the
    groups below a group, or with the groups that a person is in."""
    if entity.ref.kind not in {"group", "user"}:
        return ()
    _ = context.gettext
    person = entity.ref.kind == "user"
    catalog = context.portal.catalog
    if person:
        others = [ref for ref in catalog.targets(entity.ref, "memberOf") if ref in catalog.entities]
    else:
        others = _all_below(lambda ref: children(context, ref), [entity.ref])
    direct = _estate(context, route, _("Directly"), [entity.ref], person=person)
    if not others:
        return (direct,)
    label = (_("With their teams") if len(others) > 1 else _("With %(team)s", team=catalog.entities[others[0]].title)) if person else _("With the teams below")
    aggregated = _estate(context, route, label, [entity.ref, *others], person=person)
    if len(others) == 1 and person and not direct.total:
        team = context.link(route, others[0])
        aggregated = replace(aggregated, rest=Link(_("All on the page of %(team)s", team=team.title), team.url))
    return (direct, aggregated) if direct.total or direct.members else (aggregated, direct)


def _estate(context: Context, route: str, label: str, owners: Sequence[EntityRef], *, person: bool) -> Estate:
    catalog = context.portal.catalog
    owned = list(dict.fromkeys(ref for owner in owners for ref in catalog.targets(owner, "ownerOf") if ref in catalog.entities))
    query = "&".join(f"owner={quote(owner.short, safe=':/')}" for owner in owners) if len(owners) <= ASKED else ""
    found = () if person else people(context, route, owners)
    documents = _documents(context, owned)
    alone = len(owners) == 1
    rows = _first_rows(context, route, owned, ROWS_OF_PERSON if person else ROWS if alone else ROWS_BELOW)
    if (alone or (person and len(owners) == 2)) and {row.owners for row in rows} == {context.entity_links(route, owners[-1:])}:
        rows = tuple(replace(row, owners=()) for row in rows)  # the page, or the way of counting, names it already
    if person:
        rows = tuple(replace(row, tags=()) for row in rows)
    return Estate(
        label=label,
        counts=tuple(_counts(context, route, owned, query)),
        lives=tuple(_lives(context, route, owned, query)),
        owned=rows,
        total=len(owned),
        rest=Link(context.gettext("All in the catalog"), context.href(route, routes.CATALOG) + f"?{query}") if query else None,
        worries=sum(context.worries(ref) > 0 for ref in owned),
        worries_url=context.href(route, routes.CATALOG) + f"?{query}&problems=any" if query else "",
        documents=tuple(
            Link(title, context.href(route, routes.manual(ref)), "book-open-outline")
            for title, ref in documents[: MANUALS_OF_PERSON if person else MANUALS]
        ),
        documented=len(documents),
        members=found[: PEOPLE if alone else PEOPLE_BELOW],
        people=len(found),
    )


def _first_rows(context: Context, route: str, refs: Collection[EntityRef], limit: int = ROWS) -> tuple[EntityRow, ...]:
    ordered = sorted(refs, key=lambda ref: (kinds.kind_order(ref.kind), context.portal.catalog.entities[ref].title.casefold(), ref))
    return context.rows(route, ordered[:limit])


def _documents(context: Context, refs: Iterable[EntityRef]) -> list[tuple[str, EntityRef]]:
    """The manuals of *refs*, by title."""
    manuals = context.portal.manuals.by_entity
    return sorted(((manual.title, ref) for ref in refs if (manual := manuals.get(ref))), key=lambda item: (item[0].casefold(), item[1]))


def _counts(context: Context, route: str, refs: Iterable[EntityRef], query: str) -> Iterator[Tile]:
    """How many there are of each type, the most first; of few types, there is nothing to sum up."""
    entities = [context.portal.catalog.entities[ref] for ref in refs]
    found = Counter((entity.ref.kind, entity.type) for entity in entities)
    icons = {(entity.ref.kind, entity.type): kinds.icon_of(entity) for entity in entities}
    if len(entities) < 3:
        return
    for (kind, type), number in sorted(found.items(), key=lambda item: (-item[1], kinds.kind_order(item[0][0]), item[0][1]))[:TILES]:
        narrowed = f"?{query}&kind={quote(kind)}" + (f"&type={quote(type, safe='')}" if type else "")
        yield Tile(
            label=type or context.kind(kind).one,
            value=context.language.number(number),
            url=context.href(route, routes.CATALOG) + narrowed if query else "",
            icon=icons[kind, type],
            hue=kind if kind in kinds.KINDS else "other",
        )


def _lives(context: Context, route: str, refs: Iterable[EntityRef], query: str) -> Iterator[Tile]:
    """How many there are in each lifecycle, from the one that carries the organisation to the one that ends; nothing where all are in one."""
    found = Counter(life for ref in refs if (life := context.portal.catalog.entities[ref].lifecycle))
    if len(found) < 2:
        return

    def order(item: tuple[str, int]) -> tuple[int, int, str]:
        life, number = item
        return LIVES.index(life.lower()) if life.lower() in LIVES else len(LIVES), -number, life

    for life, number in sorted(found.items(), key=order)[:TILES]:
        yield Tile(
            label=life,
            value=context.language.number(number),
            url=context.href(route, routes.CATALOG) + f"?{query}&lifecycle={quote(life, safe='')}" if query else "",
            hue=life.lower() if life.lower() in LIVES else "other",
        )


# -- systems and domains -------------------------------------------------------------------------------------------------


def holdings(context: Context, route: str, entity: Entity) -> tuple[Holding, ...]:
    """What a system or domain holds: at first hand, and inside of that."""
    if entity.ref.kind not in {"system", "domain"}:
        return ()
    catalog = context.portal.catalog

    def parts(ref: EntityRef) -> list[EntityRef]:
        return [target for target in catalog.targets(ref, "hasPart") if target in catalog.entities]

    direct = parts(entity.ref)
    inside = _all_below(parts, direct)
    url = context.href(route, routes.CATALOG) + f"?{entity.ref.kind}={quote(entity.ref.short, safe=':/')}"
    inside = [ref for ref in inside if ref != entity.ref]
    found = []
    if direct:
        # That they are part of it need not be said in each row.
        rows = tuple(replace(row, system=None) for row in _first_rows(context, route, direct))
        found.append(Holding(context.gettext("Contains"), rows, len(direct), url))
    if inside:
        found.append(Holding(context.gettext("Inside of these"), _first_rows(context, route, inside, ROWS_BELOW), len(inside), url))
    return tuple(found)
