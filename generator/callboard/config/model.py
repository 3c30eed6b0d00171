"""The configuration as values, and at once the settings table: what each setting is called, means and defaults to.

Every field carries its sentence; ``settings.py`` reads the fields as one table, from which loading, the reference page
and the JSON Schema come. A value of these classes is complete and checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field
from pathlib import Path
from typing import Any


class Secret(str):
    """A value that never appears in a representation, a log or a published file."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def reveal(self) -> str:
        """The value, for the environment of the one program that needs it."""
        return str.__str__(self)


def setting(
    sentence: str,
    default: Any = MISSING,
    *,
    choices: tuple[str, ...] = (),
    minimum: int = 0,
    key: str = "",
    environment: bool = True,
) -> Any:
    """A field that users set. *key* is its name in the file where that differs; without *default* it must be there."""
    metadata = {
        "sentence": sentence,
        "choices": choices,
        "minimum": minimum,
        "key": key,
        "environment": environment,
    }
    return field(default=default, metadata=metadata) if default is not MISSING else field(metadata=metadata)


_DESCRIPTORS = "Globs of the descriptors below the repository's root; by default `catalog.descriptors`."
_FORGE = "How links into the repository are written (`github`, `gitlab`, ...); by default told from its address."
_TRUSTED = "Whether its documentation may be built where no sandbox can be had."


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """Folders on this machine."""

    path: str = setting("A folder or a glob, relative to the configuration file.")
    repository: bool = setting("Whether each match is one repository; otherwise each subfolder of it is.", False)
    descriptors: tuple[str, ...] | None = setting(_DESCRIPTORS, None)
    forge: str = setting(_FORGE, "")
    url: str = setting("The web address of the repository, where git does not tell it; only with `repository`.", "")
    trusted: bool = setting(_TRUSTED, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GitSource:
    """One git repository."""

    url: str = setting("Its address: https, ssh, or a folder of this machine; without credentials.")
    branch: str = setting("The branch to read; by default the one that the server calls its HEAD.", "")
    token: Secret | None = setting("What to authenticate with over https, as `${VARIABLE}`.", None)
    forge: str = setting(_FORGE, "")
    name: str = setting("What to call the repository; by default `owner/name` from its address.", "")
    descriptors: tuple[str, ...] | None = setting(_DESCRIPTORS, None)
    trusted: bool = setting(_TRUSTED, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """Descriptors in the repository that the configuration itself lies in."""

    path: str = setting("A file or a glob, relative to the configuration file.")


Source = FolderSource | GitSource | FileSource

SOURCE_TYPES: Mapping[str, type[FolderSource | GitSource | FileSource]] = {
    "folder": FolderSource,
    "git": GitSource,
    "file": FileSource,
}


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
    """The portal as a whole."""

    title: str = setting("The portal's name, on every page.", "Developer portal")
    description: str = setting("One sentence under the name on the home page.", "")
    url: str = setting("Where the portal is published; without it no sitemap and no canonical links are written.", "")
    links: str = setting(
        "How addresses are written: `folders` (`catalog/`) or `files` (`catalog/index.html`, for `file://`, archives"
        " and stores without index documents).",
        "folders",
        choices=("folders", "files"),
    )
    language: str = setting(
        "The language of the pages, as HTML's `lang` has it. Another than English needs a catalogue,"
        " `locale/<language>/messages.po` in the folder that `site.theme` names.",
        "en",
    )
    logo: str = setting("An SVG or PNG file that stands beside the name.", "")
    accent: str = setting("The colour of links and of what is selected, such as `#2f5d9f`.", "")
    css: tuple[str, ...] = setting("Style sheets of your own, which win over the theme's.", ())
    theme: str = setting("A folder of templates that stand in for the theme's, by path.", "")
    style_page: bool = setting("Whether `health/style/` shows every part of the theme in every state, for those who change it.", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogConfig:
    """Which descriptors are read, and what they may declare."""

    descriptors: tuple[str, ...] = setting(
        "Globs of the descriptors below each repository's root; `**/` reaches into folders.",
        ("catalog-info.yaml", "catalog-info.yml"),
    )
    rules: tuple[Rule, ...] = setting(
        "Which kinds may come from where, in Backstage's syntax; without rules every kind may.", (), environment=False
    )
    kinds: tuple[CustomKind, ...] = setting("Kinds of your own.", (), environment=False)
    ai: bool = setting("Whether the kind AiResource and APIs of the type `mcp-server` are known.", True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsConfig:
    """How documentation is built."""

    enabled: bool = setting("Whether documentation is built at all.", True)
    engine: str = setting(
        "Where pages come from: `mkdocs` renders the Markdown of repositories, `prebuilt` takes what `techdocs-cli` published.",
        "mkdocs",
        choices=("mkdocs", "prebuilt"),
    )
    prebuilt: Path | None = setting("For `prebuilt`: the folder with `<namespace>/<kind>/<name>/`, such as a copy of a bucket.", None)
    last_change: bool = setting("Whether pages say when they were last changed.", True)
    authors: bool = setting("Whether pages also name, from git, who changed them last.", True)
    timeout: int = setting("Seconds that one manual may take.", 120, minimum=1)
    memory: int = setting("MiB of memory that one manual may take.", 1024, minimum=64)
    max_output: int = setting("MiB of pages and files that one manual may have.", 200, minimum=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchConfig:
    """What can be found."""

    full_text: bool = setting("Whether the full text of every page is indexed; otherwise titles are.", True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole of ``site_config.yml``. Relative paths in it are relative to its folder."""

    file: Path
    sources: tuple[Source, ...] = setting(
        "Where repositories are, in this order: of two entities with one name the first wins.", environment=False
    )
    site: SiteConfig = field(default_factory=SiteConfig)
    catalog: CatalogConfig = field(default_factory=CatalogConfig)
    docs: DocsConfig = field(default_factory=DocsConfig)
    search: SearchConfig = field(default_factory=SearchConfig)
    state: Path = setting("The folder that is kept between builds.", Path(".callboard"))
    output: Path = setting("The folder that the portal is written to.", Path("site"))

    @property
    def folder(self) -> Path:
        return self.file.parent
