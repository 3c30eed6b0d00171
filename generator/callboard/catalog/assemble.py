"""From a crawl to a catalog: every entity, every relation in both directions, and what is wrong between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from callboard.catalog.compare import dangling, duplicates, led_in_circles, ownerless
from callboard.catalog.ingest import Files, Ingested, ingest
from callboard.catalog.lastgood import Kept, LastGood, Whereabouts
from callboard.catalog.process import ref_of
from callboard.catalog.relations import stitch
from callboard.config.model import CatalogConfig
from callboard.diagnostics import Diagnostic, Report, SourceLocation
from callboard.model.catalog import Catalog, Relation
from callboard.model.ref import EntityRef
from callboard.model.repository import Crawl
from callboard.tools import Tools

STATE = "catalog"
"""The folder of the state folder that keeps what was good."""


def assemble(crawl: Crawl, config: CatalogConfig, tools: Tools, report: Report) -> Catalog:
    """The catalog of everything in *crawl*. What is broken today and was good in an earlier build is shown as it was.

    Problems go to *report*. What is good is kept in ``tools.state`` for the next build.
    """
    last = LastGood.read(tools.state / STATE, report)
    found = ingest(crawl, config, last, _unreadable(crawl, report))
    refused = {one.ref: one.place for one in reversed(found.refused) if one.ref is not None}
    orphans = _orphans(crawl, last, found)
    report.extend(found.problems)
    report.extend(duplicates(found.accepted, found.others))
    report.extend(dangling(found.accepted, refused, config))
    report.extend(ownerless(found.accepted))
    report.extend(led_in_circles(found.edges))
    report.extend(_orphaned(orphans))
    last.write(found.accepted.values(), orphans, found.others, tools.now)
    return Catalog(
        entities={ref: kept.entity for ref, kept in sorted(found.accepted.items())},
        relations=_relations(found.accepted),
        skipped=tuple(found.skipped[at] for at in sorted(found.skipped)),
    )


def _relations(accepted: Mapping[EntityRef, Kept]) -> Mapping[EntityRef, tuple[Relation, ...]]:
    """What leads away from each entity. Nothing leads away from what is not in the catalog."""
    emitted = (one for kept in accepted.values() for one in kept.emitted if one.source in accepted)
    return stitch(emitted)


def _unreadable(crawl: Crawl, report: Report) -> Mapping[str, Sequence[str]]:
    """What the sources could not list: folders without permission, and links that they do not follow."""
    found: dict[str, set[str]] = {one.repository.name: set(one.outside_links) for one in crawl.checkouts}
    for problem in report:
        if problem.code == "file-unreadable" and problem.location.path:
            found.setdefault(problem.location.repo, set()).add(problem.location.path)
    return {name: sorted(paths) for name, paths in found.items() if paths}


def _orphans(crawl: Crawl, last: LastGood, found: Ingested) -> Mapping[EntityRef, Whereabouts]:
    """Entities whose document is still there, and to which no Location leads any more."""
    files = Files(crawl)
    orphans: dict[EntityRef, Whereabouts] = {}
    for ref, at in sorted({**last.orphans, **last.entities}.items()):
        file = (at.repository, at.path)
        if not at.location or ref in found.accepted or file in found.visited:
            continue
        if files.has(file) and any(
            ref_of(one.value) == ref for one in files.read(file).documents if isinstance(one.value, dict)
        ):
            orphans[ref] = at
    return orphans


def _orphaned(orphans: Mapping[EntityRef, Whereabouts]) -> Iterable[Diagnostic]:
    for ref, at in orphans.items():
        message = f"{ref} is no longer in the catalog: {at.location} does not lead to {at.path} any more"
        place = SourceLocation(at.repository, at.path)
        yield Diagnostic("orphan", message, place, "add it to the targets of a Location, or delete the file", str(ref))
