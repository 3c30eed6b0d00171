"""What an API definition says, whatever its format: operations in groups, and the types that they speak of.

OpenAPI, AsyncAPI, GraphQL and protobuf become the same values, so that one page shows them all. Every text is as its
author wrote it: pages render descriptions as Markdown and escape the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from callboard.model.ref import EntityRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A value of some type: a property, a parameter, an argument, a field, or the whole of a body."""

    name: str = ""
    type: str = ""
    """As people read it, such as ``list of Order`` or ``string, date-time``."""
    target: str = ""
    """Name of the type of this definition that *type* ends with, or empty."""
    required: bool = False
    deprecated: bool = False
    description: str = ""
    notes: tuple[str, ...] = ()
    """What is said about its values, such as ``at least 1``."""
    values: tuple[str, ...] = ()
    """The values that it may have, where those are listed: the first of them."""
    more_values: int = 0
    """How many values are not shown."""
    rows: tuple[Shape, ...] = ()
    """What is inside it."""
    more: int = 0
    """How many rows are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example of a body. *made* ones follow from the types, nobody wrote them."""

    title: str = ""
    text: str = ""
    language: str = "json"
    made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of an operation: its parameters, a body, an answer, a message."""

    title: str
    code: str = ""
    """Status of an answer, such as ``201``."""
    detail: str = ""
    """Such as the media type."""
    description: str = ""
    required: bool = False
    shape: Shape | None = None
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A word and what there is to say, such as a server and its address."""

    label: str
    text: str
    detail: str = ""
    """A sentence on it, in Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something that can be asked of the API, or that it tells."""

    id: str
    """Its anchor: stays the same while verb and name do."""
    verb: str
    """``GET``, ``SEND``, ``QUERY``, ``RPC``, ..."""
    name: str
    """The path, the address of the channel, or the name."""
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    reason: str = ""
    """Why it is deprecated, where that is said."""
    facts: tuple[Fact, ...] = ()
    """Such as what authorises it."""
    parts: tuple[Part, ...] = ()
    examples: tuple[Example, ...] = ()
    """How to call it."""

    @property
    def title(self) -> str:
        return f"{self.verb} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Operations that belong together: a tag, a channel, a service."""

    id: str
    title: str
    description: str = ""
    detail: str = ""
    """A line below the title, such as the channel's address."""
    page: str = ""
    """The page that it is on, below the API's own; empty for that one itself."""
    facts: tuple[Fact, ...] = ()
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type that has a name."""

    id: str
    kind: str
    """``schema``, ``message``, ``enum``, ``input``, ..."""
    name: str
    page: str = ""
    """The page that it is on, as that of a group."""
    shape: Shape
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a definition. *line* counts from 1 in its text; 0 is unknown."""

    code: str
    """Of the diagnostic that it becomes."""
    message: str
    line: int = 0
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDescription:
    """A definition that was understood, or, without groups and types, why it was not."""

    format: str = ""
    """``openapi``, ``asyncapi``, ``graphql`` or ``protobuf``; empty where nobody knows."""
    edition: str = ""
    """With its version, such as ``OpenAPI 3.1.0``."""
    title: str = ""
    version: str = ""
    summary: str = ""
    description: str = ""
    servers: tuple[Fact, ...] = ()
    security: tuple[Fact, ...] = ()
    """How callers show who they are."""
    facts: tuple[Fact, ...] = ()
    """Contact, licence and the like."""
    groups: tuple[Group, ...] = ()
    types: tuple[Type, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    left_out: int = 0
    """Operations and types beyond what is shown."""
    reference: str = field(default="", repr=False)
    """The definition as JSON, without references to other documents, for an interactive reference; empty where there is none."""

    @property
    def operations(self) -> Iterator[Operation]:
        for group in self.groups:
            yield from group.operations

    @property
    def shown(self) -> bool:
        """Whether there is anything to show but the text."""
        return bool(self.groups or self.types)


@dataclass(frozen=True, slots=True)
class Apis:
    """Every description by its entity: APIs whose definition is of a format that is read."""

    by_entity: Mapping[EntityRef, ApiDescription] = field(default_factory=dict)

    def shown(self, ref: EntityRef) -> ApiDescription | None:
        """The description of *ref* where it has one that can be shown."""
        found = self.by_entity.get(ref)
        return found if found and found.shown else None
