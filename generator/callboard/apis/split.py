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
from callboard.model.language import Words

PAGE = 36_000
"""Bytes of one page, compressed, as far as they can be told beforehand; what is around is apart."""
_ROW, _PART, _OPERATION = 14, 24, 60
"""What the markup of each costs, compressed."""
RESERVED = frozenset({"definition", "reference", "types"})
_T = TypeVar("_T", Operation, Type)


class _Scale:
    """Weighs one text after another as a page holds them: what was there before costs little."""

    def __init__(self) -> None:
        self._compressor = zlib.compressobj(1)

    def weigh(self, item: Operation | Type) -> int:
        texts, markup = _operation(item) if isinstance(item, Operation) else _type(item)
        text = "\n".join(texts).encode("utf-8", "replace")
        return markup + len(self._compressor.compress(text)) + len(self._compressor.flush(zlib.Z_SYNC_FLUSH))


def split(description: ApiDescription) -> ApiDescription:
    """*description* with the page of every group and type."""
    scale = _Scale()
    whole = sum(scale.weigh(operation) for operation in description.operations) + sum(scale.weigh(type) for type in description.types)
    if whole <= PAGE:
        return description
    return replace(description, groups=tuple(_grouped(description.groups)), types=tuple(_typed(description.types)))


def _grouped(groups: Sequence[Group]) -> Iterator[Group]:
    taken = set(RESERVED)
    for group in groups:
        base = re.sub(r"[^a-z0-9]+", "-", slug(group.title)).strip("-")[:60] or "group"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name)
        for part, chunk in enumerate(_chunks(group.operations), start=1):
            first = part == 1
            yield replace(
                group,
                id=group.id if first else f"{group.id}-{part}",
                title=group.title if first else Words("%(title)s, part %(number)s", title=group.title, number=str(part)),
                description=group.description if first else "",
                facts=group.facts if first else (),
                page=name if first else f"{name}/{part}",
                operations=tuple(chunk),
            )


def _typed(types: Sequence[Type]) -> Iterator[Type]:
    for part, chunk in enumerate(_chunks(types), start=1):
        for type in chunk:
            yield replace(type, page="types" if part == 1 else f"types/{part}")


def _chunks(items: Sequence[_T]) -> Iterator[list[_T]]:
    """*items* in order, as many together as fit; at least one chunk."""
    chunk: list[_T] = []
    scale, total = _Scale(), 0
    for item in items:
        weight = scale.weigh(item)
        if chunk and total + weight > PAGE:
            yield chunk
            chunk, scale = [], _Scale()
            total, weight = 0, scale.weigh(item)
        chunk.append(item)
        total += weight
    yield chunk


def _operation(operation: Operation) -> tuple[list[str], int]:
    """Every text of *operation*, and what its markup weighs."""
    texts = [operation.name, operation.summary, operation.description, *(fact.text for fact in operation.facts)]
    rows = 0
    for part in operation.parts:
        rows += _part(part, texts)
    texts += _examples(operation.examples)
    return texts, _OPERATION + _PART * len(operation.parts) + _ROW * rows


def _type(type: Type) -> tuple[list[str], int]:
    texts = [type.name, *_examples(type.examples)]
    return texts, _PART + _ROW * _shape(type.shape, texts)


def _part(part: Part, texts: list[str]) -> int:
    texts += [part.description, part.detail, *_examples(part.examples)]
    return _shape(part.shape, texts) if part.shape else 0


def _examples(examples: Sequence[Example]) -> Iterator[str]:
    for example in examples:
        yield example.text


def _shape(shape: Shape, texts: list[str]) -> int:
    """How many rows there are, or as much as that; what is in them goes to *texts*."""
    texts += [shape.name, shape.type, shape.description, *shape.notes, *shape.values]
    return 1 + len(shape.values) // 4 + sum(_shape(row, texts) for row in shape.rows)
