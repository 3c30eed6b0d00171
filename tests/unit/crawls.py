"""Crawls that were never on a disk: repositories as texts, for tests of everything behind the crawl."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from callboard.catalog import assemble
from callboard.config.model import CatalogConfig
from callboard.diagnostics import Report
from callboard.model.catalog import Catalog
from callboard.model.globs import select
from callboard.model.repository import Change, Checkout, Crawl, ReadError, Repository, SourceState, Stale
from callboard.store import fingerprint
from callboard.tools import Tools

MONDAY = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
TUESDAY = dt.datetime(2026, 1, 6, tzinfo=dt.UTC)
WEDNESDAY = dt.datetime(2026, 1, 7, tzinfo=dt.UTC)


@dataclass
class MemoryCheckout:
    """A checkout of texts. A file whose content is a ReadError raises it."""

    repository: Repository
    contents: Mapping[str, str | bytes | ReadError]
    outside_links: Sequence[str] = ()
    reads: list[str] = field(default_factory=list)

    @property
    def files(self) -> Sequence[str]:
        return sorted(self.contents)

    def read(self, path: str, *, limit: int) -> bytes:
        self.reads.append(path)
        if path not in self.contents:
            raise ReadError("file-unreadable", f"{path} is not in the repository")
        content = self.contents[path]
        if isinstance(content, ReadError):
            raise content
        data = content.encode() if isinstance(content, str) else content
        if len(data) > limit:
            raise ReadError("file-too-large", f"{path} has {len(data):,} bytes, more than the {limit:,} that are read")
        return data

    def tree_id(self, path: str = "") -> str:
        return fingerprint(path, *(one for one in self.files if one.startswith(path)))

    def export(self, paths: Sequence[str], target: Path) -> None:
        raise NotImplementedError

    def last_change(self, path: str) -> Change | None:
        return None


Files = Mapping[str, str | bytes | ReadError]


def checkout(name: str, files: Files, *, url: str = "", branch: str = "main", **more: object) -> MemoryCheckout:
    """The repository *name*, at GitHub unless *url* says otherwise."""
    url = url or f"https://github.com/{name}"
    repository = Repository(name=name, source="sources[0]", url=url, forge="github", branch=branch, commit="c0ffee")
    outside_links = more.pop("outside_links", ())
    return MemoryCheckout(replace(repository, **more), files, outside_links)  # type: ignore[arg-type]


def crawl(
    *checkouts: MemoryCheckout,
    descriptors: Sequence[str] = ("catalog-info.yaml",),
    failed: Sequence[str] = (),
    since: dt.datetime = MONDAY,
) -> Crawl:
    """What sources give that found *checkouts*, and could not read the repositories *failed*."""
    roots = [(one.repository.name, path) for one in checkouts for path in select(descriptors, one.files)]
    lost = tuple(replace(checkout(name, {}).repository, stale=Stale(since, "does not answer")) for name in failed)
    repositories = (*(one.repository for one in checkouts), *lost)
    state = SourceState(id="sources[0]", description="folder repos", repositories=repositories)
    typed: tuple[Checkout, ...] = checkouts
    return Crawl(typed, (state,), tuple(roots), lost)


@dataclass(frozen=True)
class Assembled:
    catalog: Catalog
    report: Report

    @property
    def refs(self) -> list[str]:
        return [str(ref) for ref in self.catalog.entities]

    @property
    def problems(self) -> str:
        return "\n".join(map(str, self.report))

    def codes(self) -> list[str]:
        return [problem.code for problem in self.report]


def assembled(
    found: Crawl,
    state: Path,
    *,
    now: dt.datetime = MONDAY,
    config: CatalogConfig | None = None,
    report: Report | None = None,
) -> Assembled:
    """The catalog of *found*, with what the builds before kept in *state*."""
    report = report or Report()
    return Assembled(assemble(found, config or CatalogConfig(), Tools(now=now, state=state), report), report)


def component(name: str, *, owner: str = "group:team", **spec: object) -> str:
    """A component's descriptor."""
    more = "".join(f"  {key}: {value}\n" for key, value in spec.items())
    return (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata:\n  name: {name}\n"
        f"spec:\n  type: service\n  lifecycle: production\n  owner: {owner}\n{more}"
    )


def group(name: str) -> str:
    return f"apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: {name}\nspec:\n  type: team\n  children: []\n"


def location(name: str, *targets: str, **spec: object) -> str:
    """A Location's descriptor: targets are on line 7 and below."""
    more = "".join(f"  {key}: {value}\n" for key, value in spec.items())
    listed = "".join(f"    - {target}\n" for target in targets)
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: {name}\nspec:\n"
        + (f"  targets:\n{listed}" if targets else "")
        + (more or ("" if targets else "  {}\n"))
    )


def documents(*texts: str) -> str:
    return "---\n".join(texts)


TEAM = group("team")
