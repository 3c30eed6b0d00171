"""What a page says of itself before it begins: front matter, read as MkDocs tells it from the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from callboard.yamlsource import read_documents

_YAML = re.compile(r"-{3}[ \t]*\n(.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)
_LINE = re.compile(r"[ ]{0,3}([A-Za-z0-9_-]+):\s*(.*)")
_LONGEST = 1 << 16
"""Characters of YAML that are read."""
_LIMIT = 50
"""Lines of the form ``Key: value`` that are read."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values by their keys in lower case; or what is wrong, and on which line."""

    values: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    line: int = 0

    def text(self, *keys: str) -> str:
        """The value of the first of *keys* that has one, on one line; a list as its items."""
        for key in keys:
            value = self.values.get(key)
            items = value if isinstance(value, list) else [value]
            words = [" ".join(str(item).split()) for item in items if isinstance(item, str | int | float) and not isinstance(item, bool)]
            if any(words):
                return ", ".join(word for word in words if word)
        return ""


def front_matter(text: str) -> FrontMatter:
    """The front matter of the Markdown *text*: YAML between lines of dashes, or lines of ``Key: value``."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if match := _YAML.match(text):
        return _yaml(match[1]) if len(match[1]) <= _LONGEST else FrontMatter()
    values: dict[str, str] = {}
    for line in text.split("\n", _LIMIT)[:_LIMIT]:
        found = _LINE.match(line)
        if not line.strip() or (found is None and not (values and line.startswith(("    ", "\t")))):
            break
        if found:
            values.setdefault(found[1].lower(), found[2].strip())
    return FrontMatter(values)


def _yaml(block: str) -> FrontMatter:
    documents = read_documents(block)
    for document in documents:
        if document.errors:
            error = document.errors[0]
            return FrontMatter(error=error.message, line=error.line + 1)
    value = documents[0].value if documents else None
    if isinstance(value, Mapping):
        return FrontMatter({str(key).lower(): item for key, item in value.items()})
    return FrontMatter() if value is None else FrontMatter(error=f"a {_word(value)} is not a mapping", line=2)


def _word(value: Any) -> str:
    return "list" if isinstance(value, list) else "text" if isinstance(value, str) else "number"
