"""``$text``, ``$json`` and ``$yaml``: parts of an entity that are written in another file of its repository.

An object with exactly one key, which is one of the three, is replaced by what the file holds. An object with a ``$``
key beside others, and one that begins with ``$`` and is none of the three, is left as it is, with everything below it
(backstage.md 1.6, S15). What a file gave is not looked at again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from callboard import yamlsource
from callboard.catalog.targets import BadTarget, resolve
from callboard.model.entity import Keys
from callboard.model.repository import ReadError, Repository

RESOLVERS = ("$text", "$json", "$yaml")
ENVELOPE: frozenset[Keys] = frozenset(
    {
        (),
        ("apiVersion",),
        ("kind",),
        ("metadata",),
        ("metadata", "name"),
        ("metadata", "namespace"),
        ("metadata", "annotations"),
    }
)
"""What is looked at before placeholders are: one that stands here itself is never resolved."""

MAX_TEXT = 30_000_000
"""Characters that all placeholders of one document may bring in together."""


@dataclass(frozen=True, slots=True)
class PlaceholderProblem:
    """A placeholder that cannot be resolved, and the keys it stands at."""

    message: str
    keys: Keys
    hint: str = ""
    missing: bool = False
    """Whether all that is wrong is that the file cannot be read."""


class _Unresolved(Exception):
    def __init__(self, message: str, hint: str = "", *, missing: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.missing = missing


@dataclass(slots=True)
class _Resolver:
    base: str
    repository: Repository
    read: Callable[[str], bytes]
    problems: list[PlaceholderProblem] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    size: int = 0

    def value(self, value: Any, keys: Keys) -> Any:
        """*value* with its placeholders resolved; the same object where it has none."""
        if isinstance(value, list):
            items = [self.value(item, (*keys, number)) for number, item in enumerate(value)]
            return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        if not isinstance(value, Mapping):
            return value
        if not any(key.startswith("$") for key in value):
            entries = {key: self.value(item, (*keys, key)) for key, item in value.items()}
            return entries if any(entries[key] is not value[key] for key in entries) else value
        if len(value) != 1 or keys in ENVELOPE:
            return value
        key, written = next(iter(value.items()))
        if key not in RESOLVERS:
            return value
        try:
            return self.content(key, written)
        except _Unresolved as problem:
            self.problems.append(PlaceholderProblem(str(problem), (*keys, key), problem.hint, problem.missing))
            return value

    def content(self, key: str, written: Any) -> Any:
        if not isinstance(written, str):
            raise _Unresolved(f"{key} is not followed by the path of a file", f"{key}: ./openapi.yaml")
        try:
            path = resolve(written, base=self.base, repository=self.repository)
        except BadTarget as bad:
            raise _Unresolved(f"{key}: {bad}", bad.hint) from None
        text = self.text(key, written, path)
        if key == "$text":
            return text
        return _json(written, text) if key == "$json" else _yaml(written, text)

    def text(self, key: str, written: str, path: str) -> str:
        if path not in self.texts:
            try:
                self.texts[path] = self.read(path).decode("utf-8", "replace")
            except ReadError as error:
                missing = error.code == "file-unreadable"
                raise _Unresolved(f"{key}: {written!r} cannot be read: {error}", error.hint, missing=missing) from None
        self.size += len(self.texts[path])
        if self.size > MAX_TEXT:
            raise _Unresolved(
                f"{key}: the files that this document brings in have more than {MAX_TEXT:,} characters together"
            )
        return self.texts[path]


def resolve_placeholders(
    value: Mapping[str, Any], *, base: str, repository: Repository, read: Callable[[str], bytes]
) -> tuple[Mapping[str, Any], tuple[PlaceholderProblem, ...]]:
    """*value* with its placeholders resolved against the file *base*, and those that cannot be.

    *read* takes a path of the repository and returns the file's bytes, or raises ReadError.
    """
    resolver = _Resolver(base, repository, read)
    resolved: Mapping[str, Any] = resolver.value(value, ())
    return resolved, tuple(resolver.problems)


def _json(written: str, text: str) -> Any:
    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not JSON")

    def whole(digits: str) -> int | float:
        return int(digits) if len(digits) < 16 else _finite(float(digits))

    try:
        value = json.loads(
            text, parse_constant=refuse, parse_int=whole, parse_float=lambda digits: _finite(float(digits))
        )
    except (ValueError, RecursionError) as error:
        place = (
            f"line {error.lineno}, column {error.colno}: {error.msg}"
            if isinstance(error, json.JSONDecodeError)
            else str(error)
        )
        raise _Unresolved(
            f"$json: {written!r} is not JSON: {place}", "use $text to take it as text, $yaml for YAML"
        ) from None
    if _depth(value) > yamlsource.MAX_DEPTH:
        raise _Unresolved(f"$json: {written!r} is nested more than {yamlsource.MAX_DEPTH} levels deep")
    return _whole_characters(value)


def _finite(number: float) -> int | float:
    return int(number) if math.isfinite(number) and number.is_integer() and abs(number) <= 2**53 else number


def _depth(value: Any) -> int:
    deepest, todo = 0, [(value, 1)]
    while todo:
        current, depth = todo.pop()
        if isinstance(current, (dict, list)):
            deepest = max(deepest, depth)
            todo += [(item, depth + 1) for item in (current.values() if isinstance(current, dict) else current)]
    return deepest


def _whole_characters(value: Any) -> Any:
    """*value* with halves of characters (``\\ud800`` alone) replaced: no file can be written with them."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if not value.isascii() else value
    if isinstance(value, list):
        return [_whole_characters(item) for item in value]
    return {_whole_characters(k): _whole_characters(v) for k, v in value.items()} if isinstance(value, dict) else value


def _yaml(written: str, text: str) -> Any:
    documents = yamlsource.read_documents(text)
    if len(documents) != 1:
        raise _Unresolved(
            f"$yaml: {written!r} holds {len(documents)} documents, not one", "use $text to take it as text"
        )
    if documents[0].errors:
        error = documents[0].errors[0]
        raise _Unresolved(f"$yaml: {written!r} line {error.line}, column {error.column}: {error.message}", error.hint)
    return documents[0].value
