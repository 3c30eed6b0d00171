"""Markdown as words on one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.plaintext import plain


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Prices, orders and labels.", "Prices, orders and labels."),
        ("The [order book](https://example.com/a_b) of the *shop*,\nin `Rust`.", "The order book of the shop, in Rust."),
        ("# Orders\n\nTakes **orders**.\n\n- one\n- two", "Orders Takes orders. one · two"),
        ("With:\n- what it *does*\n  - and how\n  - and when\n- why\n\nThe end", "With: what it does and how · and when · why The end"),
        ("In order:\n1. this\n2. that", "In order: this · that"),
        ("A line - and\nanother - of words", "A line - and another - of words"),
        ("![The plan](plan.png) of it", "The plan of it"),
        ("See <https://example.com/> and <b>this</b>.", "See https://example.com/ and this."),
        ("Keeps snake_case_names and 2 * 3 * 4", "Keeps snake_case_names and 2 * 3 * 4"),
        ("a &amp; b", "a & b"),
        ("    indented code", "indented code"),
        ("- a list of one", "a list of one"),
        ("\\*not emphasised\\*", "*not emphasised*"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_of_markdown_the_words_are_left(written, words):
    assert plain(written) == words


@given(st.text())
def test_whatever_is_written_becomes_one_line(written):
    assert plain(written) == " ".join(plain(written).split())


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1).map(" ".join))
def test_letters_and_numbers_stay_as_they_are(written):
    assert plain(written) == " ".join(written.split())
