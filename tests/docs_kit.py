"""Builders for tests about documentation: a folder as a repository, entities that ask for manuals."""

from __future__ import annotations

import datetime as dt
import hashlib
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from callboard.config.model import DocsConfig
from callboard.diagnostics import Report
from callboard.docs import Setup, build_manuals
from callboard.docs.renderer import Renderer, WorkerError
from callboard.docs.limits import Limits
from callboard.model.catalog import Catalog
from callboard.model.entity import Declaration, Entity
from callboard.model.manual import Manual, Manuals
from callboard.model.ref import EntityRef
from callboard.model.repository import Change, Crawl, ReadError, Repository
from callboard.tools import Tools

NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 1, 3, tzinfo=dt.UTC)


@dataclass
class FolderCheckout:
    """A folder as a checkout; links are followed only where they stay inside."""

    root: Path
    repository: Repository

    @cached_property
    def _paths(self) -> tuple[list[str], list[str]]:
        inside, outside = [], []
        root = self.root.resolve()
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if ".git" in path.parts:
                continue
            if path.is_symlink() and not (path.exists() and path.resolve().is_relative_to(root)):
                outside.append(name)
            elif path.is_file() and path.resolve().is_relative_to(root):
                inside.append(name)
        return inside, outside

    @property
    def files(self) -> Sequence[str]:
        return self._paths[0]

    @property
    def outside_links(self) -> Sequence[str]:
        return self._paths[1]

    def read(self, path: str, *, limit: int) -> bytes:
        if path not in self.files:
            raise ReadError("file-unreadable", f"{path} is not there")
        data = (self.root / path).read_bytes()
        if len(data) > limit:
            raise ReadError("file-too-large", f"{path} has {len(data):,} bytes; {limit:,} are read")
        return data

    def tree_id(self, path: str = "") -> str:
        digest = hashlib.sha256()
        for name in self.files:
            if not path or name == path or name.startswith(f"{path}/"):
                digest.update(name.encode() + b"\0" + (self.root / name).read_bytes() + b"\0")
        return digest.hexdigest()

    def export(self, paths: Sequence[str], target: Path) -> None:
        raise NotImplementedError

    def last_change(self, path: str) -> Change | None:
        return Change(NOW, "Ada", "c" * 40) if path in self.files else None


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def checkout_of(root: Path, name: str = "acme/shop", *, trusted: bool = False, url: str | None = None) -> FolderCheckout:
    address = f"https://github.com/{name}" if url is None else url
    return FolderCheckout(root, Repository(name=name, source="sources[0]", url=address, forge="github", branch="main", trusted=trusted))


def entity_of(
    name: str = "shop", *, repo: str = "acme/shop", path: str = "catalog-info.yaml", annotations: Mapping[str, str] | None = None
) -> Entity:
    written = {"backstage.io/techdocs-ref": "dir:."} if annotations is None else dict(annotations)
    value = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name, "namespace": "default", "annotations": written},
        "spec": {},
    }
    marks = {(): (1, 1), ("metadata", "annotations"): (4, 3)}
    marks |= {("metadata", "annotations", key): (5 + number, 5) for number, key in enumerate(written)}
    return Entity(ref=EntityRef("component", "default", name), value=value, source=Declaration(value, marks, repo, path))


def tools_of(state: Path, *, now: dt.datetime = NOW, jobs: int = 1, environ: Mapping[str, str] | None = None) -> Tools:
    return Tools(now=now, state=state, jobs=jobs, environ=environ or {})


def build(
    checkouts: Sequence[FolderCheckout],
    entities: Sequence[Entity],
    state: Path,
    *,
    config: DocsConfig | None = None,
    now: dt.datetime = NOW,
    renderer: Renderer | None = None,
) -> tuple[Manuals, Report]:
    report = Report()
    catalog = Catalog({entity.ref: entity for entity in sorted(entities, key=lambda entity: entity.ref)})
    crawl = Crawl(tuple(checkouts), ())
    manuals = build_manuals(catalog, crawl, Setup(config or DocsConfig(), tools_of(state, now=now), renderer=renderer), report)
    return manuals, report


def manual_of(tmp_path: Path, files: Mapping[str, str | bytes], *, config: DocsConfig | None = None) -> tuple[Manual, Report]:
    """The manual of one repository with these *files*, and what was reported."""
    root = write_tree(tmp_path / "repo", files)
    manuals, report = build([checkout_of(root)], [entity_of()], tmp_path / "state", config=config)
    (manual,) = manuals.by_entity.values()
    return manual, report


def page_html(manual: Manual, path: str = "") -> str:
    return next(page.html for page in manual.pages if page.path == path)


TAKEN_OVER = """
from callboard.docs import render, worker
honest = render.render

def taken_over(base, job, write):
    if "attack" not in job:
        return honest(base, job, write)
    names = {"write": write, "said": ""}
    try:
        exec(job["attack"], names)
    except BaseException as error:
        names["said"] = f"refused: {type(error).__name__}"
    write({"uri": "index.md", "title": "Home", "html": str(names["said"])})
    write({"nav": [{"title": "Home", "page": "index.md"}]})

render.render = taken_over
worker.main()
"""
"""The docs worker as it is, but for what it renders: the Python of a job's ``attack``, as if a repository had found a
way to have MkDocs run it. ``said`` is what comes back."""


class TakenOver:
    """A docs worker whose children run what an attacker wrote."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer

    def run(self, code: str, limits: Limits = Limits(10, 256 << 20, 5 << 20), snippets: Mapping[str, str] | None = None) -> str:
        """What *code* said, or ``ended: `` and why nothing came back."""
        job = {"attack": textwrap.dedent(code), "pages": [], "snippets": snippets or {}}
        try:
            return str(self.renderer.render(job, limits).records[0]["html"])
        except WorkerError as error:
            return f"ended: {error}"


@contextmanager
def taken_over() -> Iterator[TakenOver]:
    """A docs worker that was taken over, until the end of the block."""
    with Renderer(("-c", TAKEN_OVER)) as renderer:
        renderer.start()
        yield TakenOver(renderer)
