"""Which fields name other entities, and what that says in both directions.

The rules are those of Backstage's ``BuiltinKindsEntityProcessor`` and ``ScaffolderEntitiesProcessor``, and for the AI
forms those of its model layers: per kind and field, with the referring entity's own namespace as the default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from callboard.config.model import CustomKind
from callboard.model.catalog import Relation
from callboard.model.entity import Keys
from callboard.model.ref import EntityRef


class Rule(NamedTuple):
    """``spec.<field>`` of these kinds (lower case) names entities of *target* kind (None: the reference must say it).

    With *only*, references to entities of other kinds say nothing. *type* limits the rule to one ``spec.type``.
    """

    kinds: frozenset[str]
    field: str
    forward: str
    backward: str
    target: str | None = None
    only: frozenset[str] = frozenset()
    type: str = ""


def _rule(
    kinds: str, field: str, forward: str, backward: str, target: str | None = None, only: str = "", type: str = ""
) -> Rule:
    return Rule(frozenset(kinds.split()), field, forward, backward, target, frozenset(only.split()), type)


RULES = (
    _rule("component api resource system domain template", "owner", "ownedBy", "ownerOf", "Group"),
    _rule("component", "subcomponentOf", "partOf", "hasPart", "Component"),
    _rule("component", "providesApis", "providesApi", "apiProvidedBy", "API"),
    _rule("component", "consumesApis", "consumesApi", "apiConsumedBy", "API"),
    _rule("component resource", "dependsOn", "dependsOn", "dependencyOf"),
    _rule("component resource", "dependencyOf", "dependencyOf", "dependsOn"),
    _rule("component api resource", "system", "partOf", "hasPart", "System"),
    _rule("system", "domain", "partOf", "hasPart", "Domain"),
    _rule("domain", "subdomainOf", "partOf", "hasPart", "Domain"),
    _rule("group", "parent", "childOf", "parentOf", "Group"),
    _rule("group", "children", "parentOf", "childOf", "Group"),
    _rule("group", "members", "hasMember", "memberOf", "User"),
    _rule("user", "memberOf", "memberOf", "hasMember", "Group"),
)
AI_RULES = (
    _rule("airesource", "owner", "ownedBy", "ownerOf", "Group", only="group user"),
    _rule("airesource", "system", "partOf", "hasPart", "System", only="system"),
    _rule("airesource", "dependsOn", "dependsOn", "dependencyOf", "AiResource", only="airesource", type="skill"),
    _rule("airesource", "skills", "hasPart", "partOf", "AiResource", only="airesource", type="plugin"),
    _rule("airesource", "plugins", "hasPart", "partOf", "AiResource", only="airesource", type="marketplace"),
)
MCP_RULES = (
    _rule("api", "owner", "ownedBy", "ownerOf", "Group", only="group user", type="mcp-server"),
    _rule("api", "system", "partOf", "hasPart", "System", type="mcp-server"),
)
SORTED_FIELDS = ("providesApis", "consumesApis", "dependsOn", "dependencyOf", "memberOf", "children", "members")
"""Lists of spec whose order says nothing: Backstage stores them sorted (S19)."""

AI_SORTED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "skill": ("dependsOn",),
    "plugin": ("skills",),
    "marketplace": ("plugins",),
}

TYPES: Mapping[str, str] = {
    **{rule.forward: rule.backward for rule in RULES},
    **{rule.backward: rule.forward for rule in RULES},
}
"""Each type of relation with its opposite."""


def rules_for(kind: str, type: str, *, ai: bool, custom: CustomKind | None = None) -> tuple[Rule, ...]:
    """The rules for an entity of *kind* (any case) with the ``spec.type`` *type*."""
    if custom is not None:
        return tuple(
            _rule(custom.kind.lower(), row["field"], row["forward"], row["backward"], row.get("target") or None)
            for row in custom.relations
        )
    name = kind.lower()
    if ai and name == "airesource":
        return tuple(rule for rule in AI_RULES if rule.type in ("", type))
    if ai and name == "api" and type == "mcp-server":
        return MCP_RULES
    return tuple(rule for rule in RULES if name in rule.kinds)


def in_order(items: Sequence[Any]) -> list[tuple[int, Any]]:
    """*items* with their places, sorted as JavaScript sorts text (by UTF-16 units); as they are if not all are text."""
    numbered = list(enumerate(items))
    if all(isinstance(item, str) for item in items):
        numbered.sort(key=lambda pair: pair[1].encode("utf-16-be", "surrogatepass"))
    return numbered


class Reference(NamedTuple):
    """One reference as written: the rule, the text, and its place in the document."""

    rule: Rule
    written: Any
    keys: Keys


def references(spec: Mapping[str, Any], rules: Iterable[Rule]) -> Iterator[Reference]:
    """Every reference of *spec*, in the order of *rules*. What is empty or false names nothing."""
    for rule in rules:
        value = spec.get(rule.field)
        if isinstance(value, list):
            for number, item in in_order(value):
                yield Reference(rule, item, ("spec", rule.field, number))
        elif value or isinstance(value, Mapping):
            yield Reference(rule, value, ("spec", rule.field))


def target_of(reference: Reference, namespace: str) -> EntityRef:
    """The entity that *reference* names. Raises ValueError with a sentence where it names none.

    A reference may be a mapping of kind, namespace and name where no schema forbids it (``dependencyOf``).
    """
    written = reference.written
    if isinstance(written, str):
        return EntityRef.parse(written, kind=reference.rule.target, namespace=namespace)
    if isinstance(written, Mapping):
        kind, name = written.get("kind"), written.get("name")
        kind = reference.rule.target if kind is None else kind
        inner = written.get("namespace")
        inner = namespace if inner is None else inner
        if all(isinstance(part, str) and part for part in (kind, inner, name)):
            return EntityRef.of(str(kind), str(inner), str(name))
    raise ValueError(f"{written!r} is not of the form [kind:][namespace/]name")


def emit(reference: Reference, source: EntityRef, target: EntityRef) -> Iterator[Relation]:
    """What *reference* says, and what that says of its target. Nothing where the rule leaves *target*'s kind out."""
    rule = reference.rule
    if rule.only and target.kind not in rule.only:
        return
    yield Relation(source, rule.forward, target)
    if rule.backward and (rule not in MCP_RULES or rule.only or target.kind == "system"):
        yield Relation(target, rule.backward, source)


def stitch(emitted: Iterable[Relation]) -> Mapping[EntityRef, tuple[Relation, ...]]:
    """What leads away from each entity of *emitted*, distinct and sorted by type, then target."""
    found: dict[EntityRef, set[Relation]] = {}
    for relation in emitted:
        found.setdefault(relation.source, set()).add(relation)
    return {ref: tuple(sorted(found[ref], key=lambda r: (r.type, str(r.target)))) for ref in sorted(found)}
