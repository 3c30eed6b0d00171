"""How kinds, types and relations are called and drawn."""

from __future__ import annotations

from typing import NamedTuple

from callboard.model.entity import Entity
from callboard.model.language import N_, Language, Message


class KindWords(NamedTuple):
    one: str
    many: str
    icon: str
    counted: Message
    """So many of them."""


KINDS = {
    "component": KindWords(N_("component"), N_("Components"), "cube-outline", Message("%(n)s component", "%(n)s components")),
    "api": KindWords(N_("API"), N_("APIs"), "api", Message("%(n)s API", "%(n)s APIs")),
    "resource": KindWords(N_("resource"), N_("Resources"), "database-outline", Message("%(n)s resource", "%(n)s resources")),
    "system": KindWords(N_("system"), N_("Systems"), "layers-outline", Message("%(n)s system", "%(n)s systems")),
    "domain": KindWords(N_("domain"), N_("Domains"), "shape-outline", Message("%(n)s domain", "%(n)s domains")),
    "group": KindWords(N_("group"), N_("Groups"), "account-multiple-outline", Message("%(n)s group", "%(n)s groups")),
    "user": KindWords(N_("user"), N_("Users"), "account-outline", Message("%(n)s user", "%(n)s users")),
    "template": KindWords(N_("template"), N_("Templates"), "creation-outline", Message("%(n)s template", "%(n)s templates")),
    "location": KindWords(N_("location"), N_("Locations"), "map-marker-outline", Message("%(n)s location", "%(n)s locations")),
    "airesource": KindWords(N_("AI resource"), N_("AI resources"), "robot-outline", Message("%(n)s AI resource", "%(n)s AI resources")),
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
    "ownedBy": N_("Owned by"),
    "partOf": N_("Part of"),
    "hasPart": N_("Has part"),
    "dependsOn": N_("Depends on"),
    "dependencyOf": N_("Used by"),
    "providesApi": N_("Provides"),
    "consumesApi": N_("Consumes"),
    "apiProvidedBy": N_("Provided by"),
    "apiConsumedBy": N_("Consumed by"),
    "childOf": N_("Child of"),
    "parentOf": N_("Parent of"),
    "memberOf": N_("Member of"),
    "hasMember": N_("Members"),
    "ownerOf": N_("Owns"),
}
"""Headings of relations, in the order in which they are shown; others follow by name."""

OWNABLE = frozenset({"component", "api", "resource", "system", "domain", "template", "airesource"})
"""Kinds that somebody should own."""


def icon(kind: str) -> str:
    """The icon of *kind*."""
    return KINDS[kind].icon if kind in KINDS else OTHER


def words(kind: str, written: str, language: Language) -> KindWords:
    """How *kind* (lower case) is called; *written* is its spelling where it is one of the organisation's own."""
    if known := KINDS.get(kind):
        return known._replace(one=language.gettext(known.one), many=language.gettext(known.many))
    return KindWords(written or kind, written or kind.capitalize(), OTHER, Message(f"%(n)s {written or kind}", f"%(n)s {(written or kind).lower()}"))


def icon_of(entity: Entity) -> str:
    return TYPE_ICONS.get((entity.ref.kind, entity.type.lower())) or icon(entity.ref.kind)


def kind_order(kind: str) -> tuple[int, str]:
    """Sorts kinds as they are listed."""
    known = list(KINDS)
    return (known.index(kind) if kind in KINDS else len(known), kind)


def relation_order(type: str) -> tuple[int, str]:
    """Sorts relations as they are shown."""
    known = list(RELATIONS)
    return (known.index(type) if type in RELATIONS else len(known), type)


def relation_heading(type: str, language: Language) -> str:
    """Such as ``Depends on``; a type of the organisation's own is split at its capitals."""
    if known := RELATIONS.get(type):
        return language.gettext(known)
    spaced = "".join(f" {char.lower()}" if char.isupper() else char for char in type)
    return spaced.strip().capitalize()
