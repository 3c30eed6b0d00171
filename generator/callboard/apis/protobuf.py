"""Protocol buffers, proto2, proto3 and editions -> an API description: services with their calls, messages, enums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from callboard.apis import limits
from callboard.apis.protofile import (
    Enum,
    Extension,
    Field,
    File,
    Message,
    Method,
    ProtoError,
    ProtoTooLarge,
    Service,
    parse,
)
from callboard.apis.schema import as_json
from callboard.apis.tree import Anchors, Complaints, TooLarge, Unreadable, listed
from callboard.model.api import ApiDescription, Example, Fact, Group, Operation, Part, Shape, Type
from callboard.model.language import Words

_KNOWN: Mapping[str, Any] = {
    "google.protobuf.Timestamp": "2026-03-04T09:30:00Z",
    "google.protobuf.Duration": "900s",
    "google.protobuf.Empty": {},
    "google.protobuf.FieldMask": "name,state",
    "google.protobuf.Struct": {"name": "value"},
    "google.protobuf.StringValue": "string",
    "google.protobuf.BoolValue": True,
    "google.protobuf.Int32Value": 1,
    "google.protobuf.Int64Value": "1",
}
"""How well-known messages are written in JSON."""
_SCALARS: Mapping[str, Any] = {
    "string": "string", "bytes": "aGVsbG8=", "bool": True, "double": 1.5, "float": 1.5, "int32": 1, "uint32": 1, "sint32": 1, "fixed32": 1,
    "sfixed32": 1, "int64": "1", "uint64": "1", "sint64": "1", "fixed64": "1", "sfixed64": "1",
}  # fmt: skip


def read_protobuf(text: str, complaints: Complaints) -> ApiDescription:
    """What *text* says. Raises Unreadable where it says nothing."""
    try:
        file = parse(text)
    except ProtoTooLarge as error:
        raise TooLarge(str(error)) from None
    except ProtoError as error:
        raise Unreadable(f"the definition is not valid protobuf: {error}", error.line, error.hint) from None
    if not file.messages and not file.enums and not file.services:
        raise Unreadable("the definition declares no service, no message and no enum", 1, "write a message or a service")
    return _Reader(file).read()


@dataclass
class _Reader:
    file: File
    anchors: Anchors = field(default_factory=Anchors)
    rows_left: int = limits.ROWS
    left_out: int = 0

    def __post_init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.enums: dict[str, Enum] = {}
        self._collect("", self.file.messages, self.file.enums)

    def _collect(self, scope: str, messages: tuple[Message, ...], enums: tuple[Enum, ...]) -> None:
        for enum in enums:
            self.enums[f"{scope}{enum.name}"] = enum
        for message in messages:
            self.messages[f"{scope}{message.name}"] = message
            self._collect(f"{scope}{message.name}.", message.messages, message.enums)

    def read(self) -> ApiDescription:
        left = limits.OPERATIONS
        groups = []
        for service in self.file.services:
            methods = service.methods[:left]
            left -= len(methods)
            self.left_out += len(service.methods) - len(methods)
            groups.append(self._group(service, methods))
        types = [*self._message_types(), *self._enum_types()]
        self.left_out += max(0, len(types) - limits.TYPES)
        facts = [Fact(Words("Package"), self.file.package), Fact(Words("Imports"), ", ".join(self.file.imports[:40]))]
        return ApiDescription(
            format="protobuf",
            edition=f"Protobuf, {self.file.syntax}",
            description=self.file.about,
            facts=tuple(fact for fact in facts if fact.text),
            groups=tuple(groups),
            types=tuple(types[: limits.TYPES]),
            left_out=self.left_out,
        )

    def _group(self, service: Service, methods: tuple[Method, ...]) -> Group:
        name = f"{self.file.package}.{service.name}".lstrip(".")
        operations = tuple(self._operation(service, method) for method in methods)
        return Group(
            id=self.anchors.of("service", service.name), title=service.name, detail=name if name != service.name else "",
            description=_about(service.about, service.deprecated), operations=operations,
        )  # fmt: skip

    def _operation(self, service: Service, method: Method) -> Operation:
        facts = [Fact("HTTP", each) for each in method.http]
        kind = {(False, False): "", (True, False): Words("The caller streams"), (False, True): Words("The server streams"), (True, True): Words("Both sides stream")}
        if words := kind[method.client_streams, method.server_streams]:
            facts.append(Fact(Words("Streams"), words))
        return Operation(
            id=self.anchors.of("rpc", service.name, method.name),
            verb="RPC",
            name=method.name,
            description=method.about,
            deprecated=method.deprecated,
            facts=tuple(facts),
            parts=(
                self._body(Words("Request"), method.request, method.client_streams),
                self._body(Words("Answer"), method.response, method.server_streams),
            ),
        )

    def _body(self, title: str, type: str, streams: bool) -> Part:
        name = self._resolve(type, "")
        shape = Shape(type=Words("stream of %(type)s", type=_short(type)) if streams else _short(type), target=name, rows=self._rows(name, 2, ()) if name else ())
        example = self._example(name) if name in self.messages else None
        return Part(title=title, shape=shape, examples=(example,) if example else ())

    # -- types ------------------------------------------------------------------------------------------------------------

    def _message_types(self) -> Iterator[Type]:
        for name, message in self.messages.items():
            notes = [Words("reserved: %(names)s", names=", ".join(message.reserved[:20]))] if message.reserved else []
            rows = self._rows(name, 0, (name,))
            shape = Shape(description=_about(message.about, message.deprecated), deprecated=message.deprecated, notes=tuple(notes), rows=rows, more=len(message.fields) - len(rows))
            example = self._example(name)
            yield Type(id=self.anchors.of("type", name), kind=Words("message"), name=name, shape=shape, examples=(example,) if example else ())
        for extension in self.file.extensions:
            yield self._extension(extension)

    def _extension(self, extension: Extension) -> Type:
        rows = tuple(self._field(each, "", 0, ()) for each in extension.fields[: limits.ROWS_OF_ONE])
        return Type(id=self.anchors.of("extend", extension.name), kind=Words("extension"), name=extension.name, shape=Shape(rows=rows, description=extension.about))

    def _enum_types(self) -> Iterator[Type]:
        for name, enum in self.enums.items():
            kept = enum.values[: listed((value.name, value.about) for value in enum.values)]
            self.rows_left -= len(kept)
            self.left_out += len(enum.values) - len(kept)
            rows = tuple(Shape(name=each.name, type=f"= {each.number}", description=each.about, deprecated=each.deprecated) for each in kept)
            yield Type(id=self.anchors.of("type", name), kind=Words("enum"), name=name, shape=Shape(description=_about(enum.about, enum.deprecated), rows=rows, more=len(enum.values) - len(rows)))

    # -- shapes -----------------------------------------------------------------------------------------------------------

    def _rows(self, name: str, opened: int, trail: tuple[str, ...]) -> tuple[Shape, ...]:
        message = self.messages.get(name)
        if message is None:
            return ()
        kept = message.fields[: min(limits.ROWS_OF_ONE, max(0, self.rows_left))]
        self.left_out += len(message.fields) - len(kept)
        return tuple(self._field(each, name, opened, (*trail, name)) for each in kept)

    def _field(self, field: Field, scope: str, opened: int, trail: tuple[str, ...]) -> Shape:
        self.rows_left -= 1
        target = self._resolve(field.type, scope)
        words = _short(field.type)
        if field.key:
            words = Words("map of %(key)s to %(type)s", key=field.key, type=words)
        elif field.label == "repeated":
            words = Words("list of %(type)s", type=words)
        notes = [Words("number %(number)s", number=str(field.number))]
        if field.group:
            notes.append(Words("one of %(number)s", number=field.group))
        if field.label == "optional":
            notes.append(Words("optional"))
        if field.default:
            notes.append(Words("default %(value)s", value=field.default))
        rows = self._rows(target, opened - 1, trail) if opened > 0 and target in self.messages and target not in trail else ()
        enum = self.enums.get(target)
        values = tuple(each.name for each in enum.values[: limits.VALUES]) if enum else ()
        return Shape(
            name=field.name, type=words, target=target, required=field.label == "required", deprecated=field.deprecated, description=field.about,
            notes=tuple(notes), values=values, more_values=max(0, len(enum.values) - limits.VALUES) if enum else 0, rows=rows,
        )  # fmt: skip

    def _resolve(self, type: str, scope: str) -> str:
        """The name below the package of what *type* means in *scope*; empty for what is written elsewhere."""
        package = f"{self.file.package}." if self.file.package else ""
        name = type.removeprefix(".")
        if package and name.startswith(package):
            name = name.removeprefix(package)
            scope = ""
        parts = scope.split(".") if scope else []
        while True:
            full = ".".join([*parts, name])
            if full in self.messages or full in self.enums:
                return full
            if not parts:
                return ""
            parts.pop()

    # -- examples ---------------------------------------------------------------------------------------------------------

    def _example(self, name: str) -> Example | None:
        budget = [limits.MADE_NODES]
        value = self._made(name, (), budget)
        return Example(text=as_json(value), made=True) if value else None

    def _made(self, name: str, trail: tuple[str, ...], budget: list[int]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        groups: set[str] = set()
        for each in self.messages[name].fields[:40]:
            if budget[0] <= 0 or (each.group in groups and each.group):
                continue
            budget[0] -= 1
            value = self._made_value(each.type, name, (*trail, name), budget)
            if value is not None:
                groups.add(each.group)
                found[_camel(each.name)] = {"name": value} if each.key else [value] if each.label == "repeated" else value
        return found

    def _made_value(self, type: str, scope: str, trail: tuple[str, ...], budget: list[int]) -> Any:
        if type in _SCALARS:
            return _SCALARS[type]
        if type.removeprefix(".") in _KNOWN:
            return _KNOWN[type.removeprefix(".")]
        target = self._resolve(type, scope)
        if target in self.enums:
            values = self.enums[target].values
            return values[min(1, len(values) - 1)].name if values else None
        if target in self.messages and target not in trail and len(trail) < limits.MADE_DEPTH:
            return self._made(target, trail, budget)
        return None


def _short(type: str) -> str:
    return type.removeprefix(".")


def _camel(name: str) -> str:
    """The name in JSON."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _about(about: str, deprecated: bool) -> str:
    if not deprecated:
        return about
    return Words("**Deprecated.** %(about)s", about=about) if about else Words("**Deprecated.**")
