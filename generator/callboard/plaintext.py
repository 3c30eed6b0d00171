"""What people wrote as Markdown, for places where only words may stand: rows of tables, results, the heads of pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST = 4_000
"""Characters that are read: every such place shows fewer."""
_MARK = r"(?!\s*(?:[-+=>]|[0-9]+[.)]))"
_WORDS = re.compile(rf"{_MARK}(?:[^\\`*_{{}}\[\]<>#|&~\n]|\n{_MARK})*")
"""Text in which Markdown sees nothing but words."""
_MARKDOWN = MarkdownIt("commonmark", {"html": True})


def plain(text: str) -> str:
    """The words of *text*, which is Markdown, on one line: no marks, no addresses, no HTML; a point between the items of a
    list; of a picture what it says instead."""
    text = text[:LONGEST]
    if not _WORDS.fullmatch(text):
        with suppress(RecursionError):  # then as it is: nobody reads that as Markdown
            text = " ".join(_blocks(_MARKDOWN.parse(text)))
    return " ".join(text.split())


def _blocks(tokens: Iterable[Token]) -> Iterator[str]:
    after_item = False
    for token in tokens:
        if token.type == "inline":
            if words := "".join(_inline(token.children or ())).strip():
                if after_item:
                    yield "·"
                after_item = False
                yield words
        elif token.type in {"list_item_close", "bullet_list_close", "ordered_list_close"}:
            after_item = token.type == "list_item_close"
        elif token.type in {"fence", "code_block"}:
            yield token.content


def _inline(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "
        elif token.type == "image":
            yield from _inline(token.children or ())
