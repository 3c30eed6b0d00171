"""Which entity somebody may have meant who wrote the name of one that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from callboard.model.ref import EntityRef

KINDS: Mapping[str, frozenset[str]] = {
    "ownedBy": frozenset({"group", "user"}),
    "providesApi": frozenset({"api"}),
    "consumesApi": frozenset({"api"}),
    "partOf": frozenset({"system", "domain", "component"}),
    "childOf": frozenset({"group"}),
    "parentOf": frozenset({"group"}),
    "memberOf": frozenset({"group"}),
    "hasMember": frozenset({"user"}),
}
"""The kinds that a relation can sensibly lead to; any where it is not in here."""

SHORTEST = 4
"""Shorter names resemble everything."""


@dataclass(frozen=True)
class Names:
    """The names of a catalog, ready to be searched. Nothing is made before the first question."""

    refs: Iterable[EntityRef] = field(repr=False)

    def near(self, ref: EntityRef, relation: str = "", limit: int = 2) -> tuple[EntityRef, ...]:
        """What *ref* may be a slip for: another kind, another namespace, another spelling. The likeliest first."""
        kinds = KINDS.get(relation)
        found: dict[EntityRef, None] = {}
        for one in self._by_name.get(ref.name, ()):
            if one.namespace == ref.namespace and (kinds is None or one.kind in kinds):
                found[one] = None
        found.update((one, None) for one in self._by_name.get(ref.name, ()) if one.kind == ref.kind)
        if not found and len(ref.name) >= SHORTEST:
            slips = {one for key in _shortened(ref.name) for one in self._by_slip.get((ref.kind, key), ())}
            near = sorted((distance(ref.name, one.name), one.namespace != ref.namespace, one) for one in slips)
            found.update((one, None) for far, _, one in near if far <= 2)
        found.pop(ref, None)
        return tuple(found)[:limit]

    @cached_property
    def _by_name(self) -> Mapping[str, list[EntityRef]]:
        found: dict[str, list[EntityRef]] = {}
        for ref in sorted(self.refs):
            found.setdefault(ref.name, []).append(ref)
        return found

    @cached_property
    def _by_slip(self) -> Mapping[tuple[str, str], list[EntityRef]]:
        found: dict[tuple[str, str], list[EntityRef]] = {}
        for refs in self._by_name.values():
            for ref in refs:
                if len(ref.name) >= SHORTEST - 1:
                    for key in _shortened(ref.name):
                        found.setdefault((ref.kind, key), []).append(ref)
        return found


def _shortened(name: str) -> Iterator[str]:
    """*name*, and *name* without each of its letters: names that are one slip apart have one of these in common."""
    yield name
    yield from dict.fromkeys(name[:at] + name[at + 1 :] for at in range(len(name)))


def distance(one: str, other: str) -> int:
    """How many letters have to be added, taken out, exchanged or swapped with their neighbour."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, above = above, row
    return above[-1]


def did_you_mean(refs: Iterable[EntityRef]) -> str:
    """A hint that proposes *refs*; empty where there are none."""
    names = [str(ref) for ref in refs]
    return f"did you mean {' or '.join(names)}?" if names else ""
