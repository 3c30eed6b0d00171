"""The settings table, read from the fields of ``model.py``; the reference page and the JSON Schema are made of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_type_hints

from callboard.config.model import SOURCE_TYPES, Config, Secret


class Setting(NamedTuple):
    """One row of the table. *name* is a path such as ``site.title`` or ``sources[].git.url``."""

    name: str
    type: str
    """``text``, ``yes or no``, ``whole number``, ``list of texts``, ``secret``, ``path``, or ``list of mappings``."""
    default: Any
    """As a value of Python; None where there is none."""
    required: bool
    sentence: str
    variable: str
    """The environment variable that overrides it, or empty."""
    choices: tuple[str, ...]
    minimum: int
    attribute: str
    """The name of the field."""


TYPE_WORDS = {str: "text", bool: "yes or no", int: "whole number", Secret: "secret", Path: "path"}


def type_word(hint: Any) -> str:
    """How the type of a field is called."""
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if hint in TYPE_WORDS:
        return TYPE_WORDS[hint]
    return "list of texts" if get_args(hint)[:1] == (str,) else "list of mappings"


def settings_of(owner: type, prefix: str = "", *, environment: bool = True) -> tuple[Setting, ...]:
    """The settings that the fields of the dataclass *owner* declare, in order, those of sections left out."""
    hints = get_type_hints(owner)
    return tuple(
        Setting(
            name=prefix + (f.metadata["key"] or f.name),
            type=type_word(hints[f.name]),
            default=None if f.default is dataclasses.MISSING else f.default,
            required=f.default is dataclasses.MISSING,
            sentence=f.metadata["sentence"],
            variable=variable(prefix + f.name) if environment and f.metadata["environment"] else "",
            choices=f.metadata["choices"],
            minimum=f.metadata["minimum"],
            attribute=f.name,
        )
        for f in dataclasses.fields(owner)
        if "sentence" in f.metadata
    )


def variable(name: str) -> str:
    """The environment variable of the setting *name*: ``site.title`` is CALLBOARD_SITE_TITLE."""
    return "CALLBOARD_" + name.replace(".", "_").upper()


def sections() -> Iterator[tuple[str, type]]:
    """The sections of the file and the classes that they become."""
    hints = get_type_hints(Config)
    for f in dataclasses.fields(Config):
        if dataclasses.is_dataclass(hints[f.name]):
            yield f.name, hints[f.name]


def settings() -> tuple[Setting, ...]:
    """Every setting of the file, in the order of the reference page."""
    rows = [setting for setting in settings_of(Config) if setting.name == "sources"]
    for name, source in SOURCE_TYPES.items():
        rows += settings_of(source, f"sources[].{name}.", environment=False)
    for name, section in sections():
        rows += settings_of(section, f"{name}.")
    rows += [setting for setting in settings_of(Config) if setting.name != "sources"]
    return tuple(rows)


def _schema_of(setting: Setting) -> dict[str, Any]:
    shapes: dict[str, dict[str, Any]] = {
        "text": {"type": "string"},
        "path": {"type": "string"},
        "yes or no": {"type": "boolean"},
        "whole number": {"type": "integer", "minimum": setting.minimum},
        "list of texts": {"type": "array", "items": {"type": "string"}},
        "secret": {"type": "string", "pattern": r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"},
    }
    schema = dict(shapes.get(setting.type, {"type": "array", "items": {"type": "object"}}))
    schema["description"] = setting.sentence
    if setting.choices:
        schema["enum"] = list(setting.choices)
    if setting.default not in (None, "", ()):
        default = setting.default
        schema["default"] = list(default) if isinstance(default, tuple) else str(default) if isinstance(default, Path) else default
    return schema


def _object(rows: tuple[Setting, ...], prefix: str = "") -> dict[str, Any]:
    required = [row.name.removeprefix(prefix) for row in rows if row.required]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {row.name.removeprefix(prefix): _schema_of(row) for row in rows},
        **({"required": required} if required else {}),
    }


_LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type"],
    "properties": {name: {"type": "string"} for name in ("type", "exact", "pattern")},
}
_RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["allow"],
    "properties": {
        "allow": {
            "type": "array",
            "items": {
                "anyOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["kind"],
                        "properties": {"kind": {"type": "string"}, "spec.type": {"type": "string"}},
                    },
                ]
            },
        },
        "locations": {"type": "array", "items": _LOCATION},
    },
}
_KIND = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind"],
    "properties": {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "schema": {"type": "string", "description": "A JSON Schema file of the whole entity."},
        "relations": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["field", "forward", "backward"],
                "properties": {name: {"type": "string"} for name in ("field", "forward", "backward", "target")},
            },
        },
    },
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of ``site_config.yml``."""
    root = _object(settings_of(Config))
    for name, section in sections():
        root["properties"][name] = _object(settings_of(section))
    root["properties"]["catalog"]["properties"]["rules"]["items"] = _RULE
    root["properties"]["catalog"]["properties"]["kinds"]["items"] = _KIND
    root["properties"]["docs"] |= {
        "if": {"properties": {"engine": {"const": "prebuilt"}}, "required": ["engine"]},
        "then": {"required": ["prebuilt"]},
    }
    root["properties"]["sources"]["minItems"] = 1
    root["properties"]["sources"]["items"] = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {
            name: _object(settings_of(source, environment=False)) for name, source in SOURCE_TYPES.items()
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "site_config.yml of Callboard",
        **root,
    }
