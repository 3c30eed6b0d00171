"""Runs the pipeline for a command: the one place where the clock is read and the state folder is locked."""

from __future__ import annotations

import dataclasses
import datetime as dt
import fcntl
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from callboard import catalog, docs, sources
from callboard.build import Built, Preview, build
from callboard.cli import summary
from callboard.cli.console import Display
from callboard.config import Config
from callboard.diagnostics import ELSEWHERE, CallboardError, Diagnostic, GuardError, Report, Severity, legible_json
from callboard.model import routes
from callboard.model.catalog import Catalog
from callboard.model.repository import Crawl
from callboard.plugins import load_plugins
from callboard.tools import Tools

DURATIONS = "durations.json"
RECORDS = frozenset({routes.BUILD_JSON, routes.BUILT_JSON, routes.file_of(routes.HEALTH)})
"""What tells when the portal was built: it changes each time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to, ready to be told."""

    built: Built
    output: Path
    problems: tuple[Diagnostic, ...]
    seconds: float
    durations: Mapping[str, float]

    @property
    def worst(self) -> Severity | int:
        return max((problem.severity for problem in self.problems), default=0)

    @property
    def is_new(self) -> bool:
        """Whether anything is not as it was before, but for the record of the build itself."""
        written = self.built.written
        return bool({*written.changed, *written.removed} - RECORDS)

    def text(self) -> str:
        return summary.text(self.built, self.output, self.problems, self.seconds)

    def markdown(self) -> str:
        return summary.markdown(self.built, self.output, self.problems, self.seconds)

    def json(self) -> str:
        """One object: the facts of the summary as numbers, and the seconds of each stage."""
        portal, written = self.built.portal, self.built.written
        facts = json.dumps(
            {
                "seconds": round(self.seconds, 3),
                "stages": {name: round(value, 3) for name, value in self.durations.items()},
                "repositories": len(portal.repositories),
                "entities": len(portal.catalog.entities),
                "manuals": {
                    "total": len(portal.manuals.by_entity),
                    "built": portal.manuals.built,
                    "reused": portal.manuals.reused,
                    "pages": sum(len(manual.pages) for manual in portal.manuals.by_entity.values()),
                },
                "documents": self.built.documents,
                "index_reused": self.built.index_reused,
                "files": written.files,
                "changed": list(written.changed[:1000]),
                "removed": list(written.removed[:1000]),
                "problems": {
                    severity.word: sum(problem.severity is severity for problem in self.problems) for severity in Severity
                },
            }
        )
        return legible_json(facts)


def clock(environ: Mapping[str, str]) -> dt.datetime:
    """Now, or SOURCE_DATE_EPOCH where that is set. Raises CallboardError if it is no number of seconds."""
    if epoch := environ.get("SOURCE_DATE_EPOCH"):
        try:
            return dt.datetime.fromtimestamp(int(epoch), dt.UTC)
        except (ValueError, OverflowError, OSError):
            raise CallboardError(f"SOURCE_DATE_EPOCH is {epoch!r}, not a number of seconds") from None
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@contextmanager
def locked(state: Path, *, patient: bool = False) -> Iterator[None]:
    """Hold the state folder, so that two builds do not write one. Raises GuardError if it is held, unless *patient*."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if patient else fcntl.LOCK_NB))
        except OSError:
            raise GuardError(f"another build uses {state}; wait for it, or name another folder with --state") from None
        yield


def _tools(state: Path, jobs: int, environ: Mapping[str, str], display: Display) -> Tools:
    return Tools(now=clock(environ), state=state, environ=environ, jobs=jobs, progress=display.progress, stage=display.stage)


def run(
    config: Config,
    *,
    output: Path,
    state: Path,
    jobs: int,
    environ: Mapping[str, str],
    display: Display,
    only: str = "",
    preview: Preview | None = None,
) -> Outcome:
    """Build the portal, or the *preview* of one repository's documentation, into *output*. Raises CallboardError."""
    started = time.monotonic()
    report = Report(ELSEWHERE if preview else frozenset())
    with locked(state, patient=preview is not None):
        tools = _tools(state, jobs, environ, display)
        built = build(config, output, dataclasses.replace(tools, only=only), load_plugins(), report, preview)
        if preview:
            docs.forget_others(built.portal.manuals, tools.store)
        seconds = time.monotonic() - started
        (state / DURATIONS).write_text(json.dumps({"seconds": seconds, "stages": display.durations}, indent=1) + "\n")
    return Outcome(built, output, tuple(report), seconds, dict(display.durations))


def read_catalog(
    config: Config, *, state: Path, jobs: int, environ: Mapping[str, str], display: Display
) -> tuple[Catalog, Crawl, Report]:
    """The catalog alone, for ``explain``. Raises CallboardError."""
    report = Report()
    with locked(state):
        tools = _tools(state, jobs, environ, display)
        with tools.stage("crawl"):
            crawl = sources.crawl(config, tools, report)
        with tools.stage("catalog"):
            entities = catalog.assemble(crawl, config.catalog, tools, report)
    return entities, crawl, report
