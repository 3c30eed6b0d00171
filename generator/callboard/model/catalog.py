"""The catalog: entities that know each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from callboard.diagnostics import SourceLocation
from callboard.model.entity import Entity
from callboard.model.ref import EntityRef


class Relation(NamedTuple):
    """*source* *type* *target*, such as ``component:default/a dependsOn resource:default/b``."""

    source: EntityRef
    type: str
    target: EntityRef


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that looks like a descriptor and was left out on purpose."""

    location: SourceLocation
    reason: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every entity, sorted by ref, and every relation in both directions, stitched as Backstage does it.

    *relations* holds, for each entity, what leads away from it, distinct and sorted by type, then target. Targets
    that are not in the catalog are kept: they show on the source only (backstage.md S4).
    """

    entities: Mapping[EntityRef, Entity]
    relations: Mapping[EntityRef, tuple[Relation, ...]] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()

    def targets(self, ref: EntityRef, type: str) -> tuple[EntityRef, ...]:
        """The targets of *ref*'s relations of *type*, sorted, missing ones included."""
        return tuple(r.target for r in self.relations.get(ref, ()) if r.type == type)

    def owners(self, ref: EntityRef) -> tuple[EntityRef, ...]:
        return self.targets(ref, "ownedBy")

    def of_kind(self, kind: str) -> tuple[Entity, ...]:
        """Entities of *kind* (lower case), sorted by ref."""
        return tuple(entity for ref, entity in self.entities.items() if ref.kind == kind)
