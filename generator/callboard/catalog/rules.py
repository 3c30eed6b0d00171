"""Which kinds may come from where: ``catalog.rules``, in Backstage's syntax (backstage.md 1.6 and S14).

A rule is asked about the *origin* of an entity, the location at whose root it came in, so that a Location that somebody
may write leads to nothing that he could not write himself. Without rules every kind may come from everywhere: the
sources are chosen by the portal's owner one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from callboard.config.model import Rule
from callboard.model import globs


def is_allowed(value: Mapping[str, Any], origin: str, rules: Sequence[Rule]) -> bool:
    """Whether the document *value* may be an entity when it came in at *origin* (``url:https://...``)."""
    if not rules:
        return True
    spec = value.get("spec")
    spec_type = spec.get("type") if isinstance(spec, Mapping) else None
    kind = str(value.get("kind")).lower()
    return any(_matches_kind(kind, spec_type, rule) and _matches_place(origin, rule) for rule in rules)


def depend_on_origin(rules: Sequence[Rule]) -> bool:
    """Whether the same document may be allowed from one origin and not from another."""
    return any(rule.locations for rule in rules)


def _matches_kind(kind: str, type: Any, rule: Rule) -> bool:
    written = type.lower() if isinstance(type, str) else None
    return any(allowed.lower() == kind and (not only or only.lower() == written) for allowed, only in rule.allow)


def _matches_place(origin: str, rule: Rule) -> bool:
    scheme, _, target = origin.partition(":")
    return not rule.locations or any(_is_at(scheme, target, place) for place in rule.locations)


def _is_at(scheme: str, target: str, place: Mapping[str, str]) -> bool:
    if place.get("type") != scheme:
        return False
    exact, pattern = place.get("exact"), place.get("pattern")
    if exact and exact != target:
        return False
    return not pattern or globs.match(pattern, target, dot=True, nocase=True)
