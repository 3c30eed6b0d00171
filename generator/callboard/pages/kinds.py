"""How kinds, types and relations are called and drawn."""

from __future__ import annotations

from typing import NamedTuple

from callboard.model.entity import Entity


class KindWords(NamedTuple):
    one: str
    many: str
    icon: str


KINDS = {
    "component": KindWords("component", "Components", "cube-outline"),
    "api": KindWords("API", "APIs", "api"),
    "resource": KindWords("resource", "Resources", "database-outline"),
    "system": KindWords("system", "Systems", "layers-outline"),
    "domain": KindWords("domain", "Domains", "shape-outline"),
    "group": KindWords("group", "Groups", "account-multiple-outline"),
    "user": KindWords("user", "Users", "account-outline"),
    "template": KindWords("template", "Templates", "creation-outline"),
    "location": KindWords("location", "Locations", "map-marker-outline"),
    "airesource": KindWords("AI resource", "AI resources", "robot-outline"),
}
"""Kinds in the order in which they are listed. Kinds of the organisation's own follow by name."""

TYPE_ICONS = {
    ("component", "service"): "hexagon-outline",
    ("component", "website"): "web",
    ("component", "library"): "bookshelf",
    ("component", "documentation"): "book-open-outline",
    ("component", "cli"): "console",
    ("component", "worker"): "cog-outline",
    ("component", "data-pipeline"): "chart-line",
    ("resource", "s3-bucket"): "cloud-outline",
    ("resource", "bucket"): "cloud-outline",
    ("resource", "queue"): "message-processing-outline",
    ("resource", "topic"): "message-processing-outline",
    ("resource", "cluster"): "server-outline",
    ("resource", "kubernetes-cluster"): "server-outline",
    ("api", "asyncapi"): "message-processing-outline",
    ("api", "graphql"): "graphql",
    ("api", "mcp-server"): "robot-outline",
}
"""Types that refine the icon of their kind."""

OTHER = "puzzle-outline"

RELATIONS = {
    "ownedBy": "Owned by",
    "partOf": "Part of",
    "hasPart": "Has part",
    "dependsOn": "Depends on",
    "dependencyOf": "Used by",
    "providesApi": "Provides",
    "consumesApi": "Consumes",
    "apiProvidedBy": "Provided by",
    "apiConsumedBy": "Consumed by",
    "childOf": "Child of",
    "parentOf": "Parent of",
    "memberOf": "Member of",
    "hasMember": "Members",
    "ownerOf": "Owns",
}
"""Headings of relations, in the order in which they are shown; others follow by name."""

OWNABLE = frozenset({"component", "api", "resource", "system", "domain", "template", "airesource"})
"""Kinds that somebody should own."""


def words(kind: str, written: str = "") -> KindWords:
    """How *kind* (lower case) is called; *written* is its spelling where it is one of the organisation's own."""
    return KINDS.get(kind) or KindWords(written or kind, written or kind.capitalize(), OTHER)


def icon_of(entity: Entity) -> str:
    return TYPE_ICONS.get((entity.ref.kind, entity.type.lower())) or words(entity.ref.kind).icon


def kind_order(kind: str) -> tuple[int, str]:
    """Sorts kinds as they are listed."""
    known = list(KINDS)
    return (known.index(kind) if kind in KINDS else len(known), kind)


def relation_order(type: str) -> tuple[int, str]:
    """Sorts relations as they are shown."""
    known = list(RELATIONS)
    return (known.index(type) if type in RELATIONS else len(known), type)


def relation_heading(type: str) -> str:
    """Such as ``Depends on``; a type of the organisation's own is split at its capitals."""
    spaced = "".join(f" {char.lower()}" if char.isupper() else char for char in type)
    return RELATIONS.get(type) or spaced.strip().capitalize()
