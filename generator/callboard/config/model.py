"""The configuration as values: what ``site_config.yml`` says, complete and checked.

The settings table (``settings.py``) says what each of these is called, means and defaults to; ``load.py`` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Secret(str):
    """A value that never appears in a representation, a log or a published file."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def reveal(self) -> str:
        """The value, for the environment of the one program that needs it."""
        return str.__str__(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """Folders on this machine: each subfolder is a repository, or with *repository* each match of *path* is one."""

    path: str
    repository: bool = False
    descriptors: tuple[str, ...] | None = None
    forge: str = ""
    url: str = ""
    trusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GitSource:
    """One git repository by address: https, ssh, or a folder of this machine."""

    url: str
    branch: str = ""
    token: Secret | None = None
    forge: str = ""
    name: str = ""
    descriptors: tuple[str, ...] | None = None
    trusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """Descriptor files of the portal's own repository, by path or glob."""

    path: str


Source = FolderSource | GitSource | FileSource


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of ``catalog.rules``, Backstage's syntax (backstage.md 1.6): kinds in lower case, with spec.type or ''."""

    allow: tuple[tuple[str, str], ...]
    locations: tuple[Mapping[str, str], ...] = ()
    """``{type, exact|pattern}``; none means everywhere."""


@dataclass(frozen=True, slots=True)
class CustomKind:
    """A kind of the organisation's own. *schema* is a JSON Schema of the whole entity."""

    api_version: str
    kind: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    relations: tuple[Mapping[str, str], ...] = ()
    """``{field, forward, backward, target}``: which fields of spec are references."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteConfig:
    title: str = "Developer portal"
    url: str = ""
    links: str = "folders"
    description: str = ""
    language: str = "en"
    logo: str = ""
    accent: str = ""
    css: tuple[str, ...] = ()
    """Extra style sheets, in the last layer."""
    theme: str = ""
    """A folder of templates that stand in for the theme's, by path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogConfig:
    descriptors: tuple[str, ...] = ("catalog-info.yaml", "catalog-info.yml")
    """Globs below each repository's root."""
    rules: tuple[Rule, ...] = ()
    """None: every kind, from everywhere."""
    kinds: tuple[CustomKind, ...] = ()
    ai: bool = True
    """Whether AiResource and the ``mcp-server`` API are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsConfig:
    enabled: bool = True
    last_change: bool = True
    timeout: int = 120
    """Seconds for one manual."""
    memory: int = 1024
    """MiB for one manual."""
    max_output: int = 200
    """MiB of pages and files for one manual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchConfig:
    full_text: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    file: Path
    """The configuration file; relative paths in it are relative to its folder."""
    sources: tuple[Source, ...]
    site: SiteConfig = field(default_factory=SiteConfig)
    catalog: CatalogConfig = field(default_factory=CatalogConfig)
    docs: DocsConfig = field(default_factory=DocsConfig)
    search: SearchConfig = field(default_factory=SearchConfig)
    state: Path = Path(".callboard")
    output: Path = Path("site")

    @property
    def folder(self) -> Path:
        return self.file.parent
