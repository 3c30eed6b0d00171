r"""Formulas that authors wrote in TeX, as MathML in an article.

Where they are is decided by what Markdown made of them: pymdownx.arithmatex marks them, in either of its forms, and a
fence named ``math`` is one. KaTeX makes the MathML when the portal is built, and that is taken apart and put together
anew from a short list of elements and values, so that nothing in an author's text can become anything but a formula:
no link, no style, no HTML in it. What KaTeX says in attributes that browsers do not know (MathML Core) is said in
characters and classes.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from lxml import etree

from callboard.docs.tree import Element, escape

VERSION = "2"
"""Part of the key of finished manuals: change it with anything that changes what comes out here."""

LONG = 24
"""An inline formula of so many signs may be wider than a small screen, and scrolls."""

_MARKS = (("\\(", "\\)", False), ("\\[", "\\]", True), ("$$", "$$", True), ("$", "$", False))
_CLASS = "arithmatex"
_FENCES = frozenset({"math", _CLASS})
_SCRIPT = re.compile(
    r'(?:<(div|span) class="MathJax_Preview">(?:(?!</?\1\b).)*</\1>\s*)?'
    r'<script\s+type="math/tex(?P<display>;\s*mode=display)?"\s*>(?P<tex>.*?)</script\s*>',
    re.IGNORECASE | re.DOTALL,
)

_LENGTH = re.compile(r"[+-]?[0-9]{1,5}(?:\.[0-9]{1,8})?(?:em|ex|px|pt|mm|cm|in|%)?")
_TRUTH = re.compile(r"true|false")
_LEVEL = re.compile(r"[+-]?[0-9]")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,30}")
_ANYWHERE = {"displaystyle": _TRUTH, "scriptlevel": _LEVEL, "mathcolor": _COLOUR, "mathbackground": _COLOUR, "mathsize": _LENGTH}
_ACCENTED = {"accent": _TRUTH, "accentunder": _TRUTH}
_OPERATOR = {"stretchy": _TRUTH, "symmetric": _TRUTH, "largeop": _TRUTH, "movablelimits": _TRUTH} | dict.fromkeys(("lspace", "rspace", "minsize", "maxsize"), _LENGTH)
_SPACE = dict.fromkeys(("width", "height", "depth", "lspace", "voffset"), _LENGTH)
_LAYOUT: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "mrow": {}, "mstyle": {}, "msqrt": {}, "mroot": {}, "mphantom": {}, "msub": {}, "msup": {}, "msubsup": {}, "mmultiscripts": {},
    "mprescripts": {}, "mtable": {}, "mtr": {}, "mtd": {}, "mfrac": {"linethickness": _LENGTH}, "mpadded": _SPACE, "mspace": _SPACE,
    "munder": _ACCENTED, "mover": _ACCENTED, "munderover": _ACCENTED,
}  # fmt: skip
_ROWS = frozenset({"mrow", "mstyle", "msqrt", "mphantom", "mpadded"})
"""Whose children stand side by side; of the others each has a place of its own."""
_TOKENS = frozenset({"mi", "mn", "mo", "ms", "mtext"})
_ENCLOSED = {
    "box": "cb-m-boxed", "top": "cb-m-top", "bottom": "cb-m-bottom", "left": "cb-m-left", "right": "cb-m-right", "horizontalstrike": "cb-m-strike",
    "updiagonalstrike": "cb-m-up", "downdiagonalstrike": "cb-m-down", "actuarial": "cb-m-top cb-m-right", "phasorangle": "cb-m-bottom",
}  # fmt: skip
_APPLIED = "\u2061"
"""What KaTeX writes behind the name of a function: it is not seen."""
_CLOSING = frozenset(")]}⟩⌉⌋!")
_ACCENTS = dict(zip("ˊˋ^ˆ~˜ˉ˘˙¨˚˝ˇ¸", "\u0301\u0300\u0302\u0302\u0303\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327", strict=True))
_BARS = {"∣": "|", "∥": "‖"}
_WORDS = {"bold": "cb-m-bold", "italic": "cb-m-italic", "bold-italic": "cb-m-bold cb-m-italic", "sans-serif": "cb-m-sans", "monospace": "cb-m-mono"}
"""Styles of words in a formula; those of letters are letters of their own."""


class FormulaError(Exception):
    """A formula cannot be typeset; the message says why, for its author. *at* is where in its text, -1 if nobody knows."""

    def __init__(self, message: str, at: int = -1) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as its author wrote it, on a line of its own or not."""

    tex: str
    display: bool


_HINT = "https://katex.org/docs/supported lists what a formula can hold"
_INSTEAD = {
    "\\label": "leave it out; \\tag{1} gives the formula a name that readers see",
    "\\ref": "write the \\tag of the formula that you mean, such as (1)",
    "\\eqref": "write the \\tag of the formula that you mean, such as (1)",
    "\\cite": "write a footnote or a link beside the formula",
    "\\href": "put the link into the text beside the formula",
    "\\url": "put the link into the text beside the formula",
    "\\includegraphics": "put the picture beside the formula",
    "\\require": "leave it out",
    "\\SI": "write the number and \\,\\text{kg} or another unit",
    "\\unit": "write \\text{kg} or another unit",
    "multline": "write gather, or aligned for lines that begin at one place",
    "multline*": "write gather*, or aligned for lines that begin at one place",
    "eqnarray": "write align, with one & before each sign",
    "eqnarray*": "write align*, with one & before each sign",
    "flalign": "write align",
    "flalign*": "write align*",
    "tabular": "write array",
}
"""What authors who know LaTeX write and KaTeX does not have, and what to write instead."""
_NAMED = re.compile(r"(\\[a-zA-Z]+|(?<=No such environment: )\S+)")


def remedy(message: str) -> str:
    """What to do about a formula of which KaTeX says *message*."""
    named = _NAMED.search(message)
    return _INSTEAD.get(named[1], _HINT) if named else _HINT


# -- finding them ------------------------------------------------------------------------------------------------------


def may_hold(text: str) -> bool:
    """Whether the HTML *text* may have formulas: that is cheap to tell, and most pages have none."""
    return _CLASS in text or 'class="math"' in text or "math/tex" in text


def without_scripts(text: str) -> str:
    """The HTML *text* with formulas that stand in scripts (arithmatex' default form) in its generic form."""

    def written(match: re.Match[str]) -> str:
        start, end, _ = _MARKS[1 if match["display"] else 0]
        return f'<span class="{_CLASS}">{start}{escape(match["tex"].strip())}{end}</span>'

    return _SCRIPT.sub(written, text) if "math/tex" in text else text


def written_in(element: Element) -> Formula | None:
    """The formula that *element* is the mark of."""
    if element.tag == "pre":
        if not _FENCES.intersection(element.classes):
            return None
        tex = element.source().strip()
        return Formula(tex, True) if tex else None
    if _CLASS not in element.classes:
        return None
    text = element.source().strip()
    for start, end, display in _MARKS:
        if text.startswith(start) and text.endswith(end) and len(text) > len(start) + len(end):
            tex = text[len(start) : -len(end)].strip()
            return Formula(tex, display) if tex else None
    return None


# -- what stands for them ----------------------------------------------------------------------------------------------


def source(formula: Formula) -> Element:
    """*formula* as its author wrote it, where it cannot be typeset."""
    code = Element("code", {"class": "cb-tex"}, [escape(formula.tex)])
    return Element("pre", {"tabindex": "0"}, [code]) if formula.display else code


def typeset(mathml: str, formula: Formula) -> Element:
    """*formula* as KaTeX made it in *mathml*. Raises FormulaError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(mathml, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise FormulaError("it is nested too deeply") from None
    found = next(root.iter("{*}semantics"), None)
    content = [child for child in found if _name(child) != "annotation"] if found is not None else []
    if not content:
        raise FormulaError("there is nothing in it")
    tag = None
    if len(content) == 1 and content[0].get("width") == "100%" and (cells := [*content[0].iter("{*}mtd")]) and len(cells) == 4:
        content, tag = list(cells[1]), " ".join(Element("", {}, _row(list(cells[3]))).text().split())
    parts = _row(content)
    signs = sum(part.tag in _TOKENS for part in Element("", {}, parts).elements())
    notes = Element("annotation", {"encoding": "application/x-tex"}, [escape(formula.tex)])
    row = parts[0] if len(parts) == 1 and isinstance(parts[0], Element) else Element("mrow", {}, parts)
    picture = Element("math", {"display": "block"} if formula.display else {}, [Element("semantics", {}, [row, notes])])
    if formula.display:
        shown: list[Element | str] = [picture]
        if tag:
            shown.append(Element("span", {"class": "cb-formula-tag"}, [escape(tag)]))
        return Element("div", {"class": "cb-formula", "role": "group", "aria-label": "Formula", "tabindex": "0"}, shown)
    if signs > LONG:
        return Element("span", {"class": "cb-formula-long", "role": "group", "aria-label": "Formula", "tabindex": "0"}, [picture])
    return picture


def tex_of(element: Element) -> str | None:
    """The TeX of a formula that :func:`typeset` made, where *element* is one: what it is called in a list of headings."""
    if element.tag != "math":
        return None
    return next((part.source() for part in element.elements() if part.tag == "annotation"), None)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _children(elements: Sequence[etree._Element]) -> list[Element | str]:
    return [built for element in elements if (built := _built(element)) is not None]


def _row(elements: Sequence[etree._Element]) -> list[Element | str]:
    """*elements* that stand side by side, with the spaces that TeX has between them."""
    found: list[Element | str] = []
    before: etree._Element | None = None
    for element in elements:
        if (built := _built(element)) is not None:
            if before is not None and _apart(before, element):
                found.append(Element("mspace", {"width": "0.1667em"}))
            last = found[-1] if found else None
            if built.tag == "mtext" and isinstance(last, Element) and (last.tag, last.attributes) == ("mtext", built.attributes):
                last.children += built.children
            else:
                found.append(built)
            before = element
    return found


def _apart(one: etree._Element, other: etree._Element) -> bool:
    """Whether a thin space is between two parts, as TeX has it: around names of functions, and between brackets."""
    if _is_name(one) or _text(one) == _APPLIED:
        return _name(other) != "mo" and not _is_bracketed(other)
    if _is_name(other):
        return _name(one) != "mo" or _text(one) in _CLOSING
    return _is_bracketed(one) and _is_bracketed(other)


def _is_name(element: etree._Element) -> bool:
    """Whether *element* is the name of a function: one that is applied, or such a one with an index."""
    if _name(element) in {"msub", "msup", "msubsup", "munder", "mover", "munderover"}:
        base = element[0] if len(element) else None
        return base is not None and _name(base) == "mrow" and len(base) == 2 and _text(base[1]) == _APPLIED
    after = element.getnext()
    return _name(element) == "mi" and after is not None and _text(after) == _APPLIED


def _is_bracketed(element: etree._Element) -> bool:
    return _name(element) == "mrow" and len(element) > 1 and element[0].get("fence") == element[-1].get("fence") == "true"


def _text(element: etree._Element) -> str:
    return (element.text or "") if _name(element) == "mo" and not len(element) else ""


def _built(element: etree._Element) -> Element | None:
    """*element* anew; None where it is none that a formula can have."""
    name = _name(element)
    if name in _TOKENS:
        return _token(element, name)
    if name == "menclose":
        classes = " ".join(_ENCLOSED[word] for word in element.get("notation", "").split() if word in _ENCLOSED)
        return Element("mrow", {"class": f"cb-m-enclosed {classes}"} if classes else {}, _row(list(element)))
    if name == "mtable":
        return _table(element)
    if name == "mover" and (letter := _accented(element)):
        return Element("mtext", {}, [escape(letter)])
    if name not in _LAYOUT:
        return None
    children = _row if name in _ROWS else _children
    return Element(name, _allowed(element, _LAYOUT[name]), children(list(element)))


def _accented(element: etree._Element) -> str:
    """The letter that *element* puts an accent on, where it is one of words: KaTeX takes them apart."""
    letter, mark = (*element, None, None)[:2]
    if letter is None or mark is None or _name(letter) != "mtext" or len(letter.text or "") != 1:
        return ""
    combined = unicodedata.normalize("NFC", (letter.text or "") + _ACCENTS.get(_text(mark), ""))
    return combined if len(combined) == 1 and combined != letter.text else ""


def _allowed(element: etree._Element, allowed: Mapping[str, re.Pattern[str]]) -> dict[str, str]:
    table = {**_ANYWHERE, **allowed}
    return {name: html.escape(element.get(name, "")) for name, pattern in table.items() if pattern.fullmatch(element.get(name, ""))}


def _token(element: etree._Element, name: str) -> Element:
    """A letter, number, sign or words. Browsers read elements inside of one as HTML, so such a one is a row."""
    if len(element):
        return Element("mrow", {}, [*_side(element, "lspace"), *_row(list(element)), *_side(element, "rspace")])
    attributes = _allowed(element, _OPERATOR if name == "mo" else {})
    text = element.text or ""
    variant = element.get("mathvariant", "")
    if name == "mtext":
        if variant in _WORDS:
            attributes["class"] = _WORDS[variant]
    elif variant == "normal":
        if name == "mi" and len(text) == 1:
            attributes["mathvariant"] = "normal"
    elif variant:
        text = "".join(_letter(char, variant) for char in text)
    if name == "mo" and element.get("fence") == "true" and text in _BARS:
        text, attributes["stretchy"] = _BARS[text], "true"
    return Element(name, attributes, [escape(text)] if text else [])


def _side(element: etree._Element, name: str) -> list[Element]:
    """The space that a sign, which becomes a row, has on one side."""
    width = element.get(name, "")
    return [Element("mspace", {"width": width})] if _LENGTH.fullmatch(width) else []


@cache
def _letter(char: str, variant: str) -> str:
    """*char* in a style: a letter of its own, as browsers know no styles of letters."""
    words = unicodedata.name(char, "").replace(" LETTER", "").removeprefix("LATIN ").removeprefix("GREEK ")
    style = variant.replace("double-struck", "double\0struck").replace("sans-serif", "sans\0serif").replace("-", " ").replace("\0", "-").upper()
    old = {"SCRIPT": "SCRIPT", "FRAKTUR": "BLACK-LETTER", "DOUBLE-STRUCK": "DOUBLE-STRUCK"}.get(style)
    for name in (f"MATHEMATICAL {style} {words}", f"{old} {words}"):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            pass
    return char


def _table(element: etree._Element) -> Element:
    """A table; how its columns stand and which lines it has is said by classes of its cells."""
    columns = element.get("columnalign", "").split()
    gaps = element.get("columnspacing", "").split()
    lines = element.get("columnlines", "").split()
    rules = element.get("rowlines", "").split()
    rows: list[Element | str] = []
    written = [row for row in element if _name(row) == "mtr"]
    for number, row in enumerate(written):
        cells: list[Element | str] = []
        for at, cell in enumerate(cell for cell in row if _name(cell) == "mtd" and cell.get("class") != "mtr-glue" and len(cell)):
            classes = [f"cb-m-{_at(columns, at)}"] if _at(columns, at) in {"left", "right"} else []
            if cell.get("class") == "mml-eqn-num":
                classes = ["cb-m-tag"]
            elif at and _at(gaps, at - 1) in {"0em", "0"}:
                classes.append("cb-m-joined")
            if at and at - 1 < len(lines) and lines[at - 1] != "none":
                classes.append("cb-m-ruled")
            if number and number - 1 < len(rules) and rules[number - 1] != "none":
                classes.append("cb-m-under")
            cells.append(Element("mtd", {"class": " ".join(classes)} if classes else {}, _row(list(cell))))
        rows.append(Element("mtr", {}, cells))
    return Element("mtable", {}, rows)


def _at(words: Sequence[str], number: int) -> str:
    """Word *number*; the last one stands for all that follow."""
    return words[min(number, len(words) - 1)] if words else ""
