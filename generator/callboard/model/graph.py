"""Pictures of relations, as values: what stands in a picture, where, and what leads where.

Every pair of relations that say the same thing from both ends is one line, read in one direction: that of Backstage's
relation pairs. Colours, icons and addresses are the page's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from callboard.model.output import OutputFile
from callboard.model.ref import EntityRef

PAIRS = {
    "ownedBy": "ownerOf",
    "apiConsumedBy": "consumesApi",
    "providesApi": "apiProvidedBy",
    "partOf": "hasPart",
    "childOf": "parentOf",
    "memberOf": "hasMember",
    "dependencyOf": "dependsOn",
}
"""The relation that is drawn, for each that is its other end (Backstage: ``ALL_RELATION_PAIRS``)."""
FAMILIES = {
    "ownerOf": "own",
    "hasPart": "part",
    "parentOf": "team",
    "hasMember": "team",
    "consumesApi": "api",
    "apiProvidedBy": "api",
    "dependsOn": "use",
}
"""How lines are told apart: who answers for it, what it is part of, who works with whom, APIs, dependencies."""
OTHER = "other"


def family_of(type: str) -> str:
    """The family of a relation that is drawn; one of the organisation's own has a family of its own."""
    return FAMILIES.get(type, OTHER)


class Fold(NamedTuple):
    """Entities that one box stands for, where there are too many to draw."""

    refs: tuple[EntityRef, ...]
    under: EntityRef | None = None
    """What they have in common: their system, or their owner."""
    kind: str = ""
    """Their kind, where they are all of one."""


class Box(NamedTuple):
    """An entity, or a fold of several, and the middle of where it stands, in pixels."""

    what: EntityRef | Fold
    label: str
    x: int = 0
    y: int = 0
    width: int = 0
    frame: int = -1
    """The number of the frame that it stands in."""


class Line(NamedTuple):
    """From one box to another, by their numbers. *types* are relations as they are drawn; *times* is how many relations of
    entities it stands for, where boxes hold several."""

    source: int
    target: int
    types: tuple[str, ...]
    times: int = 1
    path: str = ""
    """The data of its SVG path, which ends where the head of its arrow begins."""


class Frame(NamedTuple):
    """A rectangle around boxes that are part of *ref*."""

    ref: EntityRef
    label: str
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One picture. The first *roots* boxes are what it is about; *left* is how many lines are not drawn."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    frames: tuple[Frame, ...] = ()
    roots: int = 0
    left: int = 0

    @property
    def folded(self) -> int:
        """How many entities are not drawn for themselves."""
        return sum(len(box.what.refs) for box in self.boxes if isinstance(box.what, Fold))

    @property
    def families(self) -> tuple[str, ...]:
        """The families of its lines, in a fixed order."""
        found = {family_of(type) for line in self.lines for type in line.types}
        return tuple(family for family in (*dict.fromkeys(FAMILIES.values()), OTHER) if family in found)


@dataclass(frozen=True, slots=True)
class GraphData:
    """What the page for exploring loads: the files, and what it has to know to find its way in them."""

    files: tuple[OutputFile, ...] = ()
    finders: int = 0
    stamp: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawings:
    """Every picture of the portal, and the data for those that readers make."""

    around: Mapping[EntityRef, Drawing] = field(default_factory=dict)
    """Each entity that has relations, with what it is related to."""
    reach: Mapping[EntityRef, Drawing] = field(default_factory=dict)
    """The same one step further, where there is more to see."""
    inside: Mapping[EntityRef, Drawing] = field(default_factory=dict)
    """What systems and domains hold, and how that hangs together."""
    systems: Drawing | None = None
    """All systems in their domains; where there are too many, the domains."""
    teams: Drawing | None = None
    """The groups of the organisation, each above those below it."""
    data: GraphData = GraphData()
