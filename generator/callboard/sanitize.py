"""HTML and SVG that somebody else wrote, reduced to what can do nothing but be looked at.

Everything is decided by allow-lists. HTML goes through ammonia (a browser's parser, so that what we see is what a
browser would), SVG files through an XML parser without entities, network or DTD. What comes out runs no code, loads
nothing from elsewhere, carries no style, frames nothing and submits nothing: it fits the portal's content security
policy (architecture, decision 12).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import nh3
from lxml import etree

_PHRASES = (
    "a abbr acronym b bdi bdo br cite code data del dfn em i img input ins kbd label mark q rp rt ruby s samp small span"
    " strike strong sub sup time tt u var wbr"
)
_BLOCKS = (
    "address article aside blockquote caption center col colgroup dd details div dl dt figcaption figure footer h1 h2 h3 h4"
    " h5 h6 header hgroup hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
_MEDIA = "audio video source track picture meter progress"
_SVG = (
    "svg g path circle ellipse line polygon polyline rect text tspan defs linearGradient radialGradient stop clipPath"
    " mask symbol use marker pattern"
)
TAGS = frozenset(f"{_PHRASES} {_BLOCKS} {_MEDIA} {_SVG}".split())
EMPTIED = frozenset(
    "script style template noscript noembed noframes iframe frame frameset embed base meta link title"
    " head math textarea select xmp plaintext".split()
)
"""Elements that go with everything in them. What is in others that go stays: Map<Object>, left open, would take the
rest of the page along, which browsers show."""
UNSHOWN = EMPTIED | frozenset("object applet param option optgroup datalist button form fieldset legend output dialog canvas html body big font marquee blink nobr menu dir slot search".split())
"""Elements of HTML that are taken out. Other names that are, such as <environment>, are mostly meant as text."""

_EVERYWHERE = "id class title lang dir style role aria-label aria-hidden aria-describedby aria-labelledby"
_DRAWN = (
    "fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-dasharray stroke-opacity"
    " stroke-miterlimit opacity transform clip-rule clip-path mask color display visibility vector-effect"
    " font-family font-size font-weight font-style text-anchor dominant-baseline alignment-baseline letter-spacing"
)
_ATTRIBUTES = {
    "a": "href name rel",
    "img": "src alt width height align",
    "audio": "src controls loop muted preload",
    "video": "src controls loop muted preload width height poster",
    "source": "src type media",
    "track": "src kind srclang label default",
    "input": "type checked disabled id name",
    "label": "for",
    "details": "open",
    "ol": "start type reversed",
    "ul": "type",
    "li": "value",
    "table": "align width border cellpadding cellspacing",
    "td": "align valign colspan rowspan headers width height",
    "th": "align valign colspan rowspan headers scope abbr width height",
    "col": "span width align",
    "colgroup": "span align",
    "tr": "align valign",
    "div": "align data-tabs",
    "p": "align",
    "pre": "data-engine data-lang",
    "h1": "align",
    "h2": "align",
    "h3": "align",
    "h4": "align",
    "h5": "align",
    "h6": "align",
    "blockquote": "cite",
    "q": "cite",
    "del": "cite datetime",
    "ins": "cite datetime",
    "time": "datetime",
    "data": "value",
    "meter": "value min max low high optimum",
    "progress": "value max",
    "svg": f"{_DRAWN} xmlns viewBox width height x y preserveAspectRatio version",
    "g": _DRAWN,
    "path": f"{_DRAWN} d pathLength",
    "circle": f"{_DRAWN} cx cy r",
    "ellipse": f"{_DRAWN} cx cy rx ry",
    "line": f"{_DRAWN} x1 y1 x2 y2",
    "polygon": f"{_DRAWN} points",
    "polyline": f"{_DRAWN} points",
    "rect": f"{_DRAWN} x y width height rx ry",
    "text": f"{_DRAWN} x y dx dy rotate textLength lengthAdjust",
    "tspan": f"{_DRAWN} x y dx dy rotate",
    "defs": "",
    "linearGradient": "x1 y1 x2 y2 gradientUnits gradientTransform spreadMethod",
    "radialGradient": "cx cy r fx fy gradientUnits gradientTransform spreadMethod",
    "stop": "offset stop-color stop-opacity",
    "clipPath": "clipPathUnits transform",
    "mask": "x y width height maskUnits maskContentUnits",
    "symbol": "viewBox preserveAspectRatio",
    "use": "href x y width height transform",
    "marker": "viewBox refX refY markerWidth markerHeight markerUnits orient",
    "pattern": "x y width height viewBox patternUnits patternContentUnits patternTransform",
}
SCHEMES = frozenset({"http", "https", "mailto", "data"})
"""Schemes that pass here; what may stand where is decided when links are rewritten (data: only for pictures)."""


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(EMPTIED),
        attributes={"*": set(_EVERYWHERE.split()), **{tag: set(names.split()) for tag, names in _ATTRIBUTES.items()}},
        strip_comments=True,
        link_rel=None,
        url_schemes=set(SCHEMES),
    )


def clean(html: str) -> str:
    """*html* with nothing but allowed elements, attributes and schemes, written in one canonical form.

    ``style`` attributes are still there: callers turn what they know into classes and drop the rest.
    """
    return _cleaner().clean(html.replace("\x00", ""))


_PLAIN_TAGS = frozenset(
    "a abbr b blockquote br caption code del details div dl dd dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp small span"
    " strong sub summary sup table tbody td tfoot th thead tr tt u ul var".split()
)


@cache
def _plain_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_PLAIN_TAGS),
        clean_content_tags=set(EMPTIED),
        attributes={"a": {"href"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        strip_comments=True,
        link_rel="noreferrer",
        url_schemes={"http", "https", "mailto"},
    )


_RELATIVE = re.compile(r' href="(?!https?:|mailto:)[^"]*"')


def clean_description(html: str) -> str:
    """*html* of a description: words, lists, tables, code and links to the web; no pictures, no names, no classes."""
    return _RELATIVE.sub("", _plain_cleaner().clean(html.replace("\x00", "")))


_OPENING = re.compile(r"<([a-zA-Z][a-zA-Z0-9:-]*)")
_HANDLER = re.compile(r"<[a-zA-Z][^<>]*?\s(on[a-z]+)\s*=", re.IGNORECASE)
_SCHEME = re.compile(r"""(?:href|src|action|data)\s*=\s*(?:["']\s*)?((?:javascript|vbscript|file|blob):)""", re.IGNORECASE)


_DRAWING = re.compile(r"<svg\b.*?(?:</svg>|\Z)", re.DOTALL | re.IGNORECASE)
_UNSEEN_IN_DRAWINGS = re.compile(r"<(?:title|desc|metadata)\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def taken_out(html: str) -> tuple[str, ...]:
    """What :func:`clean` takes out of *html*, as its author would call it; sorted. What is in comments never shows."""
    html = _COMMENT.sub("", html)
    lower = {tag.lower() for tag in TAGS}
    outside = _DRAWING.sub(lambda drawing: _UNSEEN_IN_DRAWINGS.sub("", drawing[0]), html)
    found = {f"<{name.lower()}>" for name in _OPENING.findall(outside) if name.lower() not in lower}
    found |= {name.lower() for name in _HANDLER.findall(html)}
    found |= {name.lower() for name in _SCHEME.findall(html)}
    return tuple(sorted(found))


# -- SVG files ----------------------------------------------------------------------------------------------------------

_SVG_NAMESPACE = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SVG_FORBIDDEN = frozenset(
    "script foreignObject iframe object embed audio video canvas handler listener set animate animateMotion animateTransform"
    " animateColor discard a".split()
)
_SVG_KEPT = frozenset(
    "svg g path circle ellipse line polygon polyline rect text tspan textPath defs linearGradient radialGradient stop"
    " clipPath mask symbol use marker pattern image title desc switch style filter feBlend feColorMatrix"
    " feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow"
    " feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight"
    " feSpecularLighting feSpotLight feTile feTurbulence".split()
)
_LOCAL = re.compile(r"\s*#[^\s]*\s*")
_EMBEDDED = re.compile(r"\s*data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_CSS_REACHES_OUT = re.compile(r"@import|@font-face|expression|javascript|behavior|-moz-binding|\\|url\((?!\s*[\"']?#)", re.IGNORECASE)
SVG_LIMIT = 4 << 20


def svg_file(data: bytes) -> bytes | None:
    """An SVG file that can be opened on its own, or None where *data* is not one."""
    if len(data) > SVG_LIMIT:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag != f"{{{_SVG_NAMESPACE}}}svg":
        return None
    _clean_svg(root)
    elements = list(root.iter())
    if drawn(root, elements, list, lambda element: element.attrib) > MOST_DRAWN:
        return None
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xlink"])
    return etree.tostring(root, encoding="utf-8")


_REFERENCE = re.compile(r"(?:^\s*|url\(\s*[\"']?)#([^\s\"')]+)")
MOST_DRAWN = 200_000
"""So many elements are drawn, references followed, before a drawing is one that would only stop the browser."""


def drawn(root: Any, elements: Sequence[Any], children: Callable[[Any], Iterable[Any]], attributes: Callable[[Any], Any]) -> int:
    """How many elements a browser draws for *root*, every reference to one (``<use>``, ``url(#...)``) followed.

    *elements* are *root* and all below it, in whichever tree. Counts no further than one beyond :data:`MOST_DRAWN`; what
    leads round in circles counts once.
    """
    named: dict[str, Any] = {}
    for element in elements:
        named.setdefault(attributes(element).get("id", ""), element)
    sizes: dict[int, int] = {}
    begun: dict[int, list[Any]] = {}
    waiting = [root]
    while waiting:
        element = waiting[-1]
        known = begun.get(id(element))
        if known is None:
            names = (name for value in attributes(element).values() for name in _REFERENCE.findall(value))
            known = begun[id(element)] = [*children(element), *(named[name] for name in names if name in named)]
            waiting += [one for one in known if id(one) not in begun]
        else:
            waiting.pop()
            if id(element) not in sizes:
                sizes[id(element)] = min(1 + sum(sizes.get(id(one), 0) for one in known), MOST_DRAWN + 1)
    return sizes[id(root)]


def _clean_svg(element: etree._Element) -> None:
    for name in list(element.attrib):
        if not _svg_attribute(str(name), str(element.attrib[name])):
            del element.attrib[name]
    if element.tag == f"{{{_SVG_NAMESPACE}}}style" and _CSS_REACHES_OUT.search("".join(str(part) for part in element.itertext())):
        element.text = ""
    for child in list(element):
        if not isinstance(child.tag, str) or not _svg_element(child.tag):
            _remove(element, child)
        else:
            _clean_svg(child)


def _svg_element(tag: str) -> bool:
    namespace, _, name = tag.removeprefix("{").rpartition("}")
    return namespace == _SVG_NAMESPACE and name in _SVG_KEPT and name not in _SVG_FORBIDDEN


def _svg_attribute(name: str, value: str) -> bool:
    namespace, _, local = name.removeprefix("{").rpartition("}")
    if namespace not in {"", _XLINK} and name != _XML_SPACE:
        return False
    if local.lower().startswith("on") or local.lower() in {"base", "actuate", "show", "arcrole", "role"}:
        return False
    if local == "href" or local == "src":
        return bool(_LOCAL.fullmatch(value) or _EMBEDDED.fullmatch(value))
    return not _CSS_REACHES_OUT.search(value)


def _remove(parent: etree._Element, child: etree._Element) -> None:
    """Take *child* out; what is drawn in a link stays."""
    if child.tag == f"{{{_SVG_NAMESPACE}}}a":
        child.tag = f"{{{_SVG_NAMESPACE}}}g"
        _clean_svg(child)
        return
    if child.tail:
        before = child.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)


# -- other files --------------------------------------------------------------------------------------------------------

_PAGE = re.compile(
    rb"[\t\n\x0c\r ]*<(?:!--|(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[ >\t\n\x0c\r/])", re.IGNORECASE
)
_XML = re.compile(rb"[\t\n\x0c\r ]*<\?xml", re.IGNORECASE)
_SHOWN = frozenset({"http://www.w3.org/1999/xhtml", _SVG_NAMESPACE, "http://www.w3.org/1999/XSL/Transform"})


def taken_for_page(data: bytes) -> bool:
    """Whether a browser that is told no type, as some servers tell none of types they do not know, runs *data* as a page
    of the portal's origin: it looks how a file begins (mimesniff.spec.whatwg.org)."""
    if _PAGE.match(data):
        return True
    if not _XML.match(data):
        return False
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return True
    own = [root, *root.itersiblings(preceding=True), *root.itersiblings(), *root.iterdescendants()]
    return root.getroottree().docinfo.internalDTD is not None or any(
        isinstance(element, etree._ProcessingInstruction) or (isinstance(element.tag, str) and etree.QName(element).namespace in _SHOWN)
        for element in own
    )


def safe_text(parts: Iterable[str]) -> str:
    """*parts* as one line of text without control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]+", " ", "".join(parts)).split())
