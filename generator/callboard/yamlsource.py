"""YAML 1.2 that remembers where it was written.

Read as the npm package ``yaml`` (v2, ``merge: false``) reads it, because that is what Backstage uses: ``on`` is text,
``010`` is ten, a date is text, ``<<`` is a key, a duplicate key is an error (architecture, decision 2). libyaml finds
the syntax; what its events mean is decided here. Tags never construct anything.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

Keys = tuple[str | int, ...]
Mark = tuple[int, int]

MAX_CHARACTERS = 20_000_000
MAX_NODES = 500_000
"""Nodes of one document, with every alias counted as what it stands for."""
MAX_DEPTH = 200
MAX_ERRORS = 100
"""Errors that are kept of one document."""
MAX_ALIASES = 100
"""npm's ``maxAliasCount``: how often an alias may be used, times how often the aliases within it are."""


@dataclass(frozen=True, slots=True)
class YamlError:
    """Why a document is not YAML. Line and column count from 1."""

    message: str
    line: int
    column: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a stream: its value, or why it has none.

    *index* counts every document from 0, empty ones too. *marks* has the place of everything in *value*: an entry of a
    mapping is where its key is written (also when its value is empty or begins on another line), an item of a list
    where it begins, ``()`` where the document's content begins. What an alias stands for has no marks of its own.
    """

    index: int
    value: Any = None
    marks: Mapping[Keys, Mark] = field(default_factory=dict, repr=False)
    errors: tuple[YamlError, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is written here, or only ``null``: Backstage passes over such a document."""
        return self.value is None and not self.errors


def read_documents(text: str) -> list[Document]:
    """Every document of *text*. A broken one carries its errors and spares its neighbours; nothing is raised."""
    if len(text) > MAX_CHARACTERS:
        return [
            Document(
                0, errors=(YamlError(f"the file has {len(text):,} characters; {MAX_CHARACTERS:,} are read", 1, 1),)
            )
        ]
    text = text.removeprefix("\ufeff")
    if text and not text.endswith("\n"):
        text += "\n"
    text, restore = _printable(text)
    part = _directives(_Part(0, text))
    documents, whole = _read(part, restore, 0)
    if whole:
        return documents
    pieces = list(_split(part))
    if len(pieces) == 1:
        return documents
    documents = []
    for piece in pieces:
        found, whole = _read(piece, restore, len(documents))
        documents += found
        if not whole and _swallows(piece, documents[-1], part):
            break
    return documents


# -- what plain text means ------------------------------------------------------------------------------------------

_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FIRST = frozenset("-+.0123456789~nNtTfF")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NANS = frozenset({".nan", ".NaN", ".NAN"})
_SAFE = 2**53
_LONG = 300
"""Digits from which a number is no integer that Python should make: JavaScript has a float there anyway."""


def _number(value: float) -> int | float:
    """JavaScript knows one kind of number: whole ones are integers here, those beyond 2^53 floats."""
    if isinstance(value, int):
        if -_SAFE <= value <= _SAFE:
            return value
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return int(value) if value.is_integer() and abs(value) <= _SAFE else value


def _integer(digits: str, base: int) -> int | float:
    return _number(int(digits, base)) if len(digits) < _LONG or base != 10 else float(digits)


def _resolve(text: str) -> Any:
    """What a plain scalar means in the core schema of YAML 1.2."""
    if text in _NULLS:
        return None
    if text[0] not in _FIRST:
        return text
    if text in _TRUTH:
        return _TRUTH[text]
    if _INT.fullmatch(text):
        return _integer(text, 10)
    if _FLOAT.fullmatch(text):
        return _number(float(text))
    if _OCTAL.fullmatch(text):
        return _integer(text[2:], 8)
    if _HEX.fullmatch(text):
        return _integer(text[2:], 16)
    if _INFINITE.fullmatch(text):
        return -math.inf if text[0] == "-" else math.inf
    return math.nan if text in _NANS else text


_TRUE_11 = frozenset(["Y", "y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
_FALSE_11 = frozenset(["N", "n", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:t|T|[ \t]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\.[0-9]+)?)(?:[ \t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?)?"
)
_NUMBERS_11: tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...] = (
    (re.compile(r"[-+]?0b[0-1_]+"), lambda s: _based(s, "0b", 2)),
    (re.compile(r"[-+]?0[0-7_]+"), lambda s: _based(s, "0", 8)),
    (re.compile(r"[-+]?[0-9][0-9_]*"), lambda s: _integer(s.replace("_", ""), 10)),
    (re.compile(r"[-+]?0x[0-9a-fA-F_]+"), lambda s: _based(s, "0x", 16)),
    (re.compile(r"[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+"), lambda s: _float_11(s)),
    (re.compile(r"[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*"), lambda s: _float_11(s)),
)


def _based(text: str, prefix: str, base: int) -> int | float:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-")[len(prefix) :].replace("_", "")
    return _number(sign * int(digits, base)) if digits else math.nan


def _float_11(text: str) -> int | float:
    try:
        return _number(float(text.replace("_", "")))
    except ValueError:
        return math.nan


def _sixties(text: str) -> int | float:
    total: int | float = 0
    for part in text.lstrip("+-").replace("_", "").split(":"):
        total = total * 60 + (float(part) if "." in part else int(part))
    return _number(-total if text[0] == "-" else total)


def _timestamp(text: str) -> str:
    """The ISO text that a ``!!timestamp`` becomes in JSON. Raises ValueError."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError("!!timestamp expects a date, starting with yyyy-mm-dd")
    year, month, day, hour, minute = (int(part or 0) for part in match.groups()[:5])
    moment = dt.datetime(year, 1, 1) + dt.timedelta(
        days=(dt.date(year, month, 1) - dt.date(year, 1, 1)).days + day - 1,
        hours=hour,
        minutes=minute,
        seconds=int((match[6] or "0").split(".")[0]),
        milliseconds=int(f"{(match[7] or '.0')[1:]}00"[:3]),
    )
    if match[8] and match[8] != "Z":
        zone = _sixties(match[8])
        moment -= dt.timedelta(minutes=zone * 60 if abs(zone) < 30 else zone)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _resolve_11(text: str) -> Any:
    """What a plain scalar means after ``%YAML 1.1``."""
    if text in _NULLS:
        return None
    if text in _TRUE_11 or text in _FALSE_11:
        return text in _TRUE_11
    for pattern, convert in _NUMBERS_11:
        if pattern.fullmatch(text):
            return convert(text)
    if _INFINITE.fullmatch(text) or text in _NANS:
        return _resolve(text)
    if _SIXTIES.fullmatch(text):
        return _sixties(text)
    return _timestamp(text) if _TIMESTAMP.fullmatch(text) else text


_TAG = "tag:yaml.org,2002:"


def _tagged(tag: str, text: str, resolve: Callable[[str], Any]) -> Any:
    """The value of a scalar with a tag: plain data, whatever the tag. Raises ValueError."""
    if not tag.startswith(_TAG):
        return text
    name = tag[len(_TAG) :]
    if name == "timestamp":
        return _timestamp(text)
    if name == "binary":
        return {"type": "Buffer", "data": list(_binary(text))}
    value = resolve(text)
    kinds: dict[str, type | tuple[type, ...]] = {"null": type(None), "bool": bool, "int": int, "float": float}
    if name == "int" and (_INT.fullmatch(text) or _OCTAL.fullmatch(text) or _HEX.fullmatch(text)):
        return value
    if name == "float" and isinstance(value, (int, float)) and not isinstance(value, bool):
        return text if resolve is _resolve and (_INT.fullmatch(text) or text[:2] in ("0o", "0x")) else value
    return value if name in kinds and isinstance(value, kinds[name]) else text


def _binary(text: str) -> bytes:
    kept = re.sub(r"[^A-Za-z0-9+/]", "", text.replace("-", "+").replace("_", "/").split("=")[0])
    try:
        return base64.b64decode(kept[: len(kept) - (len(kept) % 4 == 1)] + "=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


def _key(value: Any) -> str:
    """A key as JavaScript writes it: keys of objects are always text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return _flow(value)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = [key if item is None else f"{key}: {_flow(item)}" for key, item in value.items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[ {', '.join(_flow(item) for item in value)} ]" if value else "[]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        if abs(value) < 1e21 and value.is_integer():
            return f"{Decimal(repr(value)):f}".removesuffix(".0")
        return re.sub(r"e([-+])0+", r"e\1", repr(value))
    return "null" if value is None else str(value)


# -- from events to values ------------------------------------------------------------------------------------------


class _Broken(Exception):
    """The document cannot be read on."""

    def __init__(self, message: str, line: int, column: int, hint: str = "") -> None:
        super().__init__(message)
        self.error = YamlError(message, line, column, hint)


def _only_itself(key: Any) -> bool:
    """Whether no other key of a mapping can equal *key*: it is not a number, or no scalar."""
    return isinstance(key, dict) or (isinstance(key, float) and math.isnan(key))


class _Part(NamedTuple):
    """Some of the text: the line (from 0) that it begins at, and which documents in it are of YAML 1.1."""

    line: int
    text: str
    version_11: bool = False
    switches: tuple[tuple[int, bool], ...] = ()
    """(line from 0 in the whole text, whether 1.1) of each ``%YAML`` directive."""


@dataclass(slots=True)
class _Anchored:
    """What an alias may stand for, with npm's count of how often it does."""

    value: Any
    size: int = 1
    uses: int = 1
    weight: int = 0
    plain: bool = False
    inner: list[_Anchored] = field(default_factory=list)
    whole: bool = False

    def use(self) -> int:
        self.uses += 1
        if not self.weight:
            self.weight = max([int(self.plain), *(other.uses * other.weight for other in self.inner)])
        return self.uses * self.weight


_ROOT, _FLOW = -1, -2


class _Merge:
    """The key ``<<`` of YAML 1.1."""


_MERGE = _Merge()


class _Composer:
    """Makes values of the events of one part. One object reads one part, once."""

    def __init__(self, part: _Part, restore: _Restore | None) -> None:
        self.event: Callable[[], Any] = CParser(part.text).get_event
        self.first_line = part.line + 1
        self.part = part
        self.restore = restore
        self.resolve: Callable[[str], Any] = _resolve
        self.lines: list[str] | None = None

    def documents(self) -> Iterator[tuple[Any, dict[Keys, Mark], list[YamlError]]]:
        """Value, marks and errors of one document after another. Raises _Broken or yaml.YAMLError."""
        self.event()
        while not isinstance(start := self.event(), StreamEndEvent):
            assert isinstance(start, DocumentStartEvent)
            begun: Any = start.end_mark
            self._version(begun.line + self.part.line)
            self.anchors: dict[str, _Anchored] = {}
            self.open: list[_Anchored] = []
            self.marks: dict[Keys, Mark] = {}
            self.errors: list[YamlError] = []
            self.nodes = 0
            root = self.event()
            self.marks[()] = self._at(root)
            value = self._node(root, (), 0, _ROOT)
            self.event()
            yield value, self.marks, self.errors

    def _version(self, line: int) -> None:
        old = self.part.version_11
        for at, switched in self.part.switches:
            if at <= line:
                old = switched
        self.resolve = _resolve_11 if old else _resolve

    def _at(self, event: Any) -> Mark:
        mark: Any = event.start_mark
        return mark.line + self.first_line, mark.column + 1

    def _count(self, event: Any, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise _Broken(
                f"the document has more than {MAX_NODES:,} values", *self._at(event), "split it into several files"
            )

    def _indented(self, start: Any, end: Any, least: int, closing: bool) -> None:
        """Report the lines of a quoted text or a flow collection that do not stand to the right of its parent's column.

        libyaml does not ask for it. A closing bracket alone may stand at the parent's column.
        """
        if self.lines is None:
            self.lines = self.part.text.split("\n")
        for number in range(start.line + 1, end.line + 1):
            line = self.lines[number].removesuffix("\r")
            rest = line.lstrip(" ")
            indent = len(line) - len(rest)
            if not rest or indent >= least or (closing and (rest[0] == "#" or not rest.strip("\t"))):
                continue
            if closing and number == end.line and indent == least - 1 and end.column == indent + 1 and rest[0] in "]}":
                continue
            what = "a line of a list in [ ] or a mapping in { }" if closing else "a line of a quoted text"
            message = f"{what} begins left of the value that it belongs to"
            self.errors.append(YamlError(message, number + self.first_line, indent + 1, "indent it further"))
            return

    def _separate(self, end: Any) -> None:
        """Report a comment that begins right behind a quoted text or a flow collection, which libyaml takes."""
        if self.part.text[end.index : end.index + 1] == "#":
            at = (end.line + self.first_line, end.column + 1)
            self.errors.append(
                YamlError("a comment begins without a space before its #", *at, "write a space before #")
            )

    def _node(self, event: Any, path: Keys, depth: int, column: int) -> Any:
        """The value that begins with *event*, in a block collection at *column* (_ROOT: none, _FLOW: a flow one)."""
        self._count(event, 1)
        kind = event.__class__
        if kind is ScalarEvent:
            if event.style and event.style in "'\"":
                self._separate(event.end_mark)
                if column >= 0 and event.end_mark.line > event.start_mark.line:
                    self._indented(event.start_mark, event.end_mark, column + 1, False)
            return self._scalar(event, column == _FLOW)
        if kind is AliasEvent:
            return self._alias(event)
        if depth >= MAX_DEPTH:
            raise _Broken(
                f"the document is nested more than {MAX_DEPTH} levels deep", *self._at(event), "write it flatter"
            )
        value: dict[str, Any] | list[Any] = {} if kind is MappingStartEvent else []
        anchored = None
        before = self.nodes
        if event.anchor:
            anchored = self.anchors[event.anchor] = _Anchored(value)
            self.open.append(anchored)
        flow = event.flow_style
        if isinstance(value, dict):
            end = self._mapping(value, path, depth + 1, flow)
        else:
            end = self._sequence(value, path, depth + 1, _FLOW if flow else event.start_mark.column)
        if flow:
            self._separate(end)
            if column >= 0 and end.line > event.start_mark.line:
                self._indented(event.start_mark, end, column + 1, True)
        if anchored is not None:
            self.open.pop()
            anchored.size = self.nodes - before + 1
            anchored.whole = True
        return value

    def _mapping(self, value: dict[str, Any], path: Keys, depth: int, flow: bool) -> Any:
        column = _FLOW
        seen: set[Any] = set()
        merges: list[tuple[Any, Any]] = []
        while (event := self.event()).__class__ is not MappingEndEvent:
            if column == _FLOW and not flow:
                column = event.start_mark.column
            written = (
                self._node(event, path, depth, column)
                if event.__class__ is not ScalarEvent
                else self._scalar(event, flow, True)
            )
            at = self._at(event)
            if written.__class__ is str and event.__class__ is ScalarEvent:
                key = written
                identity: Any = written
            elif written is _MERGE:
                following = self.event()
                merges.append((following, self._node(following, (*path, "<<"), depth, column)))
                continue
            else:
                key = _key(written)
                identity = (
                    (written.__class__ is bool, written)
                    if event.__class__ is ScalarEvent and not _only_itself(written)
                    else object()
                )
            if identity in seen:
                self.errors.append(
                    YamlError(f"the key {_short(key)} is written twice in one mapping", *at, "take one of the two out")
                )
            seen.add(identity)
            inner = (*path, key)
            self.marks[inner] = at
            value[key] = self._node(self.event(), inner, depth, column)
        for following, source in merges:
            self._merge(value, source, following)
        return event.end_mark

    def _merge(self, value: dict[str, Any], source: Any, event: Any) -> None:
        for mapping in source if isinstance(source, list) else [source]:
            if not isinstance(mapping, dict):
                raise _Broken(
                    "<< is not followed by a mapping", *self._at(event), "write an alias of a mapping, such as *base"
                )
            for key, item in mapping.items():
                value.setdefault(key, item)

    def _sequence(self, value: list[Any], path: Keys, depth: int, column: int) -> Any:
        number = 0
        while (event := self.event()).__class__ is not SequenceEndEvent:
            inner = (*path, number)
            self.marks[inner] = self._at(event)
            value.append(self._node(event, inner, depth, column))
            number += 1
        return event.end_mark

    def _scalar(self, event: ScalarEvent, flow: bool, key: bool = False) -> Any:
        text = event.value
        if self.restore is not None:
            text = text.translate(self.restore.quoted if event.style == '"' else self.restore.other)
        tag = event.tag
        value: Any = text
        if not tag:
            if not event.style:
                if text == "-" and flow:
                    self.errors.append(YamlError("a - stands alone in [ ] or { }", *self._at(event), 'write "-"'))
                value = self.resolve(text)
                if key and text == "<<" and self.resolve is _resolve_11:
                    value = _MERGE
        elif tag != "!":
            try:
                value = _tagged(tag, text, self.resolve)
            except ValueError as error:
                raise _Broken(
                    f"{_short(text)} is not of its tag: {error}", *self._at(event), "take the tag out"
                ) from None
        for outer in self.open:
            outer.plain = True
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(value, plain=True, whole=True)
        return value

    def _alias(self, event: AliasEvent) -> Any:
        anchored = self.anchors.get(event.anchor or "")
        if anchored is None:
            raise _Broken(
                f"*{event.anchor} is an alias of nothing",
                *self._at(event),
                f"put &{event.anchor} before what it stands for, or quote it",
            )
        if not anchored.whole:
            raise _Broken(
                f"*{event.anchor} stands for something that it is itself a part of", *self._at(event), "write it out"
            )
        for outer in self.open:
            outer.inner.append(anchored)
        if anchored.use() > MAX_ALIASES:
            raise _Broken(
                f"*{event.anchor} is used so often that the document grows out of bounds",
                *self._at(event),
                "write it out",
            )
        self._count(event, anchored.size)
        return anchored.value


def _swallows(piece: _Part, broken: Document, part: _Part) -> bool:
    """Whether the quote that *broken* opens is closed nowhere: then it reaches to the end of the file, as in npm."""
    error = broken.errors[0]
    if not error.message.startswith(_UNCLOSED):
        return False
    lines = part.text.split("\n")[error.line - 1 :]
    rest = "\n".join(lines)[error.column - 1 :]
    return rest[:1] in _CLOSED and not _CLOSED[rest[:1]].match(rest)


_UNCLOSED = "a quoted text is not closed"
_CLOSED = {"'": re.compile(r"'[^']*'(?:'[^']*')*"), '"': re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)}
_SPLIT = re.compile(r"^---(?=[ \t\r\n]|\Z)|^\.\.\.(?:[ \t].*)?\r?\n", re.MULTILINE)
_CONTENT = re.compile(r"^(?!%)[ \t]*[^#\s]", re.MULTILINE)


def _split(part: _Part) -> Iterator[_Part]:
    """Each document of *part* alone, for when one of them is broken."""
    cuts = [match.start() if match[0] == "---" else match.end() for match in _SPLIT.finditer(part.text)]
    first = part.text[: cuts[0]] if cuts else part.text
    starts = cuts if cuts and not _CONTENT.search(first) else [0, *cuts]
    if cuts and starts[0] == cuts[0] and first:
        starts = [0, *cuts[1:]]
    line, previous = part.line, 0
    for start, end in zip(starts, [*starts[1:], len(part.text)], strict=True):
        line += part.text.count("\n", previous, start)
        previous = start
        yield part._replace(line=line, text=part.text[start:end])


def _read(part: _Part, restore: _Restore | None, index: int) -> tuple[list[Document], bool]:
    """The documents of *part* up to the first that cannot be read on, and whether there is none such."""
    work = 0
    while True:
        documents: list[Document] = []
        work += len(part.text) + 1000
        try:
            for value, marks, errors in _Composer(part, restore).documents():
                number = index + len(documents)
                documents.append(
                    Document(number, errors=tuple(errors[:MAX_ERRORS])) if errors else Document(number, value, marks)
                )
            return documents, True
        except _Broken as broken_off:
            error = broken_off.error
        except yaml.MarkedYAMLError as marked:
            if work < MAX_WORK and (repaired := _repaired(part.text, marked)) is not None:
                part = part._replace(text=repaired)
                continue
            error = _syntax(marked, part)
            if documents and "<document start>" in str(marked.problem):
                documents.pop()
        except (yaml.YAMLError, RecursionError) as other:
            error = YamlError(str(other).splitlines()[0], part.line + 1, 1)
        return [*documents, Document(index + len(documents), errors=(error,))], False


MAX_WORK = 30_000_000
"""Characters that may be read again and again because of repairs: some seconds."""


def _repaired(text: str, error: yaml.MarkedYAMLError) -> str | None:
    """*text* with what YAML 1.2 allows and libyaml does not at the place of *error* written so that it does."""
    if error.problem_mark is None:
        return None
    at = error.problem_mark.index
    here, following = text[at : at + 1], text[at + 1 : at + 2]
    problem = str(error.problem)
    if "expected whitespace or line break" in problem and here and here in ",]}":  # [!tag]
        return f"{text[:at]} {text[at:]}"
    if "found unexpected ':'" in problem and here == ":":  # {a:}
        return f"{text[: at + 1]} {text[at + 1 :]}"
    if here == "\t" and (tabs := _TABS.match(text, at)):  # a blank line, a comment, or text behind a dash
        begun = text[text.rfind("\n", 0, at) + 1 : at]
        if (not begun.strip() and (text[tabs.end()] in "\r\n#")) or (
            begun.strip() == "-" and not _NESTED.match(text, tabs.end())
        ):
            return text[:at] + " " * len(tabs[0]) + text[tabs.end() :]
    keyless = "expected node content" in problem or "expected key" in problem
    if keyless and here == ":" and (not following or following in " \t\n\r,]}"):  # {: a}
        return f"{text[:at]}~{text[at:]}"
    return None


_TABS = re.compile(r"[ \t]+")
_NESTED = re.compile(r"[-?:][ \t\n]|[^\n]*:(?:[ \t]|$)", re.MULTILINE)


# -- text that libyaml does not take --------------------------------------------------------------------------------

_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)"
    r"|(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r"|((?:[\[{,]|:[ \t])[ \t]*)([?:])(?=[^\s,\[\]{}'\"?:])"
)
_PRIVATE = range(0xF0000, 0x10FFFD)


class _Restore(NamedTuple):
    """The way back from characters that stand in for others, in double quotes and elsewhere."""

    quoted: Mapping[int, str]
    other: Mapping[int, str]


def _printable(text: str) -> tuple[str, _Restore | None]:
    r"""*text* with all that libyaml refuses, or takes for a line break, replaced by other characters, and the way back.

    Among it are the halves of characters that JavaScript takes in double quotes (``\ud83d\ude00``); elsewhere they are
    text as written. So is a ``?`` or ``:`` right before plain text, which in ``[?a, :b]`` begins that text.
    """
    if not _ODD.search(text):
        return text, None
    free = (chr(code) for code in _PRIVATE if chr(code) not in text)
    stand_ins: dict[str, str] = {}

    def replace(match: re.Match[str]) -> str:
        written = match[2] or match[4] or match[0]
        if written not in stand_ins:
            stand_ins[written] = next(free)
        return (match[1] or match[3] or "") + stand_ins[written]

    replaced = _ODD.sub(replace, text)
    other = {ord(stand_in): written for written, stand_in in stand_ins.items()}
    quoted = {code: _character(written) if len(written) > 1 else written for code, written in other.items()}
    return replaced, _Restore(quoted, other)


def _character(escape: str) -> str:
    r"""What ``\ud83d\ude00`` is in JavaScript; half a character is replaced, because no file can hold it."""
    units = [int(unit, 16) for unit in escape.split("\\u")[1:]]
    return b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")


_VERSION = re.compile(r"%YAML[ \t]+(\d+\.\d+)[ \t]*(?:#.*)?\r?\n?")


def _directives(part: _Part) -> _Part:
    """*part* with its ``%YAML`` lines (and those that nobody knows) made comments, and what they say."""
    if "%" not in part.text or not re.search(r"^%", part.text, re.MULTILINE):
        return part
    lines = part.text.splitlines(keepends=True)
    switches: list[tuple[int, bool]] = []
    between, declared = True, False
    for number, line in enumerate(lines):
        if between and line.startswith("%") and not line.startswith("%TAG"):
            match = _VERSION.fullmatch(line)
            if match is None and line.startswith("%YAML"):
                continue  # libyaml says what is wrong
            if match and match[1] in ("1.1", "1.2"):
                switches.append((number, match[1] == "1.1"))
            if declared or not match or match[1] not in ("1.1", "1.2"):
                lines[number] = "#" + line[1:]
            declared = declared or match is not None
        elif line.startswith("..."):
            between, declared = True, False
        elif line.strip() and not line.startswith(("#", "%")):
            between = False
    return part._replace(text="".join(lines), switches=tuple(switches))


# -- syntax errors in words -----------------------------------------------------------------------------------------

_TAB = "found a tab"
_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a key stands where a value is still being written",
        'put text that holds ": " in quotes, or line this up with the key that it belongs beside',
    ),
    (_TAB, "a tab is used to indent", "use spaces"),
    (
        "cannot start any token",
        "a value begins with a character that means something else in YAML",
        "put the value in quotes",
    ),
    (
        "could not find expected ':'",
        "a line is neither a key with a colon nor part of the value above it",
        "write key: value",
    ),
    (
        "did not find expected key",
        "a line does not line up with the keys above it",
        "indent it like the key that it belongs beside",
    ),
    (
        "did not find expected '-'",
        "a line does not line up with the items above it",
        "begin it with - under the other ones",
    ),
    (
        "block sequence entries are not allowed",
        "a list begins where no list can",
        "begin the first - on a line of its own",
    ),
    ("did not find expected ',' or ']'", "a list in [ ] is not closed", "write ] at its end"),
    (
        "did not find expected ',' or '}'",
        "a mapping in { } is not closed",
        "write } at its end, or put a text that begins with { in quotes",
    ),
    ("found unexpected end of stream", "a quoted text is not closed", "write the closing quote"),
    (
        "found unexpected document indicator",
        "a quoted text is not closed before the next document",
        "write the closing quote",
    ),
    (
        "unknown escape character",
        "a backslash in double quotes does not begin a known escape",
        "write \\\\, or use single quotes",
    ),
    ("undefined tag handle", "a tag uses a handle that is not declared", "take the tag out"),
    (
        "did not find expected <document start>",
        "something stands behind the end of the document",
        "write --- before a new document",
    ),
    ("exceeded maximum", "the document is nested too deeply", "write it flatter"),
)


def _syntax(error: yaml.MarkedYAMLError, part: _Part) -> YamlError:
    mark = error.problem_mark or error.context_mark
    if "quoted scalar" in str(error.context) and "unexpected" in str(error.problem) and error.context_mark:
        mark = error.context_mark  # where the quote opens says more than where the file ends
    line, column = (mark.line + part.line + 1, mark.column + 1) if mark else (part.line + 1, 1)
    problem = str(error.problem or error.context or "the document is not YAML")
    if mark and part.text[mark.index : mark.index + 1] == "\t":
        problem = _TAB
    for sign, message, hint in _WORDS:
        if sign in problem:
            return YamlError(message, line, column, hint)
    return YamlError(f"{error.context}: {problem}" if error.context else problem, line, column)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
