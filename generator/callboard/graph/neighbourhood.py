"""What is around an entity: breadth-first search over its relations, bounded by reason and by number.

One step is everything that an entity is related to. The second step follows what works together (dependencies and
APIs), containment upwards from a part and downwards from a whole, and teams from a team: what somebody else's owner
owns besides is not near. The page for exploring has no such reason; there the reader says what to follow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping

from callboard.graph.fold import bounded, fold
from callboard.graph.sketch import Edge, Relations, Sketch, join, other_end
from callboard.model.catalog import Catalog
from callboard.model.graph import family_of
from callboard.model.ref import EntityRef

WORKING = frozenset({"use", "api", "other"})
TEAMS = frozenset({"group", "user"})
WHOLES = frozenset({"system", "domain"})

Follow = Callable[[EntityRef, Edge], bool]
"""Whether an edge leads on from an entity that was reached."""


def reached(relations: Relations, root: EntityRef, depth: int, follow: Follow) -> dict[EntityRef, int]:
    """The entities within *depth* steps of *root*, with their distance, in the order in which they are found."""
    distance = {root: 0}
    queue = deque([root])
    while queue:
        ref = queue.popleft()
        if distance[ref] == depth:
            break
        for edge in relations.at(ref):
            end = other_end(edge, ref)
            if end not in distance and (ref == root or follow(ref, edge)):
                distance[end] = distance[ref] + 1
                queue.append(end)
    return distance


def around(catalog: Catalog, relations: Relations, root: EntityRef, limit: int) -> Sketch:
    """*root* and everything that it is related to: each of its relations, and no others."""
    distance = reached(relations, root, 1, lambda ref, edge: False)
    members = fold(catalog, relations, distance, limit)
    return Sketch(members=members, joints=join(members, relations.at(root)), roots=1)


def reach(catalog: Catalog, relations: Relations, root: EntityRef, limit: int) -> Sketch | None:
    """*root* and what is within two steps of it; None where that is no more than what is around it."""
    first = {other_end(edge, root) for edge in relations.at(root)} - {root}
    distance = reached(relations, root, 2, lambda ref, edge: _leads_on(root, ref, edge))
    edges = list(_among(relations, distance, root))
    if len(distance) == 1 + len(first) <= limit and len(edges) == len(relations.at(root)):
        return None
    members, joints = bounded(catalog, relations, distance, edges, limit)
    return Sketch(members=members, joints=joints, roots=1)


def _leads_on(root: EntityRef, ref: EntityRef, edge: Edge) -> bool:
    family = family_of(edge.type)
    if root.kind in TEAMS:
        return ref.kind == "group" and edge.type == "parentOf"
    if family == "part":
        downwards = edge.source == ref
        return ref.kind in WHOLES and downwards == (root.kind in WHOLES and ref.kind != "domain")
    return family in WORKING


def _among(relations: Relations, distance: Mapping[EntityRef, int], root: EntityRef) -> Iterator[Edge]:
    """The edges between what was reached: all of those of *root*, all of what works together, and the others where they
    are the way that led there."""
    for ref in distance:
        for edge in relations.at(ref):
            if edge.source == ref and edge.target in distance:
                nearer = ref if distance[ref] <= distance[edge.target] else edge.target
                if family_of(edge.type) in WORKING or root in (ref, edge.target) or _leads_on(root, nearer, edge):
                    yield edge
