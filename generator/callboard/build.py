"""The whole pipeline, in order.

Each stage is a function from values to values. Problems go to the report; only what makes the next stage meaningless
is raised. Nothing here knows how a stage does its work, and no stage knows another.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from pluggy import PluginManager

from callboard import __version__, apis, catalog, docs, graph, pages, search, sources
from callboard.config import Config
from callboard.diagnostics import Report, SourceLocation
from callboard.hookspecs import ask
from callboard.model.backstage import finite, stable_json
from callboard.model.output import OutputFile
from callboard.model.portal import Portal
from callboard.model.repository import Crawl
from callboard.publish import Written, guard, is_published, refresh, remember, replace_folder
from callboard.store import fingerprint
from callboard.tools import Tools


@dataclass(frozen=True, slots=True)
class Built:
    """What one build made of the organisation."""

    portal: Portal
    crawl: Crawl
    documents: int
    written: Written
    index_reused: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Documentation that its author looks at alone, before a portal shows it."""

    folder: str
    """Where it is in the one repository that the configuration names."""
    name: str
    """What to call it where no descriptor does."""
    renderer: docs.Renderer
    """Kept between builds, so that it is warm."""


def compile_portal(config: Config, tools: Tools, report: Report, preview: Preview | None = None) -> tuple[Portal, Crawl]:
    """Read everything and understand it: the portal as a value, nothing written but the state folder."""
    with tools.stage("crawl"):
        crawl = sources.crawl(config, tools, report)
    with tools.stage("catalog"):
        entities = catalog.assemble(crawl, config.catalog, tools, report)
    with tools.stage("docs"):
        if preview:
            entities = docs.announce(entities, crawl, preview.folder, preview.name, report)
        setup = docs.Setup(config.docs, tools, config.file, preview.renderer if preview else None)
        manuals = docs.build_manuals(entities, crawl, setup, report)
    with tools.stage("apis"):
        described = apis.describe_apis(entities, tools, report)
    portal = Portal(
        title=config.site.title,
        catalog=entities,
        manuals=manuals,
        apis=described,
        repositories=crawl.repositories,
        sources=crawl.sources,
        problems=tuple(report),
        built_at=tools.now,
        version=__version__,
    )
    return portal, crawl


def build(
    config: Config, output: Path, tools: Tools, plugins: PluginManager, report: Report, preview: Preview | None = None
) -> Built:
    """Compile the portal and publish it in *output*, whole or not at all. Raises CallboardError."""
    guard(output)
    brand = pages.read_brand(config, report)
    portal, crawl = compile_portal(config, tools, report, preview)
    documents = search.documents(portal, plugins, report, brand.language)
    key = site_key(portal, config, brand, plugins)
    if key and is_published(tools.state, output, key):
        with tools.stage("pages"):
            written = refresh(output, pages.record(portal, config, brand))
        remember(tools.state, output, key)
        return Built(portal, crawl, len(documents), written, index_reused=True)

    def files() -> Iterator[OutputFile]:
        with tools.stage("graph"):
            drawings = graph.draw(portal.catalog, pages.icon_of, tools, report, brand.language)
        with tools.stage("pages"):
            yield from chain(
                pages.render(portal, documents, drawings, config, brand, plugins, report, jobs=tools.jobs),
                pages.twins(portal, config),
                search.data_files(documents),
                drawings.data.files,
                _guests(plugins, portal, report),
            )

    indexes: list[bool] = []

    def finish(folder: Path, published: Path | None) -> None:
        if config.search.full_text:
            with tools.stage("search"):
                indexes.append(search.index(folder, previous=published, tools=tools, report=report))

    before = len(report)
    written = replace_folder(files(), output, report=report, finish=finish)
    if key and len(report) == before:
        remember(tools.state, output, key)
    return Built(portal, crawl, len(documents), written, index_reused=indexes == [True])


def _guests(plugins: PluginManager, portal: Portal, report: Report) -> Iterator[OutputFile]:
    """What plugins publish: always a guest, which yields to the portal's own files, and never outside the site."""
    for file in ask(plugins, "extra_files", report, portal=portal):
        parts = PurePosixPath(file.path).parts
        if not parts or parts[0] == "/" or ".." in parts or "\\" in file.path:
            report.add("plugin-failed", f"{file.path!r} is not a path below the portal's root", SourceLocation(file.origin))
        else:
            yield dataclasses.replace(file, guest=True)


def site_key(portal: Portal, config: Config, brand: pages.Brand, plugins: PluginManager) -> str:
    """What every page depends on, but for the time of the build; empty where plugins may look elsewhere."""
    if plugins.get_plugins():
        return ""
    manuals = portal.manuals
    entities = (
        (stable_json(finite(entity.value)), entity.source.repo, entity.source.path, entity.at(), entity.via, entity.stale)
        for entity in portal.catalog.entities.values()
    )
    parts = (
        portal.version,
        config.site,
        config.search,
        pages.theme_key(brand),
        tuple(entities),
        portal.catalog.skipped,
        portal.problems,
        tuple(sorted(portal.repositories.items())),
        tuple((source.id, source.description, source.repositories, source.error) for source in portal.sources),
        tuple(
            (ref, manual.key, manual.title, manual.stale, tuple((page.path, page.change) for page in manual.pages))
            for ref, manual in sorted(manuals.by_entity.items())
        ),
        tuple(sorted(manuals.aliases.items())),
    )
    return fingerprint(*map(repr, parts))
