"""The catalog: its pages of rows, and the columns by which a browser filters the whole of it.

Pages hold their rows, so that they are complete without a script. The columns hold a few bytes of every entity, what
entities say of themselves comes apart from them, a little at a time.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from callboard.model import routes
from callboard.model.entity import Entity
from callboard.model.language import N_
from callboard.model.output import OutputFile, data_script, script_json
from callboard.model.ref import EntityRef
from callboard.pages import kinds
from callboard.pages.assets import GLYPHS, symbols
from callboard.pages.context import Context, first_sentence
from callboard.pages.views import CatalogView, EntityLink, EntityRow, Facet, FacetValue, Link
from callboard.plaintext import plain

ORIGIN = "catalog"
ROWS = 250
"""Rows of one page: more would keep a phone busy for longer than people wait."""
VALUES = 10
"""Values of a facet that stand in the page; the script has all of them."""
ABOUT = 32
"""Descriptions in one file: as many as a screen of rows is likely to need, at two kilobytes."""
RELATED = ("dependsOn", "dependencyOf", "providesApi", "consumesApi", "apiProvidedBy", "apiConsumedBy")
"""Relations that the side peek counts."""
WORRIES = {"any": N_("With problems"), "unowned": N_("Owned by nobody"), "stale": N_("Last good version")}
YOURS = {"owned": N_("Owned by us"), "starred": N_("Starred"), "recent": N_("Recently viewed")}


@dataclass(frozen=True, slots=True)
class Record:
    """What the columns know of an entity. Values of facets are as they stand in addresses."""

    entity: Entity
    owners: tuple[str, ...]
    system: str
    domain: str
    worries: tuple[str, ...]


class Column(NamedTuple):
    """A facet: its name in addresses, what it is called, and the values that an entity has."""

    name: str
    label: str
    values: Callable[[Record], tuple[str, ...]]


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


COLUMNS = (
    Column("kind", N_("Kind"), lambda record: (record.entity.ref.kind,)),
    Column("type", N_("Type"), lambda record: _one(record.entity.type)),
    Column("owner", N_("Owner"), lambda record: record.owners),
    Column("lifecycle", N_("Lifecycle"), lambda record: _one(record.entity.lifecycle)),
    Column("system", N_("System"), lambda record: _one(record.system)),
    Column("domain", N_("Domain"), lambda record: _one(record.domain)),
    Column("tag", N_("Tag"), lambda record: tuple(dict.fromkeys(record.entity.tags))),
    Column("namespace", N_("Namespace"), lambda record: (record.entity.ref.namespace,)),
    Column("problems", N_("Problems"), lambda record: record.worries),
)
OPEN = frozenset({"kind", "type", "owner"})
"""Facets that are unfolded until a reader folds them."""


def present(context: Context) -> list[tuple[str, list[Entity]]]:
    """Kinds that have entities, in the order of lists, each with its entities by title."""
    found: dict[str, list[Entity]] = defaultdict(list)
    for ref, entity in context.portal.catalog.entities.items():
        found[ref.kind].append(entity)
    for entities in found.values():
        entities.sort(key=lambda entity: (entity.title.casefold(), entity.ref))
    return sorted(found.items(), key=lambda item: kinds.kind_order(item[0]))


def _unused(known: set[str]) -> tuple[str, ...]:
    """Columns of the table that would be empty in every row: what a row is part of is its system or its domain."""
    known = known | ({"system"} if "domain" in known else set())
    return tuple(name for name in ("owner", "type", "lifecycle", "system", "tag") if name not in known)


def records(context: Context) -> tuple[Record, ...]:
    """Every entity in the order of the catalog's pages."""
    return tuple(_record(context, entity) for _, entities in present(context) for entity in entities)


def _record(context: Context, entity: Entity) -> Record:
    ref = entity.ref
    system = _part_of(context, ref, "system")
    domain = _part_of(context, ref, "domain") or (_part_of(context, system, "domain") if system else None)
    owners = sorted(context.portal.catalog.owners(ref), key=lambda owner: (owner.kind != "group", owner))
    worries = {
        "any": context.worries(ref) > 0,
        "unowned": ref.kind in kinds.OWNABLE and not any(owner in context.portal.catalog.entities for owner in owners),
        "stale": entity.stale is not None,
    }
    return Record(
        entity,
        owners=tuple(owner.short for owner in owners),
        system=system.short if system else "",
        domain=domain.short if domain else "",
        worries=tuple(name for name, there in worries.items() if there),
    )


def _part_of(context: Context, ref: EntityRef, kind: str) -> EntityRef | None:
    return next((target for target in context.portal.catalog.targets(ref, "partOf") if target.kind == kind), None)


# -- columns -------------------------------------------------------------------------------------------------------------


def _coded(values: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """The distinct values, and for each entity its number among them, a list of numbers, or -1 for none."""
    distinct = sorted({value for each in values for value in each})
    numbers = {value: n for n, value in enumerate(distinct)}
    coded = [[numbers[value] for value in each] for each in values]
    return {"values": distinct, "of": [each[0] if len(each) == 1 else each or -1 for each in coded]}


def _steps(numbers: Sequence[int]) -> list[int]:
    """Ascending *numbers* as the steps between them, which compress well."""
    return [number - before for before, number in zip((0, *numbers), numbers, strict=False)]


def columns(context: Context, found: Sequence[Record]) -> dict[str, Any]:
    """What the script needs to filter, sort and draw rows of the whole catalog."""
    entities = [record.entity for record in found]
    place = {entity.ref: n for n, entity in enumerate(entities)}
    catalog = context.portal.catalog
    above = {
        n: [place[ref] for ref in (*catalog.targets(entity.ref, "childOf"), *catalog.targets(entity.ref, "memberOf")) if ref in place]
        for n, entity in enumerate(entities)
        if entity.ref.kind in {"group", "user"}
    }
    icons = {ref.kind: kinds.icon(ref.kind) for ref in place} | {
        f"{entity.ref.kind} {entity.type.lower()}": icon for entity in entities if (icon := kinds.icon_of(entity)) != kinds.icon(entity.ref.kind)
    }
    return {
        "kinds": [
            [kind, len(group), context.kind(kind, group[0].kind).many, kind in kinds.OWNABLE, kind if kind in kinds.KINDS else "other", group[0].kind]
            for kind, grouped in groupby(entities, key=lambda entity: entity.ref.kind)
            for group in [list(grouped)]
        ],
        "names": "\n".join(entity.ref.name for entity in entities),
        "titles": "\n".join(title if (title := " ".join(entity.title.split())) != entity.ref.name else "" for entity in entities),
        "facets": {column.name: _coded([column.values(record) for record in found]) for column in COLUMNS if column.name != "kind"},
        "words": {name: context.gettext(label) for name, label in WORRIES.items()},
        "worries": {n: number for n, entity in enumerate(entities) if (number := context.worries(entity.ref))},
        "silent": _steps([n for n, entity in enumerate(entities) if not entity.description.strip()]),
        "above": {n: refs for n, refs in above.items() if refs},
        "icons": sorted(icons.items()),
        "shapes": symbols({*icons.values(), kinds.OTHER, "alert-outline"} - GLYPHS),
        "related": [
            [kinds.relation_heading(type, context.language), numbers]
            for type in RELATED
            if any(numbers := [sum(ref in place for ref in catalog.targets(entity.ref, type)) for entity in entities])
        ],
        "about": ABOUT,
    }


def stamp_of(columns: dict[str, Any]) -> str:
    return hashlib.sha256(script_json(columns).encode("utf-8", "replace")).hexdigest()[:12]


def folder_of(stamp: str) -> str:
    """Where the columns of *stamp* are: no browser can have those of another build under their name."""
    return f"assets/catalog/{stamp}/"


def catalog_files(context: Context) -> Iterator[OutputFile]:
    """The columns, and what entities say of themselves in the same order, a few in a file."""
    found = records(context)
    whole = columns(context, found)
    stamp = stamp_of(whole)
    folder = folder_of(stamp)
    yield data_script(f"{folder}columns.js", stamp, whole, ORIGIN)
    for start in range(0, len(found), ABOUT):
        sentences = [first_sentence(plain(record.entity.description)) for record in found[start : start + ABOUT]]
        if any(sentences):
            yield data_script(f"{folder}about-{start // ABOUT}.js", stamp, sentences, ORIGIN)


# -- pages ---------------------------------------------------------------------------------------------------------------


def catalog_pages(context: Context) -> Iterator[tuple[str, CatalogView]]:
    """The catalog index, and the same for each kind; long ones in parts."""
    _ = context.gettext
    found = records(context)
    stamp = stamp_of(columns(context, found))
    counts = [(column, Counter(value for record in found for value in column.values(record))) for column in COLUMNS]
    unused = _unused({column.name for column, count in counts if count})
    runs = [(kind, list(group)) for kind, group in groupby(found, key=lambda record: record.entity.ref.kind)]
    first = 0
    for kind, inside in (("", list(found)), *runs):
        heading = context.kind(kind, inside[0].entity.kind).many if kind else _("Catalog")
        parts = [inside[start : start + ROWS] for start in range(0, len(inside), ROWS)] or [[]]
        paths = [routes.catalog_kind(kind, n) if kind else routes.part(routes.CATALOG, n) for n in range(1, len(parts) + 1)]
        facets = tuple(_facets(context, counts, inside, kind))
        for n, (route, part) in enumerate(zip(paths, parts, strict=True), 1):
            yield route, CatalogView(
                frame=context.frame(
                    route,
                    heading if n == 1 else _("%(title)s, part %(number)s", title=heading, number=n),
                    description=_("%(things)s of %(portal)s", things=heading, portal=context.portal.title),
                    breadcrumb=(Link(_("Catalog"), context.href(route, routes.CATALOG)),) if kind or n > 1 else (),
                    section=routes.CATALOG,
                ),
                heading=heading,
                kind=kind,
                kinds=_kind_links(context, route, runs, kind, len(found)),
                rows=tuple(context.row(route, record.entity) for record in part),
                first=first + (n - 1) * ROWS,
                total=len(inside),
                facets=facets,
                unused=unused,
                blank=_blank(context, route),
                search_url=context.href(route, routes.SEARCH),
                json_url=context.href(route, routes.ENTITIES_JSON),
                data=f"{context.links.root(route)}{folder_of(stamp)}",
                stamp=stamp,
                pages=tuple(Link(str(m), context.href(route, path), current=m == n) for m, path in enumerate(paths, 1) if len(parts) > 1),
            )
        first += len(inside) if kind else 0


def _kind_links(context: Context, route: str, runs: Sequence[tuple[str, list[Record]]], current: str, total: int) -> tuple[Link, ...]:
    everything = Link(context.gettext("All"), context.href(route, routes.CATALOG), "view-grid-outline", context.language.number(total), current=not current)
    return (
        everything,
        *(
            Link(
                context.kind(kind, inside[0].entity.kind).many,
                context.href(route, routes.catalog_kind(kind)),
                kinds.icon(kind),
                context.language.number(len(inside)),
                current=kind == current,
            )
            for kind, inside in runs
        ),
    )


def _facets(context: Context, counts: Sequence[tuple[Column, Counter[str]]], inside: Sequence[Record], kind: str) -> Iterator[Facet]:
    """Facets that can narrow the catalog, with the counts of the page's entities; of kinds, with those of all."""
    if not inside:
        return
    yield Facet("user", context.gettext("Yours"), tuple(FacetValue(value, context.gettext(label), -1) for value, label in YOURS.items()), open=True)
    for column, everywhere in counts:
        if len(everywhere) < (1 if column.name == "problems" else 2):
            continue
        here = everywhere if column.name == "kind" else Counter(value for record in inside for value in column.values(record))
        values = [
            FacetValue(value, _label(context, column.name, value), number, chosen=column.name == "kind" and value == kind)
            for value, number in here.items()
        ]
        values.sort(key=lambda value: (-value.count, value.label.casefold(), value.value))
        yield Facet(column.name, context.gettext(column.label), tuple(values[:VALUES]), len(values), open=column.name in OPEN)


def _label(context: Context, name: str, value: str) -> str:
    if name == "kind":
        return context.kind(value).many
    if name == "problems":
        return context.gettext(WORRIES[value])
    if name in {"owner", "system", "domain"}:
        ref = EntityRef.parse(value)
        entity = context.entity(ref)
        return entity.title if entity else ref.name
    return value


def _blank(context: Context, route: str) -> EntityRow:
    """A row with one of everything that a row can have."""
    there = EntityLink("?", "?", context.href(route, routes.CATALOG), kinds.OTHER, "other", description="?")
    missing = EntityLink("?", "?", "", kinds.OTHER, "other")
    return EntityRow(entity=there, owners=(there, missing), type="?", lifecycle="?", system=there, tags=("?",), problems=2, stale=True)
