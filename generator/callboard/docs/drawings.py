"""Pictures that Graphviz drew of an author's text, as part of an article.

What Graphviz writes is taken apart and put together anew from a short list of elements and values, so that nothing in
the author's text can become anything but shapes, words and links. Black is the text's own colour, so that a drawing
without colours of its own follows the theme; one with such colours stands on light paper, as its author saw it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from callboard import sanitize
from callboard.docs.tree import Element, escape

VERSION = "4"
"""Part of the key of finished manuals: change it with anything that changes what comes out here."""

SIZE_LIMIT = 1 << 20
NODE_LIMIT = 1000
NAMED = 6
"""So many boxes are named in the label of a drawing."""
SHRUNK = 1100
"""A drawing of so many pixels is made to fit its column; a wider one is scrolled."""

_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]+)?)pt")
_NUMBERS = re.compile(r"[0-9eE.,+\- ]{1,20000}")
_PATH = re.compile(r"[MmLlCcSsQqTtHhVvAaZz0-9eE.,+\- ]{1,200000}")
_POINTS = re.compile(r"[0-9eE.,+\- ]{1,200000}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,30}[0-9]{0,3}")
_WORD = re.compile(r"[A-Za-z0-9 ,_-]{1,100}")
_TRANSFORM = re.compile(r"(?:(?:translate|rotate|scale)\([0-9eE.,+\- ]{1,60}\) ?){1,4}")
_GRADIENT = re.compile(r"url\(#([\w-]+)\)")
_STROKED = {"stroke-width": _NUMBERS, "stroke-dasharray": _NUMBERS, "stroke-opacity": _NUMBERS, "fill-opacity": _NUMBERS}
_SHAPES: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "path": {"d": _PATH, **_STROKED},
    "polygon": {"points": _POINTS, **_STROKED},
    "polyline": {"points": _POINTS, **_STROKED},
    "ellipse": {"cx": _NUMBERS, "cy": _NUMBERS, "rx": _NUMBERS, "ry": _NUMBERS, **_STROKED},
    "text": {
        "x": _NUMBERS, "y": _NUMBERS, "text-anchor": _WORD, "font-size": _NUMBERS, "font-family": _WORD, "font-weight": _WORD,
        "font-style": _WORD, "text-decoration": _WORD, "transform": _TRANSFORM, "fill-opacity": _NUMBERS,
    },
}  # fmt: skip
_PLAIN_FONTS = ("helvetica", "times")
"""Ours, and the one that Graphviz takes where an author names none: the page has its own."""
_INK = frozenset({"black", "#000000"})
_NOTHING = frozenset({"none", "transparent"})


class DrawingError(Exception):
    """A diagram cannot be drawn; the message says why, for its author. *hint* is a thing to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


Resolve = Callable[[str], str]
"""Where an address that an author wrote leads; empty where it is not shown."""


def figure(svg: str, source: str, resolve: Resolve) -> Element:
    """The drawing *svg* of *source*, with its text behind it where there is one. Raises DrawingError."""
    if len(svg) > SIZE_LIMIT:
        raise DrawingError(f"the picture becomes larger than {SIZE_LIMIT >> 10} KiB", "draw it in parts")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(svg.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise DrawingError("the picture is not SVG") from None
    drawing = _Drawing(resolve)
    children = drawing.children(root)
    if drawing.boxes > NODE_LIMIT:
        raise DrawingError(f"it has {drawing.boxes:,} nodes; {NODE_LIMIT:,} are drawn", "draw it in parts")
    picture = Element("svg", {}, children)
    size: dict[str, int] = {}
    picture.set("xmlns", "http://www.w3.org/2000/svg")
    for name in ("width", "height"):
        if match := _LENGTH.fullmatch(root.get(name, "")):
            size[name] = round(float(match[1]))  # a point is a pixel: 14 are as high as the page's own words
            picture.set(name, str(size[name]))
    if size.get("width", 0) <= SHRUNK:
        picture.set("class", "cb-fits")
    if _NUMBERS.fullmatch(root.get("viewBox", "")):
        picture.set("viewBox", root.get("viewBox", ""))
    picture.set("role", "group" if drawing.linked else "img")
    picture.set("aria-label", _label(drawing.names))
    classes = "cb-drawing cb-own-colours" if drawing.coloured else "cb-drawing"
    shown = Element("div", {"class": "cb-drawn", "role": "group", "aria-label": "Diagram", "tabindex": "0"}, [picture])
    return Element("figure", {"class": classes}, [shown, *_text(source)])


def drawn_by_graphviz(element: Element) -> Element | None:
    """The ``<svg>`` *element* without the paper under it, if Graphviz drew it; None if it did not."""
    for graph in element.children:
        if isinstance(graph, Element) and graph.tag == "g" and "graph" in graph.classes:
            first = next((child for child in graph.children if isinstance(child, Element)), None)
            if first is not None and first.tag == "polygon" and first.get("fill") == "white" and first.get("stroke") in _NOTHING:
                graph.children.remove(first)
            return element
    return None


def _text(source: str) -> list[Element | str]:
    """What unfolds to *source*; nothing where that is not known."""
    if not source.strip():
        return []
    code = Element("pre", {"tabindex": "0"}, [Element("code", {}, [escape(source.strip("\n"))])])
    summary = Element("summary", {}, ["Text of this diagram"])
    return [Element("details", {"class": "cb-drawing-text", "data-pagefind-ignore": ""}, [summary, code])]


_STEPS = re.compile(r"--|==|-\.|->|<-|:::?|^\s*note\b", re.IGNORECASE | re.MULTILINE)
_SIDEWAYS = re.compile(r"^\s*(?:(?:flowchart|graph)\s+(?:LR|RL)\b|direction\s+(?:LR|RL)\b|timeline|gitGraph|journey|mindmap)", re.MULTILINE)
ROOM = 80
ROOMS = 10


def room(mermaid: str) -> int:
    """How high a diagram of Mermaid will be, guessed from its text, in steps of ROOM pixels: so much is kept free for it."""
    steps = sum(bool(_STEPS.search(line)) for line in mermaid.splitlines())
    if _SIDEWAYS.search(mermaid):
        height = 240
    elif re.search(r"^\s*sequenceDiagram", mermaid, re.MULTILINE):
        height = 250 + 45 * steps
    elif re.search(r"^\s*(?:stateDiagram|flowchart|graph)", mermaid, re.MULTILINE):
        height = 60 + 100 * steps
    else:
        height = 420
    return min(ROOMS, max(2, round(height / ROOM)))


def _label(names: list[str]) -> str:
    """What the drawing is called for people who do not see it: the boxes in it."""
    shown = [name[:60] for name in names[:NAMED]]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"Diagram: {', '.join(shown)}{more}" if shown else "Diagram"


@dataclass(slots=True)
class _Drawing:
    """Puts a drawing together, and notes what is in it."""

    resolve: Resolve
    boxes: int = 0
    linked: bool = False
    coloured: bool = False
    names: list[str] = field(default_factory=list)
    gradients: dict[str, str] = field(default_factory=dict)

    def children(self, element: etree._Element) -> list[Element | str]:
        found: list[Element | str] = []
        for child in element:
            if isinstance(child.tag, str):
                found += self._child(child, etree.QName(child).localname)
        return found

    def _child(self, element: etree._Element, tag: str) -> list[Element | str]:
        if tag == "g":
            return self._group(element)
        if tag == "a":
            return self._link(element)
        if tag == "defs" or tag.endswith("Gradient"):
            self._gradients(element)
            return []
        if tag not in _SHAPES:
            return []
        shape = Element(tag)
        for name, allowed in _SHAPES[tag].items():
            value = element.get(name, "")
            if allowed.fullmatch(value) and not (name == "font-family" and value.lower().startswith(_PLAIN_FONTS)):
                shape.set(name, value)
        for name in ("fill", "stroke"):
            if colour := self._colour(element.get(name, "")):
                shape.set(name, colour)
        if tag == "text":
            shape.children = [escape("".join(str(part) for part in element.itertext()))]
        return [shape]

    def _group(self, element: etree._Element) -> list[Element | str]:
        classes = element.get("class", "").split()
        if "node" in classes:
            self.boxes += 1
            if name := sanitize.safe_text([" ".join(str(text) for part in element.iter("{*}text") for text in part.itertext())]):
                self.names.append(name)
        children = self.children(element)
        if not children:
            return []
        transform = element.get("transform", "")
        return [Element("g", {"transform": transform} if _TRANSFORM.fullmatch(transform) else {}, children)]

    def _link(self, element: etree._Element) -> list[Element | str]:
        children = self.children(element)
        written = element.get("{http://www.w3.org/1999/xlink}href", "")
        address = self.resolve(written) if written else ""
        if not address or not any(isinstance(child, Element) and child.text() for child in children):
            return children
        self.linked = True
        link = Element("a", {}, children)
        link.set("href", address)
        return [link]

    def _gradients(self, element: etree._Element) -> None:
        for gradient in element.iter("{*}linearGradient", "{*}radialGradient"):
            stop = next(gradient.iter("{*}stop"), None)
            if stop is not None:
                written = stop.get("stop-color") or next(iter(re.findall(r"stop-color:([^;]*)", stop.get("style", ""))), "")
                self.gradients[gradient.get("id", "")] = written

    def _colour(self, written: str) -> str:
        """The colour for the page; a gradient is its first colour. Empty where there is none to name."""
        if match := _GRADIENT.fullmatch(written):
            written = self.gradients.get(match[1], "none")
        if not written or not _COLOUR.fullmatch(written):
            return ""
        if written.lower() in _NOTHING:
            return "none"
        if written.lower() in _INK:
            return "currentColor"
        self.coloured = True
        return html.escape(written)
