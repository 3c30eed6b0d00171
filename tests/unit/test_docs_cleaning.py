"""Pages that were made to take for ever: how long they take."""

import time

import pytest

from callboard import sanitize
from callboard.docs import cleaning
from callboard.docs.renderer import WorkerError
from test_docs_adopt import article, plan_for

LENGTH = 300_000
SLOW = {
    "frames that do not end": "<iframe src=x>",
    "frames without an address": "<iframe ",
    "elements that do not end": "<a ",
    "handlers that do not begin": "<a  onx ",
    "spaces before a scheme": "href=" + " " * 1000,
    "names that are taken": "<p id=a>",
}


@pytest.mark.parametrize("slow", SLOW)
def test_time_grows_with_the_length_of_a_page_only(slow):
    """Each took a minute to hours with the patterns and the search for a free name that were there before."""
    text = (SLOW[slow] * (LENGTH // len(SLOW[slow])))[:LENGTH]
    started = time.monotonic()

    sanitize.taken_out(text)
    cleaning.without_frames(text)

    assert time.monotonic() - started < 5


def test_many_elements_of_one_name_get_names_of_their_own_in_time(tmp_path):
    started = time.monotonic()

    text = article(plan_for(tmp_path), "<b id=a></b>" * 8000)[0].html

    assert text.startswith('<b id="a"></b><b id="a_1"></b>') and text.endswith('<b id="a_7999"></b>')
    assert time.monotonic() - started < 5


def test_elements_that_are_nested_for_ever_end_the_page_and_not_the_build():
    """Fails without the process of its own: this text takes minutes."""
    with pytest.raises(WorkerError, match=r"deep\.md cannot be sanitised in 1 s: write it in parts"):
        cleaning.clean("<ul><li>" * 100_000, "deep.md", 1)


def test_a_long_page_comes_out_as_a_short_one_does():
    part = '<p onclick="x" title="ü \u2028 😀">a &lt; b\r\n<script>x</script></p>'
    long = part * (cleaning.LONG // len(part) + 1)

    assert cleaning.clean(long, "long.md") == sanitize.clean(part) * (len(long) // len(part))


def test_what_a_process_of_its_own_takes_counts_for_the_manual():
    patience = cleaning.Patience(0.05)
    long = "<p>a</p>" * cleaning.LONG

    assert patience.clean(long, "long.md") == long
    with pytest.raises(WorkerError, match=r"the documentation takes longer than 0\.05 s to build"):
        patience.clean("<p>a</p>", "short.md")


def test_a_manual_has_so_much_time_and_no_more(tmp_path):
    with pytest.raises(WorkerError, match="the documentation takes longer than 0 s to build"):
        article(plan_for(tmp_path), "<p>x</p>", seconds=0)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<iframe src="https://a.example/"></iframe>b', '<a href="https://a.example/">https://a.example/</a>b'),
        ("<IFRAME width=1 SRC='x' allow>inner <b></IFRAME>b", '<a href="x">x</a>b'),
        ("<iframe src=x><iframe src=y></iframe>b", '<a href="x">x</a>b'),
        ("<iframe src=x>b", '<a href="x">x</a>b'),
        ("<frame src=x>a<p>frame</p>", '<a href="x">x</a>a<p>frame</p>'),
        ("no frames", "no frames"),
    ],
)
def test_a_frame_becomes_a_link_to_what_it_shows(html, expected):
    assert cleaning.without_frames(html) == expected
