"""Too many to draw: some stand for themselves, the others in boxes that say how many they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from callboard.graph.sketch import Edge, Joint, Member, Relations, join
from callboard.model.catalog import Catalog
from callboard.model.graph import Fold
from callboard.model.ref import EntityRef

LINES = 2
"""So many lines for each box that there may be can be followed."""
Common = tuple[EntityRef | None, str]
"""What entities have in common: a system or an owner, and a kind."""


def bounded(
    catalog: Catalog, relations: Relations, distance: Mapping[EntityRef, int], edges: Sequence[Edge], limit: int
) -> tuple[tuple[Member, ...], tuple[Joint, ...]]:
    """What is drawn of *distance* and *edges*: at most *limit* boxes, and fewer where nobody could follow the lines."""
    members: tuple[Member, ...] = ()
    joints: tuple[Joint, ...] = ()
    for room in (limit, limit * 2 // 3, limit // 3):
        members = fold(catalog, relations, distance, room)
        joints = join(members, edges)
        if len(joints) <= LINES * room:
            break
    return members, joints


def fold(catalog: Catalog, relations: Relations, distance: Mapping[EntityRef, int], limit: int) -> tuple[Member, ...]:
    """The entities of *distance*, nearest first, at most *limit* boxes of them: what is farthest is folded first.

    Entities are folded by system, else by owner, else by kind, whichever tells them apart and fits; the most connected
    ones of each group stay as they are.
    """
    order = sorted(distance, key=lambda ref: (distance[ref], ref))
    if len(order) <= limit:
        return tuple(order)
    near = [ref for ref in order if distance[ref] < max(distance.values())]
    if len(near) * 4 > limit * 3:  # the outer ring alone leaves no room
        near = [ref for ref in order if distance[ref] == 0]
    outer = order[len(near) :]
    groups, quota = _groups(catalog, outer, limit - len(near))
    shown: set[EntityRef] = set()
    folds: list[Fold] = []
    for (under, kind), refs in groups.items():
        keep = len(refs) if len(refs) <= quota + 1 else quota
        best = sorted(refs, key=lambda ref: (distance[ref], -len(relations.at(ref)), ref))
        shown.update(best[:keep])
        if rest := best[keep:]:
            folds.append(Fold(tuple(sorted(rest)), under, kind))
    return (*near, *(ref for ref in outer if ref in shown), *folds)


def _groups(catalog: Catalog, refs: Sequence[EntityRef], room: int) -> tuple[dict[Common, list[EntityRef]], int]:
    """*refs* in groups, and how many of each group may be drawn so that all fit into *room* boxes."""
    groups: dict[Common, list[EntityRef]] = {}
    for common in _commons(catalog):
        groups = {}
        for ref in refs:
            groups.setdefault(common(ref), []).append(ref)
        quotas = [quota for quota in range(room + 1) if _boxes(groups, quota) <= room]
        if quotas and len(groups) > 1:
            break
    else:
        quotas = [room - 1]
    return groups, quotas[-1]


def _boxes(groups: Mapping[Common, Sequence[EntityRef]], quota: int) -> int:
    return sum(len(refs) if len(refs) <= quota + 1 else quota + 1 for refs in groups.values())


def _commons(catalog: Catalog) -> tuple[Callable[[EntityRef], Common], ...]:
    def first(ref: EntityRef, type: str) -> EntityRef | None:
        return next((target for target in catalog.targets(ref, type) if target in catalog.entities), None)

    return (
        lambda ref: (first(ref, "partOf"), ""),
        lambda ref: (first(ref, "ownedBy"), ""),
        lambda ref: (None, ref.kind),
        lambda ref: (None, ""),
    )
