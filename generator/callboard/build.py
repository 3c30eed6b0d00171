"""The whole pipeline, in order.

Each stage is a function from values to values. Problems go to the report; only what makes the next stage meaningless
is raised. Nothing here knows how a stage does its work, and no stage knows another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pluggy import PluginManager

from callboard import __version__, catalog, docs, pages, search, sources
from callboard.config import Config
from callboard.diagnostics import Report
from callboard.hookspecs import ask
from callboard.model.output import OutputFile
from callboard.model.portal import Portal
from callboard.model.repository import Crawl
from callboard.publish import Written, replace_folder
from callboard.tools import Tools


@dataclass(frozen=True, slots=True)
class Built:
    """What one build made of the organisation."""

    portal: Portal
    crawl: Crawl
    documents: int
    written: Written
    index_reused: bool


def compile_portal(config: Config, tools: Tools, report: Report) -> tuple[Portal, Crawl]:
    """Read everything and understand it: the portal as a value, nothing written but the state folder."""
    with tools.stage("crawl"):
        crawl = sources.crawl(config, tools, report)
    with tools.stage("catalog"):
        entities = catalog.assemble(crawl, config.catalog, tools, report)
    with tools.stage("docs"):
        manuals = docs.build_manuals(entities, crawl, config.docs, tools, report)
    portal = Portal(
        title=config.site.title,
        catalog=entities,
        manuals=manuals,
        repositories=crawl.repositories,
        sources=crawl.sources,
        problems=tuple(report),
        built_at=tools.now,
        version=__version__,
    )
    return portal, crawl


def build(config: Config, output: Path, tools: Tools, plugins: PluginManager, report: Report) -> Built:
    """Compile the portal and publish it in *output*, whole or not at all. Raises CallboardError."""
    portal, crawl = compile_portal(config, tools, report)
    documents = search.documents(portal, plugins)

    def files() -> Iterator[OutputFile]:
        with tools.stage("pages"):
            yield from chain(
                pages.render(portal, documents, config, plugins),
                pages.twins(portal, config),
                search.data_files(documents),
                ask(plugins, "extra_files", report, portal=portal),
            )

    indexes: list[bool] = []

    def finish(folder: Path, published: Path | None) -> None:
        if config.search.full_text:
            with tools.stage("search"):
                indexes.append(search.index(folder, previous=published, tools=tools, report=report))

    written = replace_folder(files(), output, report=report, finish=finish)
    return Built(portal, crawl, len(documents), written, index_reused=indexes == [True])
