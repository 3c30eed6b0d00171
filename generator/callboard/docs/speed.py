"""Patches that make rendering faster and change nothing in what is rendered. Worker only.

Each of them remembers, or leaves out, work whose result is known (performance.md 1.3). The fidelity tests hold the
outcome against plain MkDocs; ``tests/unit/test_docs_speed.py`` renders with and without them.
"""

from __future__ import annotations

import functools
import io
import os
import re
import types
from collections.abc import Callable, Iterable
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

import markdown.treeprocessors
import pymdownx.emoji
import pymdownx.highlight
import techdocs_core.core
from markdown.util import AtomicString
from pygments.formatters.html import HtmlFormatter

MAX_CHOICES = 24


def apply() -> None:
    """Put every patch in place, for the life of the process."""
    remember_patterns()
    share_emoji_index()
    copy_options_shallowly()
    remember_style_sheets()
    skip_hopeless_patterns()
    write_no_theme()


def write_no_theme() -> None:
    """Keep techdocs-core from making a folder and a file for a theme that nothing is rendered with: where removing a
    folder waits for a disk, that took longer than a page."""
    techdocs_core.core.tempfile = types.SimpleNamespace(TemporaryDirectory=lambda: types.SimpleNamespace(name=os.devnull))
    techdocs_core.core.open = lambda *place: io.StringIO()


def remember_patterns() -> None:
    """Let ``re`` keep every pattern that extensions compile for each page again; it would keep 512."""
    re._MAXCACHE = 20_000  # type: ignore[attr-defined]


def share_emoji_index() -> None:
    """Let every page use one emoji index: pymdownx copies its 9,000 entries for each, and nothing changes them."""
    pymdownx.emoji.copy = types.SimpleNamespace(deepcopy=lambda value: value)


def copy_options_shallowly() -> None:
    """Copy the defaults of highlighting by level: option, then [value, description]; values are replaced, not changed."""

    def copy(options: dict[str, list[Any]]) -> dict[str, list[Any]]:
        return {name: list(entry) for name, entry in options.items()}

    pymdownx.highlight.copy = types.SimpleNamespace(deepcopy=copy)


def remember_style_sheets() -> None:
    """Make the table of classes of a Pygments style once, not for every block of code."""
    original = HtmlFormatter._create_stylesheet
    made: dict[tuple[Any, str], tuple[dict[Any, str], dict[str, Any]]] = {}

    def create(self: Any) -> None:
        key = (self.style, self.classprefix)
        if key not in made:
            original(self)
            made[key] = (dict(self.ttype2class), dict(self.class2style))
        classes, styles = made[key]
        self.ttype2class = dict(classes)
        self.class2style = dict(styles)

    HtmlFormatter._create_stylesheet = create


def skip_hopeless_patterns() -> None:
    """Do not try an inline pattern on a text that has none of the characters which the pattern cannot do without.

    Markdown tries each of its 40 patterns on every piece of text. What a pattern needs is read from its syntax tree,
    so that it is left out only where it cannot match.
    """
    apply_pattern: Callable[..., tuple[str, bool, int]] = markdown.treeprocessors.InlineProcessor._InlineProcessor__applyPattern

    def handle(self: Any, data: str, first: int = 0) -> str:
        if isinstance(data, AtomicString):
            return data  # type: ignore[no-any-return]
        try:
            patterns = self.callboard_patterns
        except AttributeError:
            patterns = self.callboard_patterns = [(p, needed(p.getCompiledRegExp())) for p in self.inlinePatterns]
        start = 0
        there = set(data)
        for index in range(first, len(patterns)):
            pattern, wanted = patterns[index]
            if wanted is not None and wanted.isdisjoint(there):
                continue
            matched = True
            while matched:
                before = data
                data, matched, start = apply_pattern(self, pattern, data, index, start)
                if data is not before:
                    there = set(data)
        return data

    markdown.treeprocessors.InlineProcessor._InlineProcessor__handleInline = handle


@functools.cache
def needed(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Characters of which every match of *pattern* has at least one; None where there are none to name."""
    if pattern.flags & re.IGNORECASE:
        return None
    try:
        return _of_sequence(sre_parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    except (re.error, RecursionError):
        return None


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Every item of a sequence has to match: the narrowest of their demands."""
    best: frozenset[str] | None = None
    for operation, argument in items:
        demand = _of_item(operation, argument)
        if demand is not None and (best is None or _rank(demand) < _rank(best)):
            best = demand
    return best


def _rank(demand: frozenset[str]) -> tuple[int, int]:
    """Marks are rarer than letters."""
    return (sum(char.isalnum() for char in demand), len(demand))


def _of_item(operation: Any, argument: Any) -> frozenset[str] | None:
    if operation is sre.LITERAL:
        return frozenset(chr(argument))
    if operation is sre.IN:
        return _of_set(argument)
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT) or operation is getattr(sre, "POSSESSIVE_REPEAT", None):
        return _of_sequence(argument[2]) if argument[0] >= 1 else None
    if operation is sre.SUBPATTERN:
        return None if argument[1] & re.IGNORECASE else _of_sequence(argument[3])
    if operation is sre.ASSERT:
        return _of_sequence(argument[1])
    if operation is sre.BRANCH:
        demands = [_of_sequence(branch) for branch in argument[1]]
        return None if None in demands else _joined(demand for demand in demands if demand is not None)
    return None


def _of_set(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    found: set[str] = set()
    for operation, argument in items:
        if operation is sre.LITERAL:
            found.add(chr(argument))
        elif operation is sre.RANGE and argument[1] - argument[0] < MAX_CHOICES:
            found |= {chr(code) for code in range(argument[0], argument[1] + 1)}
        else:
            return None
    return frozenset(found) if 0 < len(found) <= MAX_CHOICES else None


def _joined(demands: Iterable[frozenset[str]]) -> frozenset[str] | None:
    found = frozenset().union(*demands)
    return found if 0 < len(found) <= MAX_CHOICES else None
