"""The engine ``mkdocs``: the Markdown of repositories, rendered by MkDocs with techdocs-core in confined workers."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Self

from callboard.config.model import DocsConfig
from callboard.diagnostics import Diagnostic, Report, SourceLocation
from callboard.docs import confine, snippets
from callboard.docs.engines.exchange import Pages, Setup
from callboard.docs.limits import Limits
from callboard.docs.plan import TEXT_LIMIT, Plan, PlanError, Plans, SourceFile, plan_manuals, read_text
from callboard.docs.renderer import Renderer, WorkerError, can_fork
from callboard.docs.state import Kept
from callboard.model.catalog import Catalog
from callboard.model.repository import Crawl
from callboard.store import Store, fingerprint

WORKER_VERSION = "6"
"""Part of the key of rendered pages: change it with anything that changes what the worker writes."""
ENGINE_PACKAGES = (
    "mkdocs",
    "mkdocs-techdocs-core",
    "Markdown",
    "pymdown-extensions",
    "Pygments",
    "mkdocs-material",
    "mkdocs-material-extensions",
    "mkdocs-github-admonitions-plugin",
    "mdx-truly-sane-lists",
    "pathspec",
    "PyYAML",
    "nh3",
)
MAX_LOST_SNIPPETS = 20
"""So many files that one page includes and that are not there are named, and so many of a manual's are looked for."""
PAGE_SHARE = 3
"""One page may take this part of a manual's time."""


@cache
def engine_versions() -> str:
    """The versions of everything that decides what a page becomes."""
    return ",".join(f"{name}={metadata.version(name)}" for name in ENGINE_PACKAGES)


class MkDocs:
    """Use as a context manager: the worker starts with the first page that has to be rendered, and ends with it."""

    def __init__(self, setup: Setup) -> None:
        self.config = setup.config
        self.store = setup.tools.store
        self.renderer = setup.renderer or Renderer()
        self._lent = setup.renderer is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if not self._lent:
            self.renderer.close()

    @property
    def isolation(self) -> tuple[str, ...]:
        return self.renderer.isolation or tuple(sorted(confine.available()))

    def plan(self, catalog: Catalog, crawl: Crawl, report: Report) -> Plans:
        return plan_manuals(catalog, crawl, report)

    def draft(self, plan: Plan, before: Kept | None) -> _Draft:
        base = _base_key(plan, self.config)
        reader = _Reader(plan)
        known = before.snippets if before is not None and before.base == base else None
        names = known if known is not None else snippets.needed(plan, reader.text, reader.skipped)
        key = fingerprint("docs-render", base, *(f"{path}={plan.checkout.tree_id(path)}" for path in names))
        return _Draft(plan, key, base, names, reader, self.config, self.renderer, self.store)


def _base_key(plan: Plan, config: DocsConfig) -> str:
    trees = [f"{prefix}={path}={plan.checkout.tree_id(path)}" for prefix, path in plan.roots]
    settings = json.dumps(plan.settings.plain(), sort_keys=True)
    redirects = json.dumps(plan.settings.redirects)
    limits = f"{config.timeout},{config.memory},{config.max_output}"
    return fingerprint("docs", WORKER_VERSION, engine_versions(), plan.folder, settings, redirects, limits, *trees)


@dataclass(frozen=True, slots=True)
class _Draft:
    plan: Plan
    key: str
    base: str
    snippets: tuple[str, ...]
    reader: _Reader
    config: DocsConfig
    renderer: Renderer
    store: Store

    def text(self, uri: str) -> str:
        return self.reader.text(uri)

    def read(self, file: SourceFile, *, limit: int) -> bytes:
        return self.plan.checkout.read(file.path, limit=limit)

    def pages(self) -> Pages:
        """From the store, or by rendering."""
        if entry := self.store.get(self.key):
            self.reader.read_all()
            lines = (entry / "records.jsonl").read_text("ascii").splitlines()
            return Pages(self.plan, [json.loads(line) for line in lines], self.reader.problems, fresh=False)
        self._may_render()
        limits = Limits(self.config.timeout, self.config.memory << 20, self.config.max_output << 20)
        job = {
            "settings": self.plan.settings.plain(),
            "pages": self.reader.read_all(),
            "assets": [file.uri for file in self.plan.files],
            "snippets": snippets.texts(self.plan, self.snippets),
            "page_seconds": max(1.0, self.config.timeout / PAGE_SHARE),
        }
        rendered = self.renderer.render(job, limits)

        def write(folder: Path) -> None:
            (folder / "records.jsonl").write_bytes(rendered.data)

        self.store.get_or_make(self.key, write)
        return Pages(self.plan, rendered.records, self.reader.problems)

    def _may_render(self) -> None:
        """Whether this machine can confine what the plan may do, or its repository is trusted. Raises WorkerError."""
        if not can_fork():
            raise WorkerError("documentation cannot be built on this system")
        missing = confine.BASE - set(self.renderer.start())
        if missing and not self.plan.checkout.repository.trusted:
            what = " and ".join(sorted(missing))
            raise PlanError(
                "docs-refused",
                f"{self.plan.repo} is not trusted, and this machine has no {what} to confine the build of its documentation",
                self.plan.at,
                "build on Linux 5.13 or newer, or set trusted: true for the source of this repository",
            )


class _Reader:
    """The Markdown of one manual, each file read once. A file that cannot be read is a problem and no page."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.paths = {page.uri: page.path for page in plan.pages}
        self.texts: dict[str, str] = {}
        self.skipped: set[str] = set()
        self.problems: list[Diagnostic] = []
        self.known: frozenset[str] = frozenset()
        self.guesses = 0

    def text(self, uri: str) -> str:
        """The Markdown of *uri*; empty where it cannot be read."""
        if uri not in self.texts:
            self.texts[uri] = ""
            try:
                self.texts[uri] = read_text(self.plan.checkout, self.paths[uri], TEXT_LIMIT)
            except PlanError as error:
                self.skipped.add(uri)
                where = error.at or SourceLocation(self.plan.repo, self.paths[uri])
                self.problems.append(Diagnostic(error.code, str(error), where, error.hint, str(self.plan.entity)))
        return self.texts[uri]

    def _without_snippets(self, uri: str, text: str) -> Iterator[Diagnostic]:
        """What a page includes that is not there: it would be missing without a word, as in MkDocs."""
        page, folder = self.paths[uri], self.plan.folder or "the repository"
        for name, line in snippets.missing(self.plan, text, self._files)[:MAX_LOST_SNIPPETS]:
            there = self._called(name)
            hint = f"did you mean {there}?" if there else f"name a file below {folder}, as seen from there"
            message = f"{page} includes {name[:200]}, which is not a file of {folder}"
            yield Diagnostic("docs-broken-link", message, SourceLocation(self.plan.repo, page, line), hint, str(self.plan.entity))

    def _files(self) -> frozenset[str]:
        self.known = self.known or frozenset(self.plan.checkout.files)
        return self.known

    def _called(self, name: str) -> str:
        """The file that is meant by a snippet's *name* that leads nowhere; empty where there is none, or after many guesses."""
        self.guesses += 1
        start = f"{self.plan.folder}/" if self.plan.folder else ""
        end = f"/{posixpath.normpath(name)}"
        there = [file.removeprefix(start) for file in self._files() if file.endswith(end) and file.startswith(start)] if self.guesses <= MAX_LOST_SNIPPETS else []
        return min(there, key=lambda file: (len(file), file), default="")

    def read_all(self) -> list[tuple[str, str]]:
        """(uri, Markdown) of every page that can be read. Raises PlanError where there is none."""
        pages = [(uri, self.text(uri)) for uri in self.plan.page_paths]
        found = [(uri, text) for uri, text in pages if uri not in self.skipped]
        self.problems += [problem for uri, text in found for problem in self._without_snippets(uri, text)]
        if not found:
            raise PlanError("docs-missing", "none of its pages can be read", self.plan.at)
        return found
