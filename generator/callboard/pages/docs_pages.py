"""The pages and files of manuals."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

from callboard.model import forges, routes
from callboard.model.language import N_
from callboard.model.manual import ALL_DECISIONS, Heading, Manual, ManualPage, NavItem
from callboard.model.output import OutputFile
from callboard.model.portal import Portal
from callboard.model.ref import EntityRef
from callboard.pages.context import Context, first_sentence, mail_of
from callboard.pages.pictures import size
from callboard.pages.views import DecisionRow, DocsPageView, HeadingNode, Link, NavNode

_ADDRESS = re.compile(r'(?P<attribute>\b(?:href|src))="cb:(?P<form>page|asset|entity|docs)/(?P<path>[^"#]*)(?:#(?P<anchor>[^"]*))?"')
_ENTRY = re.compile(r"cb:(?P<form>page|asset)/(?P<path>[^#]*)(?:#(?P<anchor>.*))?")
_IMAGE = re.compile(r'<img\b(?=[^>]*\bsrc="cb:asset/(?P<path>[^"#]*))(?![^>]*\bheight=)(?P<rest>[^>]*)>')
_WIDTH = re.compile(r'\bwidth="(\d{1,5})"')
_H1 = re.compile(r"<h1\b")


_SUMMARY = N_("Text of this diagram")
_LABELS = (N_("Table"), N_("Diagram"), N_("Formula"), N_("Link to this section"), N_("done"), N_("to do"))
_LABEL = re.compile(rf'aria-label="(?:(?P<known>{"|".join(_LABELS)})|Note (?P<note>\d+)(?P<back>, back to its place)?|Diagram: (?P<names>[^"]*?)(?: and (?P<more>\d+) more)?)"|<summary>{_SUMMARY}</summary>')
"""What the stage ``docs`` calls parts of articles for people who do not see them."""


def _label(context: Context, match: re.Match[str]) -> str:
    """The label *match* in the portal's language."""
    _ = context.gettext
    if match[0].startswith("<"):
        return f"<summary>{escape(_(_SUMMARY))}</summary>"
    if match["known"]:
        said = escape(_(match["known"]))
    elif match["note"]:
        number = match["note"]
        said = escape(_("Note %(number)s, back to its place", number=number) if match["back"] else _("Note %(number)s", number=number))
    else:
        names = html.unescape(match["names"])
        said = escape(_("Diagram: %(names)s and %(number)s more", names=names, number=match["more"]) if match["more"] else _("Diagram: %(names)s", names=names))
    return f'aria-label="{said}"'


def _title(context: Context, title: str) -> str:
    """A title of a manual; the one that is the portal's own in its language."""
    return context.gettext(title) if title == ALL_DECISIONS else title


def address(context: Context, route: str, manual: Manual, form: str, path: str, anchor: str) -> str:
    """Where an address of the ``cb:`` scheme (model/manual.py) leads, as seen from *route*."""
    if form == "page" or form == "asset":
        target = routes.manual(manual.entity, path)
    elif form == "entity":
        kind, namespace, name = path.strip("/").split("/", 2)
        target = routes.entity(EntityRef(kind, namespace, name))
    else:
        target = f"{routes.DOCS}{path}"
    return context.href(route, target, anchor)


def article(context: Context, route: str, manual: Manual, text: str) -> Markup:
    """The article with its addresses as they are on the page at *route*."""

    def written(match: re.Match[str]) -> str:
        path = unquote(html.unescape(match["path"]))
        anchor = unquote(html.unescape(match["anchor"] or ""))
        return f'{match["attribute"]}="{escape(address(context, route, manual, match["form"], path, anchor))}"'

    files = {asset.path: asset.file for asset in manual.assets} if "<img" in text else {}

    def sized(match: re.Match[str]) -> str:
        """The picture with its size, so that the page keeps a place for it; a width of the author's stays."""
        file = files.get(unquote(html.unescape(match["path"])))
        natural = size(file) if file else None
        width = _WIDTH.search(match["rest"])
        if natural is None or (width is None and " width=" in match["rest"]):
            return match[0]
        if width:
            return f'<img height="{max(1, round(natural[1] * int(width[1]) / natural[0]))}"{match["rest"]}>'
        return f'<img width="{natural[0]}" height="{natural[1]}"{match["rest"]}>'

    if context.language.texts:
        text = _LABEL.sub(lambda match: _label(context, match), text)
    return Markup(_ADDRESS.sub(written, _IMAGE.sub(sized, text)))  # noqa: S704  # sanitised when it was made


def _nav(context: Context, route: str, manual: Manual, items: tuple[NavItem, ...], current: str) -> tuple[NavNode, ...]:
    nodes = []
    for item in items:
        children = _nav(context, route, manual, item.children, current)
        here = item.path is not None and item.path == current
        if item.path is not None:
            url = context.href(route, routes.manual(manual.entity, item.path))
        elif own := _ENTRY.fullmatch(item.url):
            url = address(context, route, manual, own["form"], unquote(own["path"]), unquote(own["anchor"] or ""))
        else:
            url = routes.safe_url(item.url)
        leaves = bool(url) and item.path is None and not item.url.startswith("cb:")
        below = any(child.current or child.open for child in children)
        nodes.append(NavNode(_title(context, item.title), url, here, below, leaves, children))
    return tuple(nodes)


def _headings(headings: tuple[Heading, ...]) -> tuple[HeadingNode, ...]:
    return tuple(HeadingNode(heading.text, f"#{heading.id}", _headings(heading.children)) for heading in headings)


def _contents(page: ManualPage) -> tuple[HeadingNode, ...]:
    """On this page: the page's own title left out, where it is the only one at the top."""
    top = page.headings
    if len(top) == 1 and top[0].level == 1:
        top = top[0].children
    return _headings(top)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The decisions of a manual: records by the path of the page that lists them, and the paths of those pages."""

    records: Mapping[str, tuple[ManualPage, ...]]
    lists: frozenset[str]


def _shelf(manual: Manual) -> _Shelf:
    """The decisions of *manual*, by number, then by address."""
    numbered = sorted(
        ((page.decision.folder, int(page.decision.number or 0), page.path, page) for page in manual.pages if page.decision),
        key=lambda row: row[:3],
    )
    records = {folder: tuple(row[3] for row in rows) for folder, rows in groupby(numbered, key=lambda row: row[0])}
    return _Shelf(records, frozenset(page.path for page in manual.pages if page.lists_decisions))


def docs_page(context: Context, manual: Manual, index: int, shelf: _Shelf) -> tuple[str, DocsPageView]:
    """The page number *index* of *manual*."""
    page = manual.pages[index]
    route = routes.manual(manual.entity, page.path)
    entity = context.link(route, manual.entity)
    repository = context.portal.repositories.get(manual.repo)

    def neighbour(at: int) -> Link | None:
        if not 0 <= at < len(manual.pages):
            return None
        return Link(_title(context, manual.pages[at].title), context.href(route, routes.manual(manual.entity, manual.pages[at].path)))

    edit = view = ""
    if repository and page.source:
        edit = routes.safe_url(forges.edit_url(repository, page.source))
        view = routes.safe_url(forges.view_url(repository, page.source))
    issue = feedback(context, manual, page)
    first = index == 0
    return route, DocsPageView(
        frame=context.frame(
            route,
            manual.title if first else f"{_title(context, page.title)} · {manual.title}",
            description=page.description or first_sentence(_plain(page.html)),
            breadcrumb=(
                Link(context.gettext("Docs"), context.href(route, routes.DOCS)),
                Link(entity.title, entity.url, entity.icon),
                *(() if first or manual.title == entity.title else (Link(manual.title, context.href(route, routes.manual(manual.entity))),)),
            ),
            ref=manual.entity,
            section=routes.DOCS,
        ),
        manual_title=manual.title,
        manual_url=context.href(route, routes.manual(manual.entity)),
        find_url=f"{context.href(route, routes.SEARCH)}?manual={quote(str(manual.entity), safe=':/')}",
        entity=entity,
        owners=context.owners(route, manual.entity),
        heading="" if _H1.search(page.html) else _title(context, page.title),
        html=article(context, route, manual, page.html),
        decision=_decision_row(context, route, manual, page) if page.decision else None,
        decisions_url=context.href(route, routes.manual(manual.entity, page.decision.folder))
        if page.decision and page.decision.folder in shelf.lists
        else "",
        decisions=tuple(
            _decision_row(context, route, manual, other) for other in shelf.records.get(page.path, ()) if page.lists_decisions
        ),
        navigation=_nav(context, route, manual, manual.nav, page.path),
        headings=_contents(page),
        previous=neighbour(index - 1),
        next=neighbour(index + 1),
        edit_url=edit,
        view_url=view,
        issue_url=issue.url,
        issue_label=issue.label,
        issue_icon=issue.icon,
        changed=context.moment(page.change.at) if page.change else None,
        changed_by=page.change.author if page.change else "",
        stale=manual.stale.error if manual.stale else "",
        stale_since=context.moment(manual.stale.since) if manual.stale else None,
    )


STATES = {"proposed": N_("Proposed"), "accepted": N_("Accepted"), "rejected": N_("Rejected"), "deprecated": N_("Deprecated"), "superseded": N_("Superseded")}
"""How the states of decisions are called."""


def _decision_row(context: Context, route: str, manual: Manual, page: ManualPage) -> DecisionRow:
    """The record at *page*, as the page at *route* names it."""
    decision = page.decision
    assert decision is not None
    state = STATES.get(decision.state)
    word = context.gettext(state) if state else first_sentence(decision.status, 24)
    links = tuple(
        Link(link.label, url) for link in decision.superseded_by if (url := _decided(context, route, manual, link.address))
    )
    return DecisionRow(
        title=decision.title,
        url=context.href(route, routes.manual(manual.entity, page.path)),
        number=decision.number,
        status=word,
        state=decision.state or "other",
        about=decision.status if decision.status.casefold() != (state or word).casefold() else "",
        date=context.day(decision.date) if decision.date else None,
        changed=context.moment(page.change.at) if page.change and not decision.date else None,
        superseded_by=links,
    )


def _decided(context: Context, route: str, manual: Manual, written: str) -> str:
    """Where the address of a record leads, as seen from *route*."""
    if match := _ADDRESS.fullmatch(f'href="{written}"'):
        return address(context, route, manual, match["form"], unquote(match["path"]), unquote(match["anchor"] or ""))
    return routes.safe_url(written)


_FEEDBACK = """\
{question}



---
{page}
{source}
"""
"""What an issue about a page begins with: room for words, then where the page and its source are."""


def feedback(context: Context, manual: Manual, page: ManualPage) -> Link:
    """Where to say what is wrong with *page*: an issue at its repository, else a message to an owner of its entity."""
    _ = context.gettext
    repository = context.portal.repositories.get(manual.repo)
    address = context.canonical(routes.manual(manual.entity, page.path))
    name = f"{page.title} ({manual.title})" if page.title != manual.title else manual.title
    source = (forges.view_url(repository, page.source) if repository else "") or page.source or manual.repo
    title = _("Documentation: %(page)s", page=name)
    body = _FEEDBACK.format(
        question=_("What is wrong, or missing?"), page=_("Page: %(page)s", page=f"{name} {address}".rstrip()), source=_("Source: %(source)s", source=source)
    )
    if repository and (url := routes.safe_url(forges.issue_url(repository, title, body))):
        return Link(_("Report an issue"), url, "bug-outline")
    for ref in sorted(context.portal.catalog.owners(manual.entity), key=lambda ref: (ref.kind != "group", ref)):
        owner = context.entity(ref)
        if owner and (email := mail_of(owner)):
            return Link(_("Write to the owner"), f"{email}?subject={quote(title, safe='')}&body={quote(body, safe='')}", "email-outline")
    return Link("")


_TAG = re.compile(r"<h[1-6]\b.*?</h[1-6]>|<annotation\b.*?</annotation>|<[^>]+>", re.DOTALL)


def _plain(text: str) -> str:
    """The beginning of an article as text, headings left out, for a page's description."""
    return html.unescape(_TAG.sub(" ", text[:4000]))


def docs_pages(context: Context, manual: Manual) -> Iterator[tuple[str, DocsPageView]]:
    """Every page of *manual*."""
    shelf = _shelf(manual)
    return (docs_page(context, manual, index, shelf) for index in range(len(manual.pages)))


def manual_files(context: Context) -> Iterator[OutputFile]:
    """The pictures and downloads of every manual."""
    for manual in context.portal.manuals.by_entity.values():
        for asset in manual.assets:
            yield OutputFile(routes.manual(manual.entity, asset.path), asset.file, str(manual.entity), guest=True)


def redirect_files(context: Context) -> Iterator[OutputFile]:
    """A page at each address that a page of a manual had before, which leads to where it is now."""
    for manual in context.portal.manuals.by_entity.values():
        titles = {page.path: page.title for page in manual.pages}
        for old, new in manual.redirects:
            path, _, anchor = new.partition("#")
            route = routes.manual(manual.entity, old)
            url = escape(context.href(route, routes.manual(manual.entity, path), anchor))
            title = escape(titles.get(path) or manual.title)
            direction = ' dir="rtl"' if context.language.direction == "rtl" else ""
            moved = escape(context.gettext("%(page)s has moved", page=titles.get(path) or manual.title))
            heading = escape(context.gettext("This page has moved"))
            text = _REDIRECT.format(language=escape(context.language.code), direction=direction, url=url, title=title, moved=moved, heading=heading, manual=escape(manual.title))
            yield OutputFile(routes.file_of(route), text.encode("utf-8", "replace"), str(manual.entity), guest=True)


_REDIRECT = """\
<!doctype html>
<html lang="{language}"{direction}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<meta http-equiv="refresh" content="0; url={url}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{moved} · {manual}</title>
</head>
<body>
<main>
<h1>{heading}</h1>
<p><a href="{url}">{title}</a></p>
</main>
</body>
</html>
"""


_MERMAID = re.compile(r'<pre\b[^>]*\bclass="(?:[^"]* )?mermaid[ "]')


def has_mermaid(portal: Portal) -> bool:
    """Whether any page has a diagram of Mermaid."""
    pages = (page for manual in portal.manuals.by_entity.values() for page in manual.pages)
    return any("mermaid" in page.html and _MERMAID.search(page.html) for page in pages)
