"""From what the worker wrote to articles that the portal can publish.

The worker's output is data of a process that a repository may have taken over: its shape is checked, its HTML is
sanitised here, every address is resolved here. What the portal adds itself (classes that begin with ``cb-``, labels
for people who do not see the page) is put in after sanitising, so no author can write it.
"""

from __future__ import annotations

import base64
import difflib
import html
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from pathspec.gitignore import GitIgnoreSpec
from slugify import slugify

from callboard import sanitize
from callboard.diagnostics import Diagnostic, SourceLocation
from callboard.docs import cleaning, decisions, drawings, formulas, notes
from callboard.docs.formulas import Formula, FormulaError
from callboard.docs.frontmatter import FrontMatter, front_matter
from callboard.docs.links import Kind, Resolver, Surroundings, Target, anchor, quoted
from callboard.docs.plan import Plan, SourceFile, is_place, page_path
from callboard.docs.renderer import WorkerError
from callboard.docs.tree import Element, escape, parse, write
from callboard.docs.whereabouts import Whereabouts
from callboard.model.manual import ALL_DECISIONS, Decision, Heading, NavItem
from callboard.model.routes import safe_url

VERSION = "13"
"""Part of the key of finished manuals: change it with anything that changes what comes out here."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LANDMARKS = frozenset({"main", "nav", "header", "footer", "aside", "article", "section", "center", "hgroup"})
_ROLES = frozenset({"img", "presentation", "none", "note", "math"})
_ALIGNED = re.compile(r"(?:^|;)\s*text-align\s*:\s*(left|right|center|justify)\s*(?:;|$)", re.IGNORECASE)
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none\s*(?:;|$)", re.IGNORECASE)
_SIZE = re.compile(r"\d{1,5}(?:\.\d+)?(?:px|%)?")
_EMOJI_CLASSES = frozenset({"emojione", "gemoji", "twemoji"})
_ONE_THEME = re.compile(r"#(?:only-(light|dark)|gh-(light|dark)-mode-only)$")
"""How Material and GitHub mark a picture that is meant for one theme."""
_PICTURE_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_DRAWING_DATA = re.compile(r"data:image/svg\+xml(?:;charset=utf-8)?;base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)
_REACHES_OUT = re.compile(r"url\((?!\s*[\"']?#)|javascript|expression|@import|\\", re.IGNORECASE)
_REPEATS = re.compile(r"<use\b|url\(", re.IGNORECASE)
_OWN_ID = re.compile(r"cb-", re.IGNORECASE)
LABEL_LENGTH = 80
COLOURLESS = frozenset("esc g ld n normal nx o p pm w x".split())
"""Classes of Pygments that the theme gives no colour: their elements are a tenth of a page and tell nothing."""
_COLOURLESS_TEXT = re.compile(rf'<span class="(?:{"|".join(sorted(COLOURLESS))})">([^<]*)</span>')

Draw = Callable[[str, str], str | None]
"""Given engine and source of a diagram, its SVG, or None where there is nobody to draw. Raises drawings.DrawingError."""


def draw_nothing(engine: str, source: str) -> str | None:
    """Diagrams are shown as their source."""
    return None


Typeset = Callable[[Sequence[Formula]], Sequence[str | FormulaError] | None]
"""Given the formulas of a page, the MathML of each or what is wrong with it; None where there is nobody to typeset.
Raises FormulaError where all of them together are too much."""


def typeset_nothing(page: Sequence[Formula]) -> None:
    """Formulas are shown as their source."""
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page, finished. *uri* is its Markdown as MkDocs names it."""

    uri: str
    path: str
    title: str
    html: str
    headings: tuple[Heading, ...]
    source: str
    description: str = ""
    decision: Decision | None = None
    lists_decisions: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """A manual, finished but for what only today knows (dates, what is stale)."""

    articles: tuple[Article, ...]
    nav: tuple[NavItem, ...]
    files: tuple[SourceFile, ...]
    redirects: tuple[tuple[str, str], ...]
    problems: tuple[Diagnostic, ...]


@dataclass(slots=True)
class _Page:
    uri: str
    title: str
    root: Element
    description: str
    failed: bool = False
    formulas: bool = False
    notes: bool = False
    ids: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)


def adopt(
    plan: Plan,
    records: Sequence[Any],
    around: Surroundings,
    text_of: Callable[[str], str],
    draw: Draw = draw_nothing,
    typeset: Typeset = typeset_nothing,
    reserved: frozenset[str] = frozenset(),
    seconds: float = 120,
) -> Adopted:
    """Make the manual of *plan* out of an engine's *records*; *text_of* gives the Markdown of a page by its uri.
    Classes that are *reserved* for the portal's own pages are taken off.

    Raises WorkerError where the records are not of the form that the worker writes, and after *seconds*.
    """
    patience = cleaning.Patience(seconds)
    problems: list[Diagnostic] = []
    pages: dict[str, _Page] = {}
    nav: Any = None
    for record in records:
        if not isinstance(record, dict):
            raise WorkerError("the docs worker answered what is not a page")
        if "nav" in record:
            nav = record["nav"]
            continue
        page = _page(plan, record, text_of, problems, patience)
        if page.uri not in pages:
            pages[page.uri] = page
    if not isinstance(nav, list) or not pages:
        raise WorkerError("the docs worker rendered no page" if isinstance(nav, list) else "the docs worker did not finish")
    order, tree = _order(nav, pages)
    places, redirects = _places(plan, order)
    resolver = Resolver(
        plan,
        places,
        {uri: frozenset(page.ids) for uri, page in pages.items()},
        {uri: page.renamed for uri, page in pages.items() if page.renamed},
        around,
    )
    tree, named, problems_of_nav = _leading(plan, tree, resolver, pages)
    problems += problems_of_nav
    files = {file.uri: file for file in named}
    articles = []
    sources = {page.uri: page for page in plan.pages}
    matters = {uri: front_matter(text_of(uri)) for uri in order}
    problems += (_matter_problem(plan, sources[uri].path, matter) for uri, matter in matters.items() if matter.error)
    for uri in order:
        writer = _Writer(plan, uri, sources[uri], resolver, text_of, draw, reserved, patience)
        page = pages[uri]
        if page.formulas:
            writer.typeset(page.root, typeset)
        if not page.failed:
            writer.run(page.root)
        if page.notes:
            notes.annotate(page.root, everywhere=plan.settings.annotate)
        problems += writer.problems
        for file in writer.files:
            files.setdefault(file.uri, file)
        articles.append(
            Article(
                uri=uri,
                path=places[uri],
                title=page.title,
                html=write(page.root).strip(),
                headings=_outline(writer.headings),
                source=sources[uri].path,
                description=page.description,
            )
        )
    records_found = decisions.read_records(plan, ((uri, pages[uri].title, pages[uri].root) for uri in order), places, (old for old, _ in redirects), matters.__getitem__)
    articles, added = _with_decisions(articles, records_found)
    problems += _orphans(plan, tree, articles)
    lost = [(old, new) for old, new in plan.settings.redirects if new.partition("#")[0] not in places]
    problems += [_lost_redirect(plan, old, new, guess=n < GUESSES) for n, (old, new) in enumerate(lost)]
    kept, conflicts = _without_conflicts(plan, files.values(), [*places.values(), *added])
    names = {file.uri.casefold() for file in kept}
    redirects = tuple(pair for pair in redirects if not names.intersection(_folders(pair[0].casefold())))
    problems += conflicts
    return Adopted(
        articles=tuple(articles),
        nav=_with_lists(tuple(_nav_items(tree, places)), {first: folder for folder, first in added.items()}),
        files=kept,
        redirects=redirects,
        problems=tuple(dict.fromkeys(problems)),
    )


# -- pages -------------------------------------------------------------------------------------------------------------


def _page(
    plan: Plan,
    record: Mapping[str, Any],
    text_of: Callable[[str], str],
    problems: list[Diagnostic],
    patience: cleaning.Patience,
) -> _Page:
    uri = record.get("uri")
    if not isinstance(uri, str) or uri not in plan.page_paths:
        raise WorkerError("the docs worker answered with a page that nobody asked for")
    file = plan.by_uri[uri]
    where, source = plan.where(file), file.name
    subject = str(plan.entity)
    if "error" in record:
        message = f"{source} cannot be rendered, so it is shown as text: {sanitize.safe_text([str(record['error'])])[:300]}"
        problems.append(Diagnostic("docs-failed", message, where, "simplify what the message names", subject))
        root = parse(f'<div class="cb-page-failed"><pre tabindex="0">{escape(text_of(uri))}</pre></div>')
        return _Page(uri, posixpath.splitext(posixpath.basename(uri))[0], root, "", failed=True)
    html, title, description = record.get("html"), record.get("title"), record.get("description", "")
    if not (isinstance(html, str) and isinstance(title, str) and isinstance(description, str)):
        raise WorkerError("the docs worker answered with a page that is none")
    has_formulas = formulas.may_hold(html)
    if has_formulas:
        html = formulas.without_scripts(html)
    if removed := sanitize.taken_out(html):
        message = f"{source} has {', '.join(removed[:10])}, which is not published"
        first = Whereabouts(lambda: text_of(uri)).markup(removed[0])
        problems.append(Diagnostic("docs-sanitized", message, plan.where(file, first), _instead(removed), subject))
    cleaned = patience.clean(cleaning.without_frames(html), source)
    root = parse(cleaned)
    if _REPEATS.search(cleaned) and _without_endless_drawings(root):
        message = f"{source} has drawings whose parts name each other so often that they would stop a browser; they are not published"
        problems.append(Diagnostic("docs-sanitized", message, where, "draw with fewer references", subject))
    page = _Page(
        uri,
        sanitize.safe_text([title])[:300] or uri,
        root,
        sanitize.safe_text([description])[:1000],
        formulas=has_formulas,
        notes=notes.may_hold(html),
    )
    _name_elements(page)
    return page


def _instead(removed: Sequence[str]) -> str:
    """What an author does about markup that was *removed*."""
    if set(removed) <= {"<iframe>", "<frame>"}:
        return "a link to what it frames stands in its place"
    words = [name for name in removed if name.startswith("<") and name[1:-1] not in sanitize.UNSHOWN]
    return f"where {words[0]} is meant as text, write it between backticks" if words else "write it as Markdown"


def _without_endless_drawings(root: Element) -> bool:
    """Take the drawings out of *root* where together they are more than a browser can draw; whether they were."""
    elements = list(root.elements())
    within = {id(element): [child for child in element.children if isinstance(child, Element)] for element in elements}
    values = {id(element): {name: element.get(name) for name in element.attributes} for element in elements}
    if sanitize.drawn(root, elements, lambda element: within[id(element)], lambda element: values[id(element)]) <= sanitize.MOST_DRAWN:
        return False
    for element in elements:
        element.children = [child for child in element.children if isinstance(child, str) or child.tag != "svg"]
    return True


def _name_elements(page: _Page) -> None:
    """Make ids unique, keep those of the shell free, give every heading one, and let old ``name`` anchors be ids."""
    used: dict[str, int] = {}
    for element in page.root.elements():
        name = element.get("id")
        if not name and element.tag == "a" and element.get("name"):
            name = element.get("name")
        if element.tag == "a":
            element.attributes.pop("name", None)
        name = re.sub(r"\s+", "-", name.strip())
        if not name and element.tag in HEADINGS:
            name = slugify(element.text()) or "section"
        if not name:
            element.attributes.pop("id", None)
            continue
        free = f"doc-{name}" if _OWN_ID.match(name) else name
        if free != name:
            page.renamed.setdefault(name, free)
        unique = free
        while unique in page.ids:
            used[free] = used.get(free, 0) + 1
            unique = f"{free}_{used[free]}"
        page.ids.add(unique)
        element.set("id", unique)
    _name_as_github_does(page)


def _name_as_github_does(page: _Page) -> None:
    """Let links to headings that work where authors look at their Markdown work here: GitHub makes other ids of them."""
    used: dict[str, int] = {}
    for element in page.root.elements():
        if element.tag in HEADINGS:
            name = _github_anchor(Element("", {}, [_heading_text(element)]).text())
            number = used[name] = used.get(name, -1) + 1
            name = f"{name}-{number}" if number else name
            if name and name not in page.ids:
                page.renamed.setdefault(name, element.get("id"))


def _github_anchor(heading: str) -> str:
    """The id that GitHub gives the first *heading* of this text."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# -- order and navigation ----------------------------------------------------------------------------------------------


def _order(nav: list[Any], pages: Mapping[str, _Page]) -> tuple[list[str], list[Any]]:
    """Pages in reading order (the nav's, then the others), and the checked nav: title, page, entries or address."""
    order: list[str] = []
    seen: set[str] = set()
    count = 0

    def check(items: Any, depth: int) -> list[Any]:
        nonlocal count
        found: list[Any] = []
        if not isinstance(items, list) or depth > 30:
            raise WorkerError("the docs worker answered with a navigation that is none")
        for item in items:
            count += 1
            if not isinstance(item, dict) or not isinstance(item.get("title"), str) or count > 50_000:
                raise WorkerError("the docs worker answered with a navigation that is none")
            title = sanitize.safe_text([item["title"]])[:300]
            if "children" in item:
                if children := check(item["children"], depth + 1):
                    found.append((title, None, children))
            elif "page" in item:
                uri = item["page"]
                if isinstance(uri, str) and uri in pages:
                    if uri not in seen:
                        seen.add(uri)
                        order.append(uri)
                    found.append((title or pages[uri].title, uri, None))
                elif isinstance(uri, str):
                    found.append((title, None, uri))
            elif isinstance(item.get("url"), str):
                found.append((title, None, item["url"]))
        return found

    tree = check(nav, 0)
    return order + sorted(set(pages) - seen), tree


def _leading(
    plan: Plan, tree: Iterable[Any], resolver: Resolver, pages: Mapping[str, _Page]
) -> tuple[list[Any], list[SourceFile], list[Diagnostic]]:
    """*tree* with what its addresses lead to, the files among that, and which of them lead nowhere."""
    uris = {quoted(place): uri for uri, place in resolver.places.items()}
    files: list[SourceFile] = []
    problems: list[Diagnostic] = []

    def led(entries: Iterable[Any]) -> Iterator[Any]:
        for title, uri, rest in entries:
            if isinstance(rest, list):
                yield title, None, list(led(rest))
            elif uri is not None or safe_url(rest):
                yield title, uri, rest
            elif (target := resolver.entry(rest)) is None or target.kind is not Kind.GOOD:
                problems.append(_nav_problem(plan, title, rest, guess=len(problems) < GUESSES))
            elif target.href.startswith("cb:page/"):
                place, _, name = target.href.removeprefix("cb:page/").partition("#")
                yield title or pages[uris[place]].title, uris[place], target.href if name else None
            else:
                files.extend([target.asset] if target.asset is not None else [])
                yield title or posixpath.basename(rest), None, target.href

    return list(led(tree)), files, problems


_ANY_PAGE = "name a Markdown file below docs_dir"
GUESSES = 20
"""Entries of one nav, and redirects of one manual, that get a guess at what was meant."""


def _meant(plan: Plan, url: str) -> str:
    """A hint for an address that should be a page's: the page of the nearest name."""
    pages = plan.page_paths
    _, _, below = url.strip("/").partition("/")
    while below:  # an entry that is written as seen from elsewhere: docs/setup.md
        for uri in (below, f"{below}.md", f"{below}/index.md", f"{below}/README.md"):
            if uri in pages:
                return f"did you mean {uri}?"
        _, _, below = below.partition("/")
    known = sorted(pages)[:500]
    name = posixpath.basename(url).casefold()
    named = [uri for uri in known if posixpath.basename(uri).casefold() == name and name not in {"index.md", "readme.md"}]
    near = named[:1] or difflib.get_close_matches(url[:200], known, 1, 0.7)
    return f"did you mean {near[0]}?" if near else _ANY_PAGE


def _nav_problem(plan: Plan, title: str, url: str, *, guess: bool) -> Diagnostic:
    settings = plan.settings
    mark = settings.nav_marks.get(url) or settings.marks.get(("nav",), (0, 0))
    where = SourceLocation(plan.repo, settings.path, *mark)
    name = title or url
    if ":" in url.split("/")[0]:
        message = f"{name} in nav has an address that is not shown: {sanitize.safe_text([url])[:200]}"
        return Diagnostic("rejected-link", message, where, "use https", str(plan.entity))
    message = f"{name} in nav leads to {sanitize.safe_text([url])[:200]}, which is not a page of the documentation"
    return Diagnostic("docs-broken-link", message, where, _meant(plan, url) if guess else _ANY_PAGE, str(plan.entity))


def _lost_redirect(plan: Plan, old: str, new: str, *, guess: bool) -> Diagnostic:
    settings = plan.settings
    place = next((mark for keys, mark in settings.marks.items() if keys[-2:] == ("redirect_maps", old)), (0, 0))
    message = f"{old} redirects to {new}, which is not a page of the documentation"
    where = SourceLocation(plan.repo, settings.path, *place)
    return Diagnostic("docs-broken-link", message, where, _meant(plan, new) if guess else _ANY_PAGE, str(plan.entity))


ORPHANS = 20
"""So many pages that nothing leads to are named, one by one."""
_TO_PAGE = re.compile(r'href="cb:page/([^"#]*)')


def _orphans(plan: Plan, tree: Iterable[Any], articles: Sequence[Article]) -> Iterator[Diagnostic]:
    """Pages to which nothing leads: no nav that their author wrote, no page that it leads to, not the manual's own address."""
    if plan.settings.nav is None:
        return
    reached = set(_in_nav(tree))
    by_path = {html.escape(quoted(article.path)): article for article in articles}
    waiting = [article for article in articles if article.uri in reached or not article.path]
    reached.update(article.uri for article in waiting)
    if len(reached) == len(articles):
        return
    by_decisions = _by_decisions(articles)
    while waiting:
        article = waiting.pop()
        for other in (*map(by_path.get, _TO_PAGE.findall(article.html)), *by_decisions.get(article.uri, ())):
            if other is not None and other.uri not in reached:
                reached.add(other.uri)
                waiting.append(other)
    meant = GitIgnoreSpec.from_lines(plan.settings.not_in_nav.splitlines())
    lost = [article for article in articles if article.source and article.uri not in reached and not meant.match_file(article.uri)]
    for article in lost[:ORPHANS]:
        message = f"{article.source} is not in nav, and no page that is links to it"
        hint = f"add it to nav in {plan.settings.path}, or to not_in_nav"
        yield Diagnostic("docs-orphan", message, SourceLocation(plan.repo, article.source, 1), hint, str(plan.entity))
    if len(lost) > ORPHANS:
        where = SourceLocation(plan.repo, plan.settings.path, *plan.settings.marks.get(("nav",), (0, 0)))
        message = f"{len(lost) - ORPHANS:,} more pages are not in nav, and no page that is links to them"
        yield Diagnostic("docs-orphan", message, where, "correct nav, or delete it: then it holds every page", str(plan.entity))


def _by_decisions(articles: Sequence[Article]) -> Mapping[str, Sequence[Article]]:
    """Pages that the portal links from others, by their uris: from a list of decisions its records, from them the list."""
    lists = {article.path: article for article in articles if article.lists_decisions}
    found: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if article.decision is not None and (listing := lists.get(article.decision.folder)):
            found[listing.uri].append(article)
            found[article.uri].append(listing)
    return found


def _in_nav(tree: Iterable[Any]) -> Iterator[str]:
    for _, uri, rest in tree:
        if uri is not None:
            yield uri
        elif isinstance(rest, list):
            yield from _in_nav(rest)


def _places(plan: Plan, order: Sequence[str]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """The place of each page, and what leads to another place: the first page is the manual's own folder."""
    places = {uri: plan.page_paths[uri] for uri in order}
    redirects: dict[str, str] = {}
    if "" not in places.values():
        redirects[places[order[0]]] = ""
        places[order[0]] = ""
    taken = {place.casefold() for place in places.values()}
    for old, new in plan.settings.redirects:
        page, _, anchor = new.partition("#")
        place = page_path(posixpath.normpath(old))
        if page in places and place and is_place(place) and place.casefold() not in taken:
            redirects.setdefault(place, places[page] + (f"#{anchor}" if anchor else ""))
    return places, tuple(sorted(redirects.items()))


def _nav_items(tree: Iterable[Any], places: Mapping[str, str]) -> Iterator[NavItem]:
    for title, uri, rest in tree:
        if isinstance(rest, list):
            children = tuple(_nav_items(rest, places))
            if children:
                yield NavItem(title, children=children)
        elif rest is not None:
            yield NavItem(title or rest, url=rest if rest.startswith("cb:") else safe_url(rest))
        else:
            yield NavItem(title, places[uri])


# -- decisions ---------------------------------------------------------------------------------------------------------



def _matter_problem(plan: Plan, source: str, matter: FrontMatter) -> Diagnostic:
    message = f"{source} begins with front matter that cannot be read: {matter.error}"
    return Diagnostic("docs-front-matter", message, SourceLocation(plan.repo, source, matter.line), "correct it, or leave it out", str(plan.entity))


def _with_decisions(articles: Sequence[Article], records: decisions.Records) -> tuple[list[Article], dict[str, str]]:
    """*articles* with what is known of decisions, and a page for each folder of them that has none; the places of
    those pages, each with the place of the record that it goes before."""
    known: list[Article] = []
    added: dict[str, str] = {}
    for article in articles:
        decision = records.by_uri.get(article.uri)
        if decision is not None and decision.folder in records.unlisted and decision.folder not in added:
            folder = decision.folder
            added[folder] = article.path
            known.append(Article(uri=f"{folder}index.md", path=folder, title=ALL_DECISIONS, html="", headings=(), source="", lists_decisions=True))
        known.append(replace(article, decision=decision, lists_decisions=article.uri in records.lists))
    return known, added


def _with_lists(nav: tuple[NavItem, ...], added: Mapping[str, str]) -> tuple[NavItem, ...]:
    """*nav* with the pages that were *added*, by the places of the records that they go before."""
    if not added:
        return nav
    found: list[NavItem] = []
    for item in nav:
        if item.path is not None and item.path in added:
            found.append(NavItem(ALL_DECISIONS, added[item.path]))
        found.append(replace(item, children=_with_lists(item.children, added)) if item.children else item)
    return tuple(found)


# -- articles ----------------------------------------------------------------------------------------------------------


class _Writer:
    """Rewrites the tree of one page in place."""

    def __init__(
        self,
        plan: Plan,
        uri: str,
        page: SourceFile,
        resolver: Resolver,
        text_of: Callable[[str], str],
        draw: Draw,
        reserved: frozenset[str],
        patience: cleaning.Patience,
    ) -> None:
        self.plan = plan
        self.uri = uri
        self.page = page
        self.source = page.name
        self.resolver = resolver
        self.draw = draw
        self.reserved = reserved
        self.patience = patience
        self.problems: list[Diagnostic] = []
        self.files: list[SourceFile] = []
        self.headings: list[Heading] = []
        self.formulas: dict[int, Element] = {}
        self.where = Whereabouts(lambda: text_of(uri))

    def run(self, root: Element) -> None:
        root.children = self._children(root, _Place())

    def _children(self, element: Element, place: _Place) -> list[Element | str]:
        found: list[Element | str] = []
        for child in element.children:
            if isinstance(child, str):
                found.append(child)
            else:
                found += self._element(child, place)
        return found

    def _element(self, element: Element, place: _Place) -> list[Element | str]:
        """What stands for *element* in the article: usually itself."""
        if self.formulas and (formula := self.formulas.get(id(element))) is not None:
            return [formula]
        self._attributes(element)
        tag = element.tag
        handler = _HANDLERS.get(tag)
        inner = place.within(element)
        if handler is not None:
            return handler(self, element, inner)
        element.children = self._children(element, inner)
        if tag in _LANDMARKS:
            if tag == "center":
                _add_class(element, "cb-align-center")
            element.tag = "div"
        elif tag in HEADINGS:
            self._heading(element)
        return [element]

    def _attributes(self, element: Element) -> None:
        attributes = element.attributes
        if "class" in attributes:
            kept = [name for name in element.classes if not self._reserved(element, name)]
            if kept:
                element.set("class", " ".join(kept))
            else:
                del attributes["class"]
        if "style" in attributes:
            style = element.get("style")
            del attributes["style"]
            if match := _ALIGNED.search(style):
                _add_class(element, f"cb-align-{match[1].lower()}")
            elif _HIDDEN.search(style):
                attributes["hidden"] = ""
        if "align" in attributes:
            word = element.get("align").lower()
            del attributes["align"]
            if word in {"left", "right", "center", "justify"}:
                _add_class(element, f"cb-align-{word}" if element.tag != "img" else f"cb-float-{word}")
        if "role" in attributes and element.get("role") not in _ROLES:
            del attributes["role"]
        for name in ("valign", "border", "cellpadding", "cellspacing", "cite"):
            attributes.pop(name, None)
        for name in ("aria-describedby", "aria-labelledby", "for", "headers"):
            if name in attributes and not all(word in self.resolver.ids[self.uri] for word in element.get(name).split()):
                del attributes[name]
        if element.tag not in {"svg", "rect", "use", "mask", "pattern", "img"}:
            attributes.pop("width", None)
            attributes.pop("height", None)

    def _reserved(self, element: Element, name: str) -> bool:
        if name in self.reserved:
            permalink = name == "headerlink" and element.tag == "a" and "href" in element.attributes
            return not permalink  # which is made anew
        return name[:3].lower() == "cb-"

    # links

    def _link(self, element: Element, place: _Place) -> list[Element | str]:
        element.children = self._children(element, place)
        href = element.attributes.get("href")
        if href is None:
            element.tag = "span"
            element.attributes.pop("rel", None)
            return [element] if element.attributes else element.children
        if "headerlink" in element.classes:
            return [_permalink(element)]
        target = self.resolver.resolve(self.uri, element.get("href"))
        return self._linked(element, target)

    def _linked(self, element: Element, target: Target) -> list[Element | str]:
        written = element.get("href")
        if target.kind is Kind.GOOD:
            element.set("href", target.href)
            if target.asset is not None:
                self.files.append(target.asset)
            if not element.text() and not any(child.tag in {"img", "svg"} for child in element.elements()):
                if "id" not in element.attributes:
                    return element.children
                element.tag = "span"
                del element.attributes["href"]
            return [element]
        self._lost(target, written)
        marked = Element("span", {"class": "cb-broken-link"}, element.children)
        if "id" in element.attributes:
            marked.attributes["id"] = element.attributes["id"]
        marked.set("title", f"{sanitize.safe_text([target.shown or written])[:200]}: {target.why}")
        return [marked]

    def _lost(self, target: Target, written: str, what: str = "a link to") -> None:
        if target.kind is Kind.UNLINKED:
            return
        self.patience.check()
        code = "rejected-link" if target.kind is Kind.REFUSED else "docs-broken-link"
        shown = sanitize.safe_text([target.shown or written])[:200]
        message = f"{self.source} has {what} {shown}, which {target.why}"
        where = self.plan.where(self.page, self.where.link(target.shown, written))
        self.problems.append(Diagnostic(code, message, where, target.hint, str(self.plan.entity)))

    # pictures

    def _picture(self, element: Element, place: _Place) -> list[Element | str]:
        source = element.get("src")
        label = sanitize.safe_text([element.get("alt")])
        if _EMOJI_CLASSES & set(element.classes):
            return [_emoji(element, label)]
        if not source:
            return [escape(label)] if label else []
        if _PICTURE_DATA.fullmatch(source):
            return [self._shown(element, source)]
        if (drawing := _DRAWING_DATA.fullmatch(source)) and (cleaned := _cleaned_drawing(drawing[1])):
            return [self._shown(element, cleaned)]
        target = self.resolver.resolve(self.uri, source, picture=True)
        if target.kind is Kind.GOOD and target.asset is not None:
            self.files.append(target.asset)
            shown = self._shown(element, target.href)
            if match := _ONE_THEME.search(source):
                _add_class(shown, f"cb-only-{match[1] or match[2]}")
            return [shown]
        if target.kind is Kind.GOOD and not target.href.startswith("cb:"):
            return self._elsewhere(element, target.href, label, place)
        if target.kind is Kind.GOOD:
            target = Target(Kind.BROKEN, why="is not a picture", hint="name a picture file")
        self._lost(target, source, "the picture")
        missing = Element("span", {"class": "cb-broken-image"}, [escape(label or posixpath.basename(source))])
        missing.set("title", f"{sanitize.safe_text([source])[:200]}: {target.why}")
        return [missing]

    def _shown(self, element: Element, address: str) -> Element:
        attributes = {name: value for name, value in element.attributes.items() if name in {"id", "class", "title", "lang", "dir"}}
        shown = Element("img", attributes)
        shown.set("src", address)
        shown.set("alt", sanitize.safe_text([element.get("alt")]))
        for name in ("width", "height"):
            size = element.get(name).strip()
            if _SIZE.fullmatch(size):
                shown.set(name, size.removesuffix("px"))
        shown.set("loading", "lazy")
        shown.set("decoding", "async")
        return shown

    def _elsewhere(self, element: Element, address: str, label: str, place: _Place) -> list[Element | str]:
        """A picture of another origin is not loaded: readers would be seen there. It becomes a link, or a word in one."""
        text = escape(label or posixpath.basename(address.rstrip("/")) or address)
        if place.link:
            return [text]
        link = Element("a", {"class": "cb-foreign-image"}, [text])
        link.set("href", address)
        return [link]

    def _media(self, element: Element, place: _Place) -> list[Element | str]:
        """Sound and video become links to the file: the portal's policy plays nothing inside a page."""
        for candidate in element.elements():
            if candidate.tag in {"video", "audio", "source"} and (source := candidate.get("src")):
                link = Element("a", {}, [escape(posixpath.basename(source.rstrip("/")) or source)])
                link.set("href", source)
                return self._linked(link, self.resolver.resolve(self.uri, source))
        return self._children(element, place)

    def _drop(self, element: Element, place: _Place) -> list[Element | str]:
        return self._children(element, place)

    # tables, code, lists, tabs

    def _table(self, element: Element, place: _Place) -> list[Element | str]:
        element.children = self._children(element, place)
        if "highlighttable" in element.classes:
            element.set("role", "presentation")
            return [element]
        if place.table > 1:
            return [element]
        return [Element("div", {"class": "cb-table", "role": "group", "tabindex": "0", "aria-label": "Table"}, [element])]

    def _cell(self, element: Element, place: _Place) -> list[Element | str]:
        if "linenos" in element.classes:
            element.set("aria-hidden", "true")
            if element.text() == "1":
                _add_class(element, "cb-lone")
        element.children = self._children(element, place)
        return [element]

    def _code_block(self, element: Element, place: _Place) -> list[Element | str]:
        engine = element.get("data-engine")
        element.attributes.pop("data-engine", None)
        if engine and "graphviz-source" in element.classes:
            drawn = self._drawn(engine, element.source())
            if drawn is not None:
                return [drawn]
        if "mermaid" in element.classes:
            _add_class(element, f"cb-room-{drawings.room(element.source())}")
        element.children = [
            _COLOURLESS_TEXT.sub(r"\1", child) if isinstance(child, str) else child for child in self._children(element, place)
        ]
        if not place.line_numbers:
            element.set("tabindex", "0")
        return [element]

    def _drawn(self, engine: str, source: str) -> Element | None:
        """The diagram *source* as a picture; None, and a problem, where it cannot be one."""
        try:
            svg = self.draw(engine, source)
            return drawings.figure(svg, source, self._diagram_link) if svg is not None else None
        except drawings.DrawingError as error:
            message = f"{self.source} has a diagram for {engine} that is shown as text, because {error}"
            where = self.plan.where(self.page, self.where.text(source.strip("\n"), source.strip().partition("\n")[0]))
            self.problems.append(Diagnostic("docs-diagram", message, where, error.hint, str(self.plan.entity)))
            return None

    def _diagram_link(self, written: str) -> str:
        target = self.resolver.resolve(self.uri, written)
        if target.kind is not Kind.GOOD:
            self._lost(target, written)
            return ""
        if target.asset is not None:
            self.files.append(target.asset)
        return target.href

    def _input(self, element: Element, place: _Place) -> list[Element | str]:
        kind = element.get("type").lower()
        checked = {"checked": ""} if "checked" in element.attributes else {}
        if kind == "radio" and place.tabs and "id" in element.attributes:
            kept: dict[str, str] = {name: element.attributes[name] for name in ("id", "name") if name in element.attributes}
            return [Element("input", {"type": "radio"} | kept | checked)]
        if kind != "checkbox":
            return []
        box = Element("input", {"type": "checkbox", "disabled": "", **checked})
        box.set("aria-label", place.item[:LABEL_LENGTH] or ("done" if checked else "to do"))
        return [box]

    def _label(self, element: Element, place: _Place) -> list[Element | str]:
        element.children = self._children(element, place)
        if "task-list-control" in element.classes or "for" in element.attributes:
            return [element]
        return element.children

    def _item(self, element: Element, place: _Place) -> list[Element | str]:
        element.children = self._children(element, place)
        return [element]

    def _span(self, element: Element, place: _Place) -> list[Element | str]:
        element.children = self._children(element, place)
        if place.code and element.attributes.keys() == {"class"} and COLOURLESS.issuperset(element.classes):
            return element.children
        if _EMOJI_CLASSES & set(element.classes) and any(child.tag == "svg" for child in element.elements()):
            name = element.get("title").strip(":") or "symbol"
            element.set("role", "img")
            element.set("aria-label", name.replace("_", " ").replace("-", " "))
        return [element]

    def _drawing(self, element: Element, place: _Place) -> list[Element | str]:
        """Inline SVG: nothing in it may reach out, and references stay within the page."""
        if (graph := drawings.drawn_by_graphviz(element)) is not None:
            with suppress(drawings.DrawingError):  # then it is a drawing like any other
                return [drawings.figure(write(graph).replace("&nbsp;", "&#160;"), "", self._diagram_link)]
        for part in element.elements():
            kept = {}
            for name, value in part.attributes.items():
                if name == "style" or _REACHES_OUT.search(part.get(name)):
                    continue
                if name == "href" and not (part.tag == "use" and re.fullmatch(r"#\S+", part.get(name))):
                    continue
                if name == "class" and part is not element:
                    continue
                kept[name] = value
            part.attributes = kept
        return [element]

    # formulas

    def typeset(self, root: Element, typeset: Typeset) -> None:
        """Have *typeset* make the formulas of the page; they are put in by :meth:`run`."""
        found = [(element, formula) for element in root.elements() if (formula := formulas.written_in(element)) is not None]
        if not found:
            return
        try:
            made = typeset([formula for _, formula in found])
        except FormulaError as error:
            self._not_typeset(f"formulas that are shown as TeX, because {error}", 0)
            made = None
        for number, (element, formula) in enumerate(found):
            shown = self._typeset(formula, made[number]) if made is not None else formulas.source(formula)
            if "id" in element.attributes:
                shown.attributes["id"] = element.attributes["id"]
            self.formulas[id(element)] = shown

    def _typeset(self, formula: Formula, made: str | FormulaError) -> Element:
        try:
            if isinstance(made, FormulaError):
                raise made
            return formulas.typeset(made, formula)
        except FormulaError as error:
            self._not_typeset(f"a formula that is shown as TeX: {sanitize.safe_text([str(error)])}", self._formula_line(formula, error.at))
            return formulas.source(formula)

    def _not_typeset(self, what: str, line: int) -> None:
        where = self.plan.where(self.page, line)
        self.problems.append(Diagnostic("docs-formula", f"{self.source} has {what}", where, formulas.remedy(what), str(self.plan.entity)))

    def _formula_line(self, formula: Formula, at: int) -> int:
        """The line of the Markdown that place *at* of *formula* is on; that of its begin where a list indents it."""
        line = self.where.text(formula.tex)
        if line:
            return line + formula.tex.count("\n", 0, max(0, at))
        return self.where.text(formula.tex.partition("\n")[0])

    # headings

    def _heading(self, element: Element) -> None:
        text = "".join(child if isinstance(child, str) else _heading_text(child) for child in element.children)
        label = Element("", {}, [text]).text()
        for child in element.children:
            if isinstance(child, Element) and "headerlink" in child.classes:
                child.set("href", f"#{anchor(element.get('id'))}")
        if label and "id" in element.attributes:
            self.headings.append(Heading(int(element.tag[1]), element.get("id"), label))


@dataclass(frozen=True, slots=True)
class _Place:
    """What an element stands in."""

    link: bool = False
    table: int = 0
    tabs: bool = False
    line_numbers: bool = False
    item: str = ""
    code: bool = False

    def within(self, element: Element) -> _Place:
        tag = element.tag
        if tag == "pre":
            return _Place(self.link, self.table, False, self.line_numbers, self.item, True)
        if tag == "a":
            return _Place(True, self.table, False, self.line_numbers, self.item)
        if tag == "table":
            return _Place(self.link, self.table + 1, False, self.line_numbers, self.item)
        if tag == "td" and "linenos" in element.classes:
            return _Place(self.link, self.table, False, True, self.item)
        if tag == "div":
            return _Place(self.link, self.table, "tabbed-set" in element.classes, self.line_numbers, self.item)
        if tag == "li":
            return _Place(self.link, self.table, False, self.line_numbers, element.text())
        return self


_HANDLERS: Mapping[str, Callable[[_Writer, Element, _Place], list[Element | str]]] = {
    "a": _Writer._link,
    "img": _Writer._picture,
    "video": _Writer._media,
    "audio": _Writer._media,
    "picture": _Writer._drop,
    "source": lambda writer, element, place: [],
    "track": lambda writer, element, place: [],
    "meter": _Writer._drop,
    "progress": _Writer._drop,
    "table": _Writer._table,
    "td": _Writer._cell,
    "pre": _Writer._code_block,
    "input": _Writer._input,
    "label": _Writer._label,
    "span": _Writer._span,
    "svg": _Writer._drawing,
}


def _cleaned_drawing(encoded: str) -> str:
    """An SVG that stands in the address of a picture, as one that can do nothing; empty where it is none."""
    try:
        cleaned = sanitize.svg_file(base64.b64decode(encoded))
    except ValueError:
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(cleaned).decode('ascii')}" if cleaned is not None else ""


def _add_class(element: Element, name: str) -> None:
    element.set("class", " ".join([*element.classes, name]))


def _permalink(element: Element) -> Element:
    link = Element("a", {"class": "headerlink", "aria-label": "Link to this section"}, ["#"])
    link.attributes["href"] = element.attributes["href"]  # the heading puts its own id here
    return link


def _emoji(element: Element, label: str) -> Element:
    """An emoji is its character: the picture would come from another origin."""
    title = sanitize.safe_text([element.get("title")])
    name = title.strip(":").replace("_", " ") or label
    character = label if label and not label.isascii() else title or label
    shown = Element("span", {"class": "cb-emoji", "role": "img"}, [escape(character)])
    shown.set("aria-label", name or character)
    if title:
        shown.set("title", title)
    return shown


def _heading_text(element: Element) -> str:
    if "headerlink" in element.classes:
        return ""
    if (tex := formulas.tex_of(element)) is not None:
        return escape(tex)
    return "".join(child if isinstance(child, str) else _heading_text(child) for child in element.children)


def _outline(headings: Sequence[Heading]) -> tuple[Heading, ...]:
    """Headings nested by their level."""

    def take(start: int, level: int) -> tuple[tuple[Heading, ...], int]:
        found: list[Heading] = []
        while start < len(headings) and headings[start].level > level:
            heading = headings[start]
            children, start = take(start + 1, heading.level)
            found.append(Heading(heading.level, heading.id, heading.text, children))
        return tuple(found), start

    return take(0, 0)[0]


def _without_conflicts(
    plan: Plan, files: Iterable[SourceFile], places: Iterable[str]
) -> tuple[tuple[SourceFile, ...], list[Diagnostic]]:
    """Files whose names differ in more than case, from each other and from the pages' folders."""
    taken: dict[str, str] = {}
    for place in places:
        page = f"the page {place or 'index'}"
        for path in (f"{place}index.html", *_folders(place)):
            taken.setdefault(path.casefold(), page)
    kept: list[SourceFile] = []
    problems = []
    for file in sorted(files, key=lambda file: file.uri):
        other = taken.setdefault(file.uri.casefold(), file.name)
        if other == file.name:
            kept.append(file)
        else:
            message = f"{file.name} and {other} want one address; {other} has it"
            problems.append(Diagnostic("path-conflict", message, plan.where(file), "rename one of them", str(plan.entity)))
    return tuple(kept), problems


def _folders(place: str) -> Iterator[str]:
    """The folders that a page at *place* lies in, that of its manual apart, innermost first."""
    while place := place.rpartition("/")[0]:
        yield place
