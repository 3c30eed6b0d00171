"""What authors of public manuals write though no guide says so: it reads as on MkDocs' own pages, and what is lost is told."""

import re
import time

import pytest

from callboard import sanitize
from callboard.docs import confine, render, snippets
from callboard.docs.whereabouts import Whereabouts
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


def test_a_frame_is_told_with_what_becomes_of_it(tmp_path):
    _, report = manual_of(tmp_path, {"docs/index.md": '# A\n\n<iframe src="https://a.example/film"></iframe>\n'})

    assert told(report) == [("docs/index.md", 3, "<iframe>, which is not published", "a link to what it frames stands in its place")]


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


def test_a_link_may_name_the_text_that_it_leads_to(tmp_path):
    text = "# A\n\n## B\n\n[a](b.md#:~:text=some%20words) [b](#b:~:text=x,y) [c](#:~:text=z) [d](b.md#c:~:text=z)\n"
    manual, report = manual_of(tmp_path, {"docs/index.md": text, "docs/b.md": "# B\n"})

    assert re.findall(r'<a href="([^"]*)">[a-d]<', page_html(manual)) == ["cb:page/b/#:~:text=some%20words", "#b:~:text=x,y", "cb:page/#:~:text=z"]
    assert [d.message.partition(" has ")[2] for d in report] == ["a link to b.md#c, which names an anchor that docs/b.md has not"]


def test_the_title_of_a_drawing_is_no_problem(tmp_path):
    _, report = manual_of(tmp_path, {"docs/index.md": "# A\n\n<svg viewBox='0 0 9 9'><title>t</title><desc>d</desc><path d='M0 0h9'/></svg>\n"})

    assert list(report) == []


@pytest.mark.parametrize("written", ["../reference/environment.md", "reference/options.md"])
def test_a_page_that_only_lies_near_is_not_what_a_link_meant(written, tmp_path):
    files = {"docs/guide/index.md": f"# A\n\n[to]({written})\n", "docs/index.md": "# R\n", "docs/reference/index.md": "# R\n"}
    _, report = manual_of(tmp_path, files)

    assert [(d.code, d.hint) for d in report] == [("docs-broken-link", "")]


def test_links_to_headings_work_as_on_github(tmp_path):
    """MkDocs makes one mark of several between words, takes accents off, and counts by _1."""
    text = (
        "# A\n\n## Build & `run` -- it!\n\n## Ärger_x\n\n## Twice\n\n## Twice\n\n"
        "[a](#build--run----it) [b](#ärger_x) [c](#twice-1) [d](b.md#r--d) [e](#twice) [f](#build) [g](#user-content-twice)\n"
    )
    manual, report = manual_of(tmp_path, {"docs/index.md": text, "docs/b.md": "# B\n\n## R & D\n"})

    assert re.findall(r'<a href="([^"]*)">[a-g]<', page_html(manual)) == ["#build-run-it", "#arger_x", "#twice_1", "cb:page/b/#r-d", "#twice", "#twice"]
    assert [(d.location.line, d.message.partition(" has ")[2]) for d in report] == [(11, "a link to #build, which names an anchor that this page has not")]


@pytest.mark.parametrize(
    ("entry", "hint"),
    [
        ("docs/guide/setup.md", "did you mean guide/setup.md?"),
        ("docs/guide/", "did you mean guide/README.md?"),
        ("site/docs/guide/setup", "did you mean guide/setup.md?"),
        ("setup.md", "did you mean guide/setup.md?"),
        ("decisions/accepted/README.md", "name a Markdown file below docs_dir"),
    ],
)
def test_an_entry_of_nav_that_is_written_as_seen_from_elsewhere_is_told_with_the_page(entry, hint, tmp_path):
    files = {"mkdocs.yml": f"site_name: a\nnav:\n  - index.md\n  - X: {entry}\nnot_in_nav: guide/\n", "docs/index.md": "# A\n"}
    _, report = manual_of(tmp_path, {**files, "docs/guide/setup.md": "# S\n", "docs/guide/README.md": "# G\n"})

    assert [(d.code, d.location.line, d.hint) for d in report] == [("docs-broken-link", 4, hint)]


SVG = """\
<svg viewBox="0 0 9 9">

    <g>

        <path d="M0 0h9"/>

    </g>
</svg>
"""


def test_a_drawing_within_a_page_may_have_empty_lines(tmp_path):
    """As with techdocs-core, whose extension for Graphviz puts every <svg> into a block: those in code, which it changes, too."""
    manual, report = manual_of(tmp_path, {"docs/index.md": f"# A\n\ntext\n\n{SVG}\n- `<svg>..</svg>`\n\n```html\n{SVG}```\n\nAn <svg></svg> in a line.\n"})
    html = page_html(manual)

    assert re.search(r'<div><svg viewBox="0 0 9 9">\s*<g>\s*<path d="M0 0h9"></path>\s*</g>\s*</svg></div>', html)
    assert "<code>&lt;svg&gt;..&lt;/svg&gt;</code>" in html and "div" not in re.sub(r"<[^>]*>", "", html)
    assert list(report) == []


def test_of_very_many_pages_that_nothing_leads_to_some_are_named_and_the_rest_counted(tmp_path):
    files = {"mkdocs.yml": "site_name: a\nnav:\n  - index.md\n", "docs/index.md": "# A\n"}
    _, report = manual_of(tmp_path, files | {f"docs/p{number:03}.md": "# P\n" for number in range(50)})

    assert [d.location.path for d in report if d.location.path != "mkdocs.yml"] == [f"docs/p{number:03}.md" for number in range(20)]
    assert [str(d).partition(": ")[2] for d in report if d.location.path == "mkdocs.yml"] == [
        "info[docs-orphan]: 30 more pages are not in nav, and no page that is links to them\n"
        "  hint: correct nav, or delete it: then it holds every page"
    ]


def test_a_snippet_that_is_not_there_is_told_with_its_line(tmp_path):
    """pymdownx leaves it out without a word; and techdocs-core looks for it from the folder of mkdocs.yml only."""
    text = (
        "# A\n\n--8<-- \"inc.md\"\n\n```\n--8<-- 'no.py:2:3'\n;--8<-- \"escaped\"\n```\n\n--8<--\ndocs/inc.md\n; off.md\nhttps://a.example/x\n--8<--\n\n"
        "`--8<-- \"in code\"`\n\n--8<-- \"docs/inc.md:part\"\n"
    )
    _, report = manual_of(tmp_path, {"docs/index.md": text, "docs/inc.md": "included\n", "mkdocs.yml": "site_name: a\nexclude_docs: inc.md\n"})

    below = "name a file below the repository, as seen from there"
    assert [(d.location.line, d.message, d.hint) for d in report] == [
        (3, "docs/index.md includes inc.md, which is not a file of the repository", "did you mean docs/inc.md?"),
        (6, "docs/index.md includes no.py:2:3, which is not a file of the repository", below),
        (13, "docs/index.md includes https://a.example/x, which is not a file of the repository", below),
    ]


def test_titles_of_nav_may_hold_markup_and_are_read_as_text(tmp_path):
    """The themes of MkDocs show them as HTML. What would be nothing but markup is shown as it is written."""
    nav = """\
site_name: a
nav:
  - '<span class="icon">Rates <img src="https://a.example/i.svg" class="i"></span>': index.md
  - Q&amp;A <b>now</b>:
      - '<i class="fa"></i>': b.md
      - Map<String>: c.md
  - '<em>Away</em>': https://a.example/
"""
    manual, _ = manual_of(tmp_path, {"mkdocs.yml": nav, "docs/index.md": "text\n", "docs/b.md": "text\n", "docs/c.md": "text\n"})

    assert [(item.title, [child.title for child in item.children]) for item in manual.nav] == [
        ("Rates", []),
        ("Q&A now", ['<i class="fa"></i>', "Map<String>"]),
        ("Away", []),
    ]
    assert [page.title for page in manual.pages] == ["Rates", '<i class="fa"></i>', "Map<String>"]


@pytest.mark.parametrize(
    ("nav", "hint"),
    [
        ("[docs/guide/setup.md, {X: [docs/index.md]}]", "write guide/setup.md for docs/guide/setup.md"),
        ("[{X: old.md}]", "name Markdown files as seen from the folder docs"),
    ],
)
def test_pages_can_be_reached_though_nav_leads_to_none(nav, hint, tmp_path):
    files = {"mkdocs.yml": f"site_name: a\nnav: {nav}\n", "docs/index.md": "# A\n", "docs/guide/setup.md": "# S\n"}
    manual, report = manual_of(tmp_path, files)

    assert [(item.title, item.path, [child.path for child in item.children]) for item in manual.nav] == [("A", "", []), ("Guide", None, ["guide/setup/"])]
    assert [str(d) for d in report] == [
        "acme/shop/mkdocs.yml:2:1: warning[docs-broken-link]: nav leads to no page of the documentation, so pages are listed by their folders\n"
        f"  hint: {hint}"
    ]


@pytest.mark.parametrize("nav", ["[./guide/setup.md]", "[guide/setup/]", "[guide/setup.html]", "['https://a.example/']", "[guide/a.pdf]"])
def test_a_nav_that_leads_somewhere_is_kept(nav, tmp_path):
    files = {"mkdocs.yml": f"site_name: a\nnav: {nav}\nnot_in_nav: '*.md'\n", "docs/index.md": "# A\n", "docs/guide/setup.md": "# S\n", "docs/guide/a.pdf": "1"}
    manual, _ = manual_of(tmp_path, files)

    assert len(manual.nav) == 1


@pytest.mark.parametrize("end", ["", "</svg> x"])
@pytest.mark.parametrize("part", ["<svg ", "<!--", "<svg>\n", "` ``a", "<a ", "\n--8<-- ", "<svg x=\n<title "])
def test_looking_for_what_was_taken_out_takes_no_longer_than_reading(part, end):
    """Each grew with the square of the text where a pattern that never ends was tried from every place: a minute and more."""
    text = part * (400_000 // len(part)) + end
    started = time.perf_counter()
    sanitize.taken_out(text)
    Whereabouts(lambda: text).markup("<other>")
    "".join(render._with_blocks(text, []))
    list(snippets._included(text))
    render._bare(text)

    assert time.perf_counter() - started < 5
