"""What the guide says of pages and of mkdocs.yml is so: its examples are built, its tables are held against the gate."""

import re
from pathlib import Path

import pytest

from callboard.docs import confine
from callboard.docs.gate import read_settings
from docs_kit import manual_of, page_html

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "documentation.md").read_text("utf-8")
confined = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")


def section(title):
    """The text of the guide below *title*, up to the next heading of its level or above."""
    level = title.partition(" ")[0]
    return re.split(rf"^#{{1,{len(level)}}} ", GUIDE.split(f"\n{title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def examples(title):
    """The fences of four marks below *title*: Markdown as authors write it."""
    return re.findall(r"^````markdown\n(.*?)^````$", section(title), re.MULTILINE | re.DOTALL)


def rows(title, head):
    """The table below *title* that begins with *head*: (words in code of the first cell, second cell)."""
    table = section(title).split(f"| {head} |", 1)[1].split("\n\n")[0].splitlines()[2:]
    return [(re.findall(r"`([^`]+)`", row.split("|")[1]), row.split("|")[2].strip()) for row in table]


@confined
def test_the_guide_s_diagrams_are_shown_as_it_says(tmp_path):
    (example,) = examples("### Diagrams")
    manual, report = manual_of(tmp_path, {"docs/index.md": f"# A\n\n{example}"})
    html = page_html(manual)

    assert re.findall(r'<pre class="(mermaid|plantuml)', html) == ["mermaid", "plantuml"]
    assert html.count("<svg") == 1 and 'digraph { ordered -&gt; collected -&gt; delivered }' in html
    assert list(report) == []


@confined
def test_the_guide_s_formulas_are_formulas_in_every_manual(tmp_path):
    (example,) = examples("### Formulas")
    (asked,) = re.findall(r'```yaml title="mkdocs.yml"\n(.*?)```', section("### Formulas"), re.DOTALL)
    dollars = "# A\n\n$a$ \\(b\\)\n\n\\[c\\]\n\n\\begin{equation}d\\end{equation}\n\n$$\ne \\tag{1}\n$$\n"
    plain, _ = manual_of(tmp_path / "plain", {"docs/index.md": f"# A\n\n{example}"})
    text, _ = manual_of(tmp_path / "text", {"docs/index.md": dollars})
    formulas, report = manual_of(tmp_path / "asked", {"mkdocs.yml": asked, "docs/index.md": dollars})

    assert [page_html(manual).count("<math") for manual in (plain, text, formulas)] == [2, 0, 5]
    assert '<span class="cb-formula-tag">(1)</span>' in page_html(formulas)
    assert list(report) == []


@confined
def test_the_guide_s_notes_lead_to_their_list_and_back(tmp_path):
    (example,) = examples("### Notes on code")
    text = example.replace("(1)!", "see (1)").replace("```python", "``` { .python .annotate }")
    manual, _ = manual_of(tmp_path, {"docs/index.md": f"# A\n\n{example}\n{text}\n!!! note annotate\n    More (1)\n\n1. One.\n"})

    assert re.findall(r'<a class="cb-mark[^"]*" href="#([^"]*)"', page_html(manual)) == [
        f"cb-{what}-{block}-1" for block in (1, 2, 3) for what in ("note", "mark")
    ]


def told(text):
    """What is said about a mkdocs.yml."""
    return [f"{ignored.code}: {ignored.message}" for ignored in read_settings(text, repo="acme/shop", path="mkdocs.yml", title="Shop").ignored]


SETTINGS = "## What is different from MkDocs"
WRITTEN = {"nav": "[index.md]", "use_directory_urls": "false", "extra": "{a: b}", "validation": "{links: {not_found: warn}}"}


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("used", []), ("not used; a note says so", ["docs-config-ignored: {} is not used"]), ("passed over", [])],
)
def test_the_guide_s_settings_are_used_or_not_as_it_says(outcome, said):
    keys = next(names for names, what in rows(SETTINGS, "In `mkdocs.yml`") if what == outcome or what.startswith((f"{outcome};", f"{outcome}:")))

    assert len(keys) > 5
    assert {key: told(f"{key}: {WRITTEN.get(key, 'x')}\n") for key in keys} == {key: [line.format(key) for line in said] for key in keys}


def test_settings_that_the_guide_does_not_name_are_not_used():
    named = {name for names, _ in rows(SETTINGS, "In `mkdocs.yml`") for name in names}

    assert told("theirs: x\n") == ["docs-config-ignored: theirs is not used"] and "theirs" not in named


def test_plugins_and_extensions_are_used_or_not_as_the_guide_says():
    assert told("plugins: [techdocs-core, search, monorepo]\nmarkdown_extensions: [toc, pymdownx.keys]\n") == []
    assert told("plugins: [macros]\nmarkdown_extensions: [theirs]\n") == [
        "docs-plugin-ignored: the Markdown extension theirs is not used",
        "docs-plugin-ignored: the plugin macros is not used",
    ]
    assert told("site_name: !ENV HOME\n") == ["docs-config-ignored: site_name has a tag, so it counts as not set"]
    assert told("theme:\n  features: [content.code.annotate]\n") == ["docs-config-ignored: theme is not used"]


@confined
def test_what_the_guide_says_of_a_page_becomes_of_it(tmp_path):
    text = """# A

<script>x</script><style>x</style><form action="x"><b onclick="x">bold</b></form>

<p style="text-align: center; color: red">mid</p> <p align="right">end</p>

![p](p.png){ width=10 } ![far](https://far.example/x.png)

<iframe src="https://far.example/frame"></iframe>

<video src="v.mp4"></video>

[pdf](a.pdf) [page](a.html)
"""
    files = {"docs/p.png": b"1", "docs/v.mp4": b"1", "docs/a.pdf": b"1", "docs/a.html": "<script>x</script>"}
    manual, report = manual_of(tmp_path, {"docs/index.md": text, **files})

    assert [line for line in page_html(manual).partition("</h1>")[2].split("\n") if line] == [
        "<b>bold</b>",
        '<p class="cb-align-center">mid</p>',
        '<p class="cb-align-right">end</p>',
        '<p><img src="cb:asset/p.png" alt="p" width="10" loading="lazy" decoding="async">'
        ' <a class="cb-foreign-image" href="https://far.example/x.png">far</a></p>',
        '<a href="https://far.example/frame">https://far.example/frame</a>',
        '<a href="cb:asset/v.mp4">v.mp4</a>',
        '<p><a href="cb:asset/a.pdf">pdf</a> <a href="https://github.com/acme/shop/blob/main/docs/a.html">page</a></p>',
    ]
    assert [problem.code for problem in report] == ["docs-sanitized"]
    assert sorted(asset.path for asset in manual.assets) == ["a.pdf", "p.png", "v.mp4"]
