"""Where Graphviz puts things: its answer for a text, read into whole pixels, and kept by the text.

One file holds every answer of the last build, addressed by the text that was asked, so that an unchanged shape is
never laid out again, whatever it shows.
"""

from __future__ import annotations

import json
import math
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from callboard import resources
from callboard.isolate import Graphviz, IsolateError
from callboard.store import fingerprint

VERSION = "3"
"""Part of the key of answers: change it with what is read out of them."""
LAYOUT_SECONDS = 30.0
"""Of one picture. Maps take less than one on an idle machine: what is drawn should not depend on how busy one is."""
_MARGIN = 6
_HEAD = 7
"""Pixels of an arrow's head: lines end so far before what they lead to. The head is the page's (``cb-tip``)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are, in pixels from the upper left. *boxes* are middles; *curves* are paths by the numbers of the
    boxes that they join; *frames* are left, top, width and height."""

    width: int
    height: int
    boxes: tuple[tuple[int, int], ...]
    curves: Mapping[tuple[int, int], str]
    frames: tuple[tuple[int, int, int, int], ...]


class Layouts:
    """The answers of the build before, in one file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> dict[str, bytes]:
        """Every answer by its key; none where the file cannot be read, which is then made anew."""
        if self.file.is_file():
            with suppress(sqlite3.Error), closing(sqlite3.connect(f"{self.file.resolve().as_uri()}?mode=ro", uri=True)) as database:
                return dict(database.execute("SELECT key, answer FROM layouts"))
        return {}

    def keep(self, answers: Mapping[str, bytes]) -> None:
        """Put *answers* in the place of those before."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        aside = self.file.with_name(f"{self.file.name}.new")
        aside.unlink(missing_ok=True)
        with closing(sqlite3.connect(aside)) as database, database:
            database.execute("CREATE TABLE layouts (key TEXT PRIMARY KEY, answer BLOB) WITHOUT ROWID")
            database.executemany("INSERT INTO layouts VALUES (?, ?)", sorted(answers.items()))
        aside.replace(self.file)


def engine() -> str:
    """Which Graphviz answers, for keys."""
    lock = json.loads((resources.vendored() / "package-lock.json").read_text("utf-8"))
    return str(lock["packages"]["node_modules/@viz-js/viz"]["version"])


def key_of(text: str, engine: str) -> str:
    """What an answer depends on: the question, the engine, and how answers are read."""
    return fingerprint(VERSION, engine, text)


def ask(graphviz: Graphviz, text: str, size: tuple[int, int], *, downwards: bool = False) -> bytes:
    """Where Graphviz puts what *text* says, with boxes of *size*, ready to be kept. Raises IsolateError."""
    answer = json.loads(graphviz.draw(text, format="json0", seconds=LAYOUT_SECONDS))
    place = straightened(understood(answer), *size, downwards=downwards)
    curves = [[*ends, path] for ends, path in place.curves.items()]
    kept = [place.width, place.height, place.boxes, curves, place.frames]
    return zlib.compress(json.dumps(kept, separators=(",", ":")).encode(), 6)


def read(kept: bytes) -> Layout:
    """What was kept. Raises IsolateError where it cannot be read."""
    try:
        width, height, boxes, curves, frames = json.loads(zlib.decompress(kept))
        lines = {(source, target): path for source, target, path in curves}
        return Layout(width, height, tuple((x, y) for x, y in boxes), lines, tuple(tuple(frame) for frame in frames))
    except (ValueError, TypeError, zlib.error):
        raise IsolateError("the layout cannot be read") from None


def understood(answer: Mapping[str, Any]) -> Layout:
    """What Graphviz says in its format ``json0``."""
    left, bottom, right, top = _numbers(answer["bb"])

    def x(value: float) -> int:
        return round(value - left) + _MARGIN

    upwards = "pack" in answer

    def y(value: float) -> int:
        return round(value - bottom if upwards else top - value) + _MARGIN

    things: list[Mapping[str, str]] = answer.get("objects", [])
    boxes: dict[int, tuple[int, int]] = {}
    frames: dict[int, tuple[int, int, int, int]] = {}
    for thing in things:
        if thing["name"].startswith("cluster_"):
            a, b, c, d = _numbers(thing["bb"])
            frames[int(thing["name"].removeprefix("cluster_"))] = (x(a), min(y(b), y(d)), x(c) - x(a), abs(y(b) - y(d)))
        else:
            a, b = _numbers(thing["pos"])
            boxes[int(thing["name"])] = (x(a), y(b))
    curves = {}
    for edge in answer.get("edges", ()):
        points = [(x(a), y(b)) for a, b in _points(edge["pos"])]
        ends = int(things[edge["tail"]]["name"]), int(things[edge["head"]]["name"])
        curves[ends] = _curve(points)
    return Layout(
        width=math.ceil(right - left) + 2 * _MARGIN,
        height=math.ceil(top - bottom) + 2 * _MARGIN,
        boxes=tuple(boxes[n] for n in sorted(boxes)),
        curves=curves,
        frames=tuple(frames[n] for n in sorted(frames)),
    )


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def _points(place: str) -> list[tuple[float, float]]:
    """The points of a line, without the tip of its arrow, which comes first. Graphviz draws some lines from their end."""
    tip, *parts = place.split()
    points = [(float(a), float(b)) for a, b in (part.split(",") for part in parts)]
    return points[::-1] if tip.startswith("s,") else points


def straightened(layout: Layout, width: int, height: int, *, downwards: bool = False) -> Layout:
    """*layout* with its lines between neighbouring columns (or rows) drawn from the middle of one side to the middle of
    another: what Graphviz finds there is true and restless."""
    along = 1 if downwards else 0
    half = (height if downwards else width) // 2
    ranks = {place: n for n, place in enumerate(sorted({box[along] for box in layout.boxes}))}
    curves = dict(layout.curves)
    for source, target in curves:
        start, end = layout.boxes[source], layout.boxes[target]
        if ranks[end[along]] - ranks[start[along]] == 1 and end[along] - start[along] > 2 * (half + _HEAD):
            curves[source, target] = _swing(start, end, half, along)
    return replace(layout, curves=curves)


def _swing(start: tuple[int, int], end: tuple[int, int], half: int, along: int) -> str:
    """A line from *half* behind *start* to *half* and an arrow's head before *end*, which leaves and arrives straight."""
    a, b = list(start), list(end)
    a[along] += half
    b[along] -= half + _HEAD
    bend = [0, 0]
    bend[along] = (b[along] - a[along]) // 2
    dx, dy = b[0] - a[0], b[1] - a[1]
    if (dx, dy)[1 - along] == 0:
        return f"M{a[0]} {a[1]}{'v' if along else 'h'}{(dx, dy)[along]}"
    return f"M{a[0]} {a[1]}c{_run((*bend, dx - bend[0], dy - bend[1], dx, dy))}"


def _curve(points: list[tuple[int, int]]) -> str:
    """Bézier curves through *points*, in relative coordinates, which are short."""
    (x, y), *others = points
    start = f"M{x} {y}c"
    numbers: list[int] = []
    for n in range(0, len(others) - 2, 3):
        for a, b in others[n : n + 3]:
            numbers += (a - x, b - y)
        x, y = others[n + 2]
    return start + _run(numbers)


def _run(numbers: Iterable[int]) -> str:
    """*numbers* as paths may have them: where one begins with a minus, nothing need stand before it."""
    return "".join(f" {number}" if number >= 0 else str(number) for number in numbers).lstrip()
