"""Colours for code: few marks, and a lexer for what Pygments has no words for."""

from __future__ import annotations

import functools
import html
from itertools import groupby
from typing import ClassVar

from markupsafe import Markup
from pygments.lexer import Lexer, RegexLexer, words
from pygments.lexers import get_lexer_by_name
from pygments.token import (
    STANDARD_TYPES,
    Comment,
    Keyword,
    Literal,
    Name,
    Number,
    Punctuation,
    String,
    Whitespace,
    _TokenType,
)

_COLOURS = {
    "c": "c c1 ch cm cs cpf",
    "k": "k kc kd kn kp kr ow cp",
    "s": "s s1 s2 sa sb sc dl sd se sh si sx sr ss",
    "m": "m mi mf mh mo mb il kt no",
    "nf": "nf fm nc nn nd ne",
    "nt": "nt na nl py nb bp",
    "nv": "nv vc vg vi vm",
}
"""Pygments' short names of tokens that have one colour in theme/css/code.css, by the one that is written for all of them."""
COLOURS = {name: written for written, names in _COLOURS.items() for name in names.split()}
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


def coloured(text: str, language: str) -> Markup:
    """*text* as HTML, with a mark around what has a colour of its own: a third of what Pygments would write."""
    lexer: Lexer = SchemaLexer() if language == "graphql" else get_lexer_by_name(language)
    parts = []
    for name, run in groupby(lexer.get_tokens(text), lambda token: _colour(token[0])):
        inner = html.escape("".join(value for _, value in run), quote=False)
        parts.append(f'<i class="{name}">{inner}</i>' if name else inner)
    return Markup("".join(parts).rstrip("\n"))  # noqa: S704  # escaped above


@functools.cache
def _colour(token: _TokenType) -> str:
    """The class of *token*; empty where it has the colour of the text around it."""
    if token is Literal.Scalar.Plain:
        return "s"
    while token is not None:
        if (name := STANDARD_TYPES.get(token)) in COLOURS:
            return COLOURS[name]
        token = token.parent
    return ""
