"""Colours for code that Pygments has no words for."""

from __future__ import annotations

from typing import ClassVar

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Name, Number, Punctuation, String, Whitespace

_DECLARES = (
    "directive", "enum", "extend", "fragment", "implements", "input", "interface", "mutation", "on", "query", "repeatable", "scalar",
    "schema", "subscription", "type", "union",
)  # fmt: skip


class SchemaLexer(RegexLexer):  # type: ignore[misc]  # Pygments has no types
    """GraphQL: schemas and calls. The lexer of Pygments knows calls only."""

    name = "GraphQL schema"
    tokens: ClassVar = {
        "root": [
            (r"\s+", Whitespace),
            (r"#.*", Comment.Single),
            (r'"""(?:[^"\\]|\\.|"(?!""))*"""', String.Doc),
            (r'"(?:[^"\\\n]|\\.)*"', String),
            (r"@[A-Za-z_]\w*", Name.Decorator),
            (r"\$[A-Za-z_]\w*", Name.Variable),
            (words(_DECLARES, suffix=r"\b(?=\s+[@A-Za-z{]|\s*\()"), Keyword),
            (r"(?:true|false|null)\b", Keyword.Constant),
            (r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", Number),
            (r"[A-Za-z_]\w*(?=\s*[:(])", Name.Attribute),
            (r"[A-Z]\w*", Name.Class),
            (r"[A-Za-z_]\w*", Name),
            (r"\.\.\.|[!$&()\[\]{}:=|,]", Punctuation),
        ],
    }
