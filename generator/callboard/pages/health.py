"""Health: every problem of the build with the place to mend it, and the state of every source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from callboard.diagnostics import Diagnostic, Severity
from callboard.model import routes
from callboard.model.language import N_
from callboard.model.ref import EntityRef
from callboard.model.repository import Repository, SourceState
from callboard.pages.context import Context, subject_of
from callboard.pages.views import Fact, HealthView, ProblemGroup, RepositoryRow, SourceRow, Tile

NOBODY = N_("Nobody")
SHOWN = 400
"""Problems that each of the two lists shows; the whole of them is in api/problems.json."""
WORDS = {Severity.ERROR: (N_("errors"), "alert-circle-outline"), Severity.WARNING: (N_("warnings"), "alert-outline"), Severity.INFO: (N_("notes"), "information-outline")}


def owners_of(context: Context, problem: Diagnostic) -> tuple[EntityRef, ...]:
    """Who should hear of *problem*: the owners of its entity, else of what its file declares, else of its repository.

    Names that lead to nobody count where there are no others: whoever wrote them knows who is meant.
    """
    catalog = context.portal.catalog
    subject = subject_of(problem)
    subjects = [subject] if subject else []
    if not any(subject in catalog.entities for subject in subjects):
        subjects = list(context.refs_in.get((problem.location.repo, problem.location.path), ()))
    if not subjects:
        subjects = [ref for (repo, _), refs in context.refs_in.items() if repo == problem.location.repo for ref in refs]
    written = {owner for subject in subjects for owner in catalog.owners(subject)}
    return tuple(sorted({owner for owner in written if owner in catalog.entities} or written))


def _worst_first(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(problems, key=lambda problem: (-problem.severity, problem.order))


def _by_owner(context: Context, route: str) -> tuple[ProblemGroup, ...]:
    groups: dict[EntityRef | None, list[Diagnostic]] = defaultdict(list)
    for problem in context.portal.problems:
        if problem.severity > Severity.INFO:
            for owner in owners_of(context, problem) or (None,):
                groups[owner].append(problem)
    made = []
    room = SHOWN
    for n, owner in enumerate(sorted(groups, key=lambda ref: (ref is None, ref not in context.portal.catalog.entities, -len(groups[ref]), ref or EntityRef("", "", "")))):
        link = context.link(route, owner) if owner else None
        shown = tuple(context.problem(route, problem) for problem in _worst_first(groups[owner])[:room])
        room -= len(shown)
        made.append(ProblemGroup((link.ref if link.missing else link.title) if link else context.gettext(NOBODY), link, f"cb-owner-{n}", shown, len(groups[owner])))
    return tuple(made)


def _by_repository(context: Context, route: str) -> tuple[ProblemGroup, ...]:
    groups: dict[str, list[Diagnostic]] = defaultdict(list)
    for problem in context.portal.problems:
        groups[problem.location.repo].append(problem)
    made = []
    room = SHOWN
    for n, name in enumerate(sorted(groups)):
        shown = tuple(context.problem(route, problem) for problem in _worst_first(groups[name])[:room])
        room -= len(shown)
        made.append(ProblemGroup(name or context.gettext("The portal itself"), None, f"cb-repository-{n}", shown, len(groups[name])))
    return tuple(made)


def _repository(context: Context, repository: Repository) -> RepositoryRow:
    url = routes.safe_url(repository.url)
    return RepositoryRow(
        name=repository.name,
        url=url,
        branch=repository.branch,
        commit=repository.commit[:10],
        commit_url="",
        changed=context.moment(repository.committed_at) if repository.committed_at else None,
        error=repository.stale.error if repository.stale else "",
        since=context.moment(repository.stale.since) if repository.stale else None,
    )


def _source(context: Context, source: SourceState) -> SourceRow:
    return SourceRow(source.id, source.description, source.error, tuple(_repository(context, repository) for repository in source.repositories))


def health(context: Context) -> tuple[str, HealthView]:
    """The page of health. With the build's record it is the only page that tells when this was built."""
    route = routes.HEALTH
    portal = context.portal
    figures = tuple(
        Tile(context.gettext(label), context.language.number(sum(problem.severity is severity for problem in portal.problems)), icon=icon, hue=severity.word)
        for severity, (label, icon) in WORDS.items()
    )
    return route, HealthView(
        frame=context.frame(route, context.gettext("Health"), description=context.gettext("Problems and sources of %(portal)s", portal=portal.title)),
        built=context.moment(portal.built_at),
        version=portal.version,
        figures=figures,
        by_owner=_by_owner(context, route),
        by_repository=_by_repository(context, route),
        skipped=tuple(Fact(str(skipped.location), skipped.reason) for skipped in portal.catalog.skipped),
        sources=tuple(_source(context, source) for source in portal.sources),
        isolation=portal.manuals.isolation,
    )
