import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.docs.speed import needed

PATTERNS = [
    r"(?<!\\)(`+)(.+?)(?<!`)\1(?!`)", r"\\(.)", r"\[", r"\!\[", r"<((?:[Ff]|[Hh][Tt])[Tt][Pp][Ss]?://[^<>]*)>", r"(\*)([^\*]+)\1",
    r"(?:(?<=\b)|(?<=_))(?:https?|ftp)://x", r"a|b", r"(a|b)+c", r"[abc]d?", r"(?=x)y?", r"(?!x)y?", r"x*y", r"(?i)abc", r"[^a]", r".",
    r"(x|)", r"^(.*?)!(.*)$", r"\w+@\w+", r"[a-c]{2,}", r"(?P<q>['\"])z(?P=q)", r"", r"(?:ab)?c|d",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet="abcdxyz!@*`[]\\<>/:'\"htps_ 1", max_size=12))
def test_a_pattern_is_left_out_only_where_it_cannot_match(pattern, text):
    compiled = re.compile(pattern)
    wanted = needed(compiled)

    if wanted is not None and wanted.isdisjoint(text):
        assert compiled.search(text) is None


def test_marks_are_what_patterns_are_told_by():
    assert needed(re.compile(r"(\*\*)(.+?)\1")) == {"*"}
    assert needed(re.compile(r"https?://\w+")) == {":"} or needed(re.compile(r"https?://\w+")) == {"/"}
    assert needed(re.compile(r"(?i)abc")) is None
