"""Descriptions as JSON, for the store: what equals a field's default is left out."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from typing import Any

from callboard.model.api import ApiDescription
from callboard.model.language import Words


def to_plain(value: Any) -> Any:
    """*value*, a frozen value of model/api.py, as JSON can hold it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {f.name: to_plain(found) for f in fields if (found := getattr(value, f.name)) != f.default}
    if isinstance(value, Words):
        return {"text": value.template, "values": {name: to_plain(part) for name, part in value.values.items()}}
    return [to_plain(item) for item in value] if isinstance(value, tuple) else value


def from_plain(plain: Any) -> ApiDescription:
    """The way back. Raises TypeError, KeyError, AttributeError or ValueError where *plain* is something else."""
    found = _made(ApiDescription, plain)
    assert isinstance(found, ApiDescription)
    return found


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _made(hint: Any, plain: Any) -> Any:
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(_made(inner, item) for item in plain)
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = typing.get_args(hint)[0]
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        hints = _hints(hint)
        return hint(**{name: _made(hints[name], value) for name, value in plain.items()})
    if hint is str and isinstance(plain, dict):
        return Words(_made(str, plain["text"]), **{name: _made(str, part) for name, part in plain["values"].items()})
    if not isinstance(plain, hint):
        raise TypeError(f"{plain!r} is not of {hint}")
    return plain
