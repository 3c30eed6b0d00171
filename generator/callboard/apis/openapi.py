"""OpenAPI 2.0 (Swagger), 3.0, 3.1 and 3.2 -> an API description."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from callboard.apis import limits
from callboard.apis.schema import Schemas, as_json, example_of
from callboard.apis.tree import (
    Anchors,
    Complaints,
    Followed,
    Node,
    References,
    Tree,
    Unreadable,
    line_of,
    listing,
    mapping,
    mappings,
    standalone,
    text,
)
from callboard.model.api import ApiDescription, Example, Fact, Group, Operation, Part, Shape, Type
from callboard.model.language import Words

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_PLACES = {
    "path": Words("Path parameters"), "query": Words("Query parameters"), "header": Words("Header parameters"),
    "cookie": Words("Cookie parameters"), "formData": Words("Form parameters"),
}  # fmt: skip
_UNTAGGED = 12
"""Operations without any tag from which on they are grouped by the first word of their path."""
_VERSION = re.compile(r"(2|3)(\.[0-9]+)*")
_EVERY = re.compile(r"\s+")


def read_openapi(tree: Tree, complaints: Complaints) -> ApiDescription:
    """What *tree* says. Raises Unreadable where it says nothing."""
    old = "swagger" in tree.root
    word = "swagger" if old else "openapi"
    version = line_of(tree.root.get(word))
    if not _VERSION.match(version):
        raise Unreadable(f"{word} is {version or 'empty'!r}, not a version such as 3.1.0", tree.line(word), f"write {word}: {'2.0' if old else '3.1.0'}")
    return _Reader(tree, complaints, old).read(f"{'Swagger' if old else 'OpenAPI'} {version}")


@dataclass(slots=True)
class _Found:
    """An operation where it is written."""

    group: str
    path: str
    method: str
    node: Node
    shared: list[Any]
    """Parameters of every operation of the path."""
    keys: tuple[str | int, ...]


@dataclass
class _Reader:
    tree: Tree
    complaints: Complaints
    old: bool
    anchors: Anchors = field(default_factory=Anchors)
    opened: int = limits.OPENED
    elsewhere: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    """Paths and operations that are in other documents, with their keys in this one."""

    def __post_init__(self) -> None:
        self.root = self.tree.root
        self.references = References(self.tree, self.complaints)
        self.schemas = Schemas(self.references, ("#/definitions/",) if self.old else ("#/components/schemas/",))

    def read(self, edition: str) -> ApiDescription:
        info = mapping(self.root.get("info"))
        found = list(self._operations())
        self._complain_of_elsewhere()
        named = mapping(self.root.get("definitions") if self.old else mapping(self.root.get("components")).get("schemas"))
        if not found and not named and not any(isinstance(self.root.get(key), dict) for key in ("paths", "webhooks", "components")):
            message = "paths is not a mapping" if "paths" in self.root else "the definition has no paths"
            raise Unreadable(message, self.tree.line("paths"), "write paths: and below it a path such as /orders:")
        kept = found[: limits.OPERATIONS]
        if len(kept) > limits.MANY:
            self.opened = limits.OPENED_OF_MANY
        groups = self._groups(kept)
        types = self._types(named)
        left_out = len(found) - len(kept) + max(0, len(named) - limits.TYPES) + self.schemas.left_out
        return ApiDescription(
            format="openapi",
            edition=edition,
            title=line_of(info.get("title")),
            version=line_of(info.get("version")),
            summary=line_of(info.get("summary")),
            description=text(info.get("description")),
            servers=tuple(self._servers()),
            security=tuple(self._schemes()),
            facts=tuple(about(info, self.root)),
            groups=groups,
            types=types,
            left_out=left_out,
            reference=standalone(self.tree),
        )

    # -- operations -----------------------------------------------------------------------------------------------------

    def _operations(self) -> Iterator[_Found]:
        order = [name for tag in listing(self.root.get("tags")) if (name := line_of(mapping(tag).get("name")))]
        found = list(self._items("paths"))
        tagged = any(listing(each.node.get("tags")) for each in found)
        for each in found:
            if tagged:
                each.group = next((name for tag in listing(each.node.get("tags")) if (name := line_of(tag))), Words("Other"))
            else:
                each.group = _first_word(each.path) if len(found) > _UNTAGGED else Words("Operations")
        places = {name: place for place, name in enumerate([*order, *dict.fromkeys(each.group for each in found if each.group not in order)])}
        yield from sorted(found, key=lambda each: places[each.group])
        for each in self._items("webhooks"):
            each.group = Words("Webhooks")
            yield each

    def _elsewhere(self, what: str, followed: Followed, *keys: str) -> None:
        """*what* cannot be shown, since it is written where nothing is read; what leads nowhere was complained of already."""
        if not followed.refs[-1].startswith("#"):
            self.elsewhere.append((what, followed.refs[-1][:200], keys))

    def _complain_of_elsewhere(self) -> None:
        """Once: a definition that is written in many files has hundreds of them."""
        if not self.elsewhere:
            return
        what, ref, keys = self.elsewhere[0]
        more = len(self.elsewhere) - 1
        message = f"{what} and {more:,} more are in other documents, which are not read, the first in {ref}" if more else f"{what} is in another document, {ref}, which is not read"
        self.complaints.add("api-reference", message, self.tree.line(*keys), "bundle the definition into one file")

    def _items(self, key: str) -> Iterator[_Found]:
        items = self.root.get(key)
        if items is not None and not isinstance(items, dict):
            self.complaints.add("api-invalid", f"{key} is not a mapping", self.tree.line(key), f"write {key}: and below it a path such as /orders:")
        for path, written in mapping(items).items():
            if path.startswith("x-"):
                continue
            followed = self.references.follow(written)
            item = followed.value
            if followed.problem:
                self._elsewhere(path, followed, key, path)
                continue
            if not isinstance(item, dict):
                self.complaints.add("api-invalid", f"{path} is not a mapping of methods to operations", self.tree.line(key, path), "write a method such as get: below it")
                continue
            for method, node in item.items():
                if method not in METHODS:
                    continue
                followed = self.references.follow(node)
                if followed.problem:
                    self._elsewhere(f"{method} {path}", followed, key, path, method)
                    node = {"description": f"`{followed.refs[-1]}` {followed.problem}"}
                elif followed.refs:
                    node = followed.value
                if isinstance(node, dict):
                    yield _Found("", path, method, node, listing(item.get("parameters")), (key, path, method))
                else:
                    self.complaints.add("api-invalid", f"{method} {path} is not a mapping", self.tree.line(key, path, method), "write summary: and responses: below it")

    def _groups(self, found: Iterable[_Found]) -> tuple[Group, ...]:
        described = {line_of(mapping(tag).get("name")): mapping(tag) for tag in listing(self.root.get("tags"))}
        groups: dict[str, list[Operation]] = {}
        for each in found:
            groups.setdefault(each.group, []).append(self._operation(each))
        made = []
        for name, operations in groups.items():
            tag = described.get(name, {})
            description = text(tag.get("description")) or (Words("Requests that it sends to those who ask for them.") if name == "Webhooks" else "")
            made.append(Group(id=self.anchors.of("group", name), title=name, description=description, operations=tuple(operations)))
        return tuple(made)

    def _operation(self, each: _Found) -> Operation:
        node = each.node
        parameters = self._parameters([*each.shared, *listing(node.get("parameters"))])
        parts = [*self._parameter_parts(parameters), *self._body(node, parameters), *self._responses(node), *self._callbacks(node)]
        tags = [name for tag in listing(node.get("tags")) if (name := line_of(tag)) and name != each.group]
        facts = [Fact(Words("Authorisation"), self._security(node.get("security", self.root.get("security"))))]
        facts += [Fact(Words("Also in"), ", ".join(tags[:10]))] if tags else []
        if name := line_of(node.get("operationId")):
            facts.append(Fact(Words("Name"), name))
        facts += [Fact(Words("Server"), url, text(server.get("description"))) for server in listing(node.get("servers"))[:5] if (url := line_of(mapping(server).get("url")))]
        if url := line_of(mapping(node.get("externalDocs")).get("url")):
            facts.append(Fact(Words("More"), url, text(mapping(node.get("externalDocs")).get("description"))))
        return Operation(
            id=self.anchors.of(each.method, each.path),
            verb=each.method.upper(),
            name=each.path[:500],
            summary=line_of(node.get("summary")),
            description=text(node.get("description")),
            deprecated=node.get("deprecated") is True,
            facts=tuple(fact for fact in facts if fact.text),
            parts=tuple(parts),
        )

    def _parameters(self, written: list[Any]) -> list[Node]:
        """Each parameter once: what an operation says goes before what its path says."""
        found: dict[tuple[str, str], Node] = {}
        for item in written[: 2 * limits.ROWS_OF_ONE]:
            followed = self.references.follow(item)
            node = mapping(followed.value)
            if followed.problem:
                node = {"name": followed.name, "in": "query", "description": f"{followed.refs[-1]} {followed.problem}", "schema": True}
            if isinstance(node.get("name"), str):
                found[line_of(node.get("in")), node["name"]] = node
        return list(found.values())

    def _parameter_parts(self, parameters: list[Node]) -> Iterator[Part]:
        for place, title in _PLACES.items():
            rows = tuple(self._parameter(node) for node in parameters if node.get("in") == place != "formData")
            if rows:
                yield Part(title=title, shape=Shape(rows=rows))

    def _parameter(self, node: Node) -> Shape:
        schema = node.get("schema")
        if schema is None and isinstance(content := node.get("content"), dict):
            schema = next((media.get("schema") for _, media in mappings(content)), True)
        if schema is None:
            schema = {key: value for key, value in node.items() if key not in {"required", "description", "name", "in"}} or True
        must = node.get("required") is True or node.get("in") == "path"
        shape = self.schemas.body(schema, name=node["name"], required=must, opened=0)
        notes = shape.notes
        if (example := self._such_as(node, schema)) is not None:
            notes = (*notes, Words("such as %(value)s", value=_short(example)))
        return replace(
            shape,
            deprecated=node.get("deprecated") is True or shape.deprecated,
            description=text(node.get("description")) or shape.description,
            notes=notes,
        )

    def _such_as(self, node: Node, schema: Any) -> Any:
        """An example of a parameter: its own, or that of its schema."""
        if node.get("example") is not None:
            return node["example"]
        for written in mapping(node.get("examples")).values():
            if (value := mapping(self.references.follow(written).value).get("value")) is not None:
                return value
        found = mapping(self.references.follow(schema).value)
        return found["example"] if found.get("example") is not None else next(iter(listing(found.get("examples"))), None)

    def _body(self, node: Node, parameters: list[Node]) -> Iterator[Part]:
        if self.old:
            media = [line_of(each) for each in listing(node.get("consumes") or self.root.get("consumes"))]
            for parameter in (each for each in parameters if each.get("in") == "body"):
                yield self._content(
                    Words("Request"), parameter.get("schema", True), {}, detail=media[0] if media else "",
                    description=text(parameter.get("description")), required=parameter.get("required") is True,
                )  # fmt: skip
            if rows := tuple(self._parameter(each) for each in parameters if each.get("in") == "formData"):
                yield Part(title=Words("Request"), detail=next((each for each in media if "form" in each), "form"), shape=Shape(type="object", rows=rows))
            return
        body = mapping(self.references.follow(node.get("requestBody")).value)
        for number, (media_type, content) in enumerate(list(mappings(body.get("content")))[:8]):
            description = text(body.get("description")) if number == 0 else ""
            yield self._content(Words("Request"), content.get("schema"), content, detail=media_type, description=description, required=body.get("required") is True)

    def _content(self, title: str, schema: Any, media: Node, *, code: str = "", detail: str = "", description: str = "", required: bool = False) -> Part:
        shape = self.schemas.body(schema, opened=self.opened) if schema is not None else None
        examples = tuple(self._examples(media, detail))
        if not examples and schema is not None and (not detail or "json" in detail or detail == "*/*"):
            made = self.schemas.example(schema)
            examples = (made,) if made else ()
        return Part(title=title, code=code, detail=detail[:200], description=description, required=required, shape=shape, examples=examples)

    def _examples(self, media: Node, detail: str) -> Iterator[Example]:
        language = "json" if "json" in detail or not detail else "xml" if "xml" in detail else "yaml" if "yaml" in detail else "text"
        if "example" in media:
            yield example_of("", media["example"], language)
        for name, written in list(mapping(media.get("examples")).items())[: limits.EXAMPLES]:
            example = mapping(self.references.follow(written).value)
            if "value" in example:
                yield example_of(line_of(example.get("summary")) or name, example["value"], language)
            elif url := line_of(example.get("externalValue")):
                yield Example(title=line_of(example.get("summary")) or name, text=url, language="text")

    def _responses(self, node: Node) -> Iterator[Part]:
        for code, written in list(mapping(node.get("responses")).items())[:60]:
            if code.startswith("x-"):
                continue
            followed = self.references.follow(written)
            answer = mapping(followed.value)
            description = f"{followed.refs[-1]} {followed.problem}" if followed.problem else text(answer.get("description"))
            title = Words("Any other answer") if code == "default" else Words("Answer")
            headers = tuple(self._header(name, header) for name, header in list(mapping(answer.get("headers")).items())[: limits.ROWS_OF_ONE])
            first = True
            for media_type, media in self._answers(node, answer):
                yield self._content(title, media.get("schema"), media, code=code, detail=media_type, description=description if first else "")
                first = False
            if first:
                yield Part(title=title, code=code, description=description)
            if headers:
                yield Part(title=Words("Headers"), code=code, shape=Shape(rows=headers))

    def _answers(self, node: Node, answer: Node) -> Iterator[tuple[str, Node]]:
        if not self.old:
            yield from list(mappings(answer.get("content")))[:8]
            return
        media = [line_of(each) for each in listing(node.get("produces") or self.root.get("produces"))]
        examples = mapping(answer.get("examples"))
        if "schema" in answer or examples:
            kind = next((each for each in media if each in examples), media[0] if media else next(iter(examples), ""))
            yield kind, {"schema": answer.get("schema"), **({"example": examples[kind]} if kind in examples else {})}

    def _header(self, name: str, written: Any) -> Shape:
        node = mapping(self.references.follow(written).value)
        return self._parameter({**node, "name": name, "in": "header", "required": node.get("required") is True})

    def _callbacks(self, node: Node) -> Iterator[Part]:
        for name, written in list(mapping(node.get("callbacks")).items())[:20]:
            for address, item in mappings(self.references.follow(written).value):
                for method, operation in mappings(item):
                    if method in METHODS:
                        body = mapping(self.references.follow(operation.get("requestBody")).value)
                        schema = next((media.get("schema") for _, media in mappings(body.get("content"))), None)
                        answers = (f"- `{code}`: {text(mapping(self.references.follow(answer).value).get('description'))}" for code, answer in list(mapping(operation.get("responses")).items())[:20])
                        about = "\n\n".join(filter(None, (line_of(operation.get("summary")), text(operation.get("description")), text(body.get("description")), "\n".join(answers))))
                        yield Part(
                            title=Words("Calls back: %(name)s", name=name[:180]), detail=f"{method.upper()} {address}"[:300], description=about,
                            shape=self.schemas.body(schema, opened=0) if schema is not None else None,
                        )  # fmt: skip

    # -- everything else ------------------------------------------------------------------------------------------------

    def _security(self, written: Any) -> str:
        """Who may call: alternatives, each of schemes that are needed together."""
        choices = []
        for choice in listing(written)[:20]:
            words = []
            for name, scopes in mapping(choice).items():
                names = [line_of(scope) for scope in listing(scopes) if line_of(scope)]
                words.append(f"{name} ({', '.join(names[:12])})" if names else name)
            choices.append(both(words) or Words("nothing"))
        return Words.either(choices) or (Words("nothing") if isinstance(written, list) else "")

    def _servers(self) -> Iterator[Fact]:
        if self.old:
            host, base = line_of(self.root.get("host")), line_of(self.root.get("basePath"))
            schemes = [line_of(each) for each in listing(self.root.get("schemes"))] or (["https"] if host else [""])
            for scheme in schemes[:4] if host or base else ():
                yield Fact("", f"{scheme}://{host}{base}" if host else base)
            return
        for number, server in enumerate(listing(self.root.get("servers"))[:20]):
            if url := line_of(mapping(server).get("url")):
                yield Fact("", url[:300], "\n\n".join(filter(None, (text(server.get("description")), variables(server)))))
            else:
                self.complaints.add("api-invalid", "a server has no url", self.tree.line("servers", number), "write url: with its address")

    def _schemes(self) -> Iterator[Fact]:
        written = self.root.get("securityDefinitions") if self.old else mapping(self.root.get("components")).get("securitySchemes")
        for name, scheme in list(mapping(written).items())[:40]:
            node = mapping(self.references.follow(scheme).value)
            yield Fact(name[:100], scheme_words(node), text(node.get("description")))

    def _types(self, named: Node) -> tuple[Type, ...]:
        made = []
        self.schemas.values = limits.VALUES_OF_TYPE
        for name, schema in list(named.items())[: limits.TYPES]:
            shape = self.schemas.body(schema, opened=0)
            example = self.schemas.example(schema, of=name) if shape.rows else None
            made.append(Type(id=self.anchors.of("type", name), kind=Words("schema"), name=name[: limits.VALUE], shape=shape, examples=(example,) if example else ()))
        return tuple(made)


def both(words: list[str]) -> str:
    """*words* that are needed together."""
    return functools.reduce(lambda first, second: Words("%(first)s and %(second)s", first=first, second=second), words) if words else ""


def scheme_words(node: Node) -> str:
    """How a security scheme works, in words."""
    kind = line_of(node.get("type"))
    if kind.lower() in {"apikey", "httpapikey"}:
        place = line_of(node.get("in")) or Words("a place that is not said")
        name = line_of(node.get("name"))
        return Words("API key in %(place)s %(name)s", place=place, name=name) if name else Words("API key in %(place)s", place=place)
    if kind == "http":
        scheme = line_of(node.get("scheme"))
        words = {"bearer": Words("Bearer token"), "basic": Words("User and password (HTTP basic)")}.get(scheme.lower(), f"HTTP {scheme}")
        return Words.joined(", ", filter(None, (words, line_of(node.get("bearerFormat")))))
    if kind == "basic":
        return Words("User and password (HTTP basic)")
    if kind == "oauth2":
        flows = list(mapping(node.get("flows"))) or [line_of(node.get("flow"))]
        return f"OAuth 2: {', '.join(_EVERY.sub(' ', str(flow)) for flow in flows[:6])}"
    if kind == "openIdConnect":
        return f"OpenID Connect {line_of(node.get('openIdConnectUrl'))}".strip()
    if kind == "mutualTLS":
        return Words("Client certificate")
    return kind or Words("not said")


def about(info: Node, root: Node) -> Iterator[Fact]:
    contact = mapping(info.get("contact"))
    if words := line_of(contact.get("name")) or line_of(contact.get("email")) or line_of(contact.get("url")):
        yield Fact(Words("Contact"), words, line_of(contact.get("email")) or line_of(contact.get("url")))
    licence = mapping(info.get("license"))
    if words := line_of(licence.get("name")) or line_of(licence.get("identifier")):
        yield Fact(Words("Licence"), words, line_of(licence.get("url")))
    if url := line_of(info.get("termsOfService")):
        yield Fact(Words("Terms"), url)
    if url := line_of(mapping(root.get("externalDocs")).get("url")):
        yield Fact(Words("More"), line_of(mapping(root.get("externalDocs")).get("description")) or url, url)


def variables(server: Node) -> str:
    """What may stand in the address of *server*, as a list in Markdown."""
    lines = []
    for name, variable in list(mappings(server.get("variables")))[:10]:
        values = ", ".join(f"`{line_of(value)}`" for value in listing(variable.get("enum"))[:12]) or (f"`{default}`" if (default := line_of(variable.get("default"))) else "")
        lines.append(f"- `{name}`: {'. '.join(filter(None, (values, line_of(variable.get('description')))))}")
    return "\n".join(lines)


def _short(value: Any) -> str:
    found = value if isinstance(value, str) else as_json(value)
    return " ".join(found.split())[: limits.VALUE]


def _first_word(path: str) -> str:
    return next((word for word in path.split("/") if word and not word.startswith("{")), "") or Words("Operations")
