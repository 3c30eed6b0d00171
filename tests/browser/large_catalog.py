"""A catalog of ten thousand entities, and its pages alone: made up, the same every time."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from portals import MARCH

from callboard import catalog, resources, sources
from callboard.config import load
from callboard.diagnostics import Report
from callboard.model import routes
from callboard.model.manual import Manuals
from callboard.model.output import OutputFile
from callboard.model.portal import Portal
from callboard.pages.assets import load_theme
from callboard.pages.context import Context
from callboard.pages.explorer import catalog_files, catalog_pages
from callboard.pages.render import environment, render_view
from callboard.tools import Tools

SUBJECTS = """account address audit basket billing booking campaign claim contract courier customer delivery depot device discount
document fleet fraud inventory invoice label ledger licence location loyalty media meter notification offer order parcel payment permit
policy price profile quote rating receipt refund report return review route sensor session shipment stock survey tariff tax ticket""".split()
ROLES = "api service worker gateway importer exporter scheduler store website app library console agent bridge".split()
WORDS = "keeps the sends a parcel of depot reads every night and tells who was where with their tour before it is weighed printed sold".split()
TAGS = [f"{word}{suffix}" for word in ("go", "java", "kotlin", "python", "rust", "tier-1", "tier-2", "pci", "event-driven", "batch") for suffix in ("", "-x", "-y", "-z")]


@dataclass(frozen=True)
class Large:
    """The pages of a large catalog in a folder."""

    folder: Path
    portal: Portal

    def weight(self, path: str) -> int:
        """Bytes of a file as they are sent."""
        return len(gzip.compress((self.folder / path).read_bytes(), 6))


def entities(count: int) -> Iterator[dict[str, Any]]:
    """Documents of *count* entities: a team for 30, a system for 12, a domain for 250."""
    chance = random.Random(20260102)

    def entity(kind: str, name: str, spec: dict[str, Any], **more: Any) -> dict[str, Any]:
        about = " ".join(chance.choices(WORDS, k=chance.randint(6, 20))).capitalize() + "."
        return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": {"name": name, "description": about, **more}, "spec": spec}

    teams = [f"team-{SUBJECTS[n % len(SUBJECTS)]}-{n // len(SUBJECTS)}" for n in range(count // 30)]
    systems = [f"{SUBJECTS[n % len(SUBJECTS)]}-system-{n // len(SUBJECTS)}" for n in range(count // 12)]
    domains = [f"domain-{SUBJECTS[n % len(SUBJECTS)]}-{n}" for n in range(count // 250)]
    made = [entity("Group", team, {"type": "team", "children": []}, title=team.replace("-", " ").capitalize()) for team in teams]
    made += [entity("Domain", name, {"owner": chance.choice(teams)}) for name in domains]
    made += [entity("System", name, {"owner": chance.choice(teams), "domain": chance.choice(domains)}) for name in systems]
    made += [entity("User", f"person-{n}", {"memberOf": [chance.choice(teams)], "profile": {"displayName": f"Person {n}"}}) for n in range(count // 10)]
    yield from made
    for number in range(count - len(made)):
        name = f"{chance.choice(SUBJECTS)}-{chance.choice(ROLES)}-{number}"
        place = {"owner": chance.choice(teams), "system": chance.choice(systems), "lifecycle": chance.choice(("production", "production", "experimental", "deprecated"))}
        tags = sorted(set(chance.choices(TAGS, k=chance.randint(0, 3))))
        more = {"tags": tags} if tags else {}
        match number % 5:
            case 0:
                yield entity("API", name, {"type": chance.choice(("openapi", "grpc", "asyncapi")), **place, "definition": "openapi: 3.0.0"}, **more)
            case 1:
                yield entity("Resource", name, {"type": chance.choice(("database", "queue", "bucket")), **place}, **more)
            case _:
                yield entity("Component", name, {"type": chance.choice(("service", "service", "library", "website", "worker")), **place}, **more)


def large_catalog(folder: Path, count: int = 10_000) -> Large:
    """The catalog's pages of *count* entities, and what they load; no page of an entity."""
    source = folder / "repos" / "everything"
    source.mkdir(parents=True)
    (source / "catalog-info.yaml").write_text("\n---\n".join(json.dumps(document) for document in entities(count)), "utf-8")
    (folder / "site_config.yml").write_text("site: {title: Large}\nsources:\n  - folder: {path: repos}\n", "utf-8")
    (folder / "state").mkdir()
    report = Report()
    config = load(folder / "site_config.yml", environ={}, report=report)
    tools = Tools(now=MARCH, state=folder / "state", environ={}, jobs=1)
    crawl = sources.crawl(config, tools, report)
    portal = Portal(
        title="Large", catalog=catalog.assemble(crawl, config.catalog, tools, report), manuals=Manuals({}), repositories=crawl.repositories,
        sources=crawl.sources, problems=tuple(report), built_at=MARCH, version="1",
    )  # fmt: skip
    theme = load_theme(resources.theme())
    context = Context(portal, config, theme, {})
    templates = environment(theme.folder)
    pages = (OutputFile(routes.file_of(route), render_view(templates, view), "") for route, view in catalog_pages(context))
    for file in chain(theme.files(), pages, catalog_files(context)):
        path = folder / "site" / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return Large(folder / "site", portal)
