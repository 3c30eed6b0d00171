"""Globs of paths, as minimatch reads them: what Backstage uses for descriptors and Location targets (backstage.md 1.6).

``*`` and ``?`` stay within a segment and do not match a leading dot, ``**`` as a whole segment reaches into folders
whose names do not begin with a dot, braces are alternatives, ``[...]`` is a class, and ``@(a|b)``, ``?(...)``,
``*(...)``, ``+(...)``, ``!(...)`` are the extended forms. Paths and patterns use ``/``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Protocol

_ANY = re.compile(".", re.DOTALL)
MAGIC = re.compile(r"[*?\[{]|[@+!]\(")
ALTERNATIVES = 10_000
"""How many patterns braces may become; more is somebody's bomb, and the rest is left out."""
LONGEST = 500
"""Characters of a pattern; a longer one matches nothing."""
NESTED = 8
"""How deep groups may lie in each other; what is deeper is plain text."""

_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": r"0-9",
    "graph": r"\x21-\x7e",
    "lower": r"a-z",
    "print": r"\x20-\x7e",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": r"A-Z",
    "word": r"\w",
    "xdigit": r"A-Fa-f0-9",
}


def is_glob(pattern: str) -> bool:
    """Whether *pattern* can match anything but itself."""
    return MAGIC.search(pattern) is not None


def match(pattern: str, path: str, *, dot: bool = False, nocase: bool = False) -> bool:
    """Whether *path* matches the whole of *pattern*. With *dot*, names that begin with a dot are like others."""
    return compiled(pattern, dot=dot, nocase=nocase).match(path)


class Glob:
    """A pattern made ready. Alternatives are tried in turn; segments are matched without exponential search."""

    __slots__ = ("_alternatives", "_dot", "_negated", "literals")

    def __init__(self, pattern: str, *, dot: bool = False, nocase: bool = False) -> None:
        negated = False
        comment = pattern.startswith("#")
        while pattern.startswith("!"):
            negated, pattern = not negated, pattern[1:]
        self._negated = negated
        self._dot = dot
        patterns = [] if len(pattern) > LONGEST or comment else list(expand_braces(pattern))
        self._alternatives = [
            [_segment(part, dot=dot, nocase=nocase) for part in re.split(r"/+", one)] for one in patterns
        ]
        plain = not negated and not nocase and not any(is_glob(one) or "\\" in one for one in patterns)
        self.literals: tuple[str, ...] | None = tuple(patterns) if plain else None
        """The paths that match, where no search is needed."""

    def match(self, path: str) -> bool:
        segments = re.split(r"/+", path)
        return any(self._matches(one, segments) for one in self._alternatives) != self._negated

    def _matches(self, pattern: Sequence[_Form | None], segments: Sequence[str]) -> bool:
        """Whether *segments* lead through *pattern*, in which None is ``**``. A final ``/`` of the path is forgiven,
        and a final ``**`` takes at least one segment."""
        end = len(pattern)
        reached = _skipping({0}, pattern)
        for number, segment in enumerate(segments):
            if segment == "" and number == len(segments) - 1 and end in reached and number:
                return True
            following: set[int] = set()
            for position in reached - {end}:
                form = pattern[position]
                if form is not None:
                    following |= {position + 1} if form.fullmatch(segment) else set()
                elif segment not in {".", ".."} and (self._dot or not segment.startswith(".")):
                    following |= {position, end} if position == end - 1 else {position}
            reached = _skipping(following, pattern)
        return end in reached


def _skipping(positions: set[int], pattern: Sequence[_Form | None]) -> set[int]:
    """*positions*, and those behind each ``**`` that may stand for nothing."""
    reached = set(positions)
    for position in positions:
        while position < len(pattern) - 1 and pattern[position] is None:
            position += 1
            reached.add(position)
    return reached


@lru_cache(maxsize=1024)
def compiled(pattern: str, *, dot: bool = False, nocase: bool = False) -> Glob:
    """*pattern* made ready, kept for the next time."""
    return Glob(pattern, dot=dot, nocase=nocase)


def select(patterns: Sequence[str], paths: Sequence[str]) -> tuple[str, ...]:
    """The *paths* that match: in the order of the patterns, then as given, each once."""
    known = frozenset(paths)
    found: dict[str, None] = {}
    for pattern in patterns:
        glob = compiled(pattern.removeprefix("./").lstrip("/"))
        if glob.literals is not None:
            found.update(dict.fromkeys(path for path in glob.literals if path in known))
        else:
            found.update(dict.fromkeys(path for path in paths if glob.match(path)))
    return tuple(found)


class _Form(Protocol):
    def fullmatch(self, text: str) -> object: ...


@dataclass(frozen=True, slots=True)
class _Plain:
    """A segment without wildcards."""

    text: str

    def fullmatch(self, text: str) -> bool:
        return text == self.text


@dataclass(frozen=True, slots=True)
class _Group:
    """``@(a|b)`` and its like; *sign* is the character before the parenthesis."""

    sign: str
    choices: tuple[_Sequence, ...]


_Part = str | re.Pattern[str] | _Group | None
"""A text, a class of characters, a group, or None for ``*``."""
_Sequence = tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _Segment:
    """A segment with wildcards. All ways to read a text are followed at once, so none can take long."""

    parts: _Sequence
    nocase: bool
    dots: bool
    """Whether it may match names that begin with a dot."""

    def fullmatch(self, text: str) -> bool:
        if text in {"", ".", ".."} or (text.startswith(".") and not self.dots):
            return False
        text = text.lower() if self.nocase else text
        return len(text) in _ends(self.parts, {0}, text)


def _ends(parts: _Sequence, starts: set[int], text: str) -> set[int]:
    """Where *parts* can end in *text*, having begun at one of *starts*."""
    reached = starts
    for number, part in enumerate(parts):
        if not reached:
            break
        if part is None:
            reached = set(range(min(reached), len(text) + 1))
        elif isinstance(part, str):
            reached = {at + len(part) for at in reached if text.startswith(part, at)}
        elif isinstance(part, re.Pattern):
            reached = {at + 1 for at in reached if at < len(text) and part.fullmatch(text[at])}
        elif part.sign == "!":
            rest = parts[number + 1 :]
            allowed = [at for at in reached if len(text) not in _ends(rest, _once(part, {at}, text), text)]
            reached = set(range(min(allowed), len(text) + 1)) if allowed else set()
        else:
            reached = _group_ends(part, reached, text)
    return reached


def _group_ends(group: _Group, starts: set[int], text: str) -> set[int]:
    reached = _once(group, starts, text)
    if group.sign in "*+":
        ahead = reached
        while ahead:
            ahead = _once(group, ahead, text) - reached
            reached = reached | ahead
    return reached | starts if group.sign in "?*" else reached


def _once(group: _Group, starts: set[int], text: str) -> set[int]:
    return {end for choice in group.choices for end in _ends(choice, starts, text)}


def _segment(text: str, *, dot: bool, nocase: bool) -> _Form | None:
    """One segment made ready; None for ``**``."""
    if text == "**":
        return None
    parts = tuple(_parse(text.lower() if nocase else text, nocase))
    if len(parts) <= 1 and all(isinstance(part, str) for part in parts) and not nocase:
        return _Plain("".join(part for part in parts if isinstance(part, str)))
    hidden = text.startswith(".") or (text[1:2] == "(" and re.search(r"[(|]\.", text) is not None)
    return _Segment(parts, nocase, dot or hidden)


def _parse(text: str, nocase: bool, depth: int = 0) -> Iterator[_Part]:
    """The parts of *text*, which has no braces and no slashes."""
    plain, i = "", 0
    while i < len(text):
        char = text[i]
        part: _Part = None
        if char in "?*+@!" and text[i + 1 : i + 2] == "(" and depth < NESTED and (end := _closing(text, i + 1)):
            choices = tuple(tuple(_parse(one, nocase, depth + 1)) for one in _alternatives(text[i + 2 : end]))
            part, i = _Group(char, choices), end + 1
        elif char == "*":
            i += 1
        elif char == "?":
            part, i = _ANY, i + 1
        elif char == "[" and (found := _bracket(text, i)) is not None:
            part, i = re.compile(found[0], (re.IGNORECASE if nocase else 0) | re.DOTALL), found[1]
        else:
            escaped = char == "\\" and i + 1 < len(text)
            plain += text[i + 1] if escaped else char
            i += 2 if escaped else 1
            continue
        if plain:
            yield plain
        plain = ""
        yield part
    if plain:
        yield plain


def _closing(text: str, opening: int) -> int | None:
    """Where the parenthesis at *opening* is closed."""
    depth, i = 0, opening
    while i < len(text):
        if text[i] == "\\":
            i += 1
        elif text[i] == "(":
            depth += 1
        elif text[i] == ")":
            depth -= 1
            if depth == 0:
                return i
        i += 1
    return None


def _alternatives(text: str) -> Iterator[str]:
    """The parts between ``|`` that are not inside parentheses."""
    depth, start, i = 0, 0, 0
    while i < len(text):
        if text[i] == "\\":
            i += 1
        elif text[i] == "(":
            depth += 1
        elif text[i] == ")":
            depth -= 1
        elif text[i] == "|" and depth == 0:
            yield text[start:i]
            start = i + 1
        i += 1
    yield text[start:]


def _bracket(text: str, start: int) -> tuple[str, int] | None:
    """The class that begins at *start* and where it ends; None where it is not closed and so is plain text."""
    i = start + 1
    negated = text[i : i + 1] in {"!", "^"} and i < len(text)
    i += negated
    body, first = "", True
    while i < len(text):
        if text[i] == "]" and not first:
            if not body:
                return ("[^/]" if negated else r"(?!)"), i + 1
            return f"[{'^/' if negated else ''}{body}]", i + 1
        first = False
        if (named := re.match(r"\[:([a-z]+):\]", text[i:])) and named[1] in _CLASSES:
            body += _CLASSES[named[1]]
            i += named.end()
            continue
        low, i = _class_char(text, i)
        if text[i : i + 1] == "-" and text[i + 1 : i + 2] not in {"", "]"}:
            high, i = _class_char(text, i + 1)
            if low <= high:
                body += f"{_in_class(low)}-{_in_class(high)}"
            continue
        body += _in_class(low)
    return None


def _class_char(text: str, i: int) -> tuple[str, int]:
    if text[i] == "\\" and i + 1 < len(text):
        return text[i + 1], i + 2
    return text[i], i + 1


def _in_class(char: str) -> str:
    return f"\\{char}" if char in "\\]^-[&~|" else char


_RANGE = re.compile(r"(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?")


def expand_braces(pattern: str) -> Iterator[str]:
    """Every pattern that *pattern*'s braces stand for, in order, as shells write them; at most ALTERNATIVES."""
    for count, one in enumerate(_expand(pattern)):
        if count == ALTERNATIVES:
            return
        yield one


def _expand(pattern: str) -> Iterator[str]:
    i = 0
    while i < len(pattern):
        if pattern[i] == "\\":
            i += 2
            continue
        if pattern[i] == "{" and pattern[i - 1 : i] != "$":
            parts, end = _brace_parts(pattern, i)
            if end is not None:
                head, tail = pattern[:i], pattern[end + 1 :]
                ranged = list(islice(_range(parts[0]), ALTERNATIVES)) if len(parts) == 1 else []
                choices = ranged or (parts if len(parts) > 1 else None)
                if choices is None:
                    for inner in _expand(parts[0]) if "{" in parts[0] else (parts[0],):
                        for rest in _expand(tail):
                            yield f"{head}{{{inner}}}{rest}"
                    return
                for choice in choices:
                    for inner in _expand(choice):
                        for rest in _expand(tail):
                            yield head + inner + rest
                return
        i += 1
    yield pattern


def _brace_parts(pattern: str, start: int) -> tuple[list[str], int | None]:
    """What stands between the commas of the brace at *start*, and where it is closed."""
    parts: list[str] = []
    depth, begin, i = 0, start + 1, start
    while i < len(pattern):
        char = pattern[i]
        if char == "\\":
            i += 1
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return [*parts, pattern[begin:i]], i
        elif char == "," and depth == 1:
            parts.append(pattern[begin:i])
            begin = i + 1
        i += 1
    return parts, None


def _range(text: str) -> Iterator[str]:
    found = _RANGE.fullmatch(text)
    if found is None or found[1].lstrip("-").isdigit() != found[2].lstrip("-").isdigit():
        return
    numeric = found[1].lstrip("-").isdigit()
    first, last = (int(found[1]), int(found[2])) if numeric else (ord(found[1]), ord(found[2]))
    step = max(abs(int(found[3])), 1) if found[3] else 1
    width = max(len(found[1]), len(found[2])) if numeric and re.search(r"(?:^|\D)0\d", f"{found[1]} {found[2]}") else 0
    for value in range(first, last + (1 if last >= first else -1), step if last >= first else -step):
        yield str(value).zfill(width) if numeric else chr(value)
