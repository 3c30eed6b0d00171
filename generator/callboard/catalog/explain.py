"""Why an entity looks as it does: what ``callboard explain`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callboard.catalog.compare import written_relations
from callboard.catalog.placeholders import RESOLVERS
from callboard.catalog.suggest import Names, did_you_mean
from callboard.catalog.validate import name_of
from callboard.config.model import CatalogConfig
from callboard.diagnostics import Diagnostic, SourceLocation
from callboard.model.catalog import Catalog, Relation
from callboard.model.entity import Entity, Keys
from callboard.model.forges import view_url
from callboard.model.ref import EntityRef
from callboard.model.repository import Crawl

Section = tuple[str, Sequence[str]]
"""A heading, and lines."""


def explain(
    ref: str, catalog: Catalog, crawl: Crawl, problems: Sequence[Diagnostic], config: CatalogConfig | None = None
) -> str:
    """Everything that led to the entity *ref* (``[kind:][namespace/]name``), as text for people.

    *config* tells of kinds of the organisation's own. Raises LookupError with a sentence where there is no such
    entity, or several.
    """
    entity = find(ref, catalog, problems)
    sections: list[Section] = [
        ("declared", list(_declared(entity, crawl))),
        ("reached by", list(_reached(entity, catalog))),
        ("out of date", _outdated(entity)),
        ("brought in by placeholders", list(_placeholders(entity))),
        ("annotations added", list(_added(entity))),
        ("relations", list(_relations(entity, catalog, config or CatalogConfig()))),
        ("problems", list(_problems(entity, problems))),
    ]
    lines = [str(entity.ref) if entity.title == entity.name else f"{entity.ref} ({entity.title})"]
    for heading, body in sections:
        if body:
            lines += ["", heading, *(f"  {line}" for line in body)]
    return "\n".join(lines)


def find(text: str, catalog: Catalog, problems: Sequence[Diagnostic] = ()) -> Entity:
    """The entity that *text* means; the kind may be left out where one entity alone has the name.

    Raises LookupError, which says what is known of an entity that is not shown and which ones are called alike.
    """
    try:
        ref = EntityRef.parse(text, kind="*")
    except ValueError as error:
        raise LookupError(str(error)) from None
    if ref in catalog.entities:
        return catalog.entities[ref]
    if ref.kind == "*":
        found = [one for one in catalog.entities if (one.namespace, one.name) == (ref.namespace, ref.name)]
        found = found or [one for one in catalog.entities if one.name == ref.name and "/" not in text]
        if len(found) == 1:
            return catalog.entities[found[0]]
        if found:
            raise LookupError(f"{text} is the name of {' and of '.join(map(str, found))}: write one of them")
    raise LookupError("\n".join(_missing(text, ref, catalog, problems)))


def _missing(text: str, ref: EntityRef, catalog: Catalog, problems: Sequence[Diagnostic]) -> Iterator[str]:
    known = ref if ref.kind != "*" else None
    yield f"{known or text} is not in the catalog"
    about = [one for one in problems if known is not None and one.subject == str(known)]
    yield from (str(one) for one in about)
    for one in (relation for several in catalog.relations.values() for relation in several if relation.target == known):
        yield f"{one.source} {one.type} it ({catalog.entities[one.source].at('spec')})"
    names = Names(catalog.entities)
    if known is not None:
        near: Sequence[EntityRef] = names.near(known)
    else:
        kinds = sorted({one.kind for one in catalog.entities})
        near = [one for kind in kinds for one in names.near(EntityRef.of(kind, ref.namespace, ref.name))][:3]
    if hint := did_you_mean(near):
        yield hint


def _declared(entity: Entity, crawl: Crawl) -> Iterator[str]:
    source = entity.source
    number = f", document {source.index + 1} of the file" if source.index else ""
    at = entity.at("metadata", "name")
    yield f"{at}{number}"
    repository = crawl.repositories.get(source.repo)
    if repository is None:
        return
    state = [
        f"branch {repository.branch}" if repository.branch else "",
        f"commit {repository.commit}" if repository.commit else "",
    ]
    if read := ", ".join(part for part in state if part):
        yield read
    if address := view_url(repository, source.path, at.line):
        yield address
    described = next((one.description for one in crawl.sources if one.id == repository.source), "")
    yield f"by {repository.source} of the configuration" + (f": {described}" if described else "")


def _reached(entity: Entity, catalog: Catalog) -> Iterator[str]:
    yield entity.origin
    for name in entity.via:
        location = catalog.entities.get(EntityRef.parse(name))
        yield f"{name} ({location.at('spec')})" if location else name


def _outdated(entity: Entity) -> Sequence[str]:
    if entity.stale is None:
        return ()
    return (f"this is how it was on {entity.stale.since:%Y-%m-%d %H:%M} UTC", entity.stale.error)


def _placeholders(entity: Entity) -> Iterator[str]:
    for keys, written in _placeholders_in(entity.source.value, ()):
        value: Any = entity.value
        for key in keys:
            value = value[key] if isinstance(value, Mapping) and key in value else None
        size = f", {len(value):,} characters" if isinstance(value, str) else ""
        yield f"{name_of(keys)}: {written}{size}"


def _placeholders_in(value: object, keys: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(value, Mapping):
        if len(value) == 1 and next(iter(value)) in RESOLVERS:
            key, written = next(iter(value.items()))
            yield keys, f"{key} {written}"
            return
        for key, item in value.items():
            yield from _placeholders_in(item, (*keys, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _placeholders_in(item, (*keys, number))


def _added(entity: Entity) -> Iterator[str]:
    metadata = entity.source.value.get("metadata")
    own = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    for key, text in sorted(entity.annotations.items()):
        if not isinstance(own, Mapping) or own.get(key) != text:
            yield f"{key}: {text}"


def _relations(entity: Entity, catalog: Catalog, config: CatalogConfig) -> Iterator[str]:
    """Each relation with the place where it is written: here, or at the entity at its other end."""
    own = written_relations(entity, config)
    for relation in catalog.relations.get(entity.ref, ()):
        other = catalog.entities.get(relation.target)
        places = [str(entity.at(*own[relation]))] if relation in own else []
        if other is not None and (at := _said_by(other, relation, config)):
            places.append(str(at))
        missing = "" if other is not None else ", which is not in the catalog"
        yield f"{relation.type} {relation.target}{missing}" + (f" ({', '.join(places)})" if places else "")


def _said_by(other: Entity, relation: Relation, config: CatalogConfig) -> SourceLocation | None:
    written = written_relations(other, config)
    return other.at(*written[relation]) if relation in written else None


def _problems(entity: Entity, problems: Sequence[Diagnostic]) -> Iterator[str]:
    """What is about the entity, and what is about its file as a whole."""
    place = (entity.source.repo, entity.source.path)
    for problem in problems:
        of_file = not problem.subject and (problem.location.repo, problem.location.path) == place
        if problem.subject == str(entity.ref) or of_file:
            yield from str(problem).splitlines()
