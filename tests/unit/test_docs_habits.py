"""What authors of public manuals write though no guide says so: it reads as on MkDocs' own pages, and what is lost is told."""

import re

import pytest

from callboard import sanitize
from callboard.docs import confine
from docs_kit import manual_of, page_html

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")


def told(report):
    return [(d.location.path, d.location.line, d.message.partition(" has ")[2], d.hint) for d in report]


def test_a_placeholder_that_reads_as_an_element_is_told_with_its_line_and_remedy(tmp_path):
    text = "# A\n\n`<place>` <!-- <place> -->\n\n```sh\nrun <place>\n```\n\nIn <place>\nand <other>.\n"
    _, report = manual_of(tmp_path, {"docs/index.md": text})

    remedy = "where <other> is meant as text, write it between backticks"
    assert told(report) == [("docs/index.md", 10, "<other>, <place>, which is not published", remedy)]


def test_an_element_that_is_never_published_is_told_with_its_line(tmp_path):
    _, report = manual_of(tmp_path, {"docs/index.md": '# A\n\n`onclick=`\n\n<p onclick="x()">text</p>\n\n<script>x()</script>\n'})

    assert told(report) == [("docs/index.md", 7, "<script>, onclick, which is not published", "write it as Markdown")]


def test_what_is_commented_out_is_no_problem(tmp_path):
    manual, report = manual_of(tmp_path, {"docs/index.md": "# A\n\n<!-- <script>x()</script> <iframe src='https://a.example'></iframe> -->\n\ntext\n"})

    assert "text" in page_html(manual) and list(report) == []


@pytest.mark.parametrize("name", ["Object", "Button", "option", "applet", "environment"])
def test_the_text_behind_an_open_element_is_shown_as_browsers_do(name):
    assert re.findall(r"[^<>]+(?=<)", sanitize.clean(f"<p>a Map<{name}> b</p><h2>More</h2><p>text</p>")) == ["a Map b", "More", "text"]


@pytest.mark.parametrize("name", ["a.jfif", "a.jpe", "a.apng"])
def test_pictures_of_rarer_types_are_shown(name, tmp_path):
    manual, report = manual_of(tmp_path, {"docs/index.md": f"# A\n\n![a]({name})\n", f"docs/{name}": b"1"})

    assert f'<img src="cb:asset/{name}"' in page_html(manual)
    assert [asset.path for asset in manual.assets] == [name] and list(report) == []


@pytest.mark.parametrize("written", ["Uploading-files", "../wiki/uploading_files.md", "/Wiki/Uploading files", "uploading-files.html"])
def test_a_link_of_a_wiki_is_told_with_the_page_of_that_name(written, tmp_path):
    _, report = manual_of(tmp_path, {"docs/index.md": f"# A\n\n[to](<{written}>)\n", "docs/help/Uploading-Files.md": "# U\n"})

    assert [(d.location.line, d.hint) for d in report] == [(3, "did you mean help/Uploading-Files.md?")]
