"""AsyncAPI 2 and 3 -> an API description: channels with what is sent and received on them, and their messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from callboard.apis import limits
from callboard.apis.openapi import about, both, scheme_words, variables
from callboard.apis.schema import Schemas, as_json, example_of
from callboard.apis.tree import (
    Anchors,
    Complaints,
    Node,
    References,
    Tree,
    Unreadable,
    line_of,
    listing,
    mapping,
    mappings,
    text,
    unescape,
    written,
)
from callboard.model.api import ApiDescription, Example, Fact, Group, Operation, Part, Shape, Type
from callboard.model.language import N_, Words

_VERSION = re.compile(r"[23]\.[0-9]+(\.[0-9]+)*")
_JSON_SCHEMA = re.compile(r"application/(schema\+(json|yaml)|vnd\.(aai\.asyncapi|oai\.openapi))")
"""Schema languages that are JSON Schema, or near enough."""
_ACTIONS = frozenset({"send", "receive"})
MESSAGES = 150
"""Messages of one operation."""


def read_asyncapi(tree: Tree, complaints: Complaints) -> ApiDescription:
    """What *tree* says. Raises Unreadable where it says nothing."""
    version = line_of(tree.root.get("asyncapi"))
    if not _VERSION.match(version):
        raise Unreadable(f"asyncapi is {version or 'empty'!r}, not a version such as 3.0.0", tree.line("asyncapi"), "write asyncapi: 3.0.0")
    return _Reader(tree, complaints, version.startswith("2")).read(f"AsyncAPI {version}")


@dataclass
class _Reader:
    tree: Tree
    complaints: Complaints
    old: bool
    anchors: Anchors = field(default_factory=Anchors)
    left_out: int = 0

    def __post_init__(self) -> None:
        self.root = self.tree.root
        self.components = mapping(self.root.get("components"))
        self.references = References(self.tree, self.complaints)
        self.schemas = Schemas(self.references, ("#/components/schemas/",))

    def read(self, edition: str) -> ApiDescription:
        info = mapping(self.root.get("info"))
        groups = tuple(self._groups())
        named = mapping(self.components.get("schemas"))
        if not groups and not named:
            wrong = "channels" in self.root and not isinstance(self.root["channels"], dict)
            message = "channels is not a mapping" if wrong else "the definition has no channel and no type"
            raise Unreadable(message, self.tree.line("channels"), "write channels: and below it a channel such as orders:")
        return ApiDescription(
            format="asyncapi",
            edition=edition,
            title=line_of(info.get("title")),
            version=line_of(info.get("version")),
            description=text(info.get("description")),
            servers=tuple(self._servers()),
            security=tuple(self._schemes()),
            facts=tuple(about(info, info if "externalDocs" in info else self.root)),
            groups=groups,
            types=tuple(self._types(named)),
            left_out=max(0, len(named) - limits.TYPES) + self.schemas.left_out + self.left_out,
        )

    # -- channels -------------------------------------------------------------------------------------------------------

    def _groups(self) -> Iterator[Group]:
        left = limits.OPERATIONS
        for key, item in mapping(self.root.get("channels")).items():
            channel = mapping(self.references.follow(item).value)
            if not isinstance(item, dict):
                self.complaints.add("api-invalid", f"channel {key} is not a mapping", self.tree.line("channels", key), "write address: and messages: below it")
                continue
            operations = tuple(self._old_operations(key, channel) if self.old else self._operations(key, channel))[:left]
            left -= len(operations)
            address = key if self.old else line_of(channel.get("address"))
            title = line_of(channel.get("title"))
            about_it = "\n\n".join(filter(None, (line_of(channel.get("summary")), text(channel.get("description")))))
            yield Group(
                id=self.anchors.of("channel", key),
                title=title or address or key,
                detail=address if title else "",
                description=about_it,
                facts=tuple(_bindings(self.references, channel)),
                operations=operations,
            )

    def _operations(self, key: str, channel: Node) -> Iterator[Operation]:
        """Operations of version 3, which name their channel; a channel that none names shows its messages."""
        parameters = list(self._parameters(channel))
        found = 0
        for name, node in mappings(self.root.get("operations")):
            node = self._whole(node)
            ref = mapping(node.get("channel")).get("$ref")
            if not isinstance(ref, str) or (ref != f"#/channels/{_escape(key)}" and unescape(ref.removeprefix("#/channels/")) != key):
                continue
            found += 1
            action = line_of(node.get("action"))
            if action not in _ACTIONS:
                self.complaints.add("api-invalid", f"the operation {name[:100]} says neither that it sends nor that it receives", self.tree.line("operations", name, "action"), "write action: send")
            messages = [self.references.follow(item).value for item in listing(node.get("messages"))] or list(mapping(channel.get("messages")).values())
            parts = [*parameters, *self._messages(messages), *self._reply(node)]
            yield self._operation(action.upper() if action in _ACTIONS else "OPERATION", name, node, parts, channel)
        messages = list(mapping(channel.get("messages")).values())
        if not found and messages:
            yield self._operation("CHANNEL", line_of(channel.get("address")) or key, {}, [*parameters, *self._messages(messages)], channel)

    def _old_operations(self, key: str, channel: Node) -> Iterator[Operation]:
        """Operations of version 2: what others publish to the channel, and what they get by subscribing."""
        parameters = list(self._parameters(channel))
        for verb in ("publish", "subscribe"):
            if isinstance(action := channel.get(verb), dict):
                node = self._whole(action)
                message = self.references.follow(node.get("message")).value
                several = listing(mapping(message).get("oneOf"))
                yield self._operation(verb.upper(), key, node, [*parameters, *self._messages(several or ([message] if message else []))], channel)

    def _operation(self, verb: str, name: str, node: Node, parts: list[Part], channel: Node) -> Operation:
        facts = [Fact(Words("Name"), line_of(node.get("operationId")))]
        needed = [self._needed(item) for item in listing(node.get("security"))[:20]]
        facts.append(Fact(Words("Authorisation"), Words.either(filter(None, needed))))
        facts += _bindings(self.references, node)
        return Operation(
            id=self.anchors.of(verb, name),
            verb=verb,
            name=name[:500],
            summary=line_of(node.get("title")) or line_of(node.get("summary")),
            description="\n\n".join(filter(None, (line_of(node.get("summary")) if node.get("title") else "", text(node.get("description"))))),
            deprecated=node.get("deprecated") is True or channel.get("deprecated") is True,
            facts=tuple(fact for fact in facts if fact.text),
            parts=tuple(parts),
        )

    def _whole(self, node: Node) -> Node:
        """*node* with what its traits say, where it does not say it itself."""
        node = mapping(self.references.follow(node).value)
        whole: dict[str, Any] = {}
        for trait in listing(node.get("traits"))[:20]:
            whole.update(mapping(self.references.follow(trait).value))
        return {**whole, **node}

    def _parameters(self, channel: Node) -> Iterator[Part]:
        rows = []
        for name, item in list(mapping(channel.get("parameters")).items())[: limits.ROWS_OF_ONE]:
            node = mapping(self.references.follow(item).value)
            schema = node.get("schema") or {key: node[key] for key in ("enum", "default", "examples") if key in node} | {"type": "string"}
            shape = self.schemas.body(schema, name=name, required=True, opened=0)
            rows.append(Shape(name=name, type=shape.type, target=shape.target, required=True, description=text(node.get("description")), notes=shape.notes, values=shape.values))
        if rows:
            yield Part(title=Words("Parameters of the address"), shape=Shape(rows=tuple(rows)))

    def _reply(self, node: Node) -> Iterator[Part]:
        reply = mapping(self.references.follow(node.get("reply")).value)
        if not reply:
            return
        channel = mapping(self.references.follow(reply.get("channel")).value)
        messages = listing(reply.get("messages")) or list(mapping(channel.get("messages")).values())
        address = mapping(self.references.follow(reply.get("address")).value)
        place = line_of(channel.get("address")) or line_of(address.get("location"))
        yield from self._messages(messages, N_("Reply"), place)

    # -- messages -------------------------------------------------------------------------------------------------------

    def _messages(self, messages: list[Any], title: str = N_("Message"), place: str = "") -> Iterator[Part]:
        self.left_out += max(0, len(messages) - MESSAGES)
        for each in messages[:MESSAGES]:
            followed = self.references.follow(each)
            if followed.problem:
                yield Part(title=_titled(title, followed.name), description=f"{followed.refs[-1]} {followed.problem}")
                continue
            node = self._whole(mapping(followed.value))
            name = line_of(node.get("title")) or line_of(node.get("name")) or line_of(node.get("messageId")) or followed.name
            yield from self._message(node, _titled(title, name), place)

    def _message(self, node: Node, title: str, place: str) -> Iterator[Part]:
        payload = node.get("payload")
        language = line_of(node.get("schemaFormat"))
        if isinstance(payload, dict) and "schemaFormat" in payload:
            language, payload = line_of(payload.get("schemaFormat")), payload.get("schema")
        media = line_of(node.get("contentType")) or line_of(self.root.get("defaultContentType"))
        correlation = mapping(self.references.follow(node.get("correlationId")).value)
        said = (line_of(node.get("summary")), text(node.get("description")), "\n".join(_lines(self.references, node, correlation)))
        description = "\n\n".join(filter(None, said))
        examples = list(self._examples(node))
        shape = None
        if payload is not None and (not language or _JSON_SCHEMA.match(language)):
            shape = self.schemas.body(payload)
            if not examples and (made := self.schemas.example(payload)):
                examples.append(made)
        elif payload is not None:
            found = payload if isinstance(payload, str) else as_json(payload)
            examples.append(Example(title=Words("Schema, %(language)s", language=language[:100]), text=found[: limits.EXAMPLE], language="text" if isinstance(payload, str) else "json"))
        yield Part(title=title, detail=", ".join(filter(None, (media, place)))[:200], description=description, shape=shape, examples=tuple(examples))
        if (headers := node.get("headers")) is not None:
            yield Part(title=Words("%(title)s, headers", title=title), shape=self.schemas.body(headers))

    def _examples(self, node: Node) -> Iterator[Example]:
        for number, each in enumerate(listing(node.get("examples"))[: limits.EXAMPLES]):
            example = mapping(each)
            if "payload" in example:
                yield example_of(line_of(example.get("summary")) or line_of(example.get("name")) or (Words("Example %(number)s", number=str(number + 1)) if number else ""), example["payload"], "json")

    # -- everything else ------------------------------------------------------------------------------------------------

    def _servers(self) -> Iterator[Fact]:
        for name, server in list(mapping(self.root.get("servers")).items())[:20]:
            node = mapping(self.references.follow(server).value)
            address = line_of(node.get("url")) or f"{line_of(node.get('host'))}{line_of(node.get('pathname'))}"
            needed = [words for item in listing(node.get("security"))[:20] if (words := self._needed(item))]
            protocol = " ".join(filter(None, (line_of(node.get("protocol")), line_of(node.get("protocolVersion")))))
            details = (text(node.get("description")), variables(node), Words("Protocol: %(name)s", name=protocol) if protocol else "", Words("Authorisation: %(schemes)s", schemes=Words.either(needed)) if needed else "")
            yield Fact(name[:100], address[:300] or Words("not said"), Words.joined("\n\n", filter(None, details)))

    def _needed(self, item: Any) -> str:
        """What a security requirement asks for: by name in version 2, by reference in version 3."""
        if self.old:
            return both(list(mapping(item)))
        followed = self.references.follow(item)
        return followed.name or scheme_words(mapping(followed.value))

    def _schemes(self) -> Iterator[Fact]:
        for name, scheme in list(mapping(self.components.get("securitySchemes")).items())[:40]:
            node = mapping(self.references.follow(scheme).value)
            yield Fact(name[:100], _SCHEMES.get(line_of(node.get("type")), "") or scheme_words(node), text(node.get("description")))

    def _types(self, named: Node) -> Iterator[Type]:
        self.schemas.values = limits.VALUES_OF_TYPE
        for name, schema in list(named.items())[: limits.TYPES]:
            shape = self.schemas.body(schema, opened=0)
            example = self.schemas.example(schema, of=name) if shape.rows else None
            yield Type(id=self.anchors.of("type", name), kind=Words("schema"), name=name[: limits.VALUE], shape=shape, examples=(example,) if example else ())


_SCHEMES = {
    "userPassword": Words("User and password"),
    "X509": Words("Client certificate (X.509)"),
    "symmetricEncryption": Words("Symmetric key"),
    "asymmetricEncryption": Words("Asymmetric key"),
    "plain": Words("User and password (SASL PLAIN)"),
    "scramSha256": "SASL SCRAM-SHA-256",
    "scramSha512": "SASL SCRAM-SHA-512",
    "gssapi": "Kerberos (SASL GSSAPI)",
}


_TITLES = {"Message": N_("Message: %(name)s"), "Reply": N_("Reply: %(name)s")}


def _titled(title: str, name: str) -> Words:
    """What a message is called."""
    return Words(_TITLES[title], name=name[:180]) if name else Words(title)


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _bindings(references: References, node: Node) -> Iterator[Fact]:
    """What only one protocol knows, such as partitions, in a line each."""
    for protocol, binding in list(mapping(references.follow(node.get("bindings")).value).items())[:10]:
        values = [(key, value) for key, value in list(mapping(references.follow(binding).value).items())[:12] if key != "bindingVersion"]
        fields = [(key, mapping(mapping(references.follow(value).value).get("properties"))) for key, value in values]
        named = {key: list(inner.items())[:40] for key, inner in fields if inner}
        words = [f"{key} {_value(value)}" for key, value in values if key not in named and _value(value)]
        details = [f"- `{key}.{name}`: {line_of(mapping(schema).get('description')) or line_of(mapping(schema).get('type'))}" for key, inner in named.items() for name, schema in inner]
        if words or details:
            yield Fact(protocol[:40], ", ".join(words) or ", ".join(named), "\n".join(details))


def _lines(references: References, node: Node, correlation: Node) -> Iterator[str]:
    """What a message says of protocols, and of what it belongs to, as a list in Markdown."""
    if place := line_of(correlation.get("location")):
        yield f"- correlationId: `{place}` {line_of(correlation.get('description'))}"
    for fact in _bindings(references, node):
        yield f"- {fact.label}: {fact.text}"
        yield from (f"  {line}" for line in fact.detail.splitlines())


def _value(value: Any) -> str:
    """A value of a binding in words: of a schema, what it allows."""
    if isinstance(value, dict) and (allowed := listing(value.get("enum"))):
        return ", ".join(map(line_of, allowed[:12]))
    return line_of(value) or (written(value) if isinstance(value, dict | list) else "")
