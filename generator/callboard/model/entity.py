"""Declarations and entities: one document as written, and what the catalog makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callboard.diagnostics import SourceLocation
from callboard.model.ref import DEFAULT_NAMESPACE, EntityRef
from callboard.model.repository import Stale

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """One YAML document: its value, and the line and column (from 1) of every part of it."""

    value: Mapping[str, Any]
    marks: Mapping[Keys, tuple[int, int]]
    repo: str
    path: str
    index: int = 0

    def at(self, *keys: str | int) -> SourceLocation:
        """Where *keys* is written; where its nearest parent is, if it is not written at all."""
        while keys and keys not in self.marks:
            keys = keys[:-1]
        return SourceLocation(self.repo, self.path, *self.marks.get(keys, (1, 1)))


@dataclass(frozen=True, slots=True)
class Link:
    """``metadata.links[]``. The url is as written: pages pass it through routes.safe_url."""

    url: str
    title: str = ""
    icon: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One accepted entity.

    *value* is what Backstage would store: apiVersion, kind, metadata (namespace filled in, annotations added, no uid
    or etag), spec (placeholders resolved, reference lists sorted). Its relations are in the catalog.
    """

    ref: EntityRef
    value: Mapping[str, Any]
    source: Declaration = field(repr=False, compare=False)
    origin: str = ""
    """Ref of the location at whose root this came in (``backstage.io/managed-by-origin-location``)."""
    via: tuple[str, ...] = ()
    """The Locations (full refs) that led here, outermost first; empty for a root descriptor."""
    stale: Stale | None = None

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self.value["metadata"]  # type: ignore[no-any-return]  # the user's own data

    @property
    def spec(self) -> Mapping[str, Any]:
        return self.value.get("spec") or {}

    @property
    def kind(self) -> str:
        """As written, such as ``Component``."""
        return str(self.value["kind"])

    @property
    def name(self) -> str:
        return str(self.metadata["name"])

    @property
    def namespace(self) -> str:
        return str(self.metadata.get("namespace", DEFAULT_NAMESPACE))

    @property
    def title(self) -> str:
        """The profile's display name, or the title, or the name: what people call it."""
        profile = self.spec.get("profile")
        display = profile.get("displayName") if isinstance(profile, Mapping) else None
        return str(display or self.metadata.get("title") or self.name)

    @property
    def description(self) -> str:
        return str(self.metadata.get("description") or "")

    @property
    def type(self) -> str:
        value = self.spec.get("type")
        return value if isinstance(value, str) else ""

    @property
    def lifecycle(self) -> str:
        value = self.spec.get("lifecycle")
        return value if isinstance(value, str) else ""

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(self.metadata.get("tags") or ())

    @property
    def labels(self) -> Mapping[str, str]:
        return self.metadata.get("labels") or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        return self.metadata.get("annotations") or {}

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(
            Link(link["url"], link.get("title", ""), link.get("icon", ""), link.get("type", ""))
            for link in self.metadata.get("links") or ()
        )

    def at(self, *keys: str | int) -> SourceLocation:
        """Where *keys* of this entity is written, for problems and for Edit links."""
        return self.source.at(*keys)
