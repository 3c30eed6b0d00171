"""What leads nowhere in a manual is a problem with its file and line: links, anchors, pictures, redirects, lonely pages."""

import re

import pytest

from callboard.docs import whereabouts
from callboard.docs.whereabouts import Whereabouts
from docs_kit import build, checkout_of, entity_of, manual_of, page_html, write_tree


def lines(report):
    return [str(problem).partition("\n")[0].removeprefix("acme/shop/") for problem in report]


def hints(report):
    return [problem.hint for problem in report]


def test_each_link_that_leads_nowhere_has_its_own_line(tmp_path):
    text = """# A

The file gone.md was here.

```markdown
[not a link](gone.md)
```

[one](gone.md) and
[two](gone.md#part), then [three][ref] and <a href="gone.md">four</a>.

[ref]: gone.md "Title"
"""
    _, report = manual_of(tmp_path, {"docs/index.md": text})

    assert lines(report) == [
        "docs/index.md:9: warning[docs-broken-link]: docs/index.md has a link to gone.md, which leads to nothing",
        "docs/index.md:10: warning[docs-broken-link]: docs/index.md has a link to gone.md#part, which leads to nothing",
        "docs/index.md:10: warning[docs-broken-link]: docs/index.md has a link to gone.md, which leads to nothing",
        "docs/index.md:12: warning[docs-broken-link]: docs/index.md has a link to gone.md, which leads to nothing",
    ]


def test_a_picture_that_is_missing_and_an_anchor_that_no_heading_has_are_problems_with_a_suggestion(tmp_path):
    files = {
        "docs/index.md": "# Arrival\n\n![a](img/map.png)\n\n[b](b.md#first-step)\n\n[c](#arival)\n",
        "docs/b.md": "# B\n\n## First steps\n",
        "docs/img/map2.png": b"1",
    }
    _, report = manual_of(tmp_path, files)

    assert lines(report) == [
        "docs/index.md:3: warning[docs-broken-link]: docs/index.md has the picture img/map.png, which leads to nothing",
        "docs/index.md:5: warning[docs-broken-link]: docs/index.md has a link to b.md#first-step, which names an anchor that docs/b.md has not",
        "docs/index.md:7: warning[docs-broken-link]: docs/index.md has a link to #arival, which names an anchor that this page has not",
    ]
    assert hints(report) == ["did you mean img/map2.png?", "did you mean #first-steps?", "did you mean #arrival?"]


def test_a_redirect_to_no_page_is_a_problem_of_mkdocs_yml(tmp_path):
    config = "site_name: A\nplugins:\n  - redirects:\n      redirect_maps:\n        old.md: index.md\n        older.md: gone.md\n"
    manual, report = manual_of(tmp_path, {"mkdocs.yml": config, "docs/index.md": "# A\n"})

    assert manual.redirects == (("old/", ""),)
    assert lines(report) == ["mkdocs.yml:6:9: warning[docs-broken-link]: older.md redirects to gone.md, which is not a page of the documentation"]


def test_a_link_into_another_manual_has_its_line(tmp_path):
    shop = write_tree(tmp_path / "shop", {"docs/index.md": "# A\n\nText.\n\n[b](/docs/default/component/till/setup/#gone)\n[c](/docs/default/component/till/setup/#start)\n"})
    till = write_tree(tmp_path / "till", {"docs/index.md": "# T\n", "docs/setup.md": "# Setup\n\n## Start\n"})
    checkouts = [checkout_of(shop), checkout_of(till, "acme/till")]
    _, report = build(checkouts, [entity_of(), entity_of("till", repo="acme/till")], tmp_path / "state")

    assert lines(report) == [
        "docs/index.md:5: warning[docs-broken-link]: docs/index.md has a link to setup/#gone of the documentation of component:default/till, which is not there"
    ]


# -- pages that nothing leads to ---------------------------------------------------------------------------------------

PAGES = {
    "docs/index.md": "# Home\n",
    "docs/guide.md": "# Guide\n\n[more](more.md) [also](<zu & über.md>)\n",
    "docs/zu & über.md": "# Also\n",
    "docs/more.md": "# More\n\n[and more](deep/er.md)\n",
    "docs/deep/er.md": "# Deeper\n",
    "docs/lonely.md": "# Lonely\n\n[friend](friend.md)\n",
    "docs/friend.md": "# Friend\n\n[lonely](lonely.md)\n",
}
NAV = "site_name: A\nnav:\n  - Guide: guide.md\n"


def test_a_page_that_is_in_no_nav_and_that_no_page_in_it_leads_to_is_noted(tmp_path):
    manual, report = manual_of(tmp_path, {"mkdocs.yml": NAV, **PAGES})

    assert lines(report) == [
        "docs/friend.md:1: info[docs-orphan]: docs/friend.md is not in nav, and no page that is links to it",
        "docs/lonely.md:1: info[docs-orphan]: docs/lonely.md is not in nav, and no page that is links to it",
    ]
    assert hints(report) == ["add it to nav in mkdocs.yml, or to not_in_nav"] * 2
    assert "Lonely" in page_html(manual, "lonely/")


@pytest.mark.parametrize(
    ("config", "left"),
    [
        ("site_name: A\n", []),
        (f"{NAV}not_in_nav: |\n  /friend.md\n  lone*\n", []),
        (f"{NAV}not_in_nav: /friend.md\n", ["docs/lonely.md"]),
        (f"{NAV}exclude_docs: /friend.md\n", ["docs/lonely.md"]),
        (f"{NAV}  - Rest:\n      - lonely.md\n", []),
    ],
    ids=["no nav", "not_in_nav", "one of them", "excluded", "in nav"],
)
def test_a_page_that_is_meant_to_stand_alone_is_not_noted(tmp_path, config, left):
    _, report = manual_of(tmp_path, {"mkdocs.yml": config, **PAGES})

    assert [problem.location.path for problem in report if problem.code == "docs-orphan"] == left


def test_a_page_of_an_included_manual_that_is_in_no_nav_is_noted(tmp_path):
    files = {
        "mkdocs.yml": "site_name: A\nnav:\n  - Home: index.md\n  - Shop: '!include shop/mkdocs.yml'\n",
        "docs/index.md": "# A\n",
        "shop/mkdocs.yml": "site_name: shop\nnav:\n  - index.md\n",
        "shop/docs/index.md": "# Shop\n",
        "shop/docs/lonely.md": "# Lonely\n",
    }
    _, report = manual_of(tmp_path, files)

    assert [(problem.code, problem.location.path) for problem in report] == [("docs-orphan", "shop/docs/lonely.md")]


def test_a_heading_that_is_called_top_can_be_linked_to(tmp_path):
    files = {"docs/index.md": "# A\n\n## Top\n\n[a](#top) [b](b.md#top)\n", "docs/b.md": "# B\n\n[up](#top)\n"}
    manual, _ = manual_of(tmp_path, files)

    assert re.findall(r'<a href="([^"]*)"', page_html(manual)) == ["#top", "cb:page/b/"]
    assert re.findall(r'<a href="([^"]*)"', page_html(manual, "b/")) == ["cb:page/b/"]


# -- entries of nav ----------------------------------------------------------------------------------------------------


def entries(manual):
    return [(item.title, item.path if item.path is not None else item.url) for item in manual.nav]


def test_entries_of_nav_lead_to_pages_parts_of_them_and_files_however_they_are_written(tmp_path):
    nav = "site_name: A\nnav: [index.md, {Set up: setup/}, setup.md, {Step: 'setup.md#first'}, {Again: /setup/}, {Prices: files/p.csv}, files/p.csv, {Web: 'https://example.org/'}]\n"
    manual, report = manual_of(tmp_path, {"mkdocs.yml": nav, "docs/index.md": "# Home\n", "docs/setup.md": "# Setup\n\n## First\n", "docs/files/p.csv": "a\n"})

    assert entries(manual) == [
        ("Home", ""), ("Set up", "setup/"), ("Setup", "setup/"), ("Step", "cb:page/setup/#first"), ("Again", "setup/"),
        ("Prices", "cb:asset/files/p.csv"), ("Prices", "cb:asset/files/p.csv"), ("Web", "https://example.org/"),
    ]  # fmt: skip
    assert [asset.path for asset in manual.assets] == ["files/p.csv"]
    assert lines(report) == []


def test_entries_of_nav_that_lead_nowhere_are_left_out_with_their_line(tmp_path):
    nav = "site_name: A\nnav:\n  - index.md\n  - Gone: gone/\n  - Part: index.md#gone\n  - Empty: ''\n  - Out: ../x.md\n  - Page: a.html\n  - Bad: 'javascript:x'\n"
    manual, report = manual_of(tmp_path, {"mkdocs.yml": nav, "docs/index.md": "# Home\n", "docs/a.html": "x", "x.md": "# X\n"})

    assert entries(manual) == [("Home", ""), ("Page", "https://github.com/acme/shop/blob/main/docs/a.html")]
    assert lines(report) == [
        "mkdocs.yml:4:5: warning[docs-broken-link]: Gone in nav leads to gone/, which is not a page of the documentation",
        "mkdocs.yml:5:5: warning[docs-broken-link]: Part in nav leads to index.md#gone, which is not a page of the documentation",
        "mkdocs.yml:6:5: info[docs-config-ignored]: Empty in nav leads nowhere",
        "mkdocs.yml:7:5: warning[docs-broken-link]: Out in nav leads to ../x.md, which is not a page of the documentation",
        "mkdocs.yml:9:5: warning[rejected-link]: Bad in nav has an address that is not shown: javascript:x",
    ]


def test_a_page_that_only_an_address_in_nav_leads_to_is_no_orphan(tmp_path):
    nav = "site_name: A\nnav: [index.md, {Set up: setup/}]\n"
    _, report = manual_of(tmp_path, {"mkdocs.yml": nav, "docs/index.md": "# Home\n", "docs/setup.md": "# Setup\n"})

    assert lines(report) == []


# -- what is not to be published ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["exclude_docs", "draft_docs"])
def test_excluded_pages_and_files_are_not_published_and_links_to_them_lead_to_the_code_host(key, tmp_path):
    files = {
        "mkdocs.yml": f"site_name: A\n{key}: |\n  drafts/\n  *.csv\n",
        "docs/index.md": "# A\n\n[d](drafts/d.md) [c](c.csv) [t](templates/t.csv) ![p](drafts/p.png)\n",
        "docs/drafts/d.md": "# D\n",
        "docs/drafts/p.png": b"1",
        "docs/templates/t.csv": "a\n",
        "docs/c.csv": "a\n",
    }
    manual, report = manual_of(tmp_path, files)

    host = "https://github.com/acme/shop/blob/main/docs"
    assert [page.path for page in manual.pages] == [""]
    assert re.findall(r'(?:href|src)="([^#"]*)"', page_html(manual)) == [f"{host}/drafts/d.md", f"{host}/c.csv", f"{host}/templates/t.csv", "cb:asset/_repository/docs/drafts/p.png"]
    assert lines(report) == []


def test_a_pattern_that_is_none_is_passed_over(tmp_path):
    config = "site_name: A\nexclude_docs: |\n  '!'\n  [z-a]\n  b.md\nnot_in_nav: '!'\n"
    manual, report = manual_of(tmp_path, {"mkdocs.yml": config, "docs/index.md": "# A\n", "docs/b.md": "# B\n"})

    assert [page.path for page in manual.pages] == [""]
    assert lines(report) == [
        "mkdocs.yml:2:1: info[docs-config-ignored]: [z-a] in exclude_docs is not a pattern",
        "mkdocs.yml:6:1: info[docs-config-ignored]: ! in not_in_nav is not a pattern",
    ]


# -- lines -------------------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_has_no_line():
    def read():
        raise OSError

    assert (Whereabouts(read).link("a"), Whereabouts(read).text("a"), Whereabouts(str).text("a")) == (0, 0, 0)


def test_no_file_is_searched_without_end():
    reads = []
    where = Whereabouts(lambda: reads.append(1) or "a")
    for _ in range(1000):
        where.link("a")

    assert len(reads) == whereabouts.LIMIT


def test_fences_of_every_form_hide_what_is_in_them():
    text = "```\n[x](a)\n```\n~~~~ md\n[x](a)\n~~~\n[x](a)\n~~~~\n  ```\n  [x](a)\n  ```\n> ```\n> [x](a)\n> ```\n[x](a)\n````md\n```\n````\n[x](a)\n"
    where = Whereabouts(lambda: text)

    assert (where.link("a"), where.link("a")) == (15, 19)


def test_an_entry_of_nav_and_a_redirect_that_lead_nowhere_come_with_the_nearest_page(tmp_path):
    settings = "site_name: A\nnav:\n  - index.md\n  - guides/instal.md\n  - Install.md\n  - zzz.md\nplugins:\n  - redirects: {redirect_maps: {old.md: guide/install.md}}\n"
    _, report = manual_of(tmp_path, {"mkdocs.yml": settings, "docs/index.md": "# A\n", "docs/guides/install.md": "# B\n"})

    assert [(one.location.line, one.hint) for one in report if one.code == "docs-broken-link"] == [
        (4, "did you mean guides/install.md?"),
        (5, "did you mean guides/install.md?"),
        (6, "name a Markdown file below docs_dir"),
        (8, "did you mean guides/install.md?"),
    ]
