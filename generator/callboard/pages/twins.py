"""What programs read: the portal's facts as JSON in Backstage's shape, the build's own record, and indexes for crawlers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from callboard.config import Config
from callboard.diagnostics import Diagnostic, Severity
from callboard.model import routes
from callboard.model.backstage import entity_json
from callboard.model.output import OutputFile
from callboard.model.portal import Portal
from callboard.model.repository import Repository, SourceState

ORIGIN = "machine-readable twins"


def twins(portal: Portal, config: Config) -> Iterator[OutputFile]:
    """Every file that programs read: entities, problems, the build's record, ``llms.txt``, ``sitemap.xml``, robots."""
    records = []
    for ref, entity in portal.catalog.entities.items():
        record = entity_json(entity, portal.catalog)
        records.append(record)
        yield _json(routes.entity_json(ref), record)
    yield _json(routes.ENTITIES_JSON, records, lines=True)
    yield _json(routes.PROBLEMS_JSON, [problem_json(problem) for problem in portal.problems], lines=True)
    yield from build_files(portal)
    yield _text(routes.LLMS_TXT, llms_txt(portal, routes.Links(config.site.links)))
    if config.site.url:
        yield _text(routes.SITEMAP, sitemap(portal, config.site.url, config.site.links))
    yield OutputFile(".nojekyll", b"", ORIGIN)


def build_files(portal: Portal) -> Iterator[OutputFile]:
    """The build's own record; and what every page's foot says of it, which stays small however many repositories there are."""
    record = build_json(portal)
    yield _json(routes.BUILD_JSON, record)
    counts = {name: record["counts"][name] for name in ("repositories", "entities")}
    yield _json(routes.BUILT_JSON, {"generator": record["generator"], "built_at": record["built_at"], "counts": counts})


def _json(path: str, value: Any, *, lines: bool = False) -> OutputFile:
    """*value* as a file; with *lines* an array has one item a line, so that versions compare well."""
    if lines and value:
        items = ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in value)
        return _text(path, f"[\n{items}\n]\n")
    return _text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _text(path: str, text: str) -> OutputFile:
    return OutputFile(path, text.encode("utf-8", "replace"), ORIGIN)


def problem_json(problem: Diagnostic) -> dict[str, Any]:
    """One problem, as ``callboard check --format json`` has it, with its place and subject."""
    return {
        "code": problem.code,
        "severity": problem.severity.word,
        "message": problem.message,
        "repository": problem.location.repo,
        "file": problem.location.path,
        "line": problem.location.line,
        "column": problem.location.column,
        "hint": problem.hint,
        "entity": problem.subject,
    }


def build_json(portal: Portal) -> dict[str, Any]:
    """The build's own record, which every build changes."""
    manuals = portal.manuals.by_entity.values()
    return {
        "generator": "callboard",
        "version": portal.version,
        "built_at": portal.built_at.isoformat().replace("+00:00", "Z"),
        "counts": {
            "repositories": len(portal.repositories),
            "entities": len(portal.catalog.entities),
            "kinds": dict(sorted(Counter(entity.kind for entity in portal.catalog.entities.values()).items())),
            "manuals": len(portal.manuals.by_entity),
            "pages": sum(len(manual.pages) for manual in manuals),
            "problems": {
                severity.word: sum(problem.severity is severity for problem in portal.problems) for severity in Severity
            },
        },
        "docs": {"isolation": list(portal.manuals.isolation)},
        "sources": [_source_json(source) for source in portal.sources],
    }


def _source_json(source: SourceState) -> dict[str, Any]:
    return {
        "id": source.id,
        "description": source.description,
        "error": source.error,
        "repositories": [_repository_json(repository) for repository in source.repositories],
    }


def _repository_json(repository: Repository) -> dict[str, Any]:
    stale = repository.stale
    return {
        "name": repository.name,
        "url": repository.url,
        "branch": repository.branch,
        "commit": repository.commit,
        "committed_at": repository.committed_at.isoformat() if repository.committed_at else None,
        "stale_since": stale.since.isoformat() if stale else None,
        "error": stale.error if stale else "",
    }


def llms_txt(portal: Portal, links: routes.Links) -> str:
    """A plain index for language models (llmstxt.org): entities by kind, then manuals."""
    lines = [f"# {_line(portal.title)}", "", f"> Software catalog and documentation. Entities as JSON: {routes.ENTITIES_JSON}", ""]
    kind = ""
    for ref, entity in portal.catalog.entities.items():
        if ref.kind != kind:
            kind = ref.kind
            lines += ["", f"## {entity.kind}", ""]
        summary = f": {_line(entity.description)}" if entity.description else ""
        lines.append(f"- [{_line(entity.title)}]({links.href(routes.LLMS_TXT, routes.entity(ref))}){summary}")
    if portal.manuals.by_entity:
        lines += ["", "## Documentation", ""]
    for ref, manual in sorted(portal.manuals.by_entity.items()):
        lines.append(f"- [{_line(manual.title)}]({links.href(routes.LLMS_TXT, routes.manual(ref))})")
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """*text* on one line, without what Markdown would take for a link."""
    return " ".join(text.split()).replace("[", "(").replace("]", ")")


def sitemap(portal: Portal, url: str, style: str) -> str:
    """``sitemap.xml``: every page under *url*, without dates, which the pages carry themselves."""
    base = url.rstrip("/") + "/"
    pages = {routes.HOME, routes.CATALOG, routes.DOCS, routes.OWNERS}
    pages |= {routes.entity(ref) for ref in portal.catalog.entities}
    for ref, manual in portal.manuals.by_entity.items():
        pages |= {routes.manual(ref, page.path) for page in manual.pages}
    links = routes.Links(style)
    found = [links.href(routes.HOME, page).removeprefix("./") for page in sorted(pages)]
    locations = "".join(f"<url><loc>{escape(base + page)}</loc></url>\n" for page in found)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{locations}</urlset>\n'
    )
