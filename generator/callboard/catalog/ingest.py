"""From descriptors to entities: reads files once, follows Locations, keeps what was good where something broke.

A walk visits files. It begins at the descriptors that the sources found and goes on where Locations lead, each file in
its turn, so that the order of the sources decides which of two entities with one name is the first. What cannot be read
or accepted today leaves the entities of the last good build as candidates; they are let in after everything fresh, and
Locations among them are followed like all others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from callboard import yamlsource
from callboard.catalog.annotations import location_ref
from callboard.catalog.lastgood import Kept, LastGood, outdated
from callboard.catalog.locations import File, Places, Target, TargetError, shown, targets_of
from callboard.catalog.process import process, ref_of
from callboard.catalog.rules import depend_on_origin, is_allowed
from callboard.catalog.skeletons import (
    NO_SKELETONS,
    Skeletons,
    is_template,
    skeleton_reason,
    skeletons_of,
    templates_in,
)
from callboard.config.model import CatalogConfig
from callboard.diagnostics import Diagnostic, Severity, SourceLocation
from callboard.model.catalog import Skipped
from callboard.model.entity import Declaration
from callboard.model.globs import compiled, is_glob
from callboard.model.ref import EntityRef
from callboard.model.repository import Checkout, Crawl, ReadError, Stale

DESCRIPTOR_LIMIT = 5 << 20
"""Bytes of a descriptor; what is larger is no file that people wrote."""
REFERENCED_LIMIT = 20_000_000
"""Bytes of a file that a placeholder brings in, such as an API definition."""
DEEPEST = 200
"""Locations that may lead to one another in a row."""
GLOB_TESTS = 5_000_000
"""Names that the globs of one repository's Locations may be held against, however many there are."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file that was read, or why it was not."""

    documents: tuple[yamlsource.Document, ...] = ()
    text: str = ""
    problem: Diagnostic | None = None


class Files:
    """Every file of the crawl, read and parsed at most once."""

    def __init__(self, crawl: Crawl) -> None:
        self.checkouts: Mapping[str, Checkout] = {one.repository.name: one for one in crawl.checkouts}
        self._names: dict[str, frozenset[str]] = {}
        self._read: dict[File, Text] = {}
        self._customary: dict[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {}

    def has(self, file: File) -> bool:
        """Whether a repository that answered holds *file*."""
        name, path = file
        if name not in self.checkouts:
            return False
        if name not in self._names:
            self._names[name] = frozenset(self.checkouts[name].files)
        return path in self._names[name]

    def read(self, file: File) -> Text:
        if file not in self._read:
            self._read[file] = self._fresh(*file)
        return self._read[file]

    def _fresh(self, name: str, path: str) -> Text:
        at = SourceLocation(name, path)
        try:
            content = self.checkouts[name].read(path, limit=DESCRIPTOR_LIMIT)
            text = content.decode("utf-8")
        except ReadError as error:
            return Text(problem=Diagnostic(error.code, str(error), at, error.hint))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            message = f"{path} holds bytes in line {line} that are not UTF-8"
            return Text(problem=Diagnostic("file-not-utf8", message, replace(at, line=line), "save the file as UTF-8"))
        return Text(tuple(yamlsource.read_documents(text)), text)

    def referenced(self, name: str, path: str) -> bytes:
        """What a placeholder brings in. Raises ReadError."""
        return self.checkouts[name].read(path, limit=REFERENCED_LIMIT)

    def templates(self, name: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """The Templates of a repository that have the customary file name."""
        if name not in self._customary:
            checkout = self.checkouts[name]
            self._customary[name] = tuple(
                templates_in(checkout.files, lambda path: checkout.read(path, limit=DESCRIPTOR_LIMIT))
            )
        return self._customary[name]


class Route(NamedTuple):
    """How a walk came to a file."""

    origin: str
    via: tuple[str, ...]


class Visit(NamedTuple):
    file: File
    route: Route


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity of the last good build whose document is broken or out of reach, and why."""

    kept: Kept
    error: str
    place: SourceLocation | None
    """Where today's problem is; None where the whole repository is the problem, which is reported once."""
    route: Route


@dataclass(frozen=True, slots=True)
class Refused:
    """A document of today that is no entity, and the entity that it would be as far as that can be read."""

    ref: EntityRef | None
    error: str
    place: SourceLocation
    file: File
    forbidden: bool = False
    """Whether it is the portal's owner who refuses it: then nothing is kept."""


@dataclass
class Ingested:
    """Everything that one walk found."""

    accepted: dict[EntityRef, Kept] = field(default_factory=dict)
    others: dict[EntityRef, list[SourceLocation]] = field(default_factory=dict)
    """For entities that are declared more than once: where the declarations are that are not shown."""
    problems: dict[Diagnostic, None] = field(default_factory=dict)
    skipped: dict[SourceLocation, Skipped] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    templates: dict[str, dict[str, list[Mapping[str, Any]]]] = field(default_factory=dict)
    """Repository → file → Templates that were read on the way."""
    edges: dict[File, dict[File, tuple[SourceLocation, str, str] | None]] = field(default_factory=dict)
    """Which file leads to which by its Locations: at which place, as written, by which Location. None for a glob."""
    visited: set[File] = field(default_factory=set)

    def report(self, code: str, message: str, at: SourceLocation, hint: str = "", subject: str = "") -> None:
        self.problems.setdefault(Diagnostic(code, message, at, hint, subject))


def ingest(crawl: Crawl, config: CatalogConfig, last: LastGood, unreadable: Mapping[str, Sequence[str]]) -> Ingested:
    """Every entity of *crawl*, and of *last* where today's are broken.

    *unreadable* names, for each repository, the folders and files that could not even be listed.
    """
    files = Files(crawl)
    known: dict[str, Skeletons] = {}
    while True:
        walk = _Walk(crawl, config, last, files, unreadable, known)
        walk.run()
        wider = walk.skeletons_met()
        if all(walk.skeletons[name].places == one.places for name, one in wider.items()):
            return walk.found
        known |= wider  # a Template came to light after a file of its skeleton: once more, knowing it


class _Walk:
    def __init__(
        self,
        crawl: Crawl,
        config: CatalogConfig,
        last: LastGood,
        files: Files,
        unreadable: Mapping[str, Sequence[str]],
        known: Mapping[str, Skeletons],
    ) -> None:
        self.config = config
        self.last = last
        self.files = files
        self.unreadable = unreadable
        self.known = known
        self.skeletons: dict[str, Skeletons] = {}
        self.repositories = crawl.repositories
        self.failed = {one.name: one for one in crawl.failed}
        self.places = Places(tuple(self.repositories.values()))
        self.found = Ingested()
        self.candidates: list[Candidate] = []
        self.roots = dict.fromkeys(crawl.descriptors)
        self.seen: set[tuple[File, str]] = set()
        self.by_origin = depend_on_origin(config.rules)
        self.documents: set[tuple[str, str, int]] = set()
        self.forbidden: dict[tuple[str, str, int], Diagnostic] = {}
        self.glob_tests: dict[str, int] = {}
        self.late: list[Visit] = []
        self.seconds: list[Kept] = []
        self.tried: set[EntityRef] = set()
        self.let_in_refs: dict[EntityRef, Candidate] = {}

    # -- in which order ---------------------------------------------------------------------------------------------

    def run(self) -> None:
        for file in self.roots:
            self.visit_all([Visit(file, self.root_route(file))])
        self.visit_all(self.late)
        for name in self.failed:
            self.candidates += [self.lost(kept) for kept in self.last.of(name) if not kept.entity.via]
        for name, below in self.unreadable.items():
            if name in self.files.checkouts and below:
                roots = [kept for kept in self.last.of(name) if not kept.entity.via]
                self.candidates += [
                    self.lost(kept) for kept in roots if self.out_of_reach(name, kept.entity.source.path)
                ]
        self.let_in_candidates()
        self.report_outdated()
        for document, problem in self.forbidden.items():
            if document not in self.documents:
                self.found.problems.setdefault(problem)

    def root_route(self, file: File) -> Route:
        return Route(location_ref(self.repositories[file[0]], file[1]), ())

    def visit_all(self, visits: Sequence[Visit]) -> None:
        """Visit files and all that they lead to: what a file leads to comes directly after it."""
        ahead = list(visits[::-1])
        while ahead:
            visit = ahead.pop()
            key = (visit.file, visit.route.origin if self.by_origin else "")
            if key not in self.seen:
                self.seen.add(key)
                ahead += self.visit(visit)[::-1]

    def let_in_candidates(self) -> None:
        """Locations first, because what they lead to may be fresh, and goes before what is out of date."""
        waiting: list[Candidate] = []
        while self.candidates or self.find_moved(waiting) or self.seconds:
            if self.candidates:
                candidate = self.candidates.pop(0)
                if candidate.kept.entity.ref.kind == "location":
                    self.visit_all(self.let_in(candidate))
                else:
                    waiting.append(candidate)
            else:
                self.visit_all(self.accept(self.seconds.pop(0)))
        for candidate in waiting:
            self.let_in(candidate)

    def find_moved(self, waiting: Sequence[Candidate]) -> bool:
        """Make candidates of documents that are refused today and were good in another file. Whether there are any."""
        known = {one.kept.entity.ref for one in waiting} | self.found.accepted.keys() | self.tried
        for one in self.found.refused:
            if one.ref is None or one.forbidden or one.ref in known:
                continue
            self.tried.add(one.ref)
            before = self.last.entities.get(one.ref)
            for kept in self.last.of(before.repository) if before and before.repository in self.repositories else ():
                if kept.entity.ref == one.ref:
                    self.candidates.append(
                        Candidate(kept, one.error, one.place, Route(kept.entity.origin, kept.entity.via))
                    )
        return bool(self.candidates)

    def let_in(self, candidate: Candidate) -> list[Visit]:
        """Accept what was good in the last build, unless there is something fresh. Returns where it leads."""
        entity = candidate.kept.entity
        fresh = self.found.accepted.get(entity.ref)
        if fresh is not None and (entity.ref in self.let_in_refs or not self.was_second(fresh)):
            return []
        if not is_allowed(entity.value, candidate.route.origin, self.config.rules):
            return []
        if fresh is not None:
            self.found.others.setdefault(entity.ref, []).insert(0, fresh.entity.source.at("metadata", "name"))
        repository = self.failed.get(entity.source.repo)
        at = repository.stale.since if repository and repository.stale else self.last.at
        kept = outdated(candidate.kept, candidate.error, at or dt.datetime.fromtimestamp(0, dt.UTC), *candidate.route)
        self.found.accepted[entity.ref] = kept
        self.let_in_refs[entity.ref] = candidate
        return self.follow(kept)

    def report_outdated(self) -> None:
        """One diagnostic for each entity that is out of date; one for all of a repository that could not be read."""
        of_failed: dict[str, list[Stale]] = {}
        for ref, candidate in self.let_in_refs.items():
            stale = self.found.accepted[ref].entity.stale
            if stale is None:
                continue
            if candidate.place is None:
                of_failed.setdefault(candidate.kept.entity.source.repo, []).append(stale)
                continue
            since = f"{stale.since:%Y-%m-%d %H:%M} UTC"
            message = f"{ref} is shown as it was on {since}, because its document can no longer be used"
            self.found.report("stale-entity", message, candidate.place, "correct the document, or delete it", str(ref))
        for name, stales in of_failed.items():
            count = f"{len(stales)} entit{'y' if len(stales) == 1 else 'ies'}"
            since = f"{min(stale.since for stale in stales):%Y-%m-%d %H:%M} UTC"
            message = f"{count} of {name} {'is' if len(stales) == 1 else 'are'} shown as of {since}"
            self.found.report("stale-entity", message, SourceLocation(name), "see why the repository cannot be read")

    # -- one file ---------------------------------------------------------------------------------------------------

    def visit(self, visit: Visit) -> list[Visit]:
        """Take in the entities of a file. Returns where its Locations lead."""
        file, route = visit
        name, path = file
        self.found.visited.add(file)
        if not self.files.has(file):
            self.candidates += [
                self.lost(kept, route) for kept in self.last.of(name) if kept.entity.source.path == path
            ]
            return []
        skeletons = self.skeletons_in(name, path)
        if reason := skeleton_reason(path, skeletons):
            self.skip(SourceLocation(name, path), path, reason)
            return []
        read = self.files.read(file)
        if read.problem is not None:
            self.found.problems.setdefault(read.problem)
            self.keep(file, route, (), [Refused(None, read.problem.message, read.problem.location, file)])
            return []
        here: list[Kept] = []
        refused: list[Refused] = []
        for document in read.documents:
            if not document.empty:
                outcome = self.document(document, read.text, file, route, skeletons)
                if isinstance(outcome, Kept):
                    here.append(outcome)
                elif outcome is not None:
                    refused.append(outcome)
        self.found.refused += refused
        self.keep(file, route, here, refused)
        return [onward for kept in here for onward in self.take_in(kept)]

    def document(
        self, document: yamlsource.Document, text: str, file: File, route: Route, skeletons: Skeletons
    ) -> Kept | Refused | None:
        """What one document is: an entity, or refused, or (None) a skeleton's."""
        name, path = file
        at = SourceLocation(name, path, *document.marks.get((), (1, 1)))
        if document.errors:
            at = replace(at, line=document.errors[0].line, column=document.errors[0].column)
        if reason := skeleton_reason(path, skeletons, value=document.value, text=text if document.errors else ""):
            self.skip(at, path, reason)
            return None
        if document.errors:
            for error in document.errors:
                self.found.report(
                    "yaml-syntax", error.message, SourceLocation(name, path, error.line, error.column), error.hint
                )
            return Refused(None, document.errors[0].message, at, file)
        if not isinstance(document.value, dict):
            what = "a list" if isinstance(document.value, list) else "a single value"
            message = f"the document is {what}, not a mapping"
            self.found.report("not-a-mapping", message, at, "begin with apiVersion: backstage.io/v1alpha1")
            return Refused(None, message, at, file)
        declaration = Declaration(document.value, document.marks, name, path, document.index)
        if is_template(document.value):
            self.found.templates.setdefault(name, {}).setdefault(path, []).append(document.value)
        return self.declaration(declaration, route)

    def declaration(self, declaration: Declaration, route: Route) -> Kept | Refused:
        file = (declaration.repo, declaration.path)
        repository = self.repositories[declaration.repo]
        ref = ref_of(declaration.value)
        if not is_allowed(declaration.value, route.origin, self.config.rules):
            message = f"kind {shown(str(declaration.value.get('kind')))} is not allowed from {shown(route.origin)}"
            hint = "add the kind to catalog.rules of the configuration, or take the document out"
            at = declaration.at("kind")
            problem = Diagnostic("kind-not-allowed", message, at, hint, str(ref or ""))
            self.forbidden.setdefault((*file, declaration.index), problem)
            return Refused(ref, message, at, file, forbidden=True)
        processed = process(
            declaration,
            repository=repository,
            read=lambda path: self.files.referenced(declaration.repo, path),
            config=self.config,
            origin=route.origin,
            via=route.via,
        )
        for problem in processed.diagnostics:
            self.found.problems.setdefault(problem)
        if processed.entity is None:
            first = next((one for one in processed.diagnostics if one.severity is Severity.ERROR), None)
            message = first.message if first else "the document is refused"
            return Refused(ref, message, first.location if first else declaration.at(), file)
        return Kept(replace(processed.entity, stale=repository.stale), processed.emitted)

    def take_in(self, kept: Kept) -> list[Visit]:
        """Accept a fresh entity if it is the first of its name. Returns where it leads."""
        entity = kept.entity
        document = (entity.source.repo, entity.source.path, entity.source.index)
        if document in self.documents:
            return []
        self.documents.add(document)
        if entity.ref.kind == "location" and self.was_second(kept):
            self.seconds.append(kept)
            return []
        return self.accept(kept)

    def accept(self, kept: Kept) -> list[Visit]:
        ref, out_of_date = kept.entity.ref, kept.entity.ref in self.let_in_refs
        if ref in self.found.accepted and (not out_of_date or self.was_second(kept)):
            self.found.others.setdefault(ref, []).append(kept.entity.source.at("metadata", "name"))
            return []
        self.let_in_refs.pop(ref, None)
        self.found.accepted[ref] = kept
        return self.follow(kept)

    def was_second(self, kept: Kept) -> bool:
        """Whether the last build did not show this document because another had its name: it does not take that
        other's place when that one breaks."""
        source = kept.entity.source
        return (source.repo, source.path) in self.last.seconds.get(kept.entity.ref, ())

    def skip(self, at: SourceLocation, path: str, reason: str) -> None:
        self.found.skipped[at] = Skipped(at, reason)
        self.found.report("skeleton-skipped", f"{path} {reason}, and is not read", at)

    # -- what was good before ---------------------------------------------------------------------------------------

    def keep(self, file: File, route: Route, here: Sequence[Kept], refused: Sequence[Refused]) -> None:
        """Make candidates of what was good in *file* and is broken.

        A broken document stands for the entity that it names. One whose name cannot be read, or is new, stands for
        whatever was in the file and is not there now.
        """
        if not refused:
            return
        before = [kept for kept in self.last.of(file[0]) if kept.entity.source.path == file[1]]
        known = {kept.entity.ref for kept in before}
        fresh = {kept.entity.ref for kept in here}
        by_ref = {one.ref: one for one in reversed(refused)}
        nameless = next((one for one in refused if one.ref not in known and not one.forbidden), None)
        for kept in before:
            cause = by_ref.get(kept.entity.ref, nameless)
            if kept.entity.ref not in fresh and cause is not None and not cause.forbidden:
                self.candidates.append(Candidate(kept, cause.error, cause.place, route))

    def lost(self, kept: Kept, route: Route | None = None) -> Candidate:
        """The candidate for *kept*, whose file is out of reach."""
        source = kept.entity.source
        route = route or Route(kept.entity.origin, ())
        repository = self.failed.get(source.repo)
        if repository is not None and repository.stale is not None:
            return Candidate(kept, repository.stale.error, None, route)
        return Candidate(kept, f"{source.path} cannot be read", SourceLocation(source.repo, source.path), route)

    def out_of_reach(self, name: str, path: str) -> bool:
        """Whether *path* may be there in a repository that answered, and could not be listed."""
        return any(
            path == one or path.startswith(f"{one}/") for one in self.unreadable.get(name, ())
        ) and not self.files.has((name, path))

    # -- where Locations lead ---------------------------------------------------------------------------------------

    def follow(self, kept: Kept) -> list[Visit]:
        """Where a Location that was just accepted leads."""
        location = kept.entity
        if location.ref.kind != "location":
            return []
        if len(location.via) >= DEEPEST:
            message = f"{location.ref} is behind {DEEPEST} other Locations and is not followed"
            self.found.report(
                "bad-location",
                message,
                location.at("spec"),
                "let a Location nearer to the root lead there",
                str(location.ref),
            )
            return []
        route = Route(location.origin, (*location.via, str(location.ref)))
        visits = [Visit(file, route) for target in targets_of(location) for file in self.led_to(kept, target)]
        own_turn = [visit for visit in visits if visit.file in self.roots]
        if self.by_origin:
            self.late += own_turn
        return [visit for visit in visits if visit.file not in self.roots]

    def led_to(self, kept: Kept, target: Target) -> Sequence[File]:
        """The files that a target means; what is wrong with it is reported."""
        location = kept.entity
        at, source = location.at(*target.keys), location.source
        written = shown(target.written)
        try:
            repository, path = self.places.lead(
                target.written, base=source.path, repository=self.repositories[source.repo]
            )
        except TargetError as error:
            self.found.report("bad-location", f"{written!r} {error}", at, error.hint, str(location.ref))
            return ()
        name = repository.name
        found = self.matching(name, path, at)
        if found is None:
            return ()
        edges = self.found.edges.setdefault((source.repo, source.path), {})
        for one in found:
            if not is_glob(path):
                edges[name, one] = (at, written, str(location.ref))
            else:
                edges.setdefault((name, one), None)
        if not found and location.spec.get("presence") != "optional":
            message, hint = self.nothing_there(name, path, written)
            self.found.report("location-unreadable", message, at, hint, str(location.ref))
        return [(name, one) for one in found]

    def matching(self, name: str, path: str, at: SourceLocation) -> Sequence[str] | None:
        """The files of a repository that a path or glob means, those out of reach that were good before included."""
        out_of_reach: list[str] = []
        if name in self.failed or self.unreadable.get(name):
            before = sorted({kept.entity.source.path for kept in self.last.of(name)})
            out_of_reach = [one for one in before if name in self.failed or self.out_of_reach(name, one)]
        if not is_glob(path):
            return [path] if self.files.has((name, path)) or path in out_of_reach else []
        files = self.files.checkouts[name].files if name in self.files.checkouts else ()
        self.glob_tests[name] = self.glob_tests.get(name, 0) + len(files)
        if self.glob_tests[name] > GLOB_TESTS and self.glob_tests[name] != len(files):
            message = f"the globs of {name} would look at more than {GLOB_TESTS:,} names, and this one is not followed"
            self.found.report("bad-location", message, at, "write fewer globs that reach further")
            return None
        glob = compiled(path)
        return [one for one in (*files, *out_of_reach) if glob.match(one)]

    def nothing_there(self, name: str, path: str, written: str) -> tuple[str, str]:
        if name in self.failed:
            return f"{written!r} leads into {name}, which cannot be read", "see why the repository cannot be read"
        if is_glob(path):
            return f"{written!r} matches no file of {name}", "correct the glob, or write presence: optional"
        stem, _, ending = path.rpartition(".")
        other = f"{stem}.{'yml' if ending == 'yaml' else 'yaml'}"
        if self.files.has((name, other)):
            return f"{written!r} leads to {path}, which is not in {name}", f"did you mean {other}?"
        if any(one.startswith(f"{path}/") for one in self.files.checkouts[name].files):
            return (
                f"{written!r} leads to {path}, which is a folder",
                f"write {written.rstrip('/')}/catalog-info.yaml, or a glob",
            )
        return f"{written!r} leads to {path}, which is not in {name}", "correct the path, or write presence: optional"

    # -- skeletons --------------------------------------------------------------------------------------------------

    def skeletons_in(self, name: str, path: str) -> Skeletons:
        """The skeletons of a repository. A file at its root is in none, so that most repositories need not be asked."""
        if "/" not in path:
            return NO_SKELETONS
        if name not in self.skeletons:
            self.skeletons[name] = self._united(name, skeletons_of(self.files.templates(name), self.repositories[name]))
        return self.skeletons[name]

    def skeletons_met(self) -> Mapping[str, Skeletons]:
        """The skeletons of each repository that was asked for them, with those of every Template on the way."""
        met = {}
        for name in self.skeletons:
            on_the_way = [
                (path, one) for path, several in self.found.templates.get(name, {}).items() for one in several
            ]
            met[name] = self._united(
                name, skeletons_of([*self.files.templates(name), *on_the_way], self.repositories[name])
            )
        return met

    def _united(self, name: str, found: Skeletons) -> Skeletons:
        return Skeletons({**found.places, **self.known.get(name, NO_SKELETONS).places})
