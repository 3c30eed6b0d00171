"""A small tree for HTML that sanitize.clean wrote: canonical text in, canonical text out.

Only that text may be read here: every attribute is quoted, every element is closed, every ``<`` of a text is escaped.
Texts and attribute values are kept escaped as they are, so that writing an untouched tree gives the same bytes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
MAX_DEPTH = 200
"""Elements nested deeper than this are left out, their content is kept."""

_CODE = r"(?:[^<]|</?code>|</?span>|<span class=\"[a-z0-9 ]{1,12}\">)*"
"""What highlighting writes: kept as one text, because nothing in it is ever changed."""
_TOKEN = re.compile(rf'<pre((?:\s[^\s=<>"]+="[^"]*")*)>({_CODE})</pre>|<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s[^\s=<>"]+="[^"]*")*)\s*>|([^<]+)')
_MARKUP = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r'\s([^\s=<>"]+)="([^"]*)"')


class Element:
    """An element: name, attributes with escaped values, children (elements and escaped texts)."""

    __slots__ = ("attributes", "children", "tag")

    def __init__(self, tag: str, attributes: dict[str, str] | None = None, children: list[Element | str] | None = None) -> None:
        self.tag = tag
        self.attributes = attributes if attributes is not None else {}
        self.children = children if children is not None else []

    def get(self, name: str) -> str:
        """The value of an attribute, not escaped; empty where there is none."""
        value = self.attributes.get(name, "")
        return html.unescape(value) if "&" in value else value

    def set(self, name: str, value: str) -> None:
        self.attributes[name] = html.escape(value)

    @property
    def classes(self) -> list[str]:
        return self.get("class").split()

    def elements(self) -> Iterator[Element]:
        """This element and every one in it, in the order of the text."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += [child for child in reversed(element.children) if isinstance(child, Element)]

    def text(self) -> str:
        """All text in it, not escaped, white space folded."""
        return " ".join(self.source().split())

    def source(self) -> str:
        """All text in it, not escaped, as it is."""
        parts: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                parts.append(node)
            else:
                waiting += reversed(node.children)
        return html.unescape(_MARKUP.sub("", "".join(parts)))


def parse(canonical: str) -> Element:
    """The tree of *canonical*, below an element without a name."""
    root = Element("")
    stack = [root]
    skipped: list[str] = []
    for pre, code, closing, tag, attributes, text in _TOKEN.findall(canonical):
        if text:
            stack[-1].children.append(text)
        elif not tag:
            stack[-1].children.append(Element("pre", dict(_ATTRIBUTE.findall(pre)), [code] if code else []))
        elif closing:
            if skipped and skipped[-1] == tag:
                skipped.pop()
            elif len(stack) > 1 and stack[-1].tag == tag:
                stack.pop()
        elif len(stack) > MAX_DEPTH:
            if tag not in VOID:
                skipped.append(tag)
        else:
            element = Element(tag, dict(_ATTRIBUTE.findall(attributes)) if attributes else {})
            stack[-1].children.append(element)
            if tag not in VOID:
                stack.append(element)
    return root


def write(element: Element) -> str:
    """The HTML of *element*; of the root, what is in it."""
    parts: list[str] = []
    _write(element, parts.append)
    return "".join(parts)


def _write(element: Element, put: object) -> None:
    append = put  # bound once: this runs for every element of every page
    assert callable(append)
    if element.tag:
        append(f"<{element.tag}" + "".join([f' {name}="{value}"' for name, value in element.attributes.items()]) + ">")
    for child in element.children:
        if isinstance(child, str):
            append(child.replace('="cb:', "=&quot;cb:") if '="cb:' in child else child)  # no text looks like an address of ours
        else:
            _write(child, append)
    if element.tag and element.tag not in VOID:
        append(f"</{element.tag}>")


def escape(text: str) -> str:
    """*text* as a child of an element."""
    return html.escape(text, quote=False)
