"""JSON Schema, as OpenAPI and AsyncAPI use it -> shapes that people read, and examples.

A type with a name is opened where it is used as often as ``opened`` says, and is a link to its own entry beyond that.
What contains itself is opened once. Everything is counted, so that no definition can ask for more than is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from callboard.apis import limits
from callboard.apis.tree import Node, References, line_of, listing, mapping, text, unescape, written
from callboard.model.api import Example, Shape
from callboard.model.language import N_, Words

Trail = tuple[str, ...]
"""References that were followed to come here."""

ANY = Words("anything")
_PLAIN = {"object": "object", "array": Words("list"), "null": "null"}
_NULL = " or null"


@dataclass(frozen=True, slots=True)
class _Read:
    """How people call a schema, and what can be opened in it."""

    words: str
    target: str = ""
    inner: Node = field(default_factory=dict)
    """The schema that has the rows: of a list, that of its items."""
    trail: Trail = ()
    named: bool = False
    notes: tuple[str, ...] = ()
    cut: bool = False
    """Whether it contains itself, so that it is not opened again."""


@dataclass(slots=True)
class Schemas:
    """Reads the schemas of one definition. *prefixes* are where types with a name are written."""

    references: References
    prefixes: tuple[str, ...]
    rows_left: int = limits.ROWS
    left_out: int = 0
    values: int = limits.VALUES
    """How many values of what is declared in place are listed."""
    _body_left: int = 0
    _bodies: dict[tuple[int, str, bool, int], tuple[Any, Shape, int]] = field(default_factory=dict)
    """Shapes of bodies and their rows, by what is the same object; it is kept, so that no other one takes its number."""
    _examples: dict[int, tuple[Any, Example | None]] = field(default_factory=dict)

    def type_name(self, ref: str) -> str:
        """The name of the type that *ref* leads to; empty where it is none of those that have an entry."""
        for prefix in self.prefixes:
            rest = ref.removeprefix(prefix)
            if rest != ref and rest and "/" not in rest:
                return unescape(rest)
        return ""

    # -- shapes ---------------------------------------------------------------------------------------------------------

    def body(self, schema: Any, *, name: str = "", required: bool = False, opened: int = limits.OPENED) -> Shape:
        """*schema* as the shape of a whole body, a parameter or a type."""
        key = (id(schema), name, required, opened)
        if key in self._bodies:
            _, shape, rows = self._bodies[key]
            if rows <= self.rows_left:
                self.rows_left -= rows
                return shape
        self._body_left = limits.ROWS_OF_BODY
        before = self.rows_left
        shape = self.shape(schema, name=name, required=required, opened=opened)
        if self.rows_left > 0:
            self._bodies[key] = (schema, shape, before - self.rows_left)
        return shape

    def shape(
        self, schema: Any, *, name: str = "", required: bool = False, opened: int = limits.OPENED, depth: int = 0, trail: Trail = ()
    ) -> Shape:
        """*schema* as a shape, with what is in it as far as *opened* goes."""
        self.rows_left -= 1
        self._body_left -= 1
        read = self._read(schema, trail, depth)
        node = self._merged(schema, trail)
        own = mapping(schema)
        rows: tuple[Shape, ...] = ()
        more = 0
        if read.named:
            opened = opened - 1 if self._body_left > 0 or depth == 0 else -1
        if read.inner and not read.cut and opened >= 0:
            if depth < limits.DEPTH and self.rows_left > 0:
                rows, more = self._rows(read.inner, opened, depth + 1, read.trail)
            else:
                more = len(mapping(read.inner.get("properties")))
                self.left_out += more
        listed = read.inner if read.words.startswith("list of") and "enum" in read.inner else node
        values, more_values = _values(listed, limits.VALUES if read.named else limits.VALUES_OF_TYPE if depth == 0 else self.values)
        return Shape(
            name=name if isinstance(name, Words) else name[: limits.VALUE],
            type=read.words,
            target=read.target,
            required=required,
            deprecated=node.get("deprecated") is True,
            description=_about(text(own.get("description")) or text(node.get("description")), node, read) or line_of(node.get("title") if not read.target else ""),
            notes=(*read.notes, *_notes(node)),
            values=values,
            more_values=more_values,
            rows=rows,
            more=more,
        )

    def _merged(self, schema: Any, trail: Trail) -> Node:
        """*schema* with its reference followed; of a list of one in ``allOf``, or of one and null, it is taken as what it holds."""
        found = self.references.follow(schema)
        node = _joined(mapping(found.value))
        if found.problem or any(ref in trail for ref in found.refs) or len(trail) > limits.DEPTH:
            return node
        for key in ("allOf", "oneOf", "anyOf"):
            parts = [part for part in listing(node.get(key)) if key == "allOf" or not _is_null(part)]
            if len(parts) == 1 and not (key != "allOf" and mapping(node.get("properties"))):
                inner = self._merged(parts[0], (*trail, *found.refs, key))
                return {**inner, **{name: value for name, value in node.items() if name != key}}
        return node

    def _read(self, schema: Any, trail: Trail, depth: int, within: bool = False) -> _Read:
        """*within* is for one of several, of which several within are only counted."""
        if schema is True or schema is None:
            return _Read(ANY)
        if schema is False:
            return _Read(Words("nothing"))
        followed = self.references.follow(schema)
        if followed.problem:
            return _Read(followed.name or Words("unknown"), notes=(f"{followed.refs[-1][: limits.VALUE]} {followed.problem}",))
        cut = any(ref in trail for ref in followed.refs)
        trail = (*trail, *followed.refs)
        name = next((name for ref in followed.refs if (name := self.type_name(ref))), "")
        deep = depth >= limits.DEPTH or (cut and not name)
        read = _Read("object", notes=(Words("nested more deeply than is shown"),) if depth >= limits.DEPTH else ()) if deep else self._plain(_joined(mapping(followed.value)), trail, depth, within)
        if name:
            null = _NULL if read.words.endswith(_NULL) else ""
            base = read.words.values.get("type", read.words) if null and isinstance(read.words, Words) else read.words
            words = name if base.startswith(("object", name)) or within or len(base) > 30 else Words("%(name)s (%(type)s)", name=name, type=base)
            return replace(read, words=_or(words, null), target=name, named=True, cut=cut, notes=())
        return replace(read, cut=read.cut or cut)

    def _plain(self, node: Node, trail: Trail, depth: int, within: bool) -> _Read:
        """A schema that is no reference."""
        null = _NULL if node.get("nullable") is True else ""
        if len(parts := listing(node.get("allOf"))) == 1 and not mapping(node.get("properties")):
            read = self._read(parts[0], trail, depth + 1, within)
            return replace(read, words=read.words if read.words.endswith(null) else _or(read.words, null))
        for key in ("oneOf", "anyOf"):
            if options := listing(node.get(key)):
                return self._options(node, key, options, trail, depth, null, within)
        names = [word for word in listing(node.get("type")) or [node.get("type")] if isinstance(word, str)]
        if "null" in names and len(names) > 1:
            names.remove("null")
            null = _NULL
        if not names:
            names = [_guess(node)]
        if names == ["array"]:
            return self._list(node, trail, depth, null, within)
        words = Words.either(_PLAIN.get(name, name) for name in names)
        if isinstance(kind := node.get("format"), str) and kind:
            words = Words.joined(", ", (words, kind[:40]))
        notes = self._extended(node)
        extra = node.get("additionalProperties")
        if isinstance(extra, Mapping) and not mapping(node.get("properties")) and not listing(node.get("allOf")):
            read = self._read(extra, trail, depth + 1, within)
            return replace(read, words=_or(Words("map of %(type)s", type=read.words), null))
        return _Read(_or(words, null), inner=node, trail=trail, notes=notes)

    def _list(self, node: Node, trail: Trail, depth: int, null: str, within: bool) -> _Read:
        if listing(node.get("prefixItems")):
            return _Read(_or(Words("list"), null), inner=node, trail=trail)
        items = node.get("items")
        if items is None:
            return _Read(_or(Words("list"), null))
        read = self._read(items, trail, depth + 1, within)
        words = Words("(%(type)s)", type=read.words) if " or " in read.words else read.words
        return replace(read, words=_or(Words("list of %(type)s", type=words), null))

    def _options(self, node: Node, key: str, options: list[Any], trail: Trail, depth: int, null: str, within: bool) -> _Read:
        """One of several: named in full where that is short, and without ``null`` where only one is left."""
        rest = [option for option in options if not _is_null(option)]
        null = null or (_NULL if len(rest) < len(options) else "")
        if len(rest) == 1 and not mapping(node.get("properties")):
            read = self._read(rest[0], trail, depth + 1, within)
            return replace(read, words=read.words if read.words.endswith(null) else _or(read.words, null))
        reads = [] if within or len(rest) > 4 else [self._read(option, trail, depth + 1, True) for option in rest]
        words = Words.either(read.words for read in reads)
        if not words or len(words) > 60:
            number = str(len(rest))
            words = Words("one of %(number)s", number=number) if key == "oneOf" else Words("any of %(number)s", number=number)
        return _Read(_or(words, null), inner=node, trail=trail, notes=self._extended(node))

    def _extended(self, node: Node) -> tuple[str, ...]:
        """Names of the types that *node* has everything of."""
        names = [self.references.follow(part).name for part in listing(node.get("allOf"))[:20] if "$ref" in mapping(part)]
        return (Words("has everything of %(names)s", names=", ".join(names)),) if names else ()

    def _rows(self, node: Node, opened: int, depth: int, trail: Trail) -> tuple[tuple[Shape, ...], int]:
        """What is in *node*, as much as may be shown, and how much is not."""
        rows: list[Shape] = []
        more = 0
        for name, schema, required in self._inside(node):
            if len(rows) >= limits.ROWS_OF_ONE or self.rows_left <= 0 or self._body_left < -limits.ROWS_OF_ONE:
                more += 1
                continue
            rows.append(self.shape(schema, name=name, required=required, opened=opened, depth=depth, trail=trail))
        self.left_out += more
        return tuple(rows), more

    def _inside(self, node: Node) -> Iterator[tuple[str, Any, bool]]:
        """Name, schema and whether it must be there, of everything in an object; parts of ``allOf`` are one object."""
        members = dict[str, tuple[Any, bool]]()
        parts = list(self._parts(node, set()))
        required = {name for part in parts for name in listing(part.get("required")) if isinstance(name, str)}
        for name, schema in (entry for part in parts for entry in mapping(part.get("properties")).items()):
            members.setdefault(name, (schema, name in required))
        for name, (schema, must) in members.items():
            yield name, schema, must
        for pattern, schema in mapping(node.get("patternProperties")).items():
            yield f"/{pattern}/", schema, False
        extra = node.get("additionalProperties")
        if isinstance(extra, Mapping) and members:
            yield Words("any other"), extra, False
        for number, schema in enumerate(listing(node.get("prefixItems"))):
            yield f"{number}", schema, False
        for key in ("oneOf", "anyOf"):
            for option in listing(node.get(key)):
                if not _is_null(option):
                    yield "", option, False

    def _parts(self, node: Node, seen: set[str]) -> Iterator[Node]:
        """*node* after everything that it has all of, each type once."""
        for part in listing(node.get("allOf")):
            found = self.references.follow(part)
            if seen.isdisjoint(found.refs):
                seen.update(found.refs)
                yield from self._parts(mapping(found.value), seen)
        yield node

    # -- examples -------------------------------------------------------------------------------------------------------

    def example(self, schema: Any, *, of: str = "") -> Example | None:
        """An example that follows from *schema*, which may be the type *of*; None where it says nothing."""
        if id(schema) not in self._examples:
            self._examples[id(schema)] = (schema, self._made(schema, tuple(f"{prefix}{of}" for prefix in self.prefixes) if of else ()))
        return self._examples[id(schema)][1]

    def _made(self, schema: Any, trail: Trail) -> Example | None:
        maker = _Maker(self.references)
        value = maker.value(schema, trail, 0)
        if value is None or value == {} or value == []:
            return None
        return Example(text=as_json(value), made=not maker.written_whole)


def _is_null(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == "null"


_SAYING = frozenset({"description", "title", "nullable", "example", "examples", "default", "deprecated", "readOnly", "writeOnly", "externalDocs"})
"""What can be said of a schema without changing what it is."""


def _joined(node: Node) -> Node:
    """*node* with what those parts of its ``allOf`` say that say something and are nothing: so writes who cannot write beside a reference."""
    parts = listing(node.get("allOf"))
    saying = [part for part in parts if isinstance(part, Mapping) and part and all(key in _SAYING or key.startswith("x-") for key in part)]
    if not saying:
        return node
    said = {key: value for part in saying for key, value in part.items()}
    rest = [part for part in parts if not any(part is each for each in saying)]
    if len(rest) == 1:  # it is taken for the whole, so that its words would be lost
        words = (text(mapping(part).get("description")) for part in parts if "$ref" not in mapping(part))
        said["description"] = "\n\n".join(dict.fromkeys(filter(None, words)))
    return {**said, **{key: value for key, value in node.items() if key != "allOf"}, **({"allOf": rest} if rest else {})}


def _about(said: str, node: Node, read: _Read) -> str:
    """*said* of *node*, and what is said of what it lists or consists of, where that has no entry of its own."""
    if read.target:
        return said
    parts = [part for part in (*listing(node.get("allOf")), node.get("items")) if isinstance(part, Mapping) and "$ref" not in part]
    return "\n\n".join(dict.fromkeys(filter(None, (said, *(text(part.get("description")) for part in parts)))))[: limits.TEXT]


def _or(words: str, null: str) -> str:
    return Words("%(type)s or null", type=words) if null else words


def as_json(value: Any) -> str:
    """*value* as people write JSON, cut where it is very long."""
    try:
        found = json.dumps(value, indent=2, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return ""
    return shortened(found)


def example_of(title: str, value: Any, language: str) -> Example:
    """An example that somebody wrote: text as it is, everything else as JSON."""
    title = title if isinstance(title, Words) else title[:200]
    if isinstance(value, str):
        return Example(title=title, text=shortened(value), language=language)
    return Example(title=title, text=as_json(value))


def shortened(found: str) -> str:
    if len(found) <= limits.EXAMPLE:
        return found
    return f"{found[: limits.EXAMPLE].rsplit(chr(10), 1)[0]}\n…"


_TYPICAL = {
    "date-time": "2026-03-04T09:30:00Z",
    "date": "2026-03-04",
    "time": "09:30:00Z",
    "uuid": "3f2b8c1e-5d47-4a1b-9c33-0e6a7f10b2d4",
    "email": "someone@example.org",
    "uri": "https://example.org/",
    "url": "https://example.org/",
    "uri-reference": "/path",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "aGVsbG8=",
    "duration": "PT15M",
    "password": "secret",
}


@dataclass(slots=True)
class _Maker:
    """Makes one example. Never the same type within itself, never more values than a reader wants."""

    references: References
    left: int = limits.MADE_NODES
    written_whole: bool = False

    def value(self, schema: Any, trail: Trail, depth: int) -> Any:
        self.left -= 1
        if self.left < 0:
            return None
        followed = self.references.follow(schema)
        if followed.problem or any(ref in trail for ref in followed.refs):
            return None
        node = mapping(followed.value)
        trail = (*trail, *followed.refs)
        written_one = _written(node)
        if written_one is not _NONE:
            self.written_whole = self.written_whole or depth == 0
            return written_one
        if depth >= limits.MADE_DEPTH or self.left <= 0:
            return None
        parts = listing(node.get("allOf"))[:20]
        if parts:
            return self._joined(node, parts, trail, depth)
        for key in ("oneOf", "anyOf"):
            for option in listing(node.get(key)):
                if not _is_null(option):
                    return self.value(option, trail, depth + 1)
        return self._typed(node, trail, depth)

    def _joined(self, node: Node, parts: Iterable[Any], trail: Trail, depth: int) -> Any:
        values = [self.value(part, trail, depth + 1) for part in parts]
        own = self._typed(node, trail, depth) if mapping(node.get("properties")) else {}
        objects = [value for value in (*values, own) if isinstance(value, dict)]
        if objects:
            return {key: value for each in objects for key, value in each.items()}
        return next((value for value in values if value is not None), None)

    def _typed(self, node: Node, trail: Trail, depth: int) -> Any:
        kind = node.get("type")
        if isinstance(kind, list):
            kind = next((word for word in kind if word != "null"), None)
        kind = kind if isinstance(kind, str) else _guess(node)
        if kind == "object":
            return self._object(node, trail, depth)
        if kind == "array":
            item = self.value(node.get("items"), trail, depth + 1) if node.get("items") is not None else None
            return [] if item is None else [item]
        if kind == "string":
            return _typical(node)
        if kind in {"integer", "number"}:
            least = node.get("minimum", node.get("exclusiveMinimum"))
            return least if isinstance(least, int | float) and not isinstance(least, bool) else 1 if kind == "integer" else 1.5
        return True if kind == "boolean" else None

    def _object(self, node: Node, trail: Trail, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, schema in list(mapping(node.get("properties")).items())[:40]:
            if self.left <= 0:
                break
            value = self.value(schema, trail, depth + 1)
            if value is not None:
                found[name] = value
        extra = node.get("additionalProperties")
        if not found and isinstance(extra, Mapping) and extra and self.left > 0:
            value = self.value(extra, trail, depth + 1)
            if value is not None:
                found["name"] = value
        return found


_NONE = object()


def _written(node: Node) -> Any:
    """An example, default or only value that somebody wrote into *node*, else _NONE."""
    if "example" in node:
        return node["example"]
    for key in ("examples", "enum"):
        if values := listing(node.get(key)):
            return values[0]
    for key in ("const", "default"):
        if key in node and node[key] is not None:
            return node[key]
    return _NONE


def _typical(node: Node) -> str:
    kind = node.get("format")
    if isinstance(kind, str) and kind in _TYPICAL:
        return _TYPICAL[kind]
    least = node.get("minLength")
    found = "string"
    return found.ljust(min(least, 40), "x") if isinstance(least, int) and least > len(found) else found


def _guess(node: Node) -> str:
    """The type of a schema that does not say one."""
    if any(key in node for key in ("properties", "additionalProperties", "patternProperties", "allOf", "required")):
        return "object"
    if "items" in node or "prefixItems" in node:
        return "array"
    known = listing(node.get("enum")) or ([node["const"]] if "const" in node else [])
    if known:
        kinds = {bool: "boolean", str: "string", int: "integer", float: "number"}
        return kinds.get(type(known[0]), ANY)
    return "string" if "format" in node or "pattern" in node or "maxLength" in node else ANY


# -- what is said about values --------------------------------------------------------------------------------------------


def _values(node: Node, most: int) -> tuple[tuple[str, ...], int]:
    listed = listing(node.get("enum")) or ([node["const"]] if "const" in node else [])
    shown: list[str] = []
    room = limits.VALUES_TEXT
    for value in listed[:most]:
        words = value if isinstance(value, str) and len(value) <= limits.ENUM_VALUE else written(value)
        room -= len(words)
        if room < 0 and len(shown) >= limits.VALUES:
            break
        shown.append(words)
    return tuple(shown), len(listed) - len(shown)


def _notes(node: Node) -> tuple[str, ...]:
    """Limits, default and the like, in words."""
    found: list[str] = []
    if "default" in node:
        found.append(Words("default %(value)s", value=written(node["default"])))
    for key, bound, words in (("exclusiveMinimum", "minimum", N_("more than %(limit)s")), ("exclusiveMaximum", "maximum", N_("less than %(limit)s"))):
        # A number since JSON Schema draft 6; before, it says how the other bound is meant.
        if _number(limit := node.get(bound) if node.get(key) is True else node.get(key)):
            found.append(Words(words, limit=written(limit)))
    inclusive = {key: node.get(key) for key in ("minimum", "maximum") if node.get(f"exclusive{key.capitalize()}") is not True}
    found += _bounds(inclusive, "minimum", "maximum", _NUMBERS)
    found += _bounds(node, "minLength", "maxLength", _CHARACTERS)
    found += _bounds(node, "minItems", "maxItems", _ITEMS)
    found += _bounds(node, "minProperties", "maxProperties", _ENTRIES)
    if "multipleOf" in node:
        found.append(Words("a multiple of %(number)s", number=written(node["multipleOf"])))
    if node.get("uniqueItems") is True:
        found.append(Words("no item twice"))
    if isinstance(pattern := node.get("pattern"), str):
        found.append(Words("matches %(pattern)s", pattern=pattern[: limits.VALUE]))
    if isinstance(media := node.get("contentMediaType"), str):
        found.append(media[: limits.VALUE])
    for key, words in (("readOnly", N_("only in answers")), ("writeOnly", N_("only in requests"))):
        if node.get(key) is True:
            found.append(Words(words))
    if isinstance(name := mapping(node.get("discriminator")).get("propertyName"), str) or isinstance(name := node.get("discriminator"), str):
        found.append(Words("%(name)s tells which", name=name))
    if node.get("additionalProperties") is False:
        found.append(Words("nothing else"))
    return tuple(found)


class _Bounds(NamedTuple):
    """How limits of something are said."""

    one: str
    just: str
    between: str
    least: str
    most: str


_NUMBERS = _Bounds("%(low)s", "%(low)s", N_("%(low)s to %(high)s"), N_("at least %(low)s"), N_("at most %(high)s"))
_CHARACTERS = _Bounds(
    N_("%(low)s character"), N_("%(low)s characters"), N_("%(low)s to %(high)s characters"), N_("at least %(low)s characters"), N_("at most %(high)s characters")
)
_ITEMS = _Bounds(N_("%(low)s item"), N_("%(low)s items"), N_("%(low)s to %(high)s items"), N_("at least %(low)s items"), N_("at most %(high)s items"))
_ENTRIES = _Bounds(
    N_("%(low)s entry"), N_("%(low)s entries"), N_("%(low)s to %(high)s entries"), N_("at least %(low)s entries"), N_("at most %(high)s entries")
)


def _bounds(node: Node, least: str, most: str, said: _Bounds) -> list[str]:
    low, high = node.get(least), node.get(most)
    low = low if _number(low) and not (low == 0 and said is not _NUMBERS) else None
    high = high if _number(high) else None
    if low is not None and low == high:
        return [Words(said.one if low == 1 else said.just, low=written(low))]
    if low is not None and high is not None:
        return [Words(said.between, low=written(low), high=written(high))]
    return [*([] if low is None else [Words(said.least, low=written(low))]), *([] if high is None else [Words(said.most, high=written(high))])]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
