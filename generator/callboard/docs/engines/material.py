"""Pages of Material for MkDocs taken apart: article, title, navigation, where the source is edited.

The pages come from whoever published them. Everything here is text in, text out, in time that grows with the length of
the page only; nothing that comes out is safe to show before callboard.docs.adopt has sanitised it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from callboard import sanitize
from callboard.docs import cleaning
from callboard.docs.tree import Element, parse

HEAD = 1 << 18
"""How far into a page its head is looked for."""
TOPIC = 1 << 12
"""How long the title in a page's header may be, with its elements."""

_TAG = r"[^<>]{0,4000}"
_ARTICLE = re.compile(rf"<article\b(?={_TAG}\bmd-(?:content__inner|typeset)\b){_TAG}>", re.I)
_END = re.compile(r"</article\s*>", re.I)
_BUTTON = re.compile(rf"\s*<a\b(?={_TAG}\bmd-content__button\b)(?P<attributes>{_TAG})>", re.I)
_CHROME = re.compile(rf"\s*<nav\b(?={_TAG}\bmd-(?:tags|path)\b){_TAG}>", re.I)
_HEADING = re.compile(r"\s*<h1>(?P<text>[^<]*)</h1>\s*")
_ANY_HEADING = re.compile(r"<h1\b", re.I)
_FOOT = re.compile(
    rf"<(?:aside\b(?={_TAG}\bmd-source-file\b)|form\b(?={_TAG}\bmd-feedback\b)|hr\s*/?>\s*<div\b(?={_TAG}\bmd-source-(?:date|file)\b)|h2\s+id=\"__comments\"){_TAG}>",
    re.I,
)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s<>]+)""", re.I)
_TITLE = re.compile(r"<title>([^<]*)</title", re.I)
_DESCRIPTION = re.compile(r"""<meta\s+name=["']description["']\s+content=(?:"([^"<>]*)"|'([^'<>]*)')""", re.I)
_REFRESH = re.compile(r"""<meta\s+http-equiv=["']?refresh["']?\s+content=["']\s*\d{1,3}\s*;\s*url=["']?([^"'<>]{1,2000})""", re.I)
_FEATURES = re.compile(r'<script id="__config" type="application/json">[^<]{0,4000}"features": ?\[([^\]<]{0,2000})\]')
_TOPIC = re.compile(rf"<div\b(?={_TAG}\bheader-topic\b){_TAG}>", re.I)
_PRIMARY = re.compile(rf"<nav\b(?={_TAG}\bmd-nav--primary\b){_TAG}>", re.I)


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says. *sources* are addresses at which its source is edited or looked at."""

    article: str
    heading: str
    """The text of a plain ``<h1>`` that stood before *article* and is the only one: the theme writes the title of the
    page there, where an article has no heading of its own."""
    title: str
    description: str
    sources: tuple[str, ...]
    annotates: bool = False
    """Whether the theme was told to make notes of numbers in the comments of code."""


def page(text: str, site_name: str, site_description: str) -> Page | None:
    """The page *text*; None where it has no article of Material's."""
    start = _ARTICLE.search(text)
    if start is None:
        return None
    title = _topic(text[: start.start()]) or _head_title(text, site_name)
    ends = [match.start() for match in _END.finditer(text, start.end())]
    inner = text[start.end() : ends[-1] if ends else len(text)]
    inner, sources = _without_chrome(inner)
    found = _HEADING.match(inner)
    heading = ""
    if found is not None and not _ANY_HEADING.search(inner, found.end()):
        heading, inner = _words(found["text"]), inner[found.end() :]
    return Page(_labelled(inner), heading, title, _description(text, site_description), sources, _annotates(text))


def redirect(text: str) -> str:
    """Where the page *text* sends its readers at once; empty where it keeps them."""
    match = _REFRESH.search(text, 0, HEAD)
    return html.unescape(match[1]).strip() if match else ""


# -- what the theme puts around an article -----------------------------------------------------------------------------


def _without_chrome(inner: str) -> tuple[str, tuple[str, ...]]:
    """The article without buttons, tags and what stands below it, and the addresses of the buttons."""
    sources = []
    at = 0
    while match := _BUTTON.match(inner, at) or _CHROME.match(inner, at):
        closing = "</a>" if "attributes" in match.re.groupindex else "</nav>"
        end = inner.find(closing, match.end())
        if end < 0:
            break
        if closing == "</a>" and (address := _HREF.search(match["attributes"])):
            sources.append(html.unescape(address[1]))
        at = end + len(closing)
    inner = inner[at:]
    foot = _FOOT.search(inner)
    return (inner[: foot.start()] if foot else inner).strip(), tuple(sources)


def _annotates(text: str) -> bool:
    start = text.rfind('<script id="__config"')
    features = _FEATURES.match(text, start) if start >= 0 else None
    return features is not None and '"content.code.annotate"' in features[1]


def _words(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _topic(before: str) -> str:
    """The title of the page as the header has it."""
    found = _TOPIC.search(before)
    if found is None:
        return ""
    end = before.find("</div>", found.end())
    return parse(sanitize.clean(before[found.end() : end])).text() if 0 <= end - found.end() < TOPIC else ""


def _head_title(text: str, site_name: str) -> str:
    match = _TITLE.search(text, 0, HEAD)
    title = _words(match[1]) if match else ""
    return title.removesuffix(f" - {site_name}") if site_name else title


def _description(text: str, site_description: str) -> str:
    """The description of the page, where it is not the whole manual's."""
    match = _DESCRIPTION.search(text, 0, HEAD)
    found = _words(match[1] or match[2] or "") if match else ""
    return "" if found == " ".join(site_description.split()) else found


# -- diagrams ----------------------------------------------------------------------------------------------------------

_BLOCK = re.compile(r'<div class="(?:language-text )?highlight">')
_CODE = re.compile(
    _BLOCK.pattern + r'(?:<table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>[^<]*(?:<(?!/pre>)[^<]*)*</pre></div></td>'
    r'<td class="code"><div>)?<pre>(?:<span></span>)?<code>(?P<code>[^<]*)</code></pre>(?:</div></td></tr></table>)?\s*</div>'
)
_MERMAID = re.compile(
    r"\s*(?:---\n.{0,2000}?\n---\s*)?(?:%%[^\n]*\n\s*)*"
    r"(?:(?:graph|flowchart)[ \t]+(?:TB|TD|BT|RL|LR)\b|(?:sequenceDiagram|classDiagram(?:-v2)?|stateDiagram(?:-v2)?|erDiagram|gantt|journey"
    r"|gitGraph|mindmap|timeline|quadrantChart|requirementDiagram|C4(?:Context|Container|Component|Dynamic|Deployment))\b[^\n]*\n|pie\b[^\n]*\n)",
    re.S,
)


def _labelled(article: str) -> str:
    """Code that is a diagram of Mermaid says so: MkDocs drops the name of a fence that highlighting does not know."""
    starts = [match.start() for match in _BLOCK.finditer(article)]
    if not starts:
        return article
    parts = [article[: starts[0]]]
    parts += [_CODE.sub(_diagram, article[start:end], count=1) for start, end in pairwise([*starts, len(article)])]
    return "".join(parts)


def _diagram(match: re.Match[str]) -> str:
    code = match["code"].removesuffix("\n")
    return f'<pre class="mermaid"><code>{code}</code></pre>' if _MERMAID.match(html.unescape(match["code"])) else match[0]


# -- navigation --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation. *address* is as written; a section may have one too, of its first page.

    Of a *pruned* section only the beginning is there: the navigation of its pages shows the rest.
    """

    title: str
    address: str
    children: tuple[Entry, ...] = ()
    pruned: bool = False


def navigation(text: str, patience: cleaning.Patience) -> tuple[Entry, ...]:
    """What the page *text* has in its left column. Raises WorkerError where that takes too long."""
    start = _PRIMARY.search(text)
    if start is None:
        return ()
    end = _ARTICLE.search(text, start.end())
    root = parse(patience.clean(text[start.start() : end.start() if end else len(text)], "a navigation"))
    nav = next((element for element in _inside(root) if element.tag == "nav"), None)
    return _entries(nav) if nav is not None else ()


def _inside(element: Element) -> Iterator[Element]:
    return (child for child in element.children if isinstance(child, Element))


def _entries(nav: Element) -> tuple[Entry, ...]:
    lists = (child for child in _inside(nav) if child.tag == "ul")
    items = (item for one in lists for item in _inside(one) if item.tag == "li")
    return tuple(entry for entry in map(_entry, items) if entry.title or entry.address)


def _entry(item: Element) -> Entry:
    below = next((child for child in _inside(item) if child.tag == "nav" and "md-nav--secondary" not in child.classes), None)
    links = [child for child in _inside(item) if child.tag in {"a", "label", "div"} and "md-nav__link" in child.classes]
    links = [inner for link in links for inner in ([link] if link.tag != "div" else _inside(link)) if inner.tag in {"a", "label"}]
    link = next((one for one in links if one.tag == "a"), None)
    title = next((text for one in (link, *links) if one is not None and (text := _title(one))), "")
    address = link.get("href") if link is not None else ""
    if below is None:
        return Entry(title, address, pruned="md-nav__item--pruned" in item.classes)
    return Entry(title, address, _entries(below))


def _title(link: Element) -> str:
    """The text of *link*, without the line below it that Material calls a subtitle."""
    shown = next((element for element in link.elements() if "md-ellipsis" in element.classes), link)
    return Element("", {}, [child for child in shown.children if isinstance(child, str) or child.tag != "small"]).text()
