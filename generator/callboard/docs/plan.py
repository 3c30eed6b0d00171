"""What belongs to each manual: decided from descriptors, mkdocs.yml and file names, before anything is rendered.

Every path is one of the repository's own files, as its checkout lists them: nothing outside can be named, because only
what is listed can be planned. mkdocs.yml comes through callboard.docs.gate, included ones too (backstage.md 1.8).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from pathspec.gitignore import GitIgnoreSpec
from slugify import slugify

from callboard.diagnostics import Report, SourceLocation
from callboard.docs.gate import ConfigError, Ignored, Settings, generated, read_settings
from callboard.model.catalog import Catalog
from callboard.model.entity import Entity
from callboard.model.forges import BlobAddress, parse_blob_url
from callboard.model.ref import EntityRef
from callboard.model.repository import Checkout, Crawl, ReadError, Repository

REF = "backstage.io/techdocs-ref"
ENTITY = "backstage.io/techdocs-entity"
ENTITY_PATH = "backstage.io/techdocs-entity-path"
SOURCE_LOCATION = "backstage.io/source-location"

CONFIG_NAMES = ("mkdocs.yaml", "mkdocs.yml")
"""In the order in which they are looked for: the first that is there is read and the other is not (CVE-2026-106505)."""
README_NAMES = ("docs/README.md", "docs/readme.md", "README.md", "readme.md")
"""What becomes the first page where docs has no index.md, in this order."""

MARKDOWN = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
CONFIG_LIMIT = 1 << 20
TEXT_LIMIT = 5 << 20
MAX_PAGES = 20_000
MAX_ODD = 20
"""So many pages that no system could hold by their names are named, one by one."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a manual: *uri* is its path as MkDocs sees it, *path* the one in the repository, empty where that is
    not known."""

    uri: str
    path: str

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.path or self.uri


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one manual is made of. *at* is where the descriptor asks for it."""

    entity: EntityRef
    checkout: Checkout = field(repr=False)
    at: SourceLocation
    folder: str
    """Where mkdocs.yml is, or would be."""
    settings: Settings
    pages: tuple[SourceFile, ...]
    files: tuple[SourceFile, ...]
    """Everything below the docs folders that is no page."""
    roots: tuple[tuple[str, str], ...]
    """(prefix of the uri, folder or file of the repository): what the pages and files were taken from."""

    @property
    def repo(self) -> str:
        return self.checkout.repository.name

    def where(self, file: SourceFile, line: int = 0) -> SourceLocation:
        """The place of a problem with *file*: in it, or, where that is not known, where the manual is asked for."""
        return SourceLocation(self.repo, file.path, line) if file.path else self.at

    @cached_property
    def by_uri(self) -> Mapping[str, SourceFile]:
        """The pages by their uri."""
        return {page.uri: page for page in self.pages}

    @cached_property
    def page_paths(self) -> Mapping[str, str]:
        """The place of each page in the portal, by its uri; two that want the same place are in :attr:`conflicts`."""
        return self._places[0]

    @cached_property
    def conflicts(self) -> tuple[tuple[SourceFile, SourceFile], ...]:
        """(page that is not published, the one that has its place)."""
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[Mapping[str, str], tuple[tuple[SourceFile, SourceFile], ...]]:
        taken: dict[str, SourceFile] = {}
        for page in (*filter(_is_index, self.pages), *self.pages):
            taken.setdefault(page_path(page.uri).casefold(), page)
        having = {page: taken[page_path(page.uri).casefold()] for page in self.pages}
        places = {page.uri: page_path(page.uri) for page, other in having.items() if other is page}
        return places, tuple((page, other) for page, other in having.items() if other is not page)


@dataclass(frozen=True, slots=True)
class Plans:
    """Every manual to be made, by its entity, and the entities that show another's: (entity, page as written)."""

    manuals: Mapping[EntityRef, Plan]
    aliases: Mapping[EntityRef, tuple[EntityRef, str]]
    failed: Mapping[EntityRef, str] = field(default_factory=dict)
    """Entities that ask for a manual which cannot be made, and why."""


class PlanError(Exception):
    """A manual cannot be planned: code and message of the diagnostic."""

    def __init__(self, code: str, message: str, at: SourceLocation | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.at = at
        self.hint = hint


def _is_index(page: SourceFile) -> bool:
    """Whether *page* is that of its folder: sub/index.md goes before sub.md, as in MkDocs."""
    return not page_path(posixpath.basename(page.uri))


def is_markdown(path: str) -> bool:
    return path.endswith(MARKDOWN)


def page_path(uri: str) -> str:
    """The folder of the portal, below the manual's own, in which the page of *uri* lies."""
    folder, name = posixpath.split(uri)
    stem = posixpath.splitext(name)[0]
    if stem in {"index", "README"}:
        return f"{folder}/" if folder else ""
    return f"{posixpath.join(folder, stem)}/"


def site_url(uri: str, directories: bool) -> str:
    """The address that MkDocs gives the page of *uri*, relative to the site, not escaped."""
    folder, name = posixpath.split(uri)
    stem = posixpath.splitext(name)[0]
    index = stem in {"index", "README"}
    if directories:
        return page_path(uri)
    return posixpath.join(folder, "index.html" if index else f"{stem}.html")


def plan_manuals(catalog: Catalog, crawl: Crawl, report: Report) -> Plans:
    """What *catalog* asks for, from the Markdown of repositories. Everything that cannot be had is a diagnostic."""
    return plan_each(catalog, _Planner(Places(crawl), report).plan, report)


def plan_each(catalog: Catalog, plan: Callable[[Entity, str, SourceLocation], Plan], report: Report) -> Plans:
    """The *plan* of each entity that has an annotation for one: as written, and where. It may raise PlanError."""
    manuals: dict[EntityRef, Plan] = {}
    failed: dict[EntityRef, str] = {}
    for ref, entity in catalog.entities.items():
        written = entity.annotations.get(REF)
        if not isinstance(written, str) or not written:
            continue
        at = entity.at("metadata", "annotations", REF)
        try:
            manuals[ref] = plan(entity, written, at)
        except PlanError as error:
            failed[ref] = str(error)
            report.add(error.code, str(error), error.at or at, error.hint, str(ref))
            continue
        for page, other in manuals[ref].conflicts:
            where = manuals[ref].where(page)
            if _is_index(other) and not _is_index(page):
                message = f"{page.name} is not published, because {other.name} has its address, as in MkDocs"
                report.add("docs-file-skipped", message, where, f"move its text to {other.name}, or rename it", str(ref))
                continue
            message = f"{page.name} and {other.name} want one address; {other.name} has it"
            report.add("path-conflict", message, where, "rename one of them", str(ref))
    return Plans(manuals, _aliases(catalog, manuals, failed, report), failed)


def _aliases(
    catalog: Catalog, manuals: Mapping[EntityRef, Plan], failed: Mapping[EntityRef, str], report: Report
) -> dict[EntityRef, tuple[EntityRef, str]]:
    found: dict[EntityRef, tuple[EntityRef, str]] = {}
    for ref, entity in catalog.entities.items():
        written = entity.annotations.get(ENTITY)
        if not isinstance(written, str) or not written or ref in manuals:
            continue
        at = entity.at("metadata", "annotations", ENTITY)
        try:
            target = EntityRef.parse(written, kind="component", namespace=ref.namespace)
        except ValueError as error:
            report.add("docs-ref", f"{ENTITY} {error}", at, "write kind:namespace/name", str(ref))
            continue
        if target in manuals or target in failed:
            path = entity.annotations.get(ENTITY_PATH)
            found[ref] = (target, path if isinstance(path, str) else "")
        else:
            message = f"{ref} shows the documentation of {target}, which has none"
            report.add("docs-ref", message, at, f"annotate {target.short} with {REF}", str(ref))
    return found


class Places:
    """Which repository and which folder of it an annotation means."""

    def __init__(self, crawl: Crawl) -> None:
        self.checkouts = {checkout.repository.name: checkout for checkout in crawl.checkouts}
        self.by_url = {
            checkout.repository.url.rstrip("/").casefold(): checkout for checkout in reversed(crawl.checkouts) if checkout.repository.url
        }
        self.branches = sorted({checkout.repository.branch for checkout in crawl.checkouts} - {""})

    def annotated(self, entity: Entity, written: str) -> tuple[Checkout, str]:
        """The repository and the folder that the annotation means."""
        kind, colon, target = written.partition(":")
        if kind == "url" and colon:
            found = self.at_address(target)
            if found is None:
                hint = "use dir: for a folder of the same repository, or add the repository to sources"
                raise PlanError("docs-ref", f"{written} leads to a repository that no source reads", hint=hint)
            return found
        if kind != "dir" or not colon:
            raise PlanError("docs-ref", f"{written} is neither dir: nor url:", hint="write dir:. for the folder of this file")
        checkout, base = self._base(entity)
        return checkout, _inside(base, target)

    def _base(self, entity: Entity) -> tuple[Checkout, str]:
        """source-location where the author wrote one, else the folder of the descriptor."""
        metadata = entity.source.value.get("metadata")
        annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
        location = annotations.get(SOURCE_LOCATION) if isinstance(annotations, Mapping) else None
        if isinstance(location, str) and location.startswith("url:"):
            found = self.at_address(location.removeprefix("url:"))
            if found is None:
                message = f"{SOURCE_LOCATION} {location} leads to a repository that no source reads"
                where = entity.at("metadata", "annotations", SOURCE_LOCATION)
                raise PlanError("docs-ref", message, where, "add the repository to sources")
            return found
        checkout = self.checkouts.get(entity.source.repo)
        if checkout is None:
            raise PlanError("docs-ref", f"the repository {entity.source.repo} is not read")
        return checkout, posixpath.dirname(entity.source.path)

    def at_address(self, url: str) -> tuple[Checkout, str] | None:
        """The checkout and folder at a web address; None where it is none of the sources'."""
        plain = url.split("?")[0].split("#")[0].rstrip("/").removesuffix(".git")
        if checkout := self.by_url.get(plain.casefold()):
            return checkout, ""
        address = parse_blob_url(url, self.branches)
        if address is None:
            return None
        for checkout in self.checkouts.values():
            if (path := path_in(checkout.repository, address)) is not None:
                return checkout, path
        return None


def path_in(repository: Repository, address: BlobAddress) -> str | None:
    """The path of *repository* at a web address; None where it is another's."""
    if repository.url.rstrip("/").casefold() != address.repository_url.rstrip("/").casefold():
        return None
    path, prefix = address.path.strip("/"), repository.prefix
    if prefix and path != prefix and not path.startswith(f"{prefix}/"):
        return None
    return path[len(prefix) :].strip("/") if prefix else path


class _Planner:
    def __init__(self, places: Places, report: Report) -> None:
        self.places = places
        self.report = report
        self.listings: dict[str, _Listing] = {}

    def plan(self, entity: Entity, written: str, at: SourceLocation) -> Plan:
        checkout, folder = self.places.annotated(entity, written)
        listing = self._listing(checkout)
        repo = checkout.repository.name
        if folder and not listing.has_folder(folder):
            raise PlanError("docs-missing", f"{written} names {folder}, which is not a folder of {repo}", at, "correct the path")
        settings = self._settings(checkout, listing, folder, entity.title)
        for ignored in settings.ignored:
            self._note(ignored, entity.ref)
        settings, roots = _Includes(self, checkout, listing, folder, entity.ref).resolve(settings)
        docs = _inside(folder, settings.docs_dir, SourceLocation(repo, settings.path, *settings.marks.get(("docs_dir",), (0, 0))))
        if docs == folder:
            where = SourceLocation(repo, settings.path, *settings.marks.get(("docs_dir",), (0, 0)))
            raise PlanError("docs-config", "docs_dir is the folder of mkdocs.yml itself", where, "put the pages into a folder docs")
        left_out = _left_out(settings)
        found, odd = _collect(listing, (("", docs), *roots))
        found = [file for file in found if not left_out(file.uri)]
        odd = [file for file in odd if not left_out(file.uri)]
        for path in [file.path for file in odd[:MAX_ODD]]:
            more = f", like {len(odd) - 1:,} others" if len(odd) > MAX_ODD else ""
            message = f"{path[:200]}{more} is not published, because its name is too long, or one that not every system can hold"
            self.report.add("docs-file-skipped", message, SourceLocation(repo, path), "rename it", str(entity.ref))
        found, index = self._index(listing, folder, docs, found)
        pages = [file for file in found if is_markdown(file.uri)]
        if not pages:
            what = "holds no page" if listing.has_folder(docs) else "does not exist"
            raise PlanError("docs-missing", f"the folder {docs} of the documentation of {entity.ref} {what}", at, f"write {docs}/index.md")
        if len(pages) > MAX_PAGES:
            raise PlanError("docs-failed", f"the documentation has {len(pages):,} pages; {MAX_PAGES:,} are built", at, "use exclude_docs")
        pages = self._publishable(pages, repo, entity.ref)
        files = tuple(file for file in found if not is_markdown(file.uri))
        settings = self._led(settings, frozenset(file.uri for file in found), repo, entity.ref)
        return Plan(
            entity=entity.ref,
            checkout=checkout,
            at=at,
            folder=folder,
            settings=settings,
            pages=tuple(pages),
            files=files,
            roots=(("", docs), *roots, *index),
        )

    def _led(self, settings: Settings, uris: frozenset[str], repo: str, ref: EntityRef) -> Settings:
        """*settings* without a nav that leads to none of the files *uris*, as when its paths begin at another folder:
        MkDocs would show nothing but dead entries, and no page could be reached."""
        if settings.nav is None:
            return settings
        targets = list(_targets(settings.nav))
        if any(":" in target or target.startswith("/") or not uris.isdisjoint(_meant_by(target)) for target in targets):
            return settings
        below = (f"write {form} for {target}" for target in targets for form in _further_in(target) if form in uris)
        hint = next(below, f"name Markdown files as seen from the folder {settings.docs_dir}")
        where = SourceLocation(repo, settings.path, *settings.marks.get(("nav",), (0, 0)))
        message = "nav leads to no page of the documentation, so pages are listed by their folders"
        self.report.add("docs-broken-link", message, where, hint, str(ref))
        return replace(settings, nav=None)

    def _note(self, ignored: Ignored, ref: EntityRef) -> None:
        self.report.add(ignored.code, ignored.message, ignored.at, ignored.hint, str(ref))

    def _listing(self, checkout: Checkout) -> _Listing:
        return self.listings.setdefault(checkout.repository.name, _Listing(checkout))

    # what

    def _settings(self, checkout: Checkout, listing: _Listing, folder: str, title: str) -> Settings:
        names = [name for name in CONFIG_NAMES if listing.has_file(posixpath.join(folder, name))]
        if not names:
            return generated(title)
        path = posixpath.join(folder, names[0])
        repo = checkout.repository.name
        settings = read_config(checkout, path, title)
        if len(names) > 1:
            other = SourceLocation(repo, posixpath.join(folder, names[1]))
            note = Ignored("docs-config-ignored", f"{names[1]} is not read, because {names[0]} lies beside it", other, "delete one")
            settings = replace(settings, ignored=(note, *settings.ignored))
        return settings

    def _index(
        self, listing: _Listing, folder: str, docs: str, found: list[SourceFile]
    ) -> tuple[list[SourceFile], tuple[tuple[str, str], ...]]:
        """Add the README where there is no index.md. MkDocs itself takes docs/README.md."""
        uris = {file.uri for file in found}
        if "index.md" in uris or "README.md" in uris:
            return found, ()
        for name in README_NAMES:
            path = posixpath.join(folder, name)
            if listing.has_file(path) and not (name.startswith("docs/") and docs != posixpath.join(folder, "docs")):
                kept = [file for file in found if file.path != path]
                return [SourceFile("index.md", path), *kept], (("index.md", path),)
        return found, ()

    def _publishable(self, pages: list[SourceFile], repo: str, ref: EntityRef) -> list[SourceFile]:
        """Without README.md beside an index.md, which is MkDocs' rule, and what would need another page's file as a folder."""
        indexes = {posixpath.dirname(page.uri) for page in pages if posixpath.basename(page.uri) == "index.md"}
        kept = []
        for page in pages:
            folder, name = posixpath.split(page.uri)
            why = ""
            if name == "README.md" and folder in indexes:
                why = "an index.md lies beside it"
            elif "index.html" in page_path(page.uri).casefold().split("/"):
                why = "index.html is the name of the file of every page"
            if why:
                message = f"{page.path} is not published, because {why}"
                self.report.add("docs-file-skipped", message, SourceLocation(repo, page.path), "rename it", str(ref))
            else:
                kept.append(page)
        return kept


def _targets(nav: Iterable[Any]) -> Iterable[str]:
    """Where the entries of *nav* lead, in their order."""
    for item in nav:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            for inner in item.values():
                yield from _targets(inner if isinstance(inner, list) else [inner])


def _meant_by(target: str) -> tuple[str, ...]:
    """Files that an entry of nav can mean: one by its path, or by its address in MkDocs' site."""
    path = posixpath.normpath(target.partition("#")[0] or ".")
    bare = path.removesuffix("/index.html").removesuffix(".html")
    return (path, f"{bare}.md", posixpath.join(bare, "index.md"), posixpath.join(bare, "README.md"), *(("index.md", "README.md") if path == "." else ()))


def _further_in(target: str) -> Iterable[str]:
    """Files that *target* can mean where its path begins too far outside: docs/setup.md."""
    _, _, below = target.partition("/")
    while below:
        yield from _meant_by(below)
        _, _, below = below.partition("/")


class _Listing:
    """The names of a repository, for questions."""

    def __init__(self, checkout: Checkout) -> None:
        self.files = tuple(checkout.files)
        self.known = frozenset(self.files)
        folders = set()
        for path in self.files:
            while (path := posixpath.dirname(path)) and path not in folders:
                folders.add(path)
        self.folders = frozenset(folders)

    def has_file(self, path: str) -> bool:
        return path in self.known

    def has_folder(self, path: str) -> bool:
        return path == "" or path in self.folders

    def below(self, folder: str) -> Iterable[str]:
        start = f"{folder}/" if folder else ""
        return (path for path in self.files if path.startswith(start))


def read_config(checkout: Checkout, path: str, title: str) -> Settings:
    """The settings of the mkdocs.yml at *path*. Raises PlanError."""
    repo = checkout.repository.name
    text = read_text(checkout, path, CONFIG_LIMIT)
    try:
        return read_settings(text, repo=repo, path=path, title=title)
    except ConfigError as error:
        raise PlanError("docs-config", str(error), SourceLocation(repo, path, error.line, error.column), error.hint) from None


def read_text(checkout: Checkout, path: str, limit: int) -> str:
    """The text of *path* with plain line ends. Raises PlanError."""
    where = SourceLocation(checkout.repository.name, path)
    try:
        data = checkout.read(path, limit=limit)
    except ReadError as error:
        raise PlanError(error.code, str(error), where, error.hint) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError("file-not-utf8", f"{path} is not UTF-8 at byte {error.start:,}", where, "save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _inside(base: str, target: str, at: SourceLocation | None = None) -> str:
    """The folder *target* of a repository as seen from its folder *base*. Raises PlanError where it leads out."""
    cleaned = target.strip().replace("\\", "/")
    joined = posixpath.normpath(posixpath.join(base, cleaned)) if cleaned else base
    outside = cleaned.startswith("/") or re.match(r"[A-Za-z]:", cleaned) or joined == ".." or joined.startswith("../") or "\x00" in target
    if outside:
        code = "docs-config" if at else "docs-ref"
        raise PlanError(code, f"{target!r} leads out of the repository", at, "name a folder of the repository, relative to this file")
    return "" if joined == "." else joined


_ODD_NAME = re.compile(r"[\x00-\x1f\x7f\\]|(?:^|/)\.{1,2}(?:/|$)|[\u202a-\u202e\u2066-\u2069]")


def is_place(path: str) -> bool:
    """Whether *path* can be one of the portal's: any system can hold a file of that name, and no part of it is hidden."""
    parts = path.rstrip("/").split("/")
    fits = len(path.encode("utf-8", "replace")) <= 1000 and all(len(part.encode("utf-8", "replace")) <= 200 for part in parts)
    return fits and not _ODD_NAME.search(path) and not any(part.startswith(".") or not part for part in parts)


def repository_uri(path: str) -> str:
    """The uri of a picture that a manual takes from elsewhere in its repository; empty where no file can be called so.

    What is hidden in a repository (.github/logo.png) is not in the portal: many hosts leave hidden files out.
    """
    uri = "_repository/" + "/".join(f"_{part}" if part.startswith(".") else part for part in path.split("/"))
    return uri if is_place(uri) else ""


def _collect(listing: _Listing, roots: Iterable[tuple[str, str]]) -> tuple[list[SourceFile], list[SourceFile]]:
    """Every file below *roots* whose name can be one in the portal, and pages with names that cannot. Hidden ones
    are MkDocs' to leave out, and are."""
    found: dict[str, SourceFile] = {}
    odd: list[SourceFile] = []
    for prefix, folder in roots:
        start = f"{folder}/" if folder else ""
        for path in listing.below(folder):
            uri = posixpath.join(prefix, path[len(start) :])
            if is_place(uri):
                found.setdefault(uri, SourceFile(uri, path))
            elif is_markdown(uri) and not any(part.startswith(".") for part in uri.split("/")):
                odd.append(SourceFile(uri, path))
    return [found[uri] for uri in sorted(found)], odd


def _left_out(settings: Settings) -> Callable[[str], bool]:
    """Whether a file, by its uri, is not published at all: MkDocs' own rules, the author's, and what is a draft."""
    excluded = GitIgnoreSpec.from_lines([".*", "/templates/", *settings.exclude_docs.splitlines()])
    drafts = GitIgnoreSpec.from_lines(settings.draft_docs.splitlines())
    return lambda uri: excluded.match_file(uri) or drafts.match_file(uri)


_INCLUDE = re.compile(r"(?P<all>[!*])include\s+(?P<path>.+?)\s*")
_PLAIN_ALIAS = re.compile(r"[a-zA-Z0-9_.\-/]+")


class _Includes:
    """Resolves ``!include`` and ``*include`` of a nav as the monorepo plugin does, within the repository."""

    def __init__(self, planner: _Planner, checkout: Checkout, listing: _Listing, folder: str, ref: EntityRef) -> None:
        self.planner = planner
        self.checkout = checkout
        self.listing = listing
        self.folder = folder
        self.ref = ref
        self.roots: dict[str, str] = {}

    def resolve(self, settings: Settings) -> tuple[Settings, tuple[tuple[str, str], ...]]:
        """*settings* with every include in its nav replaced, and (prefix, docs folder) of each."""
        if settings.nav is None:
            return settings, ()
        self.settings = settings
        nav = self._items(settings.nav, ("nav",))
        return replace(settings, nav=nav or None), tuple(sorted(self.roots.items()))

    def _items(self, items: list[Any], keys: tuple[str | int, ...]) -> list[Any]:
        found: list[Any] = []
        for number, item in enumerate(items):
            here = (*keys, number)
            if isinstance(item, dict):
                (title, value), *_ = item.items()
                if isinstance(value, list):
                    found.append({title: self._items(value, (*here, title))})
                elif match := _INCLUDE.fullmatch(value):
                    found += self._include(title, match, (*here, title))
                else:
                    found.append(item)
            elif match := _INCLUDE.fullmatch(item):
                found += self._include(None, match, here)
            else:
                found.append(item)
        return found

    def _include(self, title: str | None, match: re.Match[str], keys: tuple[str | int, ...]) -> list[Any]:
        place = keys
        while place and place not in self.settings.marks:
            place = place[:-1]
        at = SourceLocation(self.planner_repo, self.settings.path, *self.settings.marks.get(place, (0, 0)))
        try:
            target = _inside(self.folder, match["path"], at)
            if match["all"] == "*":
                return self._all(title, target, at)
            name, nav = self._one(target, at)
            return [{title or name: nav}]
        except PlanError as error:
            self.planner.report.add(error.code, str(error), error.at or at, error.hint, str(self.ref))
            return []

    @property
    def planner_repo(self) -> str:
        return self.checkout.repository.name

    def _all(self, title: str | None, pattern: str, at: SourceLocation) -> list[Any]:
        matching = _glob(pattern)
        children = []
        for path in self.listing.files:
            if matching.fullmatch(path):
                name, nav = self._one(path, at)
                children.append({name: nav})
        return [{title: children}] if title and children else children

    def _one(self, path: str, at: SourceLocation) -> tuple[str, list[Any]]:
        """Name and nav of the included manual *path*, its pages below a folder named like it."""
        if not path.endswith((".yml", ".yaml")) or not self.listing.has_file(path):
            raise PlanError("docs-config", f"{path} is not a mkdocs.yml of this repository", at, "write the path of a mkdocs.yml")
        inner = read_config(self.checkout, path, "")
        where = SourceLocation(self.planner_repo, path)
        if not inner.site_name:
            raise PlanError("docs-config", f"{path} has no site_name, so its pages have no folder", where, "write site_name: and a name")
        for ignored in inner.ignored:
            self.planner._note(ignored, self.ref)
        alias = inner.site_name if _PLAIN_ALIAS.fullmatch(inner.site_name) else slugify(inner.site_name)
        alias = posixpath.normpath(alias).strip("/")
        if not alias or alias == "." or ".." in alias.split("/") or alias.startswith("."):
            raise PlanError("docs-config", f"{inner.site_name} is no name for a folder", where, "write another site_name:")
        docs = _inside(posixpath.dirname(path), inner.docs_dir, SourceLocation(self.planner_repo, path, *inner.marks.get(("docs_dir",), (0, 0))))
        if not self.listing.has_folder(docs):
            raise PlanError("docs-missing", f"the folder {docs} of {path} does not exist", where, f"write {docs}/index.md")
        if self.roots.setdefault(alias, docs) != docs:
            raise PlanError("docs-config", f"two included manuals have the site_name {inner.site_name}", where, "rename one")
        nav = self._folder_nav(docs, alias) if inner.nav is None else self._below(inner.nav, alias, where)
        return inner.site_name, nav

    def _below(self, items: list[Any], alias: str, where: SourceLocation) -> list[Any]:
        found: list[Any] = []
        for item in items:
            title, value = next(iter(item.items())) if isinstance(item, dict) else (None, item)
            if isinstance(value, list):
                found.append({title: self._below(value, alias, where)})
            elif _INCLUDE.fullmatch(value):
                message = f"{value} is in an included file; includes are followed one level deep"
                self.planner.report.add("docs-config-ignored", message, where, "include it from the outer mkdocs.yml", str(self.ref))
            else:
                parts = urlsplit(value)
                target = value if parts.scheme or parts.netloc else posixpath.normpath(posixpath.join(alias, value))
                found.append({title: target} if title is not None else target)
        return found

    def _folder_nav(self, docs: str, alias: str) -> list[Any]:
        """The nav of an included manual that has none: its folders and pages, by name."""
        tree: dict[str, Any] = {}
        for path in self.listing.below(docs):
            inside = path[len(docs) + 1 :]
            if is_markdown(inside) and not any(part.startswith(".") for part in inside.split("/")):
                *folders, name = inside.split("/")
                branch = tree
                for folder in folders:
                    branch = branch.setdefault(f"{folder}/", {})
                branch[name] = posixpath.join(alias, inside)
        return list(_nested(tree))


def _nested(tree: Mapping[str, Any]) -> Iterable[Any]:
    for name in sorted(tree, key=lambda key: (not key.endswith("/"), key)):
        value = tree[name]
        if isinstance(value, dict):
            yield {_title(name.rstrip("/")): list(_nested(value))}
        else:
            yield value


def _title(folder: str) -> str:
    words = folder.replace("-", " ").replace("_", " ")
    return words.capitalize() if words.lower() == words else words


def _glob(pattern: str) -> re.Pattern[str]:
    """*pattern* as pathlib's glob understands it: ``**/`` any folders, ``*`` and ``?`` within a name."""
    parts = []
    for segment in pattern.split("/"):
        if segment == "**":
            parts.append("(?:[^/]+/)*")
            continue
        words = "".join({"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char)) for char in segment)
        parts.append(words + "/")
    return re.compile("".join(parts).removesuffix("/"))
