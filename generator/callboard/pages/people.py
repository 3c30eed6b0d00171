"""Owners: the tree of groups, people, and what nobody owns."""

from __future__ import annotations

from callboard.model import routes
from callboard.pages import graphs, kinds
from callboard.pages.context import Context
from callboard.pages.estate import group_node
from callboard.pages.views import OwnersView

PEOPLE = 100
UNOWNED = 200
"""How many of each stand on the page; the catalog has all of them."""


def owners(context: Context) -> tuple[str, OwnersView]:
    """The page of owners. A group whose parents are all missing, or that only leads back to itself, stands at the top."""
    route = routes.OWNERS
    _ = context.gettext
    catalog = context.portal.catalog
    groups = sorted(catalog.of_kind("group"), key=lambda entity: (entity.title.casefold(), entity.ref))
    tops = [group.ref for group in groups if not any(ref in catalog.entities for ref in catalog.targets(group.ref, "childOf"))]
    seen = set()
    pending = list(tops)
    while pending:
        ref = pending.pop()
        if ref not in seen:
            seen.add(ref)
            pending += catalog.targets(ref, "parentOf")
    tops += [group.ref for group in groups if group.ref not in seen][:1]
    unowned = [
        ref
        for ref in catalog.entities
        if ref.kind in kinds.OWNABLE and not any(owner in catalog.entities for owner in catalog.owners(ref))
    ]
    users = sorted(catalog.of_kind("user"), key=lambda entity: (entity.title.casefold(), entity.ref))
    return route, OwnersView(
        frame=context.frame(route, _("Owners"), description=_("Teams and people of %(portal)s", portal=context.portal.title)),
        tree=tuple(group_node(context, route, ref, set()) for ref in tops),
        picture=graphs.picture(context, route, context.drawings.teams, _("Teams, each above those below it"), "#cb-groups")
        if context.drawings.teams
        else None,
        people=context.entity_links(route, (user.ref for user in users[:PEOPLE])),
        people_total=len(users),
        people_url=context.href(route, routes.catalog_kind("user")),
        unowned=context.rows(route, unowned)[:UNOWNED],
        unowned_total=len(unowned),
        unowned_url=f"{context.href(route, routes.CATALOG)}?problems=unowned",
    )
