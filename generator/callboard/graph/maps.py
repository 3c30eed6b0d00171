"""Pictures of the whole and of its larger parts: what a system or a domain holds, all systems, all teams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from callboard.graph.fold import LINES, bounded, fold
from callboard.graph.neighbourhood import WHOLES, WORKING
from callboard.graph.sketch import Edge, Relations, Sketch, join, other_end
from callboard.model.catalog import Catalog
from callboard.model.graph import Fold, family_of
from callboard.model.ref import EntityRef


def inside(catalog: Catalog, relations: Relations, whole: EntityRef, limit: int) -> Sketch | None:
    """What is part of *whole*, in a frame, and what that works with outside of it; None where nothing is part of it.

    A domain shows its systems, each standing for what it holds.
    """
    parts = _parts(catalog, whole)
    if not parts:
        return None
    holder = {ref: part for part in parts for ref in (part, *_below(catalog, part))}
    lifted = list(_lifted(catalog, relations, holder, {whole}))
    outside = {end for edge in lifted for end in (edge.source, edge.target) if end not in parts}
    distance = {**dict.fromkeys(parts, 0), **dict.fromkeys(sorted(outside), 1)}
    members, joints = bounded(catalog, relations, distance, lifted, limit)
    within = set(parts)
    framed = tuple(n for n, member in enumerate(members) if (member.refs[0] if isinstance(member, Fold) else member) in within)
    return Sketch(members=members, joints=joints, framed={whole: framed})


def systems(catalog: Catalog, relations: Relations, limit: int) -> Sketch | None:
    """All systems in frames of their domains, and which of them work together; where there are more than *limit*, or
    more lines than can be followed, the domains and what is in none, with the lines that stand for most. None where there
    are no systems."""
    found = [entity.ref for entity in catalog.of_kind("system")]
    if not found:
        return None
    domain = {ref: _domain(catalog, ref) for ref in found}
    holder = {inner: ref for ref in found for inner in (ref, *_below(catalog, ref))}
    lifted = list(_lifted(catalog, relations, holder, set(), strangers=False))
    order = sorted(found, key=lambda ref: (domain[ref] is None, domain[ref] or ref, ref))
    joints = join(order, lifted)
    if len(found) <= limit and (len(joints) <= LINES * limit or not any(domain.values())):
        framed: dict[EntityRef, list[int]] = {}
        for n, ref in enumerate(order):
            if of := domain[ref]:
                framed.setdefault(of, []).append(n)
        return Sketch(members=tuple(order), joints=joints, framed={ref: tuple(numbers) for ref, numbers in framed.items()})
    tops = {ref: domain[ref] or ref for ref in found}
    lifted = list(_lifted(catalog, relations, {inner: tops[ref] for inner, ref in holder.items()}, set(), strangers=False))
    distance = {ref: int(ref.kind == "system") for ref in sorted(set(tops.values()))}
    members = fold(catalog, relations, distance, limit)
    joints = join(members, lifted)
    strongest = sorted(joints, key=lambda joint: -joint.times)[: LINES * limit]
    return Sketch(members=members, joints=tuple(sorted(strongest)), left=len(joints) - len(strongest))


def teams(catalog: Catalog, relations: Relations, limit: int) -> Sketch | None:
    """The groups of the organisation, each above those below it; the lowest are folded where there are too many.
    None where fewer than two are related."""
    depth: dict[EntityRef, int] = {}
    groups = [entity.ref for entity in catalog.of_kind("group")]
    tops = [ref for ref in groups if not any(target in catalog.entities for target in catalog.targets(ref, "childOf"))]
    level = tops or groups[:1]
    while level:
        depth.update(dict.fromkeys(level, len(set(depth.values()))))
        level = sorted({child for ref in level for child in catalog.targets(ref, "parentOf") if child in catalog.entities} - depth.keys())
    if len(depth) < 2 or len(depth) == len(tops):
        return None
    members = fold(catalog, relations, depth, limit)
    edges = [edge for ref in depth for edge in relations.at(ref) if edge.source == ref and edge.type == "parentOf"]
    return Sketch(members=members, joints=join(members, edges), roots=0)


def _parts(catalog: Catalog, whole: EntityRef) -> list[EntityRef]:
    return [ref for ref in catalog.targets(whole, "hasPart") if ref in catalog.entities and ref != whole]


def _below(catalog: Catalog, whole: EntityRef) -> Iterator[EntityRef]:
    """Everything that is part of *whole*, however deep."""
    seen = {whole}
    pending = [whole]
    while pending:
        for ref in _parts(catalog, pending.pop()):
            if ref not in seen:
                seen.add(ref)
                pending.append(ref)
                yield ref


def _domain(catalog: Catalog, ref: EntityRef) -> EntityRef | None:
    return next((target for target in catalog.targets(ref, "partOf") if target.kind == "domain" and target in catalog.entities), None)


def _lifted(
    catalog: Catalog, relations: Relations, holder: Mapping[EntityRef, EntityRef], leave: Iterable[EntityRef], *, strangers: bool = True
) -> Iterator[Edge]:
    """Dependencies and uses of APIs of what is held, said of who holds it. With *strangers*, those outside stand for
    their system, where they have one."""
    left = set(leave)
    seen: set[Edge] = set()
    for ref in holder:
        for edge in relations.at(ref):
            end = other_end(edge, ref)
            if family_of(edge.type) not in WORKING or edge in seen or end in left:
                continue
            seen.add(edge)
            source, target = (holder.get(one) or (_outer(catalog, one) if strangers else None) for one in (edge.source, edge.target))
            if source and target and source != target:
                yield Edge(source, edge.type, target)


def _outer(catalog: Catalog, ref: EntityRef) -> EntityRef:
    if ref.kind in WHOLES:
        return ref
    return next((target for target in catalog.targets(ref, "partOf") if target.kind == "system" and target in catalog.entities), ref)
