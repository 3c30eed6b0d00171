"""From one declaration to one entity, exactly as Backstage's processing does it.

The one function that ``callboard check`` and the build share: envelope, placeholders, annotations, policies, the
schema of the kind, relations. Allow rules, following Locations and comparing entities are not done here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from callboard.catalog.annotations import LOCATION, ORIGIN_LOCATION, location_annotations, location_ref
from callboard.catalog.kinds import custom_kind
from callboard.catalog.placeholders import resolve_placeholders
from callboard.catalog.relations import (
    AI_SORTED_FIELDS,
    SORTED_FIELDS,
    emit,
    in_order,
    references,
    rules_for,
    target_of,
)
from callboard.catalog.validate import Problem, is_name, name_of, quoted, validate
from callboard.config.model import CatalogConfig
from callboard.diagnostics import CODES, Diagnostic, Severity
from callboard.model.catalog import Relation
from callboard.model.entity import Declaration, Entity, Keys
from callboard.model.ref import DEFAULT_NAMESPACE, EntityRef
from callboard.model.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What became of one declaration.

    *entity* is None where the document is refused. *ok* says whether Backstage's own pipeline would accept it (allow
    rules and what lies behind a Location apart); then there is an entity, and no diagnostic of the severity error.
    """

    entity: Entity | None
    ok: bool
    relations: tuple[Relation, ...] = ()
    """What the document declares, in its own direction, distinct, in the order of the relation table."""
    emitted: tuple[Relation, ...] = ()
    """Those and what they say of their targets, ``dependencyOf`` for ``dependsOn``: what relations.stitch takes."""
    diagnostics: tuple[Diagnostic, ...] = ()
    ref: str | None = None
    """Full lower-case ref where the document has kind and name, whether it is accepted or not."""
    missing: tuple[str, ...] = ()
    """Placeholders whose only problem is that their file cannot be read."""


def process(
    declaration: Declaration,
    *,
    repository: Repository,
    read: Callable[[str], bytes],
    config: CatalogConfig,
    origin: str = "",
    via: tuple[str, ...] = (),
) -> Processed:
    """Make an entity of *declaration*, or say everything that is wrong with it.

    *read* takes a path of the repository and returns the file's content, or raises ReadError. *origin* is the ref of
    the location at whose root this came in (``url:https://...``); where it is empty, it is the document's own.
    *via* are the Locations that led here, outermost first. Nothing is raised for what a repository wrote.
    """
    ref = ref_of(declaration.value)
    subject = str(ref) if ref else ""
    value, unresolved = resolve_placeholders(
        _with_annotations(declaration.value, {}), base=declaration.path, repository=repository, read=read
    )
    value = _with_annotations(value, location_annotations(repository, declaration.path, origin))
    value = _without_prototypes(value)
    problems = [Problem("bad-placeholder", problem.message, problem.keys, problem.hint) for problem in unresolved]
    problems += _apart_from(validate(value, config), [problem.keys[:-1] for problem in unresolved])
    problems += _location(value)
    emitted, bad_refs = _relate(value, ref, config)
    problems += _apart_from(bad_refs, [problem.keys for problem in problems])

    diagnostics = dict.fromkeys(
        Diagnostic(problem.code, problem.message, declaration.at(*problem.keys), problem.hint, subject)
        for problem in problems
    )

    ok = ref is not None and not any(CODES[problem.code].severity is Severity.ERROR for problem in problems)
    entity = None
    if ok and ref is not None:
        origin = origin or location_ref(repository, declaration.path)
        entity = Entity(ref=ref, value=_stored(value, config), source=declaration, origin=origin, via=via)
    return Processed(
        entity=entity,
        ok=ok,
        relations=tuple(dict.fromkeys(relation for relation in emitted if relation.source == ref)) if ok else (),
        emitted=tuple(dict.fromkeys(emitted)) if ok else (),
        diagnostics=_bounded(sorted(diagnostics, key=lambda diagnostic: diagnostic.order)),
        ref=subject or None,
        missing=tuple(problem.message for problem in unresolved if problem.missing),
    )


MAX_DIAGNOSTICS = 100
"""Problems that are kept of one document."""


def _bounded(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The first of *diagnostics*, the last of which says how many there are more."""
    if len(diagnostics) <= MAX_DIAGNOSTICS:
        return tuple(diagnostics)
    worst = max(diagnostics, key=lambda diagnostic: diagnostic.severity)
    more = f"the document has {len(diagnostics) - MAX_DIAGNOSTICS + 1:,} more problems"
    return (*diagnostics[: MAX_DIAGNOSTICS - 1], replace(worst, message=more, hint="correct these first"))


def ref_of(value: Mapping[str, Any]) -> EntityRef | None:
    """The identity that the document *value* gives itself, valid or not; None where kind or name is no text."""
    metadata = value.get("metadata")
    kind = value.get("kind")
    name, namespace = (
        (metadata.get("name"), metadata.get("namespace")) if isinstance(metadata, Mapping) else (None, None)
    )
    namespace = DEFAULT_NAMESPACE if namespace is None else namespace
    if all(isinstance(part, str) and part for part in (kind, namespace, name)):
        return EntityRef.of(str(kind), str(namespace), str(name))
    return None


def _apart_from(problems: Iterable[Problem], places: Sequence[Keys]) -> list[Problem]:
    """*problems* but those at or below *places*, where something else is wrong already."""
    return [
        problem for problem in problems if not any(problem.keys[: len(place)] == place for place in places if place)
    ]


def _with_annotations(value: Mapping[str, Any], added: Mapping[str, str]) -> Mapping[str, Any]:
    """*value* with *added* to its annotations. Empty and false annotations count as none.

    Where it was read is said by us alone; links and source-location that the author wrote win over *added*.
    """
    metadata = value.get("metadata")
    if not isinstance(metadata, Mapping):
        return value
    own = metadata.get("annotations")
    if _is_false(own):
        own = {}
    if not isinstance(own, Mapping):
        return value
    if metadata.get("annotations") is own and not added:
        return value
    places = {key: added[key] for key in (LOCATION, ORIGIN_LOCATION) if key in added}
    return {**value, "metadata": {**metadata, "annotations": {**added, **own, **places}}}


def _is_false(value: Any) -> bool:
    """Whether JavaScript takes *value* for false."""
    return (
        value is None
        or value is False
        or value == ""
        or (isinstance(value, (int, float)) and (value == 0 or math.isnan(value)))
    )


def _sorted_lists(value: Mapping[str, Any], config: CatalogConfig) -> Mapping[str, Any]:
    """*value* with the lists of references in spec sorted, whose order says nothing (S19)."""
    spec = value.get("spec")
    if not isinstance(spec, Mapping):
        return value
    ai = config.ai and value.get("kind") == "AiResource"
    fields = AI_SORTED_FIELDS.get(str(spec.get("type")), ()) if ai else SORTED_FIELDS
    changed = {
        field: [item for _, item in in_order(spec[field])] for field in fields if isinstance(spec.get(field), list)
    }
    return {**value, "spec": {**spec, **changed}} if changed else value


def _without_prototypes(value: Any) -> Any:
    """*value* without keys ``__proto__`` that hold a mapping or a list: merging takes them out (CVE-2024-45815)."""
    if isinstance(value, Mapping):
        kept = {
            key: _without_prototypes(item)
            for key, item in value.items()
            if key != "__proto__" or not isinstance(item, (Mapping, list))
        }
        return kept if len(kept) != len(value) or any(kept[key] is not value[key] for key in kept) else value
    if isinstance(value, list):
        items = [_without_prototypes(item) for item in value]
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def _relate(
    value: Mapping[str, Any], ref: EntityRef | None, config: CatalogConfig
) -> tuple[list[Relation], list[Problem]]:
    """Every relation that *value* says, and the references of it that name nothing."""
    spec = value.get("spec")
    emitted: list[Relation] = []
    problems: list[Problem] = []
    if ref is None or not isinstance(spec, Mapping):
        return emitted, problems
    rules = rules_for(ref.kind, str(spec.get("type")), ai=config.ai, custom=custom_kind(value, config))
    for reference in references(spec, rules):
        try:
            emitted += emit(reference, ref, target_of(reference, ref.namespace))
        except ValueError as error:
            kind = (reference.rule.target or "component").lower()
            name = reference.written if isinstance(reference.written, str) and is_name(reference.written) else "name"
            problems.append(Problem("bad-ref", f"{name_of(reference.keys)}: {error}", reference.keys, f"{kind}:{name}"))
    return emitted, problems


def _location(value: Mapping[str, Any]) -> Iterator[Problem]:
    """A Location in a repository is read from a web address, so its targets are (S13, CVE-2026-106496)."""
    spec = value.get("spec")
    if value.get("kind") != "Location" or not isinstance(spec, Mapping):
        return
    type = spec.get("type", "url")
    if isinstance(type, str) and type and type != "url":
        message = f"spec.type is {quoted(type)}, and from a repository only targets of the type url are followed"
        yield Problem("bad-location", message, ("spec", "type"), "type: url")


def _stored(value: Mapping[str, Any], config: CatalogConfig) -> Mapping[str, Any]:
    """*value* as it is kept: references sorted, with a namespace, without uid, etag and numbers that JSON has not."""
    value = _sorted_lists(value, config)
    metadata = {key: item for key, item in value["metadata"].items() if key not in ("uid", "etag")}
    metadata.setdefault("namespace", DEFAULT_NAMESPACE)
    stored: Mapping[str, Any] = _json_numbers({**value, "metadata": metadata})
    return stored


def _json_numbers(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _json_numbers(item) for key, item in value.items()}
    return [_json_numbers(item) for item in value] if isinstance(value, list) else value
