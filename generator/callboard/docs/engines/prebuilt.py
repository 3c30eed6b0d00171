"""The engine ``prebuilt``: what ``techdocs-cli publish`` wrote, taken from a folder that mirrors its bucket.

Pages are HTML of Material for MkDocs, made elsewhere by whoever may write to the bucket. The theme is dropped, and what
is left goes through the same gates as what the docs worker writes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import metadata
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from callboard.config.model import DocsConfig
from callboard.diagnostics import Diagnostic, Report, SourceLocation
from callboard.docs.cleaning import Patience
from callboard.docs.engines import material
from callboard.docs.engines.exchange import Pages, Setup
from callboard.docs.engines.published import METADATA, Metadata, Mirror, Site, is_text
from callboard.docs.gate import generated
from callboard.docs.links import is_published
from callboard.docs.plan import (
    MAX_PAGES,
    TEXT_LIMIT,
    Places,
    Plan,
    PlanError,
    Plans,
    SourceFile,
    is_place,
    path_in,
    plan_each,
)
from callboard.docs.renderer import WorkerError
from callboard.docs.state import Kept
from callboard.docs.tree import escape
from callboard.model.catalog import Catalog
from callboard.model.entity import Entity
from callboard.model.forges import parse_blob_url
from callboard.model.ref import EntityRef
from callboard.model.repository import Checkout, Crawl, ReadError
from callboard.model.routes import safe_url
from callboard.store import fingerprint

VERSION = "1"
"""Part of the key of finished manuals: change it with anything that changes what is taken from a page."""
OWN = frozenset({METADATA, "404.html", "sitemap.xml", "sitemap.xml.gz", "search/search_index.json"})
"""What MkDocs and techdocs-cli write beside the pages and their files."""
SOURCES = "_techdocs/"
"""Where newer versions of Backstage keep the Markdown that the pages were made of."""
MAX_ENTRIES = 20_000
NAMED = 3
"""So many names of files are told where one problem is about many."""


class Prebuilt:
    """Use as a context manager, as every engine; there is nothing to be closed."""

    isolation: tuple[str, ...] = ()

    def __init__(self, setup: Setup) -> None:
        assert setup.config.prebuilt is not None
        self.config = setup.config
        self.mirror = Mirror(setup.file.parent / setup.config.prebuilt)
        self.configuration = SourceLocation("", setup.file.name)
        self.sites: dict[EntityRef, tuple[Site, Metadata]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def plan(self, catalog: Catalog, crawl: Crawl, report: Report) -> Plans:
        places = Places(crawl)
        unusable = self.mirror.problem()
        if unusable:
            hint = "copy the bucket there before the build"
            report.add("docs-missing", f"the folder that docs.prebuilt names {unusable}", self.configuration, hint)

        def plan(entity: Entity, written: str, at: SourceLocation) -> Plan:
            checkout, folder = _place(entity, written, places)
            return self._plan(entity, checkout, folder, at, report)

        if unusable:
            return plan_each(catalog, _nothing(f"the folder that docs.prebuilt names {unusable}"), Report())
        return plan_each(catalog, plan, report)

    def _plan(self, entity: Entity, checkout: Checkout, folder: str | None, at: SourceLocation, report: Report) -> Plan:
        ref = entity.ref
        place = self.mirror.find(ref)
        if place is None:
            wanted = f"{ref.namespace}/{ref.kind}/{ref.name}"
            message = f"the documentation of {ref} is not published: docs.prebuilt has no folder {wanted}"
            raise PlanError("docs-missing", message, at, f"run techdocs-cli publish --entity {wanted}, and copy the bucket again")
        site = self.mirror.site(place)
        told = site.metadata()
        self.sites[ref] = site, told
        pages, files, problems = _sorted_out(site, told)
        for message, hint in problems:
            report.add("docs-file-skipped", f"{place}: {message}", at, hint, str(ref))
        if not pages:
            raise PlanError("docs-missing", f"the documentation of {ref} has no page in the folder {place} of docs.prebuilt", at)
        if len(pages) > MAX_PAGES:
            raise PlanError("docs-failed", f"the documentation has {len(pages):,} pages; {MAX_PAGES:,} are shown", at, "publish less, or in parts")
        return Plan(
            entity=ref,
            checkout=checkout,
            at=at,
            folder=place,
            settings=replace(generated(told.title or entity.title), use_directory_urls=False),
            pages=tuple(_with_sources(pages, checkout, folder)),
            files=tuple(SourceFile(path, "") for path in files),
            roots=(),
        )

    def draft(self, plan: Plan, before: Kept | None) -> _Draft:
        site, told = self.sites[plan.entity]
        return _Draft(plan, site, told, self.config)


def _nothing(why: str) -> Callable[[Entity, str, SourceLocation], Plan]:
    """What plans nothing, and says *why*."""

    def plan(entity: Entity, written: str, at: SourceLocation) -> Plan:
        raise PlanError("docs-missing", why, at)

    return plan


def _place(entity: Entity, written: str, places: Places) -> tuple[Checkout, str | None]:
    """The repository that the documentation is of, and the folder of its mkdocs.yml: the annotation's where it can be
    found, else the descriptor's repository."""
    try:
        return places.annotated(entity, written)
    except PlanError:
        if entity.source.repo in places.checkouts:
            return places.checkouts[entity.source.repo], None
        raise


def _with_sources(pages: Iterable[str], checkout: Checkout, folder: str | None) -> Iterator[SourceFile]:
    """*pages*, each with the Markdown below ``docs`` that MkDocs makes a page of this name of, where there is one."""
    known = frozenset(checkout.files) if folder is not None else frozenset()
    for uri in pages:
        found = (path for name in _markdown_of(uri) if (path := posixpath.join(folder or "", "docs", name)) in known)
        yield SourceFile(uri, next(found, ""))


def _markdown_of(uri: str) -> tuple[str, ...]:
    """What the page *uri* may be made of, in MkDocs' order."""
    above, name = posixpath.split(uri.removesuffix(".html"))
    if name != "index":
        return (posixpath.join(above, f"{name}.md"),)
    return (*((f"{above}.md",) if above else ()), posixpath.join(above, "index.md"), posixpath.join(above, "README.md"))


def _sorted_out(site: Site, told: Metadata) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """Pages and other files of *site*, and what is wrong with the rest: message and hint."""
    problems = []
    if told.problem:
        problems.append((f"{METADATA} is not used: {told.problem}", "run techdocs-cli generate and publish again"))
    if site.links:
        problems.append((f"{_some(site.links)} not read, because a link may lead anywhere", "put the file itself there"))
    if site.odd:
        problems.append((f"{_some(site.odd)} not shown, because of the name", "rename with letters that every system can write"))
    files = [path for path in site.files if path not in OWN and not path.startswith(SOURCES)]
    if told.files is not None:
        if left := [path for path in files if path not in told.files]:
            problems.append((f"{_some(left)} not shown, because {METADATA} does not list it", "copy the bucket in a way that also deletes"))
        there = frozenset(site.files)
        if missing := sorted(path for path in told.files - there if path.endswith(".html") or is_published(path)):
            problems.append((f"{_some(missing)} not there, although {METADATA} lists it", "copy the bucket again"))
        files = [path for path in files if path in told.files]
    pages = [path for path in files if path.endswith(".html")]
    return pages, [path for path in files if not path.endswith(".html")], problems


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(name if is_text(name) and is_place(name) else ascii(name) for name in names[:NAMED])
    more = len(names) - NAMED
    if more > 0:
        return f"{shown} and {more:,} more are"
    return f"{shown} {'is' if len(names) == 1 else 'are'}"


@dataclass(frozen=True)
class _Draft:
    plan: Plan
    site: Site
    told: Metadata
    config: DocsConfig
    base: str = ""
    snippets: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        names = (file.uri for file in self.plan.files)
        read = [file.uri for file in (*self.plan.pages, *self.plan.files) if file.uri.endswith(".html") or is_published(file.uri)]
        versions = f"{VERSION},nh3={metadata.version('nh3')}"
        told = (self.told.title, self.told.description, str(self.config.max_output), *(page.path for page in self.plan.pages))
        return fingerprint("docs-prebuilt", versions, *told, self.plan.settings.site_name, self.site.digest(sorted(read)), *names)

    def text(self, uri: str) -> str:
        return ""

    def read(self, file: SourceFile, *, limit: int) -> bytes:
        if file.path:
            return self.plan.checkout.read(file.path, limit=limit)
        return self.site.read(file.uri, limit)

    def pages(self) -> Pages:
        return _Reading(self.plan, self.site, self.told, self.config.max_output << 20, Patience(self.config.timeout)).pages()


@dataclass
class _Reading:
    """One reading of every page of a manual."""

    plan: Plan
    site: Site
    told: Metadata
    limit: int
    patience: Patience
    found: dict[str, material.Page] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    navigations: dict[str, tuple[material.Entry, ...]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    entries: int = 0

    def pages(self) -> Pages:
        """Raises PlanError where no page can be read, and WorkerError where they are too large together."""
        for uri in self.plan.page_paths:
            self.patience.check()
            if (text := self._text(uri)) is not None:
                self._take(uri, text)
        if not self.found:
            raise PlanError("docs-missing", "none of its pages can be read", self.plan.at)
        if self.others:
            message = f"{self.plan.folder}: {_some(self.others)} not shown, because there is no article of Material for MkDocs in it"
            self._note("docs-file-skipped", message, "publish with techdocs-cli")
        first = "index.html" if "index.html" in self.found else min(self.found)
        nav = self._items(self._navigation(first), first, ()) or [{"title": "", "page": uri} for uri in sorted(self.found, key=lambda uri: (uri != first, uri))]
        records = [self._record(uri, page) for uri, page in self.found.items()]
        files = (*self.plan.files, *(SourceFile(uri, "") for uri in self.others))
        redirects = tuple((old, new) for old, address in self.redirects.items() if (new := self._place(old, address)))
        plan = replace(
            self.plan,
            settings=replace(self.plan.settings, redirects=redirects, annotate=any(page.annotates for page in self.found.values())),
            pages=tuple(SourceFile(file.uri, self._source(self.found[file.uri]) or file.path) for file in self.plan.pages if file.uri in self.found),
            files=tuple(sorted(files, key=lambda file: file.uri)),
        )
        return Pages(plan, [*records, {"nav": nav}], self.problems)

    def _record(self, uri: str, page: material.Page) -> dict[str, Any]:
        """The page as the docs worker would tell it: the title of a page without a heading is the portal's to write."""
        title = self.titles.get(uri) or page.title or uri
        heading = "" if page.heading in ("", title) else f"<h1>{escape(page.heading)}</h1>\n"
        return {"uri": uri, "title": title, "html": heading + page.article, "description": page.description}

    def _note(self, code: str, message: str, hint: str) -> None:
        self.problems.append(Diagnostic(code, message, self.plan.at, hint, str(self.plan.entity)))

    def _text(self, uri: str) -> str | None:
        try:
            return self.site.read(uri, TEXT_LIMIT).decode("utf-8-sig")
        except ReadError as error:
            self._note(error.code, f"{self.plan.folder}/{error}", error.hint)
        except UnicodeDecodeError as error:
            self._note("file-not-utf8", f"{self.plan.folder}/{uri} is not UTF-8 at byte {error.start:,}", "publish it again")
        return None

    def _take(self, uri: str, text: str) -> None:
        page = material.page(text, self.told.title, self.told.description)
        if page is not None:
            self.limit -= len(page.article)
            if self.limit < 0:
                raise WorkerError("the documentation is larger than docs.max_output")
            self.found[uri] = page
        elif address := material.redirect(text):
            self.redirects[uri] = address
        else:
            self.others.append(uri)

    def _source(self, page: material.Page) -> str:
        """Where the page's Markdown is in the repository, if a button of the page says so."""
        repository = self.plan.checkout.repository
        for url in page.sources:
            address = parse_blob_url(url, (repository.branch,))
            if address is not None and repository.url and (path := path_in(repository, address)):
                return path
        return ""

    # where addresses lead

    def _at(self, uri: str, address: str) -> tuple[str, str]:
        """The page that *address* on the page *uri* leads to, and the anchor; empty where it is no page."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return "", ""
        if parts.scheme or parts.netloc or not (parts.path or parts.fragment):
            return "", ""
        if not parts.path:
            return uri if uri in self.found else "", unquote(parts.fragment)
        target = posixpath.normpath(posixpath.join("/", posixpath.dirname(uri), unquote(parts.path))).lstrip("/")
        for form in (target, posixpath.join(target, "index.html"), f"{target}.html"):
            if form in self.found:
                return form, unquote(parts.fragment)
        return "", ""

    def _place(self, uri: str, address: str) -> str:
        page, anchor = self._at(uri, address)
        return f"{page}#{anchor}" if anchor else page

    # navigation

    def _navigation(self, uri: str) -> tuple[material.Entry, ...]:
        if uri not in self.navigations:
            self.navigations[uri] = material.navigation(self._text(uri) or "", self.patience)
        return self.navigations[uri]

    def _items(self, entries: Sequence[material.Entry], uri: str, place: tuple[int, ...]) -> list[Mapping[str, Any]]:
        """*entries* of the navigation of the page *uri*, at *place* in it, as the docs worker would tell them."""
        items: list[Mapping[str, Any]] = []
        for number, entry in enumerate(entries):
            self.entries += 1
            if self.entries > MAX_ENTRIES:
                break
            page, _ = self._at(uri, entry.address)
            here = (*place, number)
            children = self._items(entry.children, uri, here)
            if entry.pruned and page and (whole := _entry_at(self._navigation(page), here)).children:
                entry, children = whole, self._items(whole.children, page, here)
                page, _ = self._at(page, whole.address)
            if children:
                first = [{"title": "", "page": page}] if page and entry.children else []
                items.append({"title": entry.title, "children": [*first, *children]})
            elif page:
                self.titles.setdefault(page, entry.title)
                items.append({"title": entry.title, "page": page})
            elif safe_url(entry.address):
                items.append({"title": entry.title, "url": entry.address})
        return items


def _entry_at(entries: Sequence[material.Entry], place: Sequence[int]) -> material.Entry:
    """The entry at *place*; an empty one where there is none."""
    found = material.Entry("", "")
    for number in place:
        if number >= len(entries):
            return material.Entry("", "")
        found = entries[number]
        entries = found.children
    return found
