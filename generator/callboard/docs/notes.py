"""Notes on code: markers such as ``# (1)!`` in a block, and the list behind it that says what they mean.

Material for MkDocs makes such a list pop up by script. Here a marker is a link to its item, which stays below the block
as a note and leads back, so that it is there without scripts, on paper and for people who do not see the page. What is
a marker is Material's rule: ``(1)`` in a comment of a block that a list follows directly, where that list has such an
item; with an exclamation mark the comment goes. Where its author has not turned the feature on, a comment has to hold
nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from callboard.docs.links import anchor
from callboard.docs.tree import Element, write

MARKER = re.compile(r"\((\d{1,3})\)(!?)")
_COMMENT = re.compile(r'(?P<gap>[ \t]*)(?P<start><span class="(?:c|c1|cm)">)(?P<text>[^<]*)</span>')
_ONLY = re.compile(r"(?:[^\w()]|&[a-z#0-9]+;)*(?:\(\d{1,3}\)!?\s*)+(?:[^\w()]|&[a-z#0-9]+;)*")
_COMMENTS = frozenset({"c", "c1", "cm"})
_CLOSED = frozenset({"a", "code", "pre", "math", "svg", "button", "summary", "label"})
"""Where no marker of a text is looked for."""


def may_hold(html: str) -> bool:
    """Whether the HTML *html* may have notes: that is cheap to tell, and most pages have none."""
    return "<ol" in html and MARKER.search(html) is not None


def annotate(root: Element, *, everywhere: bool) -> None:
    """Put links into the blocks of *root* that a list explains; *everywhere* is what Material's feature is called on."""
    number = 1
    for parent in list(root.elements()):
        for block, notes in _pairs(parent.children):
            code = "highlight" in block.classes
            if not code and "annotate" not in block.classes:
                continue
            items = [child for child in notes.children if isinstance(child, Element) and child.tag == "li"]
            marks = _Marks(number, [item.get("id") or f"cb-note-{number}-{at}" for at, item in enumerate(items, 1)])
            if code:
                marks.put_in_code(block, everywhere or "annotate" in block.classes)
            else:
                marks.put_in_text(block)
            if marks.used:
                number += 1
                notes.set("class", " ".join([*notes.classes, "cb-notes"]))
                for note in sorted(marks.used):
                    marks.lead_back(note, items[note - 1])


def _pairs(children: Sequence[Element | str]) -> Iterator[tuple[Element, Element]]:
    """Every element with the ordered list that follows it; nothing but space and empty paragraphs may be between."""
    before: Element | None = None
    for child in children:
        if isinstance(child, str):
            before = None if child.strip() else before
        else:
            if child.tag == "ol" and before is not None:
                yield before, child
            if child.tag != "p" or child.children:
                before = child


@dataclass(slots=True)
class _Marks:
    """The markers of one block: its number on the page, and the ids of its notes."""

    block: int
    names: Sequence[str]
    used: set[int] = field(default_factory=set)

    def known(self, marker: re.Match[str]) -> bool:
        return 1 <= int(marker[1]) <= len(self.names)

    def link(self, marker: re.Match[str]) -> Element:
        """What stands for *marker*; the first of a note is where that leads back to."""
        note = int(marker[1])
        link = Element("a", {"class": "cb-mark", "href": f"#{anchor(self.names[note - 1])}", "aria-label": f"Note {note}"}, [str(note)])
        if note not in self.used:
            link.attributes["id"] = f"cb-mark-{self.block}-{note}"
            self.used.add(note)
        return link

    def lead_back(self, note: int, item: Element) -> None:
        item.set("id", self.names[note - 1])
        label = f"Note {note}, back to its place"
        back = Element("a", {"class": "cb-mark cb-back", "href": f"#cb-mark-{self.block}-{note}", "aria-label": label}, [str(note)])
        first = next((child for child in item.children if not isinstance(child, str) or child.strip()), None)
        place = first if isinstance(first, Element) and first.tag == "p" else item
        place.children.insert(0, back)

    def put_in_text(self, element: Element) -> None:
        found: list[Element | str] = []
        for child in element.children:
            if isinstance(child, str):
                found += self._split(child)
                continue
            if child.tag not in _CLOSED and "highlight" not in child.classes:
                self.put_in_text(child)
            found.append(child)
        element.children = found

    def put_in_code(self, element: Element, everywhere: bool) -> None:
        found: list[Element | str] = []
        for child in element.children:
            if isinstance(child, str):
                found.append(_COMMENT.sub(lambda match: self._written(match, everywhere), child))
            elif _COMMENTS.isdisjoint(child.classes) or child.tag != "span":
                self.put_in_code(child, everywhere)
                found.append(child)
            else:
                marked = self._comment("".join(part for part in child.children if isinstance(part, str)), everywhere)
                if marked is None:
                    found.append(child)
                elif isinstance(marked[0], str):
                    child.children = marked
                    found.append(child)
                else:
                    if found and isinstance(before := found[-1], str):
                        found[-1] = before.rstrip(" \t")
                    found += marked
        element.children = found

    def _written(self, match: re.Match[str], everywhere: bool) -> str:
        """A comment of code that is kept as one text."""
        marked = self._comment(match["text"], everywhere)
        if marked is None:
            return match[0]
        text = write(Element("", {}, marked))
        return f"{match['gap']}{match['start']}{text}</span>" if isinstance(marked[0], str) else text

    def _comment(self, text: str, everywhere: bool) -> list[Element | str] | None:
        """The comment *text* with links in it, or only links where it goes; None where it stays as it is."""
        found = [marker for marker in MARKER.finditer(text) if self.known(marker)]
        if not found or not (everywhere or _ONLY.fullmatch(text)):
            return None
        return [self.link(marker) for marker in found] if any(marker[2] for marker in found) else list(self._split(text))

    def _split(self, text: str) -> Iterator[Element | str]:
        start = 0
        for marker in MARKER.finditer(text):
            if self.known(marker):
                yield text[start : marker.start()]
                yield self.link(marker)
                start = marker.end(1) + 1
        yield text[start:]
