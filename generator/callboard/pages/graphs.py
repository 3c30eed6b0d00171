"""Pictures of relations as SVG: classes instead of colours, real links, and a table of the same facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from markupsafe import Markup, escape

from callboard.model import routes
from callboard.model.graph import Box, Drawing, Fold, family_of
from callboard.model.language import N_
from callboard.model.ref import EntityRef
from callboard.pages import kinds
from callboard.pages.context import Context
from callboard.pages.views import Choice, EntityLink, FoldedBox, GraphFact, GraphView, Legend, Link, Picture

SAID = {
    "ownerOf": N_("owns"),
    "hasPart": N_("contains"),
    "parentOf": N_("is above"),
    "hasMember": N_("has member"),
    "consumesApi": N_("consumes"),
    "apiProvidedBy": N_("is provided by"),
    "dependsOn": N_("depends on"),
}
"""Relations as they are read along a line."""
LEGEND = {
    "use": N_("depends on"),
    "api": N_("provides or consumes an API"),
    "part": N_("contains"),
    "own": N_("owns"),
    "team": N_("teams and people"),
    "other": N_("other relations"),
}
REACHES = {
    "": N_("Two steps of dependencies and APIs, what it is part of, and who owns it."),
    "group": N_("Two steps of teams, its people, and what it owns with how that works together."),
}
"""What is near an entity, by its kind."""
SHRUNK = (960, 1320)
"""A picture of so many pixels is made to fit its place, in a column or on a page; a wider one is scrolled."""
LISTED = 40
"""Entities of a fold that are listed."""
NAMED = 8
"""So many names are in the tooltip of a fold."""


def said(context: Context, type: str) -> str:
    """How a relation is read from its source to its target."""
    known = SAID.get(type)
    return context.gettext(known) if known else kinds.relation_heading(type, context.language).lower()


def picture(context: Context, route: str, drawing: Drawing, label: str, rest: str) -> Picture:
    """*drawing* on the page at *route*; folds of entities that have nothing in common lead to the address *rest*."""
    links = [_link(context, route, box, rest) for box in drawing.boxes]
    size = f'width="{drawing.width}" height="{drawing.height}" viewBox="0 0 {drawing.width} {drawing.height}"'
    narrow, wide = SHRUNK
    classes = "cb-graph g-fits" if drawing.width <= narrow else "cb-graph g-fits-page" if drawing.width <= wide else "cb-graph"
    parts = [f'<svg class="{classes}" {size} role="group" aria-label="{escape(label)}">']
    for frame in drawing.frames:
        of = context.link(route, frame.ref)
        parts.append(
            f'<a class="gf k-{escape(of.kind)}" href="{escape(of.url)}"><rect x="{frame.x}" y="{frame.y}" width="{frame.width}" height="{frame.height}"/>'
            f'<text x="{frame.x + 12}" y="{frame.y + 19}">{escape(frame.label)}</text></a>'
        )
    parts += _lines(drawing)
    parts += [_box(context, box, link, n < drawing.roots) for n, (box, link) in enumerate(zip(drawing.boxes, links, strict=True))]
    parts.append("</svg>")
    return Picture(
        svg=Markup("".join(parts)),  # noqa: S704  # escaped above
        label=label,
        icons=tuple(dict.fromkeys(link.icon for link in links)),
        legend=tuple(Legend(family, context.gettext(LEGEND[family])) for family in drawing.families),
        folded=drawing.folded,
    )


def _link(context: Context, route: str, box: Box, elsewhere: str) -> EntityLink:
    _ = context.gettext
    if isinstance(box.what, EntityRef):
        return context.link(route, box.what)
    fold = box.what
    under = context.link(route, fold.under) if fold.under else None
    names = ", ".join(context.link(route, ref).title for ref in fold.refs[:NAMED])
    number = context.language.number
    if len(fold.refs) > NAMED:
        names = _("%(names)s and %(number)s more", names=names, number=number(len(fold.refs) - NAMED))
    rest = _("%(number)s more", number=number(len(fold.refs)))
    if under:
        rest = _("%(rest)s of %(name)s", rest=rest, name=under.title)
    elif fold.kind:
        rest = _("%(rest)s of kind %(kind)s", rest=rest, kind=fold.kind)
    return EntityLink(
        title=rest,
        ref="",
        url=under.url if under else elsewhere,
        icon=kinds.icon(fold.kind) if fold.kind else under.icon if under else "dots-horizontal",
        kind=fold.kind if fold.kind in kinds.KINDS else under.kind if under else "other",
        description=names,
    )


def _lines(drawing: Drawing) -> Iterator[str]:
    """The lines of each family together. What each says is beside the picture; a script tells it of the one that is pointed at."""
    for family in drawing.families:
        paths = "".join(f'<path d="{line.path}"/>' for line in drawing.lines if family_of(line.types[0]) == family)
        if paths:
            yield f'<g class="ge g-{family}" marker-end="url(#cb-tip)">{paths}</g>'


def _box(context: Context, box: Box, link: EntityLink, root: bool) -> str:
    """A box with a title where it does not show the whole name."""
    fold = isinstance(box.what, Fold)
    about = f"{link.title}: {link.description}" if fold else link.title if link.url else f"{link.title}: {context.gettext('not in the catalog')}"
    title = f"<title>{escape(about)}</title>" if about != box.label else ""
    classes = f"gn k-{link.kind}{' g-root' if root else ''}{' g-fold' if fold else ''}{'' if link.url else ' g-missing'}"
    inner = f'{title}<rect width="{box.width}"/><use href="#cb-p-{escape(link.icon)}"/><text>{escape(box.label)}</text>'
    place = f'class="{escape(classes)}" transform="translate({box.x - box.width // 2} {box.y})"'
    return f'<a {place} href="{escape(link.url)}">{inner}</a>' if link.url else f"<g {place}>{inner}</g>"


def facts(context: Context, route: str, drawing: Drawing, rest: str) -> tuple[GraphFact, ...]:
    """What the lines of *drawing* say, in words: lines that say the same are told together, by the end that more of them share."""
    links = [_link(context, route, box, rest) for box in drawing.boxes]
    lines = [(line, context.language.both(said(context, type) for type in line.types)) for line in drawing.lines]
    begin = Counter((line.source, words) for line, words in lines)
    end = Counter((line.target, words) for line, words in lines)
    gathered: dict[tuple[bool, int, str], list[tuple[EntityLink, int]]] = {}
    for line, words in lines:
        forward = begin[line.source, words] >= end[line.target, words]
        shared, other = (line.source, line.target) if forward else (line.target, line.source)
        gathered.setdefault((forward, shared, words), []).append((links[other], line.times // len(line.types)))
    return tuple(
        GraphFact(((links[shared], 1),), words, tuple(others)) if forward else GraphFact(tuple(others), words, ((links[shared], 1),))
        for (forward, shared, words), others in gathered.items()
    )


def folds(context: Context, route: str, drawing: Drawing, rest: str) -> tuple[FoldedBox, ...]:
    """What each fold of *drawing* stands for; of very much, the first, and where to see all."""
    found = ((_link(context, route, box, rest), box.what) for box in drawing.boxes if isinstance(box.what, Fold))
    return tuple(
        FoldedBox(link.title, context.entity_links(route, fold.refs[:LISTED]), max(0, len(fold.refs) - LISTED), link.url) for link, fold in found
    )


def explorer(context: Context, route: str, root: EntityRef, **parameters: Sequence[str]) -> str:
    """The address of the page for exploring, about *root*, with Backstage's parameters."""
    query: Mapping[str, Sequence[str]] = {"rootEntityRefs[]": [str(root)], **parameters}
    return f"{context.href(route, routes.GRAPH)}?{urlencode(query, doseq=True, safe=':/')}"


def filters(context: Context, route: str, root: EntityRef) -> tuple[Link, ...]:
    """Other views of what is near *root*."""
    _ = context.gettext
    present = {relation.type for relation in context.portal.catalog.relations.get(root, ())}
    views = [
        (_("Dependencies"), ("dependsOn", "dependencyOf"), "3"),
        (_("APIs"), ("providesApi", "apiProvidedBy", "consumesApi", "apiConsumedBy"), "3"),
        (_("Contents"), ("hasPart", "partOf"), "3"),
        (_("Ownership"), ("ownedBy", "ownerOf"), "1"),
        (_("Teams"), ("parentOf", "childOf", "hasMember", "memberOf"), "3"),
    ]
    return (
        *(
            Link(label, explorer(context, route, root, **{"maxDepth": depth, "selectedRelations[]": list(types)}))
            for label, types, depth in views
            if present.intersection(types)
        ),
        Link(_("Three steps of everything"), explorer(context, route, root, maxDepth="3")),
    )


def graph_page(context: Context) -> tuple[str, GraphView]:
    """The page for exploring; without a script, the map of all systems."""
    _ = context.gettext
    route = routes.GRAPH
    catalog, drawings = context.portal.catalog, context.drawings
    rest = context.href(route, routes.CATALOG)
    drawn = {box.what.kind for box in drawings.systems.boxes} if drawings.systems else set()
    about = (
        _("Choose an entity to see what is around it.")
        if not drawn
        else _("All systems, and which of them work together.")
        if "domain" not in drawn
        else _("All domains, and which of them work together.")
        if drawn == {"domain"}
        else _("All domains, and systems without one, and which of them work together.")
    )
    strongest = ""
    if drawings.systems and drawings.systems.left:
        number = context.language.number
        drawn_lines = len(drawings.systems.lines)
        strongest = _(
            "Of %(all)s lines, the %(number)s that stand for most are drawn.", all=number(drawn_lines + drawings.systems.left), number=number(drawn_lines)
        )
    wholes = [entity for kind in ("domain", "system") for entity in catalog.of_kind(kind) if entity.ref in drawings.inside]
    present = sorted({ref.kind for ref in catalog.entities}, key=kinds.kind_order)
    types = sorted({relation.type for relations in catalog.relations.values() for relation in relations}, key=kinds.relation_order)
    used = {kinds.icon_of(entity) for entity in catalog.entities.values()} | {kinds.icon(kind) for kind in kinds.KINDS}
    return route, GraphView(
        frame=context.frame(route, _("Graph"), description=_("How everything at %(portal)s hangs together", portal=context.portal.title)),
        about=f"{about} {strongest}".rstrip(),
        picture=picture(context, route, drawings.systems, about.rstrip("."), rest) if drawings.systems else None,
        facts=facts(context, route, drawings.systems, rest) if drawings.systems else (),
        folds=folds(context, route, drawings.systems, rest) if drawings.systems else (),
        maps=tuple(sorted(context.entity_links(route, (entity.ref for entity in wholes)), key=lambda link: (link.kind, link.title.casefold()))),
        kinds=tuple(Choice(kind, context.kind(kind).many, kinds.icon(kind)) for kind in present),
        relations=tuple(Choice(type, kinds.relation_heading(type, context.language)) for type in types),
        icons=tuple(sorted({*used, kinds.OTHER, "dots-horizontal"})),
        data_url=f"{context.links.root(route)}assets/graph/{drawings.data.stamp}/",
        finders=drawings.data.finders,
        stamp=drawings.data.stamp,
    )
