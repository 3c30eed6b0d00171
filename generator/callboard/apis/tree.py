"""What somebody wrote as JSON or YAML, read without trust: every accessor gives what it promises, or nothing."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from callboard import yamlsource
from callboard.apis import limits
from callboard.model.api import Complaint

Node = Mapping[str, Any]
_NOTHING: Node = {}


def mapping(value: Any) -> Node:
    return value if isinstance(value, Mapping) else _NOTHING


def listing(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def mappings(value: Any) -> Iterator[tuple[str, Node]]:
    """Entries of *value* that are mappings themselves."""
    for key, item in mapping(value).items():
        if isinstance(item, Mapping):
            yield str(key), item


def text(value: Any) -> str:
    """*value* as somebody would read it on one or more lines; empty where it is no scalar."""
    if isinstance(value, str):
        return value[: limits.TEXT]
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, int | float) else ""


def line_of(value: Any) -> str:
    """:func:`text` on one line."""
    return " ".join(text(value).split())


def written(value: Any) -> str:
    """*value* as it stands in JSON, on one line and not too long."""
    try:
        found = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return "…"
    return found if len(found) <= limits.VALUE else f"{found[: limits.VALUE]}…"


def slug(*words: str) -> str:
    """An anchor of *words*: lower case, one hyphen between them."""
    return re.sub(r"[^a-z0-9_.]+", "-", " ".join(words).lower())[:100].strip("-.") or "part"


@dataclass(slots=True)
class Anchors:
    """Gives every thing of one definition an anchor of its own."""

    _taken: dict[str, int] = field(default_factory=dict)

    def of(self, *words: str) -> str:
        base = slug(*words)
        count = self._taken.get(base, 0) + 1
        self._taken[base] = count
        name = base if count == 1 else f"{base}-{count}"
        if count > 1:
            self._taken.setdefault(name, 1)
        return name


@dataclass(slots=True)
class Complaints:
    """What is wrong with one definition, each thing once."""

    _found: dict[tuple[str, str], Complaint] = field(default_factory=dict)

    def add(self, code: str, message: str, line: int = 0, hint: str = "") -> None:
        if len(self._found) < limits.COMPLAINTS:
            self._found.setdefault((code, message), Complaint(code, message, line, hint))

    def all(self) -> tuple[Complaint, ...]:
        return tuple(self._found.values())


def listed(texts: Iterable[tuple[str, str]]) -> int:
    """How many values of a type are listed, of which each has a name and something that is said of it."""
    room = limits.VALUES_TEXT
    number = 0
    for name, said in itertools.islice(texts, limits.VALUES_OF_TYPE):
        room -= len(name) + len(said)
        if room < 0 and number >= limits.ROWS_OF_ONE:
            break
        number += 1
    return number


class Unreadable(Exception):
    """A definition that cannot be shown as what it should be."""

    def __init__(self, message: str, line: int = 0, hint: str = "", code: str = "api-invalid") -> None:
        super().__init__(message)
        self.complaint = Complaint(code, message, line, hint)


class TooLarge(Unreadable):
    """A definition that may be right, and is more than is read."""

    def __init__(self, message: str, line: int = 0, hint: str = "split it into several APIs") -> None:
        super().__init__(message, line, hint, "api-limit")


TOO_DEEP = ("the definition is nested too deeply to be read", 0, "give parts a name and refer to them")


@dataclass(frozen=True)
class Tree:
    """A definition in JSON or YAML."""

    source: str = field(repr=False)
    root: Node = field(repr=False)

    @cached_property
    def _marks(self) -> Mapping[tuple[str | int, ...], tuple[int, int]]:
        found = yamlsource.read_documents(self.source) if len(self.source) < 1_000_000 else []
        return found[0].marks if found else {}

    def line(self, *keys: str | int) -> int:
        """The line of *keys*, or of the nearest parent that has one; 0 where it is unknown."""
        marks = self._marks
        while keys and keys not in marks:
            keys = keys[:-1]
        return marks.get(keys, (0, 0))[0]

    def line_with(self, words: str) -> int:
        """The first line that holds *words*."""
        at = self.source.find(words)
        return self.source.count("\n", 0, at) + 1 if at >= 0 else 0


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def read_tree(source: str) -> Tree:
    """Read *source*. Raises Unreadable with the line."""
    if source.lstrip("\ufeff \t\r\n").startswith("{"):
        try:
            root = json.loads(source.removeprefix("\ufeff"), parse_constant=_constant)
        except RecursionError:
            raise TooLarge(*TOO_DEEP) from None
        except ValueError:
            pass  # flow mappings of YAML begin like JSON
        else:
            return Tree(source, mapping(root))
    documents = [document for document in yamlsource.read_documents(source) if not document.empty]
    if not documents:
        raise Unreadable("the definition is empty", 1)
    first = documents[0]
    if first.errors:
        error = first.errors[0]
        raise Unreadable(f"the definition is not valid YAML: {error.message}", error.line, error.hint)
    if not isinstance(first.value, Mapping):
        raise Unreadable(f"the definition is {_kind(first.value)}, not a mapping", 1, "begin with a line such as openapi: 3.1.0")
    return Tree(source, first.value)


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "text" if isinstance(value, str) else "a single value"


@dataclass(frozen=True, slots=True)
class Followed:
    """What a reference leads to. *problem* says why it leads nowhere."""

    value: Any
    refs: tuple[str, ...] = ()
    """Every reference on the way, the first one first."""
    problem: str = ""

    @property
    def name(self) -> str:
        """The last word of the first reference."""
        return unescape(self.refs[0].rpartition("/")[2]) if self.refs else ""


def unescape(word: str) -> str:
    return unquote(word).replace("~1", "/").replace("~0", "~")


@dataclass(slots=True)
class References:
    """Follows ``$ref`` within one definition, and never out of it: nothing is fetched, no other file is read."""

    tree: Tree
    complaints: Complaints
    _known: dict[str, Any] = field(default_factory=dict)

    def follow(self, node: Any) -> Followed:
        """*node*, or what its reference leads to in the end."""
        refs: list[str] = []
        while isinstance(node, Mapping) and isinstance(ref := node.get("$ref"), str):
            if ref in refs or len(refs) == 20:
                self._complain(ref, "leads back to itself")
                return Followed(None, (*refs,), "leads back to itself")
            refs.append(ref)
            if not ref.startswith("#"):
                return Followed(None, tuple(refs), "is in another document")
            found = self.find(ref)
            if found is _MISSING:
                self._complain(ref, "leads nowhere")
                return Followed(None, tuple(refs), "leads nowhere")
            node = found
        return Followed(node, tuple(refs))

    def _complain(self, ref: str, what: str) -> None:
        line = self.tree.line_with(ref)
        self.complaints.add("api-reference", f"the reference {ref[:200]} {what}", line, "refer to what is written in this definition")

    def find(self, ref: str) -> Any:
        """What a local reference names, or _MISSING."""
        if ref not in self._known:
            self._known[ref] = self._find(ref)
        return self._known[ref]

    def _find(self, ref: str) -> Any:
        node: Any = self.tree.root
        for word in ref.removeprefix("#").split("/")[1:]:
            key = unescape(word)
            if isinstance(node, Mapping) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isdecimal() and len(key) < 9 and int(key) < len(node):
                node = node[int(key)]
            else:
                return _MISSING
        return node


class _Missing:
    """No value, which no definition can write."""


_MISSING = _Missing()


_ADDRESSES = frozenset({"url", "href", "termsOfService", "authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl", "openIdConnectUrl", "openIdConnectDiscoveryUrl"})
_SCHEMES = ("javascript:", "data:", "vbscript:", "file:", "filesystem:", "blob:", "view-source:", "intent:", "ftp:")
"""Of addresses that would run or hold something."""


def standalone(tree: Tree) -> str:
    """*tree* as JSON that is whole by itself: every reference leads to something in it, no address runs anything, and
    there is none that would be asked for by who only shows it; empty where that cannot be written."""
    try:
        return json.dumps(_local(tree.root, References(tree, Complaints())), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return ""


def _runs(address: Any) -> bool:
    return isinstance(address, str) and re.sub(r"[\x00-\x20]", "", address).lower().startswith(_SCHEMES)


_WORDS = frozenset({"description", "summary", "title"})
_NAMING = frozenset({"properties", "patternProperties", "schemas", "definitions", "$defs", "parameters", "responses", "headers", "examples", "variables", "scopes", "paths"})
"""Keys below which keys are names that somebody gave."""


def _local(value: Any, references: References, key: str = "") -> Any:
    if isinstance(value, list):
        return [_local(item, references) for item in value]
    if not isinstance(value, Mapping):
        return value
    ref = value.get("$ref")
    if isinstance(ref, str) and (problem := references.follow(value).problem):
        said = f"{ref} {problem}"
        return said if key in _WORDS else {"description": said}
    named = key in _NAMING
    whole = {name: "" if name in _ADDRESSES and _runs(item) else _local(item, references, "" if named else name) for name, item in value.items()}
    if isinstance(address := whole.get("externalValue"), str):  # of an example, which would be asked for
        del whole["externalValue"]
        whole.setdefault("value", address)
    if isinstance(logo := whole.get("x-logo"), dict):
        logo.pop("url", None)
    return whole
