"""A picture before it is laid out: boxes and lines, and how they are put together from a catalog's relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from callboard.model.catalog import Catalog
from callboard.model.graph import PAIRS, Fold
from callboard.model.ref import EntityRef

Member = EntityRef | Fold


class Edge(NamedTuple):
    """One relation, read in the direction in which it is drawn."""

    source: EntityRef
    type: str
    target: EntityRef


class Joint(NamedTuple):
    """All relations from one member of a sketch to another."""

    source: int
    target: int
    types: tuple[str, ...]
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What a picture shows; the first *roots* members are what it is about. *framed* says which members stand together in
    a frame, and what that is; *left* is how many lines are not drawn."""

    members: tuple[Member, ...]
    joints: tuple[Joint, ...]
    roots: int = 0
    framed: Mapping[EntityRef, tuple[int, ...]] = field(default_factory=dict)
    downwards: bool = False
    left: int = 0


@dataclass(frozen=True, slots=True)
class Relations:
    """The relations of a catalog as a graph: for each entity, what leads away from it and what leads to it."""

    edges: Mapping[EntityRef, tuple[Edge, ...]]

    @classmethod
    def of(cls, catalog: Catalog) -> Relations:
        """Each pair of relations once, at both of its ends. Targets that are not in the catalog are kept: their ends
        are drawn as missing."""
        found: dict[EntityRef, dict[Edge, None]] = defaultdict(dict)
        for ref, relations in catalog.relations.items():
            for relation in relations:
                forward = PAIRS.get(relation.type)
                edge = Edge(relation.target, forward, ref) if forward else Edge(ref, relation.type, relation.target)
                found[ref][edge] = None
                found[relation.target].setdefault(edge)
        return cls({ref: tuple(edges) for ref, edges in found.items()})

    def at(self, ref: EntityRef) -> tuple[Edge, ...]:
        return self.edges.get(ref, ())


def other_end(edge: Edge, ref: EntityRef) -> EntityRef:
    return edge.target if edge.source == ref else edge.source


def join(members: Sequence[Member], edges: Iterable[Edge]) -> tuple[Joint, ...]:
    """*edges* between *members*, gathered by where they begin and end; those within one member are left out."""
    number: dict[EntityRef, int] = {}
    for n, member in enumerate(members):
        for ref in member.refs if isinstance(member, Fold) else (member,):
            number[ref] = n
    gathered: dict[tuple[int, int], list[str]] = defaultdict(list)
    for edge in edges:
        source, target = number.get(edge.source), number.get(edge.target)
        if source is not None and target is not None and source != target:
            gathered[source, target].append(edge.type)
    return tuple(
        Joint(source, target, tuple(sorted(set(types))), len(types)) for (source, target), types in sorted(gathered.items())
    )
