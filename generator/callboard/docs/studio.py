"""Where diagrams are drawn and formulas are typeset: one bounded Graphviz and one KaTeX for a build, each text once for good."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

from callboard import resources
from callboard.docs import drawings, formulas
from callboard.docs.adopt import Draw, Typeset
from callboard.docs.drawings import DrawingError
from callboard.docs.formulas import Formula, FormulaError
from callboard.isolate import IsolateError, graphviz, katex
from callboard.store import Store, fingerprint

MANUAL_SECONDS = 30.0
"""All diagrams of one manual together may take so long, those that were drawn before apart."""


class Studio:
    """Draws for every manual, from several threads. Use as a context manager."""

    def __init__(self, store: Store, libraries: Path | None = None) -> None:
        self.store = store
        self.libraries = libraries or resources.vendored()
        self._graphviz = graphviz(self.libraries)
        self._katex = katex(self.libraries)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._graphviz.isolate.close()
        self._katex.isolate.close()

    @cached_property
    def version(self) -> str:
        """What decides how a diagram looks, beside its text; empty where there is no Graphviz."""
        library = self.libraries / "viz.js"
        return fingerprint(drawings.VERSION, library.read_bytes()) if library.is_file() else ""

    @cached_property
    def tex_version(self) -> str:
        """What decides how a formula looks, beside its text; empty where there is no KaTeX."""
        library = self.libraries / "katex.js"
        return fingerprint(formulas.VERSION, library.read_bytes()) if library.is_file() else ""

    def typesetter(self) -> Typeset:
        """What typesets the formulas of one manual, a page at a time, as long as they take no more than their share."""
        spent = 0.0

        def typeset(page: Sequence[Formula]) -> Sequence[str | FormulaError] | None:
            nonlocal spent
            if not self.tex_version:
                return None
            written = [(formula.tex, formula.display) for formula in page]
            key = fingerprint("formulas", self.tex_version, json.dumps(written))
            entry = self.store.get(key)
            if entry is None:
                if spent >= MANUAL_SECONDS:
                    raise FormulaError(f"the formulas of one manual may take {MANUAL_SECONDS:g} s")
                started = time.monotonic()
                try:
                    answers = self._katex.typeset(written)
                except IsolateError as error:
                    raise FormulaError(str(error)) from None
                finally:
                    spent += time.monotonic() - started
                entry = self.store.get_or_make(key, lambda folder: _keep(folder, answers))
            return [_typeset(answer) for answer in json.loads((entry / "formulas.json").read_text("utf-8"))]

        return typeset

    def for_manual(self) -> Draw:
        """What draws the diagrams of one manual, as long as they take no more than their share."""
        spent = 0.0

        def draw(engine: str, source: str) -> str | None:
            nonlocal spent
            if not self.version:
                return None
            key = fingerprint("drawing", self.version, engine, source)
            if entry := self.store.get(key):
                return _kept(entry)
            with self._lock:
                if spent >= MANUAL_SECONDS:
                    raise DrawingError(f"the diagrams of one manual may take {MANUAL_SECONDS:g} s", "draw it in parts")
                started = time.monotonic()
                try:
                    return _kept(self.store.get_or_make(key, lambda folder: self._draw(folder, engine, source)))
                except IsolateError as error:
                    raise DrawingError(str(error), "draw it in parts") from None
                finally:
                    spent += time.monotonic() - started

        return draw

    def _draw(self, folder: Path, engine: str, source: str) -> None:
        """Fill *folder* with the picture, or with what is wrong with its text. Raises IsolateError at a limit."""
        try:
            (folder / "drawing.svg").write_text(self._graphviz.draw(source, engine), "utf-8")
        except IsolateError as error:
            if error.bounded:
                raise
            (folder / "error.txt").write_text(str(error), "utf-8")


def _keep(folder: Path, answers: Sequence[object]) -> None:
    (folder / "formulas.json").write_text(json.dumps(answers), "utf-8")


def _typeset(answer: object) -> str | FormulaError:
    """The MathML of an answer of KaTeX, or what is wrong with the formula."""
    if not isinstance(answer, dict):
        return FormulaError("it gives no answer")
    value, error, at = answer.get("value"), answer.get("error"), answer.get("at")
    if isinstance(value, str):
        return value
    return FormulaError(" ".join(str(error).split())[:300], at if isinstance(at, int) else -1)


def _kept(entry: Path) -> str:
    """The picture in *entry*. Raises DrawingError where there is none."""
    if (entry / "drawing.svg").is_file():
        return (entry / "drawing.svg").read_text("utf-8")
    raise DrawingError((entry / "error.txt").read_text("utf-8"), "correct its text")
