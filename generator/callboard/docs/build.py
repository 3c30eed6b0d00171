"""Every manual of the organisation: planned, made where something changed, adopted, kept where today failed.

Where the pages come from is the engine's business. The manual made of them is in the store, addressed by what they
depend on, by how their repository is linked to, and by the answers to every question about its surroundings (is that
entity there, what is this file). An unchanged manual costs looking that up.
"""

from __future__ import annotations

import html
import json
import re
import threading
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from callboard import resources, sanitize
from callboard.config.model import DocsConfig
from callboard.diagnostics import Diagnostic, Report, SourceLocation
from callboard.docs import adopt as adopting
from callboard.docs import classes
from callboard.docs.engines import ENGINES, Draft, Engine
from callboard.docs.engines.exchange import Setup
from callboard.docs.links import Surroundings, quoted
from callboard.docs.plan import TEXT_LIMIT, Plan, PlanError, Plans, SourceFile, read_text
from callboard.docs.renderer import WorkerError
from callboard.docs.state import Kept, read_state, write_state
from callboard.docs.studio import Studio
from callboard.docs.whereabouts import Whereabouts
from callboard.model.catalog import Catalog
from callboard.model.manual import Asset, Decision, DecisionLink, Heading, Manual, ManualPage, Manuals, NavItem
from callboard.model.ref import EntityRef
from callboard.model.repository import Change, Checkout, Crawl, ReadError, Stale
from callboard.parallel import map_ordered
from callboard.store import Store, fingerprint
from callboard.tools import Tools

_CHAIN = 50


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one manual: the manual (of today or of before), and how."""

    manual: Manual | None
    problems: tuple[Diagnostic, ...] = ()
    built: bool = False
    base: str = ""
    snippets: tuple[str, ...] = ()


def build_manuals(catalog: Catalog, crawl: Crawl, setup: Setup, report: Report) -> Manuals:
    """The manuals that *catalog* asks for. Whatever goes wrong with one is a diagnostic and spares the others."""
    config, tools = setup.config, setup.tools
    if not config.enabled:
        return Manuals({})
    state = tools.state / "docs.json"
    kept = read_state(state)
    with ENGINES[config.engine](setup) as engine, Studio(tools.store) as studio:
        plans = engine.plan(catalog, crawl, report)
        builder = _Builder(_World(catalog, crawl, plans), config, tools, engine, kept, studio)
        outcomes = map_ordered(builder.outcome, plans.manuals.values(), jobs=tools.jobs)
    manuals: dict[EntityRef, Manual] = {}
    for plan, outcome in zip(plans.manuals.values(), outcomes, strict=True):
        report.extend(outcome.problems)
        if outcome.manual is not None:
            manuals[plan.entity] = outcome.manual
    for ref, error in plans.failed.items():
        if (manual := builder.last_good(ref, error)) is not None:
            manuals[ref] = manual
    manuals = dict(sorted(manuals.items()))
    write_state(state, builder.remember(manuals, dict(zip(plans.manuals, outcomes, strict=True))))
    manuals = {ref: _with_neighbours(manual, manuals, builder.world, report) for ref, manual in manuals.items()}
    aliases = {ref: (target, _alias_page(manuals[target], path)) for ref, (target, path) in plans.aliases.items() if target in manuals}
    built = sum(outcome.built for outcome in outcomes)
    reused = sum(outcome.manual is not None and not outcome.built and outcome.manual.stale is None for outcome in outcomes)
    return Manuals(manuals, aliases, built, reused, engine.isolation)


def forget_others(manuals: Manuals, store: Store) -> None:
    """Remove from *store* what manuals were before: where a build follows each save, it would grow with every one."""
    wanted = {manual.key for manual in manuals.by_entity.values()}
    store.keep(wanted, among=lambda entry: any((entry / name).is_file() for name in ("manual.json", "records.jsonl")))


_NEIGHBOUR = re.compile(r'href="cb:docs/([^/"]+)/([^/"]+)/([^/"]+)/([^"#]*)(#[^"]*)?"')


def _with_neighbours(manual: Manual, manuals: Mapping[EntityRef, Manual], world: _World, report: Report) -> Manual:
    """*manual* with links to pages that another manual turned out not to have leading to the nearest thing there is."""
    if not any("cb:docs/" in page.html for page in manual.pages):
        return manual

    def corrected(page: ManualPage) -> ManualPage:
        where = Whereabouts(lambda: read_text(world.checkouts[manual.repo], page.source, TEXT_LIMIT))
        return replace(page, html=_NEIGHBOUR.sub(lambda match: _neighbour(match, page, manual, manuals, where, report), page.html))

    return replace(manual, pages=tuple(corrected(page) for page in manual.pages))


def _neighbour(
    match: re.Match[str],
    page: ManualPage,
    manual: Manual,
    manuals: Mapping[EntityRef, Manual],
    where: Whereabouts,
    report: Report,
) -> str:
    namespace, kind, name, path = (unquote(part) for part in match.groups("")[:4])
    fragment = match[5] or ""
    other = manuals.get(EntityRef(kind, namespace, name))
    place = f"{namespace}/{kind}/{name}/"
    if other is None:
        nearest = f"cb:entity/{quoted(f'{kind}/{namespace}/{name}')}"
    else:
        target = next((candidate for candidate in other.pages if candidate.path == path), None)
        if target is not None and (not fragment or f'id="{html.escape(unquote(fragment[1:]))}"' in target.html):
            return match[0]
        nearest = f"cb:docs/{quoted(place + (path if target is not None else ''))}"
    file = path.strip("/").rpartition("/")[2]
    line = where.text(*((f"{file}.md{fragment}", f"{file}/{fragment}") if file else ()), fragment, f"/{name}/")
    message = f"{page.source or page.path or 'the first page'} has a link to {path or 'the first page'}{fragment} of the documentation of {kind}:{namespace}/{name}, which is not there"
    report.add("docs-broken-link", message, SourceLocation(manual.repo, page.source, line), "correct the link", str(manual.entity))
    return f'href="{nearest}"'


def _alias_page(manual: Manual, written: str) -> str:
    """The page that ``techdocs-entity-path`` names; the first where there is none such."""
    wanted = f"{written.strip('/')}/" if written.strip("/") else ""
    return wanted if any(page.path == wanted for page in manual.pages) else ""


class _World:
    """What manuals may ask about each other and about the organisation."""

    def __init__(self, catalog: Catalog, crawl: Crawl, plans: Plans) -> None:
        self.entities = catalog.entities
        self.checkouts = {checkout.repository.name: checkout for checkout in crawl.checkouts}
        self.pages: dict[tuple[str, str], str] = {}
        self.addresses: set[str] = set()
        for ref, plan in plans.manuals.items():
            place = f"{ref.namespace}/{ref.kind}/{ref.name}"
            for page in plan.pages:
                if page.uri in plan.page_paths:
                    address = f"{place}/{plan.page_paths[page.uri]}"
                    self.addresses.add(address)
                    if page.path:
                        self.pages.setdefault((plan.repo, page.path), quoted(address))
            self.addresses.add(f"{place}/")
        self._names: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._lock = threading.Lock()

    def answer(self, repo: str, kind: str, what: str) -> str:
        """The answer to a question of links.Surroundings about the repository *repo* or the organisation."""
        if kind == "page":
            return self.pages.get((repo, what), "")
        if kind == "docs":
            return "yes" if what in self.addresses else ""
        if kind == "entity":
            return "yes" if EntityRef.parse(what) in self.entities else ""
        files, folders = self._listing(repo)
        if kind == "path":
            return "file" if what in files else "folder" if what in folders else ""
        assert kind == "content"
        return self.checkouts[repo].tree_id(what) if what in files else ""

    def _listing(self, repo: str) -> tuple[frozenset[str], frozenset[str]]:
        with self._lock:
            if repo not in self._names:
                files = frozenset(self.checkouts[repo].files)
                folders = {path[:at] for path in files for at in range(len(path)) if path[at] == "/"}
                self._names[repo] = (files, frozenset(folders))
            return self._names[repo]


class _Builder:
    """Makes one manual at a time, from several threads."""

    def __init__(
        self, world: _World, config: DocsConfig, tools: Tools, engine: Engine, kept: Mapping[EntityRef, Kept], studio: Studio
    ) -> None:
        self.world = world
        self.studio = studio
        self.config = config
        self.tools = tools
        self.engine = engine
        self.kept = kept
        self.store = tools.store
        self.reserved = classes.of_the_portal(resources.theme())

    def outcome(self, plan: Plan) -> _Outcome:
        """Today's manual, or the last good one and why it is not today's."""
        try:
            return self._today(plan)
        except (PlanError, WorkerError, ReadError) as error:
            code = error.code if isinstance(error, PlanError | ReadError) else "docs-failed"
            at = error.at if isinstance(error, PlanError) and error.at else plan.at
            hint = error.hint if isinstance(error, PlanError | ReadError) else _hint(str(error))
            problem = Diagnostic(code, f"the documentation of {plan.entity}: {error}", at, hint, str(plan.entity))
            return _Outcome(self.last_good(plan.entity, str(error)), (problem,))

    def last_good(self, ref: EntityRef, error: str) -> Manual | None:
        """The manual of an earlier build, marked with its age and *error*."""
        kept = self.kept.get(ref)
        if kept is None:
            return None
        found = self.store.get(kept.key)
        if found is None:
            return None
        try:
            document = json.loads((found / "manual.json").read_text("utf-8"))
            manual = self._manual(ref, kept.repo, kept.key, found, document, None)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return replace(manual, stale=Stale(kept.since, error))

    def remember(self, manuals: Mapping[EntityRef, Manual], outcomes: Mapping[EntityRef, _Outcome]) -> dict[EntityRef, Kept]:
        """What the next build has to know."""
        found = {}
        for ref, manual in manuals.items():
            if manual.stale is not None:
                found[ref] = self.kept[ref]
            else:
                outcome = outcomes[ref]
                found[ref] = Kept(manual.repo, manual.key, self.tools.now, outcome.base, outcome.snippets)
        return found

    # one manual

    def _today(self, plan: Plan) -> _Outcome:
        draft = self.engine.draft(plan, self.kept.get(plan.entity))
        key = fingerprint(
            "docs-manual",
            adopting.VERSION,
            self.studio.version,
            self.studio.tex_version,
            draft.key,
            _linking(plan),
            str(self.config.max_output),
            *sorted(self.reserved),
        )
        for _ in range(_CHAIN):
            entry = self.store.get(key)
            if entry is None:
                break
            document = json.loads((entry / "manual.json").read_text("utf-8"))
            asked: Mapping[str, str] = document["answers"]
            today = {question: self._answer(plan, question) for question in asked}
            if today == asked:
                manual = self._manual(plan.entity, plan.repo, key, entry, document, plan.checkout)
                return _Outcome(manual, _problems(document), False, draft.base, draft.snippets)
            key = fingerprint(key, json.dumps(today, sort_keys=True))
        pages = draft.pages()
        around = Surroundings(lambda kind, what: self.world.answer(plan.repo, kind, what))
        adopted = adopting.adopt(
            pages.plan,
            pages.records,
            around,
            draft.text,
            self.studio.for_manual(),
            self.studio.typesetter(),
            self.reserved,
            self.config.timeout,
        )
        problems = tuple(dict.fromkeys((*pages.problems, *adopted.problems)))
        entry = self.store.get_or_make(key, lambda folder: self._write(folder, pages.plan, draft, adopted, around, problems))
        document = json.loads((entry / "manual.json").read_text("utf-8"))
        manual = self._manual(plan.entity, plan.repo, key, entry, document, plan.checkout)
        self.tools.progress(f"docs {plan.entity}: {len(manual.pages)} pages")
        return _Outcome(manual, _problems(document), pages.fresh, draft.base, draft.snippets)

    def _answer(self, plan: Plan, question: str) -> str:
        kind, _, what = question.partition(":")
        return self.world.answer(plan.repo, kind, what)

    # files

    def _write(
        self,
        folder: Path,
        plan: Plan,
        draft: Draft,
        adopted: adopting.Adopted,
        around: Surroundings,
        problems: tuple[Diagnostic, ...],
    ) -> None:
        """Fill the store's *folder* with the manual."""
        left = self.config.max_output << 20
        noted = list(problems)
        files: list[list[str]] = []
        (folder / "files").mkdir()
        answers = dict(around.answers)
        for number, file in enumerate(adopted.files):
            if file.path:
                answers[f"content:{file.path}"] = self._answer(plan, f"content:{file.path}")
            try:
                data = _published(draft, file, left)
            except ReadError as error:
                noted.append(_skipped(plan, file, str(error), error.hint))
                continue
            if data is None:
                noted.append(_skipped(plan, file, f"{file.name} is not an SVG that can be shown", "export it as plain SVG or PNG"))
                continue
            if not file.uri.lower().endswith(".svg") and sanitize.taken_for_page(data):
                noted.append(_skipped(plan, file, f"{file.name} begins like a page, and some web servers would have browsers run it", "put it into an archive"))
                continue
            left -= len(data)
            name = f"{number:05}{Path(file.uri).suffix.lower()}"
            (folder / "files" / name).write_bytes(data)
            files.append([file.uri, name])
        published = {uri for uri, _ in files}
        lost = {f"cb:asset/{quoted(file.uri)}" for file in adopted.files if file.uri not in published}
        document = {
            "title": plan.settings.site_name,
            "pages": [_article(article, lost) for article in adopted.articles],
            "nav": [_nav(item, lost) for item in adopted.nav],
            "files": files,
            "redirects": [list(pair) for pair in adopted.redirects],
            "problems": [_problem(problem) for problem in dict.fromkeys(noted)],
            "answers": dict(sorted(answers.items())),
        }
        (folder / "manual.json").write_text(json.dumps(document, ensure_ascii=False), "utf-8")

    def _manual(
        self, ref: EntityRef, repo: str, key: str, entry: Path, document: Mapping[str, Any], checkout: Checkout | None
    ) -> Manual:
        return Manual(
            entity=ref,
            title=document["title"],
            repo=repo,
            key=key,
            pages=tuple(
                ManualPage(
                    path=page["path"],
                    title=page["title"],
                    html=page["html"],
                    headings=tuple(_heading_value(heading) for heading in page["headings"]),
                    source=page["source"],
                    change=self._change(checkout, page["source"]),
                    description=page["description"],
                    decision=_decision_value(page.get("decision")),
                    lists_decisions=page.get("lists_decisions", False),
                )
                for page in document["pages"]
            ),
            nav=tuple(_nav_value(item) for item in document["nav"]),
            assets=tuple(Asset(path, entry / "files" / name) for path, name in document["files"]),
            redirects=tuple((old, new) for old, new in document["redirects"]),
        )

    def _change(self, checkout: Checkout | None, source: str) -> Change | None:
        """The last change of a page, as far as the configuration wants it told."""
        change = checkout.last_change(source) if checkout is not None and self.config.last_change and source else None
        return replace(change, author="") if change is not None and not self.config.authors else change


def _hint(message: str) -> str:
    if "longer than" in message:
        return "split the manual, or raise docs.timeout"
    if "larger than" in message:
        return "split the manual, or raise docs.max_output"
    if "of memory" in message:
        return "split the manual, or raise docs.memory"
    return ""


def _linking(plan: Plan) -> str:
    repository = plan.checkout.repository
    entity = plan.entity
    parts = (repository.name, repository.url, repository.forge, repository.branch or repository.commit, repository.prefix, str(entity), plan.settings.annotate)
    return json.dumps(parts)


def _published(draft: Draft, file: SourceFile, limit: int) -> bytes | None:
    """The content of *file* as it may be published; None for an SVG that is none. Raises ReadError."""
    data = draft.read(file, limit=limit)
    return sanitize.svg_file(data) if file.uri.lower().endswith(".svg") else data


def _skipped(plan: Plan, file: SourceFile, message: str, hint: str) -> Diagnostic:
    return Diagnostic("docs-file-skipped", message, plan.where(file), hint, str(plan.entity))


# -- to JSON and back --------------------------------------------------------------------------------------------------


def _article(article: adopting.Article, lost: Iterable[str]) -> dict[str, Any]:
    text = article.html
    for address in lost:
        text = text.replace(f' src="{address}"', ' src="data:,"').replace(f' href="{address}"', "")
    return {
        "path": article.path,
        "title": article.title,
        "html": text,
        "headings": [_heading(heading) for heading in article.headings],
        "source": article.source,
        "description": article.description,
        "decision": _decision(article.decision),
        "lists_decisions": article.lists_decisions,
    }


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    return asdict(decision) if decision is not None else None


def _decision_value(value: Mapping[str, Any] | None) -> Decision | None:
    if value is None:
        return None
    links = tuple(DecisionLink(link["label"], link["address"]) for link in value["superseded_by"])
    return Decision(**{**value, "superseded_by": links})


def _heading(heading: Heading) -> list[Any]:
    return [heading.level, heading.id, heading.text, [_heading(child) for child in heading.children]]


def _heading_value(value: Sequence[Any]) -> Heading:
    level, name, text, children = value
    return Heading(level, name, text, tuple(_heading_value(child) for child in children))


def _nav(item: NavItem, lost: Container[str]) -> list[Any]:
    return [item.title, item.path, "" if item.url in lost else item.url, [_nav(child, lost) for child in item.children]]


def _nav_value(value: Sequence[Any]) -> NavItem:
    title, path, url, children = value
    return NavItem(title, path, url, tuple(_nav_value(child) for child in children))


def _problem(problem: Diagnostic) -> list[Any]:
    at = problem.location
    return [problem.code, problem.message, [at.repo, at.path, at.line, at.column], problem.hint, problem.subject]


def _problems(document: Mapping[str, Any]) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(code, message, SourceLocation(*at), hint, subject) for code, message, at, hint, subject in document["problems"]
    )
