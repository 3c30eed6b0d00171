"""A sketch as text in the language of Graphviz: sizes and lines, and no names, so that equal shapes are laid out once."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

from graphviz import Digraph

from callboard.graph.sketch import Sketch

HEIGHT = 30
"""Pixels of a box."""
STEP = 8
"""Widths of boxes are multiples of so many pixels."""
LONGEST = 160
"""Pixels of a label; a longer one is cut."""
FRAME_HEAD = 20
APART = 5
"""From so many parts on that have nothing to do with each other, they stand beside each other, not only below."""
_INCH = 72
_PACK = 16
_AROUND_LABEL = 44
_FACE = 12.5
"""Pixels of the type, as in theme/css/graph.css."""
_NARROW = frozenset("fijlrtI.,:;'|!()[]-/ ")
_BROAD = frozenset("mwMW@%")


def _advance(char: str) -> float:
    """How wide *char* is, in parts of the type's size: a generous guess, because faces differ."""
    if char in _NARROW:
        return 0.38
    if char in _BROAD:
        return 0.98
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    return 0.74 if char.isupper() else 0.64


def width_of(text: str) -> float:
    """About how many pixels *text* takes in a box."""
    return sum(map(_advance, text)) * _FACE


def label_of(text: str) -> str:
    """*text* on one line, cut where it is longer than a box may be."""
    text = " ".join(text.split())
    if width_of(text) <= LONGEST:
        return text
    while text and width_of(text) > LONGEST - 12:
        text = text[:-1]
    return text.rstrip() + "…"


def box_width(label: str) -> int:
    """Pixels of a box around *label* and its icon."""
    return STEP * -int(-(width_of(label) + _AROUND_LABEL) // STEP)


def dot(sketch: Sketch, width: int, frame_labels: Sequence[str]) -> str:
    """*sketch* in the language of Graphviz. Boxes are *width* pixels wide, all of them, so that they stand in columns; they
    are called by their numbers, as frames are."""
    packing = _packing(sketch, width)
    graph = Digraph(
        graph_attr={"rankdir": "TB" if sketch.downwards else "LR", "nodesep": "0.14", "ranksep": "0.6" if sketch.downwards else "0.8", **packing},
        node_attr={"shape": "box", "fixedsize": "true", "label": "", "height": _inches(HEIGHT), "width": _inches(width)},
        edge_attr={"arrowsize": "0.6"},
    )
    framed = {number for numbers in sketch.framed.values() for number in numbers}
    graph.body.extend(f"\t{number}\n" for number in range(len(sketch.members)) if number not in framed)
    for n, (numbers, head) in enumerate(zip(sketch.framed.values(), frame_labels, strict=True)):
        with graph.subgraph(name=f"cluster_{n}") as frame:
            room = f'<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="{box_width(head)}" HEIGHT="{FRAME_HEAD}"><TR><TD></TD></TR></TABLE>'
            frame.attr(label=f"<{room}>", margin="12", **({"labelloc": "b"} if packing else {}))
            frame.body.extend(f"\t\t{number}\n" for number in numbers)
    graph.body.extend(f"\t{joint.source} -> {joint.target}\n" for joint in sketch.joints)
    return str(graph.source)


def _packing(sketch: Sketch, width: int) -> dict[str, str]:
    """Where many parts of *sketch* have nothing to do with each other: into as many columns as make a page of them.
    Graphviz alone would put all of them below each other. It fills rows from below: such a layout is read upside down."""
    part = list(range(len(sketch.members)))

    def first(number: int) -> int:
        while part[number] != number:
            number = part[number]
        return number

    ties = [(joint.source, joint.target) for joint in sketch.joints]
    ties += [(numbers[0], number) for numbers in sketch.framed.values() for number in numbers[1:]]
    for one, other in ties:
        a, b = sorted((first(one), first(other)))
        part[b] = a
    parts = len({first(number) for number in part})
    if parts < APART:
        return {}
    height = len(part) * 1.5 * HEIGHT + len(sketch.framed) * 2 * FRAME_HEAD
    columns = max(2, round(math.sqrt(1.5 * height / (width + 2 * _PACK))))
    return {"pack": str(_PACK), "packmode": f"array_cu{columns}"}


def _inches(pixels: int) -> str:
    return f"{pixels / _INCH:.4g}"
