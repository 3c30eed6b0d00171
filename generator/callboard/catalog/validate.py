"""Whether a document is what Backstage accepts: its envelope, its fields, their form, the schema of its kind.

Backstage stops at the first problem; here every problem of a document is found, and the verdict is the same. The rules
are those of ``SchemaValidEntityPolicy``, ``NoForeignRootFieldsEntityPolicy``, ``FieldFormatEntityPolicy`` and the
schemas of the kinds (backstage.md 1.1 and 1.2).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import jsonschema
import referencing
from jsonschema.validators import validator_for

from callboard.catalog.annotations import EDIT_URL, VIEW_URL
from callboard.catalog.kinds import (
    ENVELOPE,
    METADATA,
    Field,
    Kind,
    Shape,
    builtin_kind,
    custom_kind,
    known_kinds,
)
from callboard.catalog.targets import has_scheme, is_url
from callboard.config.model import CatalogConfig, CustomKind
from callboard.model.entity import Keys
from callboard.model.routes import safe_url


class Problem(NamedTuple):
    """What is wrong, and the keys that lead to it."""

    code: str
    message: str
    keys: Keys
    hint: str = ""


KNOWN_ROOT = ("apiVersion", "kind", "metadata", "spec")
MAX_NAME = 63
_NAME = re.compile(r"(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_DNS_LABEL = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
_TAG = re.compile(r"[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*")
_KIND = re.compile(r"[a-zA-Z][a-z0-9A-Z]*")
_VERSION = re.compile(r"[a-z0-9A-Z]+")
_JS_SPACE = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
"""What JavaScript's ``trim`` takes off; Python's ``strip`` takes other characters."""


# -- forms of text --------------------------------------------------------------------------------------------------


def is_name(text: str) -> bool:
    """``isValidObjectName``: 1 to 63 letters, digits, ``-_.``, a letter or digit at both ends."""
    return len(text) <= MAX_NAME and _NAME.fullmatch(text) is not None


def is_dns_label(text: str) -> bool:
    return len(text) <= MAX_NAME and _DNS_LABEL.fullmatch(text) is not None


def is_dns_subdomain(text: str) -> bool:
    return len(text) <= 253 and all(is_dns_label(part) for part in text.split("."))


def is_tag(text: str) -> bool:
    return len(text) <= MAX_NAME and _TAG.fullmatch(text) is not None


def is_kind(text: str) -> bool:
    return len(text) <= MAX_NAME and _KIND.fullmatch(text) is not None


def _prefixed(text: str, is_suffix: Callable[[str], bool]) -> bool:
    parts = text.split("/")
    return is_suffix(parts[-1]) and (len(parts) == 1 or (len(parts) == 2 and is_dns_subdomain(parts[0])))


def is_key(text: str) -> bool:
    """A key of labels or annotations: ``[prefix/]name``."""
    return _prefixed(text, is_name)


def is_api_version(text: str) -> bool:
    return _prefixed(text, lambda suffix: len(suffix) <= MAX_NAME and _VERSION.fullmatch(suffix) is not None)


def is_blank(text: str) -> bool:
    return not text.strip(_JS_SPACE)


# -- values in words ------------------------------------------------------------------------------------------------


def name_of(keys: Keys) -> str:
    """Keys as people write them: ``spec.steps[0].action``."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text or "the document"


def _what(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return "text" if value else "an empty text"
    return "a list" if isinstance(value, list) else "a mapping"


def quoted(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:77]}...")


def _article(words: str) -> str:
    return words


def _type_hint(field: str, value: Any, shape: Shape, example: str) -> str:
    if value is None:
        return example or f"write a value after {field}:, or take the line out"
    if str in shape.types and isinstance(value, (bool, int, float)):
        return f'{field}: "{_json_word(value)}"' if field else f'write "{_json_word(value)}" in quotes'
    if list in shape.types and isinstance(value, str):
        return f"{field}: [{value}]" if field and value else "begin each item with - on a line of its own"
    if str in shape.types and isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return f"{field}: {value[0]}" if field else value[0]
    return example or f"write {shape.words}"


def _json_word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# -- shapes ---------------------------------------------------------------------------------------------------------


def _is(value: Any, shape: Shape) -> bool:
    return any(isinstance(value, kind) for kind in shape.types)


def _shape(value: Any, shape: Shape, keys: Keys, code: str, example: str = "") -> Iterator[Problem]:
    """Everything that keeps *value* from being of *shape*."""
    field = str(keys[-1]) if keys and isinstance(keys[-1], str) else ""
    if not _is(value, shape):
        yield Problem(
            code,
            f"{name_of(keys)} is {_what(value)}, not {shape.words}",
            keys,
            _type_hint(field, value, shape, example),
        )
    elif isinstance(value, str):
        yield from _text(value, shape, keys, code, example)
    elif isinstance(value, list):
        if len(value) < shape.minimum:
            yield Problem(code, f"{name_of(keys)} has no item", keys, example or "write at least one item")
        if shape.items is not None:
            for number, item in enumerate(value):
                yield from _shape(item, shape.items, (*keys, number), code)
    elif isinstance(value, dict):
        yield from _fields(value, shape.fields, keys, code)
        if shape.others is not None:
            named = {field.name for field in shape.fields}
            for key, item in value.items():
                if key not in named:
                    yield from _shape(item, shape.others, (*keys, key), code)


def _text(value: str, shape: Shape, keys: Keys, code: str, example: str) -> Iterator[Problem]:
    if shape.choices and value not in shape.choices:
        near = difflib.get_close_matches(value, shape.choices, n=1, cutoff=0) or shape.choices
        words = " or ".join(shape.choices)
        yield Problem(code, f"{name_of(keys)} is {quoted(value)}, not {words}", keys, f"{keys[-1]}: {near[0]}")
    elif len(value) < shape.minimum:
        yield Problem(code, f"{name_of(keys)} is an empty text", keys, example or "write a value, or take the line out")
    elif shape.maximum is not None and len(value) > shape.maximum:
        yield Problem(
            code,
            f"{name_of(keys)} has {len(value)} characters, and {shape.maximum} are allowed",
            keys,
            f"write at most {shape.maximum} characters",
        )


def _fields(value: Mapping[str, Any], fields: tuple[Field, ...], keys: Keys, code: str) -> Iterator[Problem]:
    for field in fields:
        if field.name in value:
            yield from _shape(value[field.name], field.shape, (*keys, field.name), code, field.example)
        elif field.required:
            hint = (
                f"did you mean {near} instead of {wrong}?"
                if (wrong := _misspelt(field.name, value)) and (near := field.name)
                else field.example
            )
            yield Problem(code, f"{name_of((*keys, field.name))} is missing", (*keys, field.name), hint)


def _misspelt(name: str, value: Mapping[str, Any]) -> str:
    """A key of *value* that may have been meant as *name*: other case, or one letter off."""
    for key in value:
        if key != name and key.lower() == name.lower():
            return key
    near = difflib.get_close_matches(name, [key for key in value if isinstance(key, str)], n=1, cutoff=0.85)
    return near[0] if near else ""


# -- the document ---------------------------------------------------------------------------------------------------


def validate(value: Mapping[str, Any], config: CatalogConfig) -> tuple[Problem, ...]:
    """Every problem of the document *value* (placeholders resolved, annotations added), in the order of its fields."""
    return (*_envelope(value), *_metadata(value.get("metadata")), *_root(value), *_kind(value, config))


_ENVELOPE_NAMES = frozenset({"name", "namespace"})


def envelope_problems(value: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What keeps Backstage from taking *value*, as it is written, for an entity at all (``EntityEnvelope``)."""
    metadata = value.get("metadata")
    problems = list(
        _fields(value, (*ENVELOPE[:2], ENVELOPE[2]._replace(shape=Shape("a mapping", (dict,)))), (), "bad-envelope")
    )
    if isinstance(metadata, dict):
        names = tuple(field for field in METADATA.fields if field.name in _ENVELOPE_NAMES)
        problems += _fields(metadata, names, ("metadata",), "bad-envelope")
        annotations = metadata.get("annotations")
        if annotations and not isinstance(annotations, dict):
            problems.append(
                Problem(
                    "bad-field",
                    f"metadata.annotations is {_what(annotations)}, not a mapping",
                    ("metadata", "annotations"),
                )
            )
    return tuple(problems)


def _envelope(value: Mapping[str, Any]) -> Iterator[Problem]:
    for field in ENVELOPE:
        if field.name == "metadata" and isinstance(value.get("metadata"), dict):
            continue
        yield from _fields(value, (field,), (), "bad-envelope")
    metadata = value.get("metadata")
    if isinstance(metadata, dict):
        for field in METADATA.fields:
            code = "bad-envelope" if field.name in _ENVELOPE_NAMES else "bad-field"
            yield from _fields(metadata, (field,), ("metadata",), code)
    version, kind = value.get("apiVersion"), value.get("kind")
    if isinstance(version, str) and version and not is_api_version(version):
        yield Problem(
            "bad-envelope",
            f"apiVersion {quoted(version)} is not of the form group/version",
            ("apiVersion",),
            ENVELOPE[0].example,
        )
    if isinstance(kind, str) and kind and not is_kind(kind):
        yield Problem(
            "bad-envelope",
            f"kind {quoted(kind)} is not 1 to 63 letters and digits that begin with a letter",
            ("kind",),
            ENVELOPE[1].example,
        )


def _metadata(metadata: Any) -> Iterator[Problem]:
    """The forms of metadata's fields, where their types are right."""
    if not isinstance(metadata, Mapping):
        return
    name = metadata.get("name")
    if isinstance(name, str) and name and not is_name(name):
        wanted = "1 to 63 letters, digits and - _ . with a letter or digit at both ends"
        yield Problem(
            "bad-envelope",
            f"metadata.name {quoted(name)} is not {wanted}",
            ("metadata", "name"),
            _suggest(name, "name"),
        )
    namespace = metadata.get("namespace")
    if isinstance(namespace, str) and namespace and not is_dns_label(namespace):
        wanted = "1 to 63 lower-case letters and digits with - between"
        hint = _suggest(namespace.lower().replace("_", "-").replace(".", "-"), "namespace")
        yield Problem(
            "bad-envelope", f"metadata.namespace {quoted(namespace)} is not {wanted}", ("metadata", "namespace"), hint
        )
    yield from _labels(metadata.get("labels"))
    yield from _annotations(metadata.get("annotations"))
    yield from _tags(metadata.get("tags"))
    yield from _links(metadata.get("links"))


def _suggest(text: str, field: str) -> str:
    """*text* with what is not allowed in a name taken out, as a line to type."""
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-_.")[:MAX_NAME].strip("-_.")
    return f"{field}: {cleaned}" if cleaned else f"write a {field} such as {field}: my-service"


def _labels(labels: Any) -> Iterator[Problem]:
    if not isinstance(labels, Mapping):
        return
    for key, value in labels.items():
        yield from _map_key(key, "label", ("metadata", "labels", key))
        if isinstance(value, str) and value and not is_name(value):
            message = (
                f"the label {key} has the value {quoted(value)}, which is not letters, digits and - _ . (at most 63)"
            )
            yield Problem(
                "bad-field", message, ("metadata", "labels", key), "take it to annotations, where values are free"
            )


def _annotations(annotations: Any) -> Iterator[Problem]:
    if not isinstance(annotations, Mapping):
        return
    for key, value in annotations.items():
        keys: Keys = ("metadata", "annotations", key)
        yield from _map_key(key, "annotation", keys)
        if key in (VIEW_URL, EDIT_URL) and isinstance(value, str) and not safe_url(value):
            message = f"{key} is {quoted(value)}, which is not shown: it is neither http, https nor mailto"
            yield Problem("rejected-link", message, keys, f"{key}: https://example.org/")


def _map_key(key: str, what: str, keys: Keys) -> Iterator[Problem]:
    if not is_key(key):
        message = f"the {what} key {quoted(key)} is not of the form name or example.org/name"
        yield Problem(
            "bad-field", message, keys, "use letters, digits and - _ . after an optional lower-case domain and one /"
        )


def _tags(tags: Any) -> Iterator[Problem]:
    for number, tag in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(tag, str) and tag and not is_tag(tag):
            cleaned = re.sub(r"[^a-z0-9:+#]+", "-", tag.lower()).strip("-")[:MAX_NAME].strip("-")
            message = (
                f"the tag {quoted(tag)} is not lower-case letters, digits and : + # with single - between (at most 63)"
            )
            yield Problem("bad-field", message, ("metadata", "tags", number), cleaned or "take it out")


def _links(links: Any) -> Iterator[Problem]:
    for number, link in enumerate(links if isinstance(links, list) else ()):
        if not isinstance(link, Mapping):
            continue
        keys: Keys = ("metadata", "links", number)
        url = link.get("url")
        if isinstance(url, str) and url:
            if not is_url(url):
                hint = f"url: https://{url.lstrip('/')}" if not has_scheme(url) else "url: https://example.org/"
                yield Problem("bad-field", f"the link {quoted(url)} is not an absolute address", (*keys, "url"), hint)
            elif not safe_url(url):
                message = f"the link {quoted(url)} is not shown: it is neither http, https nor mailto"
                yield Problem("rejected-link", message, (*keys, "url"), "url: https://example.org/")
        for field in ("title", "icon"):
            text = link.get(field)
            if isinstance(text, str) and text and is_blank(text):
                yield Problem(
                    "bad-field",
                    f"{name_of((*keys, field))} is blank",
                    (*keys, field),
                    "write a value, or take the line out",
                )


def _root(value: Mapping[str, Any]) -> Iterator[Problem]:
    if "spec" in value and not isinstance(value["spec"], dict):
        yield Problem(
            "bad-field",
            f"spec is {_what(value['spec'])}, not a mapping",
            ("spec",),
            "write the fields of spec, indented, below it",
        )
    for key in value:
        if key not in KNOWN_ROOT:
            near = difflib.get_close_matches(key, KNOWN_ROOT, n=1)
            hint = f"did you mean {near[0]}?" if near else f"indent {key} to put it below spec or metadata"
            yield Problem("foreign-field", f"{key} may not stand at the root of a document", (key,), hint)


def _kind(value: Mapping[str, Any], config: CatalogConfig) -> Iterator[Problem]:
    version, name = value.get("apiVersion"), value.get("kind")
    if not (isinstance(version, str) and isinstance(name, str) and version and name):
        return
    custom = custom_kind(value, config)
    if custom is not None:
        yield from _custom(value, custom)
        return
    kind = builtin_kind(value, config)
    if kind is None:
        if is_api_version(version) and is_kind(name):
            yield _unknown(version, name, config)
        return
    yield from _spec(value, kind)


def _spec(value: Mapping[str, Any], kind: Kind) -> Iterator[Problem]:
    spec = value.get("spec")
    if isinstance(spec, dict):
        yield from _fields(spec, kind.fields, ("spec",), "bad-field")
    elif "spec" not in value:
        examples = [field.example for field in kind.fields if field.required]
        lines = "".join(f"\n  {example}" for example in examples) or " {}"
        yield Problem("bad-field", f"spec is missing, which every {kind.name} has", ("spec",), f"spec:{lines}")


def _unknown(version: str, name: str, config: CatalogConfig) -> Problem:
    known = tuple(known_kinds(config))
    message = f"kind {name} with apiVersion {version} is not in the catalog's model"
    versions = [v for k, v in known if k == name]
    if versions:
        return Problem("unknown-kind", message, ("apiVersion",), f"apiVersion: {versions[0]}")
    names = list(dict.fromkeys(k for k, _ in known))
    near = [k for k in names if k.lower() == name.lower()] or difflib.get_close_matches(name, names, n=1)
    hint = (
        f"kind: {near[0]}"
        if near
        else f"known kinds: {', '.join(names)}; others are declared in catalog.kinds of the configuration"
    )
    return Problem("unknown-kind", message, ("kind",), hint)


def _custom(value: Mapping[str, Any], custom: CustomKind) -> Iterator[Problem]:
    """What the organisation's own JSON Schema finds. References to other schemas are never fetched."""
    if not custom.schema:
        return
    schema = dict(custom.schema)
    validator = validator_for(schema, default=jsonschema.Draft202012Validator)(schema, registry=referencing.Registry())
    try:
        errors = sorted(validator.iter_errors(dict(value)), key=lambda error: [str(key) for key in error.absolute_path])
    except (referencing.exceptions.Unresolvable, jsonschema.exceptions.SchemaError, RecursionError, re.error) as error:
        yield Problem(
            "bad-field",
            f"the schema of {custom.kind} cannot be used: {error}",
            ("kind",),
            "correct it in catalog.kinds of the configuration",
        )
        return
    for found in errors:
        keys = tuple(found.absolute_path)
        message = found.message if len(found.message) <= 200 else f"{found.message[:197]}..."
        yield Problem("bad-field", f"{name_of(keys)}: {message}", keys, f"see the schema of {custom.kind}")
