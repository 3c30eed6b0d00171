"""Asks every configured source, and gives each repository its name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from callboard.config.model import Config, FileSource, FolderSource, GitSource, Source
from callboard.diagnostics import Report, SourceLocation
from callboard.model.forges import FORGES
from callboard.model.globs import select
from callboard.model.repository import Checkout, Crawl, Repository, SourceState, Stale
from callboard.parallel import map_ordered
from callboard.sources.checkout import RepositoryFiles
from callboard.sources.disk import DiskContent
from callboard.sources.file import Files
from callboard.sources.folder import Folders
from callboard.sources.git import GitRepositories, mirror_place, remote_of
from callboard.sources.gitrun import make_home
from callboard.sources.kinds import Context, Found, Lost, SourceError, SourceType
from callboard.sources.known import Answer, read_known, write_known
from callboard.store import fingerprint
from callboard.tools import Tools

SOURCES: Mapping[type[Source], SourceType[Any]] = {
    FolderSource: Folders(),
    GitSource: GitRepositories(),
    FileSource: Files(),
}
"""How each type of source is read."""
MIRROR_DAYS = 30
"""How long a mirror stays that no source asks for."""


def crawl(config: Config, tools: Tools, report: Report) -> Crawl:
    """Every repository that the configuration names, as it is now or as it last was.

    What cannot be read is reported, and named in :attr:`Crawl.failed` unless its last good state is at hand.
    """
    file = SourceLocation("", config.file.name)
    context = Context(config, tools)
    make_home(context.state / "home")
    known = read_known(context.state / "known.json")
    context.known = frozenset(one for answer in known.values() for one in answer.appearances)

    def ask(item: tuple[int, Source]) -> Sequence[Found | Lost] | SourceError:
        index, source = item
        try:
            return SOURCES[type(source)].read(source, f"sources[{index}]", context)
        except SourceError as error:
            return error
        except OSError as error:
            return SourceError(f"cannot be read: {error.strerror or type(error).__name__}")

    # sources mostly wait for servers, so there are more of them at once than processors
    jobs = tools.jobs if tools.jobs == 1 else 4 * tools.jobs
    answers = map_ordered(ask, enumerate(config.sources), jobs=jobs)

    gathered = _Gathered(report, tools)
    remembered: dict[str, Answer] = {}
    for index, (source, answer) in enumerate(zip(config.sources, answers, strict=True)):
        description = SOURCES[type(source)].describe(source)
        key = fingerprint(type(source).__name__, description)
        before = known.get(key)
        if isinstance(answer, SourceError):
            message = f"sources[{index}] ({description}) {answer}"
            report.add("source-failed", message, file, answer.hint)
            gathered.failed(index, description, str(answer), before)
            if before is not None:
                remembered[key] = before
            continue
        _check_forge(index, source, file, report)
        if not answer:
            report.add(
                "source-empty",
                f"sources[{index}] ({description}) holds nothing",
                file,
                "look for a typing error in path",
            )
        remembered[key] = gathered.answered(index, description, answer, before)
    write_known(context.state / "known.json", remembered)
    _forget_mirrors(context)
    return gathered.crawl()


@dataclass
class _Gathered:
    """What came together so far, in the order of the configuration."""

    report: Report
    tools: Tools
    checkouts: dict[str, RepositoryFiles] = field(default_factory=dict)
    lost: dict[str, Repository] = field(default_factory=dict)
    states: list[SourceState] = field(default_factory=list)
    descriptors: dict[tuple[str, str], None] = field(default_factory=dict)
    identities: dict[str, str] = field(default_factory=dict)

    def answered(
        self,
        index: int,
        description: str,
        answer: Sequence[Found | Lost],
        before: Answer | None,
    ) -> Answer:
        """Take in what a source gave; what to remember of it."""
        names: list[str] = []
        reused = 0
        error = ""
        for one in answer:
            if isinstance(one, Lost):
                name = self._name(one.names)
                self._lose(replace(one.repository, name=name), one.error, one.hint, before)
                error = error or f"{name} {one.error}"
            else:
                name = self._take(one, file_source=description.startswith("file "))
                reused += one.reused
                if one.repository.stale:
                    error = error or f"{name} {one.repository.stale.error}"
            names.append(name)
        repositories = tuple(self._repository(name) for name in dict.fromkeys(names))
        self.states.append(
            SourceState(
                id=f"sources[{index}]",
                description=description,
                repositories=repositories,
                reused=reused,
                error=error,
            )
        )
        looks = (
            one.content.appearance for one in answer if isinstance(one, Found) and isinstance(one.content, DiskContent)
        )
        fresh = [one for one in repositories if one.stale is None]
        kept = (
            [one for one in before.repositories if one.name in {r.name for r in repositories if r.stale}]
            if before
            else []
        )
        return Answer(
            self.tools.now,
            tuple(sorted((*fresh, *kept), key=lambda r: r.name)),
            tuple(looks),
        )

    def failed(self, index: int, description: str, error: str, before: Answer | None) -> None:
        """Take in that a source does not answer: what it gave before is out of date, not gone."""
        repositories = []
        if before is not None:
            stale = Stale(before.read_at, error)
            for one in before.repositories:
                if one.name not in self.checkouts and one.name not in self.lost:
                    self.lost[one.name] = replace(one, source=f"sources[{index}]", stale=stale)
                    repositories.append(self.lost[one.name])
        self.states.append(
            SourceState(
                id=f"sources[{index}]",
                description=description,
                repositories=tuple(repositories),
                error=error,
            )
        )

    def crawl(self) -> Crawl:
        checkouts: tuple[Checkout, ...] = tuple(self.checkouts.values())
        return Crawl(
            checkouts,
            tuple(self.states),
            tuple(self.descriptors),
            tuple(self.lost.values()),
        )

    def _repository(self, name: str) -> Repository:
        return self.lost[name] if name in self.lost else self.checkouts[name].repository

    def _take(self, one: Found, *, file_source: bool) -> str:
        """Name a repository, and report what is wrong with it."""
        name = self.identities.get(one.identity, "")
        if not name:
            name = self._name(one.names)
            self.identities[one.identity] = name
            self.checkouts[name] = RepositoryFiles(replace(one.repository, name=name), one.content)
            self._report(one, name)
        elif not file_source:
            place = SourceLocation(name)
            self.report.add(
                "repository-twice",
                f"{name} is read at {self.checkouts[name].repository.source} and again at {one.repository.source}",
                place,
                "take one of them out of the configuration",
            )
        found = select(one.patterns, tuple(one.content.view.files))
        self.descriptors.update(((name, path), None) for path in found)
        if not found:
            hint = f"add {one.patterns[0]}, or set descriptors to where it is" if one.patterns else ""
            self.report.add(
                "no-descriptor",
                f"{name} holds no {' or '.join(one.patterns) or 'descriptor'}",
                SourceLocation(name),
                hint,
            )
        return name

    def _report(self, one: Found, name: str) -> None:
        if one.repository.stale is not None:
            since = f"{one.repository.stale.since:%Y-%m-%d %H:%M} UTC"
            message = f"{name} {one.repository.stale.error}; its state of {since} is shown"
            self.report.add("repository-failed", message, SourceLocation(name), one.hint)
        for problem in one.content.problems:
            self.report.add(
                problem.code,
                problem.message,
                SourceLocation(name, problem.path),
                problem.hint,
            )
        for link in one.content.view.outside:
            message = f"{link} is a link that leads out of the repository or nowhere, and is not followed"
            self.report.add(
                "link-outside",
                message,
                SourceLocation(name, link),
                "put the file itself there, or link inside the repository",
            )

    def _lose(self, repository: Repository, error: str, hint: str, before: Answer | None) -> None:
        known = (
            next(
                (one for one in before.repositories if one.name == repository.name),
                None,
            )
            if before
            else None
        )
        since = before.read_at if before and known else self.tools.now
        stale = Stale(since, error)
        self.lost[repository.name] = (
            replace(known, source=repository.source, stale=stale) if known else replace(repository, stale=stale)
        )
        message = f"{repository.name} {error}"
        self.report.add("repository-failed", message, SourceLocation(repository.name), hint)

    def _name(self, wanted: Sequence[str]) -> str:
        """The first of the *wanted* names that is free, else one with a number; taken names are reported."""
        name = next(one for one in _candidates(wanted) if one not in self.checkouts and one not in self.lost)
        if name != wanted[0]:
            message = f"{wanted[0]} is the name of two repositories; the second one is called {name}"
            self.report.add(
                "repository-name",
                message,
                SourceLocation(name),
                "set name at the source to call it otherwise",
            )
        return name


def _candidates(wanted: Sequence[str]) -> Iterator[str]:
    yield from wanted
    number = 2
    while True:
        yield f"{wanted[-1]}-{number}"
        number += 1


def _check_forge(index: int, source: Source, file: SourceLocation, report: Report) -> None:
    forge = "" if isinstance(source, FileSource) else source.forge
    if forge and forge not in FORGES:
        message = f"sources[{index}].forge is {forge!r}, not one of {', '.join(FORGES)}"
        report.add(
            "config-bad-value",
            message,
            file,
            "take it out to have it told from the address",
        )


def _forget_mirrors(context: Context) -> None:
    """Remove mirrors that no source has asked for in a long time."""
    folder = context.state / "mirrors"
    wanted = set()
    for source in context.config.sources:
        if isinstance(source, GitSource):
            try:
                remote = remote_of(source, context.folder)
            except SourceError:
                continue
            wanted |= {mirror_place(remote, source.branch, context.state, history=history) for history in (True, False)}
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        old = context.tools.now.timestamp() - place.stat().st_mtime > MIRROR_DAYS * 86_400
        if place not in wanted and old:
            shutil.rmtree(place, ignore_errors=True)
        elif place in wanted:
            os.utime(place, (context.tools.now.timestamp(),) * 2)
