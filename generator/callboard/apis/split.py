"""Which page of an API each group and type is on, so that no page is too large to be read.

Everything is on one page where that is small enough. Otherwise every group has a page of its own, or several, and so
have the types.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from callboard.apis.tree import slug
from callboard.model.api import ApiDescription, Example, Group, Operation, Part, Shape, Type

PAGE = 34_000
"""Bytes of one page, compressed, as far as they can be told beforehand; what is around is apart."""
_ROW, _PART, _OPERATION = 26, 40, 120
"""What the markup of each costs, compressed."""
RESERVED = frozenset({"definition", "reference", "types"})
_T = TypeVar("_T", Operation, Type)


def split(description: ApiDescription) -> ApiDescription:
    """*description* with the page of every group and type."""
    groups = [[(operation, _operation(operation)) for operation in group.operations] for group in description.groups]
    types = [(type, _type(type)) for type in description.types]
    whole = sum(weight for _, weight in types) + sum(weight for group in groups for _, weight in group)
    if whole <= PAGE:
        return description
    pages = list(_grouped(description.groups, groups))
    return replace(description, groups=tuple(pages), types=tuple(_typed(types)))


def _grouped(groups: Sequence[Group], weighed: Sequence[Sequence[tuple[Operation, int]]]) -> Iterator[Group]:
    taken = set(RESERVED)
    for group, operations in zip(groups, weighed, strict=True):
        base = re.sub(r"[^a-z0-9]+", "-", slug(group.title)).strip("-")[:60] or "group"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        for part, chunk in enumerate(_chunks(operations), start=1):
            first = part == 1
            yield replace(
                group,
                id=group.id if first else f"{group.id}-{part}",
                title=group.title if first else f"{group.title}, part {part}",
                description=group.description if first else "",
                facts=group.facts if first else (),
                page=name if first else f"{name}/{part}",
                operations=tuple(chunk),
            )


def _typed(types: Sequence[tuple[Type, int]]) -> Iterator[Type]:
    for part, chunk in enumerate(_chunks(types), start=1):
        for type in chunk:
            yield replace(type, page="types" if part == 1 else f"types/{part}")


def _chunks(items: Sequence[tuple[_T, int]]) -> Iterator[list[_T]]:
    """*items* in order, as many together as fit; at least one chunk."""
    chunk: list[_T] = []
    total = 0
    for item, weight in items:
        if chunk and total + weight > PAGE:
            yield chunk
            chunk, total = [], 0
        chunk.append(item)
        total += weight
    yield chunk


def _operation(operation: Operation) -> int:
    texts = [operation.name, operation.summary, operation.description, *(fact.text for fact in operation.facts)]
    rows = 0
    for part in operation.parts:
        rows += _part(part, texts)
    texts += [example.text for example in operation.examples]
    return _OPERATION + _PART * len(operation.parts) + _ROW * rows + _compressed(texts)


def _type(type: Type) -> int:
    texts = [type.name, *(example.text for example in type.examples)]
    return _PART + _ROW * _shape(type.shape, texts) + _compressed(texts)


def _part(part: Part, texts: list[str]) -> int:
    texts += [part.description, part.detail, *_examples(part.examples)]
    return _shape(part.shape, texts) if part.shape else 0


def _examples(examples: Sequence[Example]) -> Iterator[str]:
    for example in examples:
        yield example.text


def _shape(shape: Shape, texts: list[str]) -> int:
    """How many rows there are; what is in them goes to *texts*."""
    texts += [shape.name, shape.type, shape.description, *shape.notes, *shape.values]
    return 1 + sum(_shape(row, texts) for row in shape.rows)


def _compressed(texts: Sequence[str]) -> int:
    return len(zlib.compress("\n".join(texts).encode("utf-8", "replace"), 1))
