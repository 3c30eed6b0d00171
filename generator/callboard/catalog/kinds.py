"""Every kind of Backstage's model as a table of fields, and the organisation's own kinds.

Held against the JSON schemas of ``@backstage/catalog-model`` and ``@backstage/plugin-scaffolder-common``: a document
is accepted here exactly where those accept it. ``spec`` may have more fields everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from callboard.config.model import CatalogConfig, CustomKind


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value must be. *words* names it in messages: ``spec.type is a number, not text``."""

    words: str
    types: tuple[type, ...]
    minimum: int = 0
    """Of text: the fewest characters; of a list: the fewest items."""
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    items: Shape | None = None
    fields: tuple[Field, ...] = ()
    others: Shape | None = None
    """What every value of a mapping is that *fields* does not name; None leaves them free."""


class Field(NamedTuple):
    """A field of a mapping. *example* is what a hint proposes to write."""

    name: str
    shape: Shape
    required: bool = False
    example: str = ""


class Kind(NamedTuple):
    """One kind, or with *type* the variant of it whose ``spec.type`` is that."""

    name: str
    api_versions: tuple[str, ...]
    fields: tuple[Field, ...]
    type: str = ""
    ai: bool = False


ANY_TEXT = Shape("text", (str,))
TEXT = Shape("text", (str,), minimum=1)
FLAG_OR_TEXT = Shape("text, true or false", (str, bool))
TEXTS = Shape("a list", (list,), items=TEXT)
ANY_TEXTS = Shape("a list", (list,), items=ANY_TEXT)
MAPPING = Shape("a mapping", (dict,))


def mapping(*fields: Field, others: Shape | None = None) -> Shape:
    return Shape("a mapping", (dict,), fields=fields, others=others)


def items(shape: Shape, minimum: int = 0) -> Shape:
    return Shape("a list", (list,), minimum=minimum, items=shape)


def choice(*words: str) -> Shape:
    return Shape("text", (str,), choices=words)


def need(name: str, shape: Shape, example: str) -> Field:
    return Field(name, shape, True, example)


CORE = ("backstage.io/v1alpha1", "backstage.io/v1beta1")
ALPHA = ("backstage.io/v1alpha1",)
TEMPLATE = ("scaffolder.backstage.io/v1beta3",)

_OWNER = need("owner", TEXT, "owner: group:my-team")
_LIFECYCLE = need("lifecycle", TEXT, "lifecycle: production")
_SYSTEM = Field("system", TEXT)
_PROFILE = Field("profile", mapping(Field("displayName", TEXT), Field("email", TEXT), Field("picture", TEXT)))
_PERMISSIONS = Field("backstage:permissions", mapping(Field("tags", ANY_TEXTS)))
_PARAMETERS = mapping(_PERMISSIONS)
_DECORATORS = items(mapping(Field("id", ANY_TEXT), Field("input", MAPPING)))
_STEP = mapping(
    need("action", ANY_TEXT, "action: fetch:template"),
    Field("id", ANY_TEXT),
    Field("name", ANY_TEXT),
    Field("input", MAPPING),
    Field("if", FLAG_OR_TEXT),
    _PERMISSIONS,
)
_OUTPUT = mapping(
    Field(
        "links",
        items(
            mapping(
                Field("if", FLAG_OR_TEXT),
                Field("url", TEXT),
                Field("entityRef", TEXT),
                Field("title", TEXT),
                Field("icon", TEXT),
            )
        ),
    ),
    Field(
        "text",
        items(
            mapping(Field("if", FLAG_OR_TEXT), Field("title", TEXT), Field("icon", TEXT), Field("content", ANY_TEXT))
        ),
    ),
    others=ANY_TEXT,
)
_BUTTONS = mapping(
    Field("backButtonText", ANY_TEXT), Field("createButtonText", ANY_TEXT), Field("reviewButtonText", ANY_TEXT)
)


def _ai_resource(type: str, *fields: Field) -> Kind:
    named = need("type", choice(type) if type else TEXT, f"type: {type or 'skill'}")
    return Kind("AiResource", ALPHA, (named, _LIFECYCLE, _OWNER, _SYSTEM, *fields), type, ai=True)


KINDS = (
    Kind(
        "Component",
        CORE,
        (
            need("type", TEXT, "type: service"),
            _LIFECYCLE,
            _OWNER,
            _SYSTEM,
            Field("subcomponentOf", TEXT),
            Field("providesApis", TEXTS),
            Field("consumesApis", TEXTS),
            Field("dependsOn", TEXTS),
        ),
    ),
    Kind(
        "API",
        CORE,
        (
            need("type", TEXT, "type: openapi"),
            _LIFECYCLE,
            _OWNER,
            need("definition", TEXT, "definition: {$text: ./openapi.yaml}"),
            _SYSTEM,
        ),
    ),
    Kind(
        "API",
        CORE,
        (
            need("type", choice("mcp-server"), "type: mcp-server"),
            _LIFECYCLE,
            _OWNER,
            _SYSTEM,
            need(
                "remotes",
                items(
                    mapping(
                        need("type", TEXT, "type: streamable-http"),
                        need("url", TEXT, "url: https://mcp.example.org/"),
                    ),
                    minimum=1,
                ),
                "remotes: [{type: streamable-http, url: https://mcp.example.org/}]",
            ),
        ),
        type="mcp-server",
        ai=True,
    ),
    Kind("Resource", CORE, (need("type", TEXT, "type: database"), _OWNER, Field("dependsOn", TEXTS), _SYSTEM)),
    Kind("System", CORE, (_OWNER, Field("domain", TEXT), Field("type", TEXT))),
    Kind("Domain", CORE, (_OWNER, Field("subdomainOf", TEXT), Field("type", TEXT))),
    Kind(
        "Group",
        CORE,
        (
            need("type", TEXT, "type: team"),
            _PROFILE,
            Field("parent", TEXT),
            need("children", TEXTS, "children: []"),
            Field("members", TEXTS),
        ),
    ),
    Kind("User", CORE, (_PROFILE, need("memberOf", TEXTS, "memberOf: []"))),
    Kind(
        "Location",
        CORE,
        (
            Field("type", TEXT),
            Field("target", TEXT),
            Field("targets", TEXTS),
            Field("presence", choice("required", "optional")),
        ),
    ),
    Kind(
        "Template",
        TEMPLATE,
        (
            need("type", TEXT, "type: service"),
            Field("owner", TEXT),
            Field("lifecycle", TEXT),
            Field(
                "parameters", Shape("a mapping or a list", (dict, list), items=_PARAMETERS, fields=_PARAMETERS.fields)
            ),
            Field("secrets", mapping(Field("schema", MAPPING))),
            Field("presentation", mapping(Field("buttonLabels", _BUTTONS))),
            Field("EXPERIMENTAL_recovery", mapping(Field("EXPERIMENTAL_strategy", ANY_TEXT))),
            Field("formDecorators", _DECORATORS),
            Field("EXPERIMENTAL_formDecorators", _DECORATORS),
            need("steps", items(_STEP), "steps: []"),
            Field("output", _OUTPUT),
        ),
    ),
    _ai_resource(""),
    _ai_resource(
        "skill",
        Field("disciplines", TEXTS),
        Field("categories", TEXTS),
        Field("agents", TEXTS),
        Field("dependsOn", TEXTS),
        Field("allowedTools", TEXT),
        Field("license", TEXT),
        Field("compatibility", Shape("text", (str,), minimum=1, maximum=500)),
    ),
    _ai_resource(
        "rule",
        Field("disciplines", TEXTS),
        need("category", TEXT, "category: security"),
        need("rationale", TEXT, "rationale: why the rule is there"),
    ),
    _ai_resource("plugin", need("skills", TEXTS, "skills: []"), Field("version", TEXT)),
    _ai_resource("marketplace", need("plugins", TEXTS, "plugins: []"), Field("version", TEXT)),
)
"""Every kind; of the kinds of one name, that with the document's spec.type goes before that with none."""

_LINK = mapping(
    need("url", TEXT, "url: https://example.org/"),
    Field("title", TEXT),
    Field("icon", TEXT),
    Field("type", TEXT),
)
METADATA = mapping(
    need("name", TEXT, "name: my-service"),
    Field("namespace", TEXT),
    Field("uid", TEXT),
    Field("etag", TEXT),
    Field("title", TEXT),
    Field("description", ANY_TEXT),
    Field("labels", mapping(others=ANY_TEXT)),
    Field("annotations", mapping(others=ANY_TEXT)),
    Field("tags", TEXTS),
    Field("links", items(_LINK)),
)
ENVELOPE = (
    need("apiVersion", TEXT, "apiVersion: backstage.io/v1alpha1"),
    need("kind", TEXT, "kind: Component"),
    need("metadata", METADATA, "metadata: {name: my-service}"),
)


def known_kinds(config: CatalogConfig) -> Iterator[tuple[str, str]]:
    """(kind, apiVersion) of everything that documents may be, in the order of the table."""
    for custom in config.kinds:
        yield custom.kind, custom.api_version
    for kind in KINDS:
        if not kind.type and (config.ai or not kind.ai):
            for version in kind.api_versions:
                yield kind.name, version


def custom_kind(value: Mapping[str, Any], config: CatalogConfig) -> CustomKind | None:
    """The organisation's own kind that the document *value* is of."""
    wanted = (value.get("apiVersion"), value.get("kind"))
    return next((custom for custom in config.kinds if (custom.api_version, custom.kind) == wanted), None)


_BY_NAME: Mapping[str, tuple[Kind, ...]] = {
    name: tuple(sorted((kind for kind in KINDS if kind.name == name), key=lambda kind: not kind.type))
    for name in dict.fromkeys(kind.name for kind in KINDS)
}


def builtin_kind(value: Mapping[str, Any], config: CatalogConfig) -> Kind | None:
    """The kind, or the variant of it, that the document *value* is of."""
    spec = value.get("spec")
    type = spec.get("type") if isinstance(spec, Mapping) else None
    name = value.get("kind")
    for kind in _BY_NAME.get(name, ()) if isinstance(name, str) else ():
        if (
            value.get("apiVersion") in kind.api_versions
            and (config.ai or not kind.ai)
            and (not kind.type or kind.type == type)
        ):
            return kind
    return None
