"""What only shows when all entities are known: names used twice, references to nothing, circles, missing owners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from callboard.catalog.kinds import custom_kind
from callboard.catalog.lastgood import Kept
from callboard.catalog.locations import File, circles
from callboard.catalog.relations import emit, references, rules_for, target_of
from callboard.catalog.suggest import Names, did_you_mean
from callboard.config.model import CatalogConfig
from callboard.diagnostics import Diagnostic, SourceLocation
from callboard.model.catalog import Relation
from callboard.model.entity import Entity, Keys
from callboard.model.ref import EntityRef

OWNED = frozenset({"component", "api", "resource", "system", "domain", "template", "airesource"})
"""Kinds of which each entity should have an owner."""


def duplicates(
    accepted: Mapping[EntityRef, Kept], others: Mapping[EntityRef, Sequence[SourceLocation]]
) -> Iterator[Diagnostic]:
    """One diagnostic for each document that is not shown because another has its name; each names them all."""
    for ref, places in sorted(others.items()):
        if ref not in accepted:
            continue
        first = accepted[ref].entity.at("metadata", "name")
        for place in places:
            rest = sorted(str(other) for other in places if other != place)
            message = f"{ref} is already declared at {first}, which is shown; this one is not"
            if rest:
                message += f", and neither {'is' if len(rest) == 1 else 'are'} {', '.join(rest)}"
            yield Diagnostic(
                "duplicate-entity", message, place, "give one of them another name, or delete it", str(ref)
            )


def dangling(
    accepted: Mapping[EntityRef, Kept], refused: Mapping[EntityRef, SourceLocation], config: CatalogConfig
) -> Iterator[Diagnostic]:
    """One diagnostic for each thing that an entity says of another that is not in the catalog, where it says so."""
    names = Names(accepted)
    for ref, kept in sorted(accepted.items()):
        missing = [one for one in kept.emitted if one.target not in accepted]
        if not missing:
            continue
        written = written_relations(kept.entity, config)
        for relation in dict.fromkeys(missing):
            message = f"{ref} {relation.type} {relation.target}, which is not in the catalog"
            at = kept.entity.at(*written.get(relation, ("spec",)))
            yield Diagnostic("dangling-ref", message, at, _hint(relation, refused, names), str(ref))


def _hint(relation: Relation, refused: Mapping[EntityRef, SourceLocation], names: Names) -> str:
    if place := refused.get(relation.target):
        return f"correct {place}, where it is declared"
    near = did_you_mean(one for one in names.near(relation.target, relation.type) if one != relation.source)
    return near or f"declare {relation.target}, or correct the reference"


def written_relations(entity: Entity, config: CatalogConfig) -> Mapping[Relation, Keys]:
    """Where in its document *entity* says what, of itself and of others, as far as it is written there and not brought
    in by a placeholder."""
    found: dict[Relation, Keys] = {}
    spec = entity.source.value.get("spec")
    if isinstance(spec, Mapping):
        rules = rules_for(entity.ref.kind, entity.type, ai=config.ai, custom=custom_kind(entity.value, config))
        for reference in references(spec, rules):
            try:
                target = target_of(reference, entity.ref.namespace)
            except ValueError:
                continue
            for relation in emit(reference, entity.ref, target):
                found.setdefault(relation, reference.keys)
    return found


def ownerless(accepted: Mapping[EntityRef, Kept]) -> Iterator[Diagnostic]:
    """Entities that name no owner. One that names an owner who is not in the catalog is a dangling reference."""
    for ref, kept in sorted(accepted.items()):
        if ref.kind in OWNED and not any(one.source == ref and one.type == "ownedBy" for one in kept.emitted):
            message = f"{ref} has no owner"
            yield Diagnostic("no-owner", message, kept.entity.at("spec"), "owner: group:my-team, below spec", str(ref))


def led_in_circles(edges: Mapping[File, Mapping[File, tuple[SourceLocation, str, str] | None]]) -> Iterator[Diagnostic]:
    """One note for each circle of Locations, at the first of the targets that close it. Globs that match their own
    Location are nobody's mistake."""
    for circle in circles(edges):
        inside = set(circle)
        closing = [
            (*edge, file, other)
            for file in circle
            for other, edge in edges.get(file, {}).items()
            if edge is not None and other in inside
        ]
        if closing:
            at, written, ref, file, _ = min(closing)
            others = [_name(one, file) for one in circle if one != file]
            way = (
                f"this file again by way of {', '.join(others[:4])}{', ...' if len(others) > 4 else ''}"
                if others
                else "its own file"
            )
            yield Diagnostic(
                "location-cycle", f"{written!r} leads to {way}; each is read once", at, "take the target out", ref
            )


def _name(file: File, beside: File) -> str:
    return file[1] if file[0] == beside[0] else "/".join(file)
