"""``callboard docs``: one repository's documentation as a portal shows it, from the files as they are now."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from callboard import docs, sources
from callboard.build import Preview
from callboard.cli import building, summary
from callboard.cli.console import Display
from callboard.config import Config
from callboard.config.model import CatalogConfig, FolderSource, SiteConfig
from callboard.diagnostics import Diagnostic, SourceLocation
from callboard.model import routes
from callboard.store import fingerprint
from callboard.tools import Tools

ROWS = frozenset({"docs", "written", "problems"})
"""What of a build's summary is about documentation."""
HINTS: Mapping[str, str] = {"docs-refused": "build on Linux 5.13 or newer, or say --trusted where the documentation is your own"}
"""What to do, where it is not what to do about a portal."""
_MAGIC = re.compile(r"[*?\[{(]")


@dataclass(frozen=True, slots=True)
class Place:
    """What is looked at: *folder* of the checkout *root*, as *written* by the user."""

    written: Path
    folder: Path
    root: Path

    @property
    def inside(self) -> str:
        """The folder below the root."""
        return "" if self.folder == self.root else self.folder.relative_to(self.root).as_posix()

    def shown(self, problem: Diagnostic) -> Diagnostic:
        """*problem* with its place as the user's editor finds it, and what to do about it here."""
        at = problem.location
        path = os.path.relpath(self.root / at.path) if at.path else str(self.written)
        return replace(problem, location=SourceLocation("", path, at.line, at.column), hint=HINTS.get(problem.code, problem.hint))


def find(written: Path, state: Path, environ: Mapping[str, str]) -> Place:
    """The checkout around the folder *written*."""
    folder = written.resolve()
    return Place(written, folder, sources.checkout_around(folder, Tools(now=building.clock(environ), state=state, environ=environ)))


def state_of(written: Path, environ: Mapping[str, str]) -> Path:
    """Where finished work of the folder *written* is kept: among the caches of the user, never in the repository."""
    folder = written.resolve()
    caches = environ.get("XDG_CACHE_HOME", "")
    base = Path(caches) if os.path.isabs(caches) else Path(environ.get("HOME") or Path.home()) / ".cache"
    return base / "callboard" / "docs" / f"{folder.name}-{fingerprint(os.fsencode(folder))[:12]}"


def configuration(place: Place, *, output: Path, links: str, trusted: bool) -> Config:
    """A portal of the one repository."""
    return Config(
        file=place.root / "site_config.yml",
        sources=(FolderSource(path=".", repository=True, trusted=trusted),),
        site=SiteConfig(title=place.folder.name, links=links),
        catalog=CatalogConfig(descriptors=_descriptors(place)),
        output=output.absolute(),
    )


def _descriptors(place: Place) -> tuple[str, ...]:
    """The descriptors of the folder itself; those below it where it is a folder of projects and none of its own."""
    names = CatalogConfig().descriptors
    own = (*names, "mkdocs.yml", "mkdocs.yaml", "docs")
    start = _MAGIC.sub(r"[\g<0>]", f"{place.inside}/" if place.inside else "")
    below = "" if any((place.folder / name).exists() for name in own) else "**/"
    return tuple(f"{start}{below}{name}" for name in names)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a build came to, ready to be told to the author."""

    place: Place
    outcome: building.Outcome

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """The worst first."""
        shown = (self.place.shown(problem) for problem in self.outcome.problems)
        return tuple(sorted(shown, key=lambda problem: (-problem.severity, problem.order)))

    @property
    def routes(self) -> tuple[str, ...]:
        """Where the manuals begin; the home page where there is none yet."""
        return tuple(routes.manual(ref) for ref in self.outcome.built.portal.manuals.by_entity) or (routes.HOME,)

    def text(self) -> str:
        """The summary and every problem, notes included: whoever wrote it is the one to read them."""
        built, problems = self.outcome.built, self.problems
        lines = [f"{built.portal.title}: built in {self.outcome.seconds:.1f} s"]
        lines += [f"  {word:<9} {fact}" for word, fact in summary.facts(built, self.outcome.output, problems) if word in ROWS]
        return "\n".join([*lines, *([""] if problems else []), *map(str, problems)])

    def line(self) -> str:
        """The same for a terminal that shows many builds: a line, and the problems."""
        problems = self.problems
        counted = f", {summary.problem_counts(problems)}" if problems else ""
        return "\n".join([f"built in {self.outcome.seconds:.1f} s{counted}", *map(str, problems)])


@contextmanager
def builder(
    place: Place,
    *,
    output: Path,
    state: Path,
    jobs: int,
    links: str,
    trusted: bool,
    environ: Mapping[str, str],
    warm: bool = False,
) -> Iterator[Callable[[Display], Looked]]:
    """What builds *place*, as often as it is called; it raises CallboardError where there is nothing to show.

    *warm* starts at once what renders, for the first change after a build that had nothing to render.
    """
    with docs.Renderer() as renderer:
        preview = Preview(place.inside, place.folder.name, renderer)

        def build(display: Display) -> Looked:
            config = configuration(place, output=output, links=links, trusted=trusted)
            outcome = building.run(
                config, output=output, state=state, jobs=jobs, environ=environ, display=display, preview=preview
            )
            return Looked(place, outcome)

        warming = threading.Thread(target=_warm, args=(renderer,))
        if warm:
            warming.start()
        try:
            yield build
        finally:
            if warm:
                warming.join()  # what is half started cannot be ended


def _warm(renderer: docs.Renderer) -> None:
    with suppress(docs.WorkerError):  # who renders with it is told again
        renderer.start()
