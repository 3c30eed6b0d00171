"""GraphQL's schema language, or the answer to an introspection -> an API description.

The syntax tree is read, not a validated schema: what one service of a federation declares is complete in itself, and
types that are written elsewhere are named without a link.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError, TokenKind, build_client_schema, parse, print_schema
from graphql.language import ast

from callboard.apis import limits
from callboard.apis.tree import Anchors, Complaints, TooLarge, Unreadable, listed
from callboard.model.api import ApiDescription, Example, Group, Operation, Part, Shape, Type
from callboard.model.language import Words

_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
_GROUPS = {"query": (Words("Queries"), "QUERY"), "mutation": (Words("Mutations"), "MUTATION"), "subscription": (Words("Subscriptions"), "SUBSCRIPTION")}
_OBJECTS = (ast.ObjectTypeDefinitionNode, ast.ObjectTypeExtensionNode)
_INTERFACES = (ast.InterfaceTypeDefinitionNode, ast.InterfaceTypeExtensionNode)
_INPUTS = (ast.InputObjectTypeDefinitionNode, ast.InputObjectTypeExtensionNode)
_ENUMS = (ast.EnumTypeDefinitionNode, ast.EnumTypeExtensionNode)
_UNIONS = (ast.UnionTypeDefinitionNode, ast.UnionTypeExtensionNode)
_SCALARS = (ast.ScalarTypeDefinitionNode, ast.ScalarTypeExtensionNode)
_KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    (_OBJECTS, Words("type")),
    (_INTERFACES, Words("interface")),
    (_INPUTS, Words("input")),
    (_ENUMS, Words("enum")),
    (_UNIONS, Words("union")),
    (_SCALARS, Words("scalar")),
)
_WORDS = re.compile(r'(?:[\s,]|#[^\n]*+)*+(?:"""(?:\\"""|[^"]|"(?!""))*+(?:""")?|"(?:[^"\\\n]|\\.)*+"?|\w++|[^\s\w]|\Z)')
"""Words and signs of GraphQL, roughly, in the time that it takes to look at each character once."""
_TOO_LARGE = f"the definition has more than {limits.TOKENS:,} words and signs"
_BUILT_IN = frozenset({"Int", "Float", "String", "Boolean", "ID"})
_QUERY_FIELDS = 12
"""Fields of one object in an example of a call."""


def read_graphql(text: str, complaints: Complaints) -> ApiDescription:
    """What *text* says. Raises Unreadable where it says nothing, or more than is read."""
    if len(text) > limits.TOKENS and sum(1 for _ in _WORDS.finditer(text)) > limits.TOKENS:
        raise TooLarge(_TOO_LARGE)
    try:
        document = parse(_introspected(text), max_tokens=limits.TOKENS)
    except GraphQLSyntaxError as error:
        message = error.message.removeprefix("Syntax Error: ").rstrip(".")
        if message.startswith("Document contains more than"):
            raise TooLarge(_TOO_LARGE) from None
        line = error.locations[0].line if error.locations else 0
        raise Unreadable(f"the definition is not valid GraphQL: {message[:1].lower()}{message[1:]}", line, "write the schema language, such as type Query { … }") from None
    except GraphQLError as error:
        raise Unreadable(f"the definition is not a GraphQL schema: {error.message}", 0, "write the schema language, such as type Query { … }") from None
    return _Reader(document, complaints).read()


def _introspected(text: str) -> str:
    """*text*; the schema in it where it is the answer to an introspection."""
    if not text.lstrip("\ufeff \t\r\n").startswith("{") or "__schema" not in text:
        return text.removeprefix("\ufeff")
    try:
        answer = json.loads(text)
        return print_schema(build_client_schema(answer.get("data", answer)))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise Unreadable(f"the definition is not the answer to an introspection: {error}", 1, "write the schema language, such as type Query { … }") from None


@dataclass
class _Reader:
    document: ast.DocumentNode
    complaints: Complaints
    anchors: Anchors = field(default_factory=Anchors)
    rows_left: int = limits.ROWS
    left_out: int = 0

    def __post_init__(self) -> None:
        self.parts: dict[str, list[Any]] = {}
        """Definitions and extensions by the name of their type."""
        for node in self.document.definitions:
            if isinstance(node, ast.TypeDefinitionNode | ast.TypeExtensionNode):
                self.parts.setdefault(node.name.value, []).append(node)
        self.described = any(getattr(node, "description", None) for node in self._all_nodes())

    def _all_nodes(self) -> Iterator[Any]:
        for node in self.document.definitions:
            yield node
            yield from getattr(node, "fields", None) or ()

    def read(self) -> ApiDescription:
        roots = self._roots()
        groups = []
        left = limits.OPERATIONS
        for kind, name in roots.items():
            fields = self._fields(name)
            if not fields:
                continue
            title, verb = _GROUPS[kind]
            operations = tuple(self._operation(verb, kind, each) for each in fields[:left])
            self.left_out += len(fields) - len(operations)
            left -= len(operations)
            groups.append(Group(id=self.anchors.of("group", title), title=title, description=self._about(self.parts[name][0]), operations=operations))
        types = self._types(frozenset(roots.values()))
        if not groups and not any(type.name in self.parts for type in types):
            raise Unreadable("the definition declares no type", 1, "write the schema language, such as type Query { … }")
        schema = next((node for node in self.document.definitions if isinstance(node, ast.SchemaDefinitionNode)), None)
        return ApiDescription(
            format="graphql", edition="GraphQL", description=self._about(schema) if schema else "", groups=tuple(groups), types=types, left_out=self.left_out
        )

    def _roots(self) -> dict[str, str]:
        found = {kind: name for kind, name in _ROOTS.items() if name in self.parts}
        for node in self.document.definitions:
            if isinstance(node, ast.SchemaDefinitionNode):
                found = {each.operation.value: each.type.name.value for each in node.operation_types}
            elif isinstance(node, ast.SchemaExtensionNode):
                found |= {each.operation.value: each.type.name.value for each in node.operation_types}
        return {kind: name for kind in _ROOTS if (name := found.get(kind)) and name in self.parts}

    def _fields(self, name: str) -> list[Any]:
        return [each for node in self.parts.get(name, ()) for each in getattr(node, "fields", None) or ()]

    # -- what is written above something ----------------------------------------------------------------------------------

    def _about(self, node: Any) -> str:
        """The description of *node*; in a schema without any, the comment above it, as schemas of old have them."""
        if description := getattr(node, "description", None):
            return str(description.value)[: limits.TEXT]
        if self.described or not node.loc:
            return ""
        lines: list[str] = []
        token = node.loc.start_token.prev
        line = node.loc.start_token.line
        while token and token.kind == TokenKind.COMMENT and token.line == line - 1 and token.prev and token.prev.line != token.line:
            lines.append((token.value or "").lstrip("#").strip())
            line, token = token.line, token.prev
        return "\n".join(reversed(lines))[: limits.TEXT]

    # -- operations -------------------------------------------------------------------------------------------------------

    def _operation(self, verb: str, kind: str, node: ast.FieldDefinitionNode) -> Operation:
        deprecated, reason = _deprecated(node)
        parts = []
        if node.arguments:
            parts.append(Part(title=Words("Arguments"), shape=Shape(rows=self._inputs(node.arguments, 1, ()))))
        parts.append(Part(title=Words("Result"), shape=self._shape(node.type, opened=1, trail=())))
        return Operation(
            id=self.anchors.of(verb, node.name.value),
            verb=verb,
            name=node.name.value,
            description=self._about(node),
            deprecated=deprecated,
            reason=reason,
            parts=tuple(parts),
            examples=(Example(title=Words("Call"), text=self._call(kind, node), language="graphql", made=True),),
        )

    def _call(self, kind: str, node: ast.FieldDefinitionNode) -> str:
        """How to ask for *node* with everything in it that is no object."""
        needed = [each for each in node.arguments if isinstance(each.type, ast.NonNullTypeNode) and each.default_value is None] or list(node.arguments[:1])
        declared = ", ".join(f"${each.name.value}: {_written(each.type)}" for each in needed)
        given = ", ".join(f"{each.name.value}: ${each.name.value}" for each in needed)
        title = node.name.value[:1].upper() + node.name.value[1:]
        lines = [f"{kind} {title}{f'({declared})' if declared else ''} {{"]
        chosen = list(self._selection(_base(node.type), 2, "    "))
        head = f"  {node.name.value}{f'({given})' if given else ''}"
        lines += [f"{head} {{", *chosen, "  }"] if chosen else [head]
        return "\n".join([*lines, "}"])

    def _selection(self, name: str, depth: int, indent: str) -> Iterator[str]:
        """What of type *name* can be asked for without knowing more; of a union, its name."""
        nodes = self.parts.get(name, ())
        if any(isinstance(node, _UNIONS) for node in nodes):
            yield f"{indent}__typename"
            return
        simple: list[ast.FieldDefinitionNode] = []
        objects: list[ast.FieldDefinitionNode] = []
        for each in self._fields(name) if any(isinstance(node, _OBJECTS + _INTERFACES) for node in nodes) else ():
            if not any(isinstance(argument.type, ast.NonNullTypeNode) for argument in each.arguments) and not _deprecated(each)[0]:
                (simple if self._is_leaf(_base(each.type)) else objects).append(each)
        for each in simple[:_QUERY_FIELDS]:
            yield f"{indent}{each.name.value}"
        if depth > 1:
            for each in objects[:3]:
                if inner := list(self._selection(_base(each.type), depth - 1, f"{indent}  ")):
                    yield f"{indent}{each.name.value} {{"
                    yield from inner
                    yield f"{indent}}}"
        elif not simple and nodes:
            yield f"{indent}__typename"

    def _is_leaf(self, name: str) -> bool:
        nodes = self.parts.get(name, ())
        return name in _BUILT_IN or all(isinstance(node, _ENUMS + _SCALARS) for node in nodes)

    # -- shapes -----------------------------------------------------------------------------------------------------------

    def _shape(self, type: ast.TypeNode, *, opened: int, trail: tuple[str, ...], **more: Any) -> Shape:
        """A value of *type*, with the fields of its type as far as *opened* goes."""
        self.rows_left -= 1
        base = _base(type)
        nodes = self.parts.get(base, ())
        rows: tuple[Shape, ...] = ()
        if nodes and opened > 0 and base not in trail:
            rows = self._inside(base, opened - 1, (*trail, base))
        values, more_values = self._values(base)
        return Shape(type=_written(type), target=base if nodes else "", rows=rows, values=values, more_values=more_values, **more)

    def _values(self, name: str) -> tuple[tuple[str, ...], int]:
        values = [value.name.value for node in self.parts.get(name, ()) if isinstance(node, _ENUMS) for value in node.values or ()]
        return tuple(values[: limits.VALUES]), max(0, len(values) - limits.VALUES)

    def _inside(self, name: str, opened: int, trail: tuple[str, ...], *, whole: bool = False) -> tuple[Shape, ...]:
        """The fields of type *name*; *whole* where they are declared and nowhere else."""
        nodes = self.parts.get(name, ())
        fields = self._fields(name)
        kept = fields[: min(limits.ROWS_OF_ONE, max(0, self.rows_left))]
        self.left_out += len(fields) - len(kept)
        if any(isinstance(node, _INPUTS) for node in nodes):
            return self._inputs(kept, opened, trail)
        return tuple(self._field(each, opened, trail, whole) for each in kept)

    def _field(self, node: ast.FieldDefinitionNode, opened: int, trail: tuple[str, ...], whole: bool) -> Shape:
        deprecated, reason = _deprecated(node)
        arguments = [f"{each.name.value}: {_written(each.type)}{_default(each)}" for each in node.arguments[:20]]
        notes = ((Words("takes %(arguments)s", arguments=", ".join(arguments)),) if arguments else ()) + ((reason,) if reason else ())
        said = [f"- `{each.name.value}`: {' '.join(about.split())}" for each in node.arguments[:20] if (about := self._about(each))] if whole else []
        description = "\n\n".join(filter(None, (self._about(node), "\n".join(said))))
        return self._shape(node.type, opened=opened, trail=trail, name=node.name.value, deprecated=deprecated, description=description, notes=notes)

    def _inputs(self, nodes: Iterable[ast.InputValueDefinitionNode], opened: int, trail: tuple[str, ...]) -> tuple[Shape, ...]:
        rows = []
        for node in list(nodes)[: limits.ROWS_OF_ONE]:
            deprecated, reason = _deprecated(node)
            notes = ((Words("default %(value)s", value=_default(node).removeprefix(" = ")),) if node.default_value else ()) + ((reason,) if reason else ())
            must = isinstance(node.type, ast.NonNullTypeNode) and node.default_value is None
            rows.append(
                self._shape(
                    node.type, opened=opened, trail=trail, name=node.name.value, required=must,
                    deprecated=deprecated, description=self._about(node), notes=notes,
                )
            )
        return tuple(rows)

    # -- types ------------------------------------------------------------------------------------------------------------

    def _types(self, roots: frozenset[str]) -> tuple[Type, ...]:
        order = {kind: number for number, (_, kind) in enumerate(_KINDS)}
        found = [(self._kind(nodes[0]), name, nodes) for name, nodes in self.parts.items() if name not in roots]
        found.sort(key=lambda each: order[each[0]])
        self.left_out += max(0, len(found) - limits.TYPES)
        return (*(self._type(kind, name, nodes) for kind, name, nodes in found[: limits.TYPES]), *self._directives(limits.TYPES - len(found)))

    def _directives(self, most: int) -> Iterator[Type]:
        declared = [node for node in self.document.definitions if isinstance(node, ast.DirectiveDefinitionNode)]
        for node in declared[: max(0, most)]:
            notes = (Words("on %(places)s", places=", ".join(place.value for place in node.locations)),)
            shape = Shape(description=self._about(node), notes=notes, rows=self._inputs(node.arguments, 0, ()))
            yield Type(id=self.anchors.of("directive", node.name.value), kind=Words("directive"), name=f"@{node.name.value}", shape=shape)

    def _kind(self, node: Any) -> str:
        return next((kind for classes, kind in _KINDS if isinstance(node, classes)), Words("type"))

    def _type(self, kind: str, name: str, nodes: list[Any]) -> Type:
        rows = self._inside(name, 0, (name,), whole=True)
        more = max(0, len(self._fields(name)) - len(rows))
        notes: list[str] = []
        if interfaces := [each.name.value for node in nodes for each in getattr(node, "interfaces", None) or ()]:
            notes.append(Words("implements %(names)s", names=", ".join(interfaces[:30])))
        if kind == "union":
            members = [each for node in nodes for each in node.types or ()]
            rows = tuple(Shape(type=each.name.value, target=each.name.value if each.name.value in self.parts else "") for each in members[: limits.ROWS_OF_ONE])
            self.rows_left -= len(rows)
        if kind == "enum":
            values = [value for node in nodes for value in node.values or ()]
            rows = tuple(self._value(value) for value in values[: listed((value.name.value, self._about(value)) for value in values)])
            more = len(values) - len(rows)
            self.left_out += more
        notes += [f"@{each.name.value}" for node in nodes for each in node.directives[:10] if each.name.value != "deprecated"]
        shape = Shape(description=next(filter(None, map(self._about, nodes)), ""), notes=tuple(notes), rows=rows, more=more)
        return Type(id=self.anchors.of("type", name), kind=kind, name=name, shape=shape)

    def _value(self, node: ast.EnumValueDefinitionNode) -> Shape:
        self.rows_left -= 1
        deprecated, reason = _deprecated(node)
        return Shape(name=node.name.value, deprecated=deprecated, description=self._about(node), notes=(reason,) if reason else ())


def _base(type: ast.TypeNode) -> str:
    while isinstance(type, ast.NonNullTypeNode | ast.ListTypeNode):
        type = type.type
    return type.name.value if isinstance(type, ast.NamedTypeNode) else ""


def _written(type: ast.TypeNode) -> str:
    """*type* as GraphQL writes it."""
    if isinstance(type, ast.NonNullTypeNode):
        return f"{_written(type.type)}!"
    if isinstance(type, ast.ListTypeNode):
        return f"[{_written(type.type)}]"
    return type.name.value if isinstance(type, ast.NamedTypeNode) else ""


def _default(node: ast.InputValueDefinitionNode) -> str:
    if node.default_value is None:
        return ""
    loc = node.default_value.loc
    found = loc.source.body[loc.start : loc.end] if loc else ""
    return f" = {' '.join(found.split())[: limits.VALUE]}"


def _deprecated(node: Any) -> tuple[bool, str]:
    for directive in node.directives or ():
        if directive.name.value == "deprecated":
            reason = next((str(each.value.value) for each in directive.arguments if each.name.value == "reason" and isinstance(each.value, ast.StringValueNode)), "")
            return True, reason[:500]
    return False, ""
