"""Records of decisions: a folder ``adr`` or ``decisions`` is recognised, and what its pages say of themselves is read.

Every common form is: front matter (MADR 3 and 4), a list of ``Status: accepted`` (MADR 2), a section ``Status``
(Nygard, adr-tools), a definition list, a table. What is read comes from the sanitised article, so its links have been
resolved like every other.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from callboard.docs.frontmatter import FrontMatter
from callboard.docs.links import quoted
from callboard.docs.plan import Plan, page_path
from callboard.docs.tree import Element
from callboard.model.manual import Decision, DecisionLink

FOLDERS = frozenset(
    "adr adrs decision decisions decision-log decision-records decision_records design-decisions architecture-decisions"
    " architecture-decision-records architecture_decision_records architectural-decisions".split()
)
"""Names of folders that hold records of decisions, in lower case."""
STATES: Mapping[str, frozenset[str]] = {
    "superseded": frozenset("superseded superceded supersede replaced".split()),
    "deprecated": frozenset("deprecated obsolete retired outdated expired".split()),
    "rejected": frozenset("rejected declined denied withdrawn abandoned cancelled canceled".split()),
    "proposed": frozenset("proposed proposal draft pending open review reviewing discussion undecided rfc wip planned todo".split()),
    "accepted": frozenset("accepted approved adopted agreed active decided done final implemented ratified effective valid".split()),
}
"""What the words of a status mean."""
_INDEXES = frozenset({"index", "readme"})
_NUMBER = re.compile(r"(?!\d{4}-\d{2}-\d{2})(?:adr|dr|madr|decision)?[-_. ]?(\d{1,5})(?=[-_. ]|$)", re.IGNORECASE)
_TITLE = re.compile(r"(?:adr|madr|decision)?[-_ #]*(\d{1,5})(?:\s*[.:)–—-]+\s+|(?<=\d{3})\s+)(?=\S)|(?:adr|decision)\s*:\s*(?=\S)", re.IGNORECASE)
_NAMED = re.compile(r"\s*(?:[*_]*)([A-Za-z][A-Za-z ]{2,30}?)(?:[*_]*)\s*:\s*(.*)", re.DOTALL)
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_WORDED = (
    re.compile(r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?P<month>[A-Za-z]{3})[a-z]*\.?,?\s+(?P<year>\d{4})\b"),
    re.compile(r"\b(?P<month>[A-Za-z]{3})[a-z]*\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})\b"),
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MARKDOWN_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)\)")
_VERBS = re.compile(r"(super[sc]eded|replaced)\s+by|(super[sc]edes|replaces|amend\w*)", re.IGNORECASE)
_BY = re.compile(r"(?:super[sc]eded|replaced)\s+by", re.IGNORECASE)
_LONGEST = 60
_READ = 1000
"""Characters of a status that are looked at."""
_LINKS = 10
"""Links of a status that are looked at."""

_RECORD = re.compile(r"(?:adr|record|decision|no\.?|#)?[-_ #]*0*(\d{1,5})\b", re.IGNORECASE)

Resolve = Callable[[str, str], str]
"""Given the uri of a page and a Markdown file that it names, the address of that; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one manual by the uris of their pages, and the pages that list them."""

    by_uri: Mapping[str, Decision]
    lists: frozenset[str]
    """Uris of the pages of their folders."""
    unlisted: frozenset[str]
    """Places of the pages that their folders lack."""


def read_records(
    plan: Plan,
    pages: Iterable[tuple[str, str, Element]],
    places: Mapping[str, str],
    redirected: Iterable[str],
    matter_of: Callable[[str], FrontMatter],
) -> Records:
    """The records among *pages*: uri, title and article of each. A page that a folder lacks is not put where one of
    *places* is, or where readers are *redirected* from."""

    def resolve(uri: str, written: str) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(uri), written.partition("#")[0]))
        return f"cb:page/{quoted(places[target])}" if target in places else ""

    found: dict[str, Decision] = {}
    for uri, title, article in pages:
        folder = folder_of(plan, uri)
        if folder is None or posixpath.splitext(uri.removeprefix(folder))[0].casefold() in _INDEXES:
            continue
        if decision := read_decision(folder, uri, title, article, matter_of(uri), resolve):
            found[uri] = decision
    numbered = {(decision.folder, decision.number): f"cb:page/{quoted(places[uri])}" for uri, decision in reversed(found.items())}
    taken = {place.casefold() for place in (*places.values(), *redirected)}
    folders = {decision.folder for decision in found.values()}
    alone = {folder.casefold(): folder for folder in sorted(folders, reverse=True)}
    return Records(
        {uri: _linked(decision, numbered) for uri, decision in found.items()},
        frozenset(uri for uri, place in places.items() if place in folders and uri not in found),
        frozenset(folder for name, folder in alone.items() if name not in taken),
    )


def _linked(decision: Decision, numbered: Mapping[tuple[str, str], str]) -> Decision:
    """*decision* with links to records that it names by their numbers only."""
    links = list(decision.superseded_by)
    if not links and (by := _BY.search(decision.status)) and (match := _RECORD.match(decision.status[by.end() :].strip())):
        links = [DecisionLink(match[0].strip(), numbered.get((decision.folder, match[1]), ""))]
    return replace(decision, superseded_by=tuple(link for link in links if link.address))


def folder_of(plan: Plan, uri: str) -> str | None:
    """The folder of decisions that the page *uri* lies in, as MkDocs sees it with a final ``/`` (empty for the root of
    the docs); None where it lies in none. The innermost counts."""
    prefix, root = max(((prefix, root) for prefix, root in plan.roots if uri.startswith(prefix)), default=("", ""), key=lambda pair: len(pair[0]))
    folders = uri.removeprefix(prefix).split("/")[:-1]
    for depth in range(len(folders), -1, -1):
        name = folders[depth - 1] if depth else posixpath.basename(root.rstrip("/"))
        if name.casefold() in FOLDERS:
            return prefix + "".join(f"{folder}/" for folder in folders[:depth])
    return None


def read_decision(folder: str, uri: str, title: str, article: Element, matter: FrontMatter, resolve: Resolve) -> Decision | None:
    """What the record *uri* says of itself; None where the page is no record: it has neither number nor status."""
    stem = posixpath.splitext(posixpath.basename(uri))[0]
    number = _number(stem, title)
    said = list(_said(article))
    status, links = _status(uri, said, matter, resolve)
    if (not number and not status) or "template" in stem.casefold():
        return None
    day = next(filter(None, map(date_in, (matter.text("date", "decided", "date-decided"), *_values(said, "date", "decided on", "decision date"), stem))), None)
    return Decision(
        folder=page_path(f"{folder}index.md"),
        number=number,
        title=title[match.end() :] if (match := _TITLE.match(title)) else title,
        state=state_of(status),
        status=status,
        date=day.isoformat() if day else "",
        superseded_by=tuple(dict.fromkeys(links)),
    )


def state_of(status: str) -> str:
    """The key of :data:`STATES` that the words of *status* mean; empty where they mean none of them.

    The first word that means one decides, but for a record that was accepted and then superseded.
    """
    words = re.findall(r"[a-z]+", status.lower())
    if _BY.search(status):
        return "superseded"
    for word in words[:6]:
        for state, names in STATES.items():
            if word in names and not (state == "superseded" and word == "supersede"):
                return state
    return ""


def date_in(text: str) -> dt.date | None:
    """The first date in *text*, in one of the usual forms."""
    try:
        if match := _ISO.search(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.search(text):
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
        for form in _WORDED:
            if (match := form.search(text)) and match["month"].lower() in _MONTHS:
                return dt.date(int(match["year"]), _MONTHS.index(match["month"].lower()) + 1, int(match["day"]))
    except ValueError:
        return None
    return None


def _number(stem: str, title: str) -> str:
    found = _NUMBER.match(stem) or _TITLE.match(title)
    return str(int(found[1])) if found and found[1] else ""


def _status(uri: str, said: Sequence[tuple[str, Element]], matter: FrontMatter, resolve: Resolve) -> tuple[str, list[DecisionLink]]:
    """The status in words, and the records that took the place of this one."""
    written = matter.text("status", "state")[:_READ]
    if written:
        links = [DecisionLink(label or address, resolve(uri, address)) for label, address in _MARKDOWN_LINK.findall(written)]
        words = _MARKDOWN_LINK.sub(lambda match: match[1] or match[2], written)
        return _short(words), links if _BY.search(words) else []
    parts = [value for name, value in said if name in {"status", "decision status", "state"}]
    texts = [value.text()[:_READ] for value in parts]
    if not any(texts):
        return "", []
    superseded = [n for n, text in enumerate(texts) if _BY.search(text)]
    first = superseded[0] if superseded else next(n for n, text in enumerate(texts) if text)
    links = [DecisionLink(link.text(), link.get("href")) for n in superseded for link in _after_by(parts[n])]
    return _short(texts[first]), links


def _after_by(part: Element) -> Iterator[Element]:
    """The links of *part* that follow the words "superseded by"."""
    links = (element for element in part.elements() if element.tag == "a" and element.get("href"))
    for link in islice(links, _LINKS):
        verbs = _VERBS.findall("".join(_text_before(part, link)))
        if verbs and verbs[-1][0]:
            yield link


def _text_before(root: Element, end: Element) -> Iterator[str]:
    for child in root.children:
        if child is end:
            return
        if isinstance(child, str):
            yield child
        elif any(part is end for part in child.elements()):
            yield from _text_before(child, end)
            return
        else:
            yield child.source()


def _short(text: str) -> str:
    """The first sentence of a status, without marks."""
    line = text.strip().strip("*_`\"'").strip()
    line = re.split(r"(?<=[a-z)])\.(?:\s|$)", line, maxsplit=1)[0]
    return line if len(line) <= _LONGEST else line[:_LONGEST].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _values(said: Iterable[tuple[str, Element]], *names: str) -> Iterator[str]:
    return (value.text() for name, value in said if name in names)


def _said(article: Element) -> Iterator[tuple[str, Element]]:
    """(name in lower case, what it is said to be): from sections, list items, paragraphs, definitions and tables.

    Lines of ``Name: value`` count before the first section only, where a record begins.
    """
    heading = ""
    level = 9
    for block in _blocks(article):
        if re.fullmatch(r"h[1-6]", block.tag):
            own = int(block.tag[1])
            if own == 1:
                continue
            if not heading or own <= level:
                heading, level = _plain(block).casefold(), own
            continue
        if heading:
            yield from ((heading, part) for part in _parts(block))
        else:
            yield from _lines(block)
        if block.tag == "dl":
            yield from _definitions(block)
        elif block.tag == "table":
            yield from _rows(block)


def _blocks(root: Element) -> Iterator[Element]:
    """The blocks of an article, those in boxes of ours and of sections too."""
    for child in root.children:
        if isinstance(child, Element):
            if child.tag in {"div", "section"} and not child.classes.count("highlight"):
                yield from _blocks(child)
            else:
                yield child


def _plain(heading: Element) -> str:
    return "".join(child if isinstance(child, str) else "" if "headerlink" in child.classes else child.source() for child in heading.children).strip()


def _parts(block: Element) -> Iterator[Element]:
    """A block, or the items of a list."""
    if block.tag in {"ul", "ol"}:
        yield from (child for child in block.children if isinstance(child, Element))
    else:
        yield block


def _lines(block: Element) -> Iterator[tuple[str, Element]]:
    """``Name: value`` in a paragraph, on each of its lines, or in the items of a list."""
    for part in _parts(block):
        if part.tag not in {"p", "li"}:
            continue
        for line in _broken(part):
            text = line.source()
            if match := _NAMED.match(text):
                yield match[1].strip().casefold(), _without(line, match[1])


def _broken(part: Element) -> Iterator[Element]:
    """The lines of a paragraph: authors end them by a break, by two spaces, or by nothing but a new line."""
    line = Element("span")
    for child in part.children:
        if isinstance(child, Element) and child.tag in {"br", "ul", "ol"}:
            yield line
            line = Element("span")
        elif isinstance(child, Element) and child.tag == "p":
            yield from _broken(child)
        elif isinstance(child, str):
            first, *rest = child.split("\n")
            line.children.append(first)
            for text in rest:
                yield line
                line = Element("span", {}, [text])
        else:
            line.children.append(child)
    yield line


def _without(line: Element, name: str) -> Element:
    """*line* without its name and colon: what is said."""
    value = Element("span")
    waiting = True
    for child in line.children:
        text = child if isinstance(child, str) else child.source()
        if waiting and ":" in text:
            waiting = False
            rest = text.partition(":")[2]
            if rest.strip(" *_"):
                value.children.append(rest if isinstance(child, str) else Element("span", {}, [rest]))
        elif not waiting:
            value.children.append(child)
    return value


def _definitions(block: Element) -> Iterator[tuple[str, Element]]:
    name = ""
    for child in block.children:
        if isinstance(child, Element) and child.tag == "dt":
            name = child.text().rstrip(":").casefold()
        elif isinstance(child, Element) and child.tag == "dd" and name:
            yield name, child


def _rows(table: Element) -> Iterator[tuple[str, Element]]:
    """Rows of two cells, the first a name; or a row below a row of names."""
    rows = [[cell for cell in row.children if isinstance(cell, Element)] for row in table.elements() if row.tag == "tr"]
    for row in rows:
        if len(row) == 2:
            yield row[0].text().rstrip(":").casefold(), row[1]
    if len(rows) == 2 and len(rows[0]) > 2:
        yield from ((name.text().rstrip(":").casefold(), value) for name, value in zip(rows[0], rows[1], strict=False))
