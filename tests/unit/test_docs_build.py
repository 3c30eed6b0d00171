"""Which manuals there are, what is in them, and what is done again."""

import dataclasses
import re
import shutil

import pytest

from callboard.config.model import DocsConfig
from callboard.docs import confine
from callboard.model.manual import Heading, NavItem
from callboard.model.ref import EntityRef
from callboard.model.repository import Stale
from docs_kit import LATER, NOW, build, checkout_of, entity_of, manual_of, page_html, write_tree

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

SHOP = EntityRef("component", "default", "shop")
REF = "backstage.io/techdocs-ref"
ENTITY = "backstage.io/techdocs-entity"


def messages(report):
    return [f"{problem.location}: {problem.code}: {problem.message}" for problem in report]


def test_a_folder_of_markdown_becomes_a_manual(tmp_path):
    manual, report = manual_of(
        tmp_path,
        {
            "mkdocs.yml": "site_name: Shop manual\nnav:\n  - Start: index.md\n  - Guides:\n    - guides/first.md\n  - Code: https://example.org/\n",
            "docs/index.md": "---\ndescription: What it is\n---\n# Shop\n\nSee [the guide](guides/first.md#next).\n",
            "docs/guides/first.md": "# First\n\n## Next\n\n### Deep\n\n[back](../index.md) ![pic](../p.png)\n",
            "docs/p.png": b"picture",
            "docs/unused.png": b"picture",
        },
    )

    assert (manual.title, manual.repo, manual.stale, list(report)) == ("Shop manual", "acme/shop", None, [])
    assert manual.nav == (
        NavItem("Start", ""),
        NavItem("Guides", children=(NavItem("First", "guides/first/"),)),
        NavItem("Code", url="https://example.org/"),
    )
    first, second = manual.pages
    assert (first.path, first.title, first.source, first.description) == ("", "Start", "docs/index.md", "What it is")
    assert first.change is not None and first.change.author == "Ada"
    assert second.headings == (Heading(1, "first", "First", (Heading(2, "next", "Next", (Heading(3, "deep", "Deep"),)),)),)
    assert '<a href="cb:page/guides/first/#next">the guide</a>' in first.html
    assert '<a href="cb:page/">back</a> <img src="cb:asset/p.png" alt="pic" loading="lazy" decoding="async">' in second.html
    assert [(asset.path, asset.file.read_bytes()) for asset in manual.assets] == [("p.png", b"picture")]


def test_the_last_change_names_nobody_where_authors_are_not_wanted(tmp_path):
    manual, _ = manual_of(tmp_path, {"docs/index.md": "# Home\n"}, config=DocsConfig(authors=False))

    assert [(page.change.at, page.change.author) for page in manual.pages if page.change] == [(NOW, "")]
    silent, _ = manual_of(tmp_path / "silent", {"docs/index.md": "# Home\n"}, config=DocsConfig(last_change=False))
    assert [page.change for page in silent.pages] == [None]


def test_a_manual_without_an_index_begins_with_its_first_page(tmp_path):
    manual, _ = manual_of(tmp_path, {"docs/b.md": "# B\n\n[a](a.md)\n", "docs/a.md": "# A\n\n[b](b.md)\n"})

    assert [(page.path, page.title) for page in manual.pages] == [("", "A"), ("b/", "B")]
    assert manual.redirects == (("a/", ""),) and 'href="cb:page/"' in page_html(manual, "b/")


@pytest.mark.parametrize("name", ["docs/README.md", "docs/readme.md", "README.md", "readme.md"])
def test_the_readme_is_the_first_page_where_there_is_no_other(tmp_path, name):
    manual, report = manual_of(tmp_path, {name: "# Read me\n\n[guide](/docs/guide.md) [code](/src/a.py)\n", "docs/guide.md": "# Guide\n", "src/a.py": ""})

    assert manual.pages[0].title == "Read me" and manual.pages[0].source == name
    assert 'href="cb:page/guide/"' in manual.pages[0].html
    assert 'href="https://github.com/acme/shop/blob/main/src/a.py"' in manual.pages[0].html
    assert list(report) == []


def test_pictures_of_a_readme_beside_the_docs_are_published(tmp_path):
    manual, _ = manual_of(tmp_path, {"README.md": "# A\n\n![logo](img/logo.png)\n", "img/logo.png": b"1"})

    assert [asset.path for asset in manual.assets] == ["_repository/img/logo.png"]


def test_included_manuals_are_part_of_the_nav(tmp_path):
    manual, report = manual_of(
        tmp_path,
        {
            "mkdocs.yml": "site_name: All\nnav:\n  - Home: index.md\n  - One: '!include one/mkdocs.yml'\n  - Rest: '*include more/*/mkdocs.yml'\n  - Raw: !include one/mkdocs.yml\n",
            "docs/index.md": "# All\n\n[one](one/index.md)\n",
            "one/mkdocs.yml": "site_name: one\nnav:\n  - Start: index.md\n",
            "one/docs/index.md": "# One\n\n[two](../../more/two/docs/index.md)\n",
            "more/two/mkdocs.yml": "site_name: Number Two\n",
            "more/two/docs/index.md": "# Two\n",
            "more/two/docs/deep/page.md": "# Deep\n",
        },
    )

    assert list(report) == []
    assert [page.path for page in manual.pages] == ["", "one/", "number-two/deep/page/", "number-two/"]
    assert manual.nav[1] == NavItem("One", children=(NavItem("Start", "one/"),))
    assert manual.nav[2] == NavItem(
        "Rest",
        children=(NavItem("Number Two", children=(NavItem("Deep", children=(NavItem("Deep", "number-two/deep/page/"),)), NavItem("Two", "number-two/"))),),
    )
    assert 'href="cb:page/number-two/"' in page_html(manual, "one/")


def test_a_file_named_like_the_folder_of_a_page_yields(tmp_path):
    manual, report = manual_of(
        tmp_path,
        {
            "mkdocs.yml": "site_name: All\nnav:\n  - index.md\n  - '!include one/mkdocs.yml'\n",
            "docs/index.md": "# All\n\n![p](p.png) ![q](q.png)\n",
            "docs/p.png": b"1",
            "docs/q.png": b"1",
            "one/mkdocs.yml": "site_name: P.png\n",
            "one/docs/page.md": "# One\n",
        },
    )

    assert [page.path for page in manual.pages] == ["", "P.png/page/"] and [asset.path for asset in manual.assets] == ["q.png"]
    assert messages(report) == [
        "acme/shop/docs/p.png: path-conflict: docs/p.png and the page P.png/page/ want one address; the page P.png/page/ has it"
    ]


def test_a_reference_by_address_reads_that_folder(tmp_path):
    root = write_tree(tmp_path / "r", {"services/a/docs/index.md": "# A\n"})
    other = write_tree(tmp_path / "o", {"x": ""})
    entity = entity_of(repo="acme/o", annotations={REF: "url:https://github.com/acme/r/tree/main/services/a/"})

    manuals, report = build([checkout_of(root, "acme/r"), checkout_of(other, "acme/o")], [entity], tmp_path / "state")

    assert manuals.by_entity[SHOP].pages[0].source == "services/a/docs/index.md" and list(report) == []


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("dir:../..", "'../..' leads out of the repository"),
        ("dir:/etc", "'/etc' leads out of the repository"),
        ("dir:nowhere", "dir:nowhere names sub/nowhere, which is not a folder of acme/shop"),
        ("url:https://github.com/other/r/tree/main/", "url:https://github.com/other/r/tree/main/ leads to a repository that no source reads"),
        ("url:file:///etc/", "url:file:///etc/ leads to a repository that no source reads"),
        ("url:https://github.com/acme/shop/tree/main/%2e%2e/", "url:https://github.com/acme/shop/tree/main/%2e%2e/ leads to a repository that no source reads"),
        ("docs", "docs is neither dir: nor url:"),
    ],
)
def test_a_reference_that_cannot_be_used_is_one_problem(tmp_path, written, message):
    root = write_tree(tmp_path / "repo", {"sub/docs/index.md": "# A\n"})

    manuals, report = build([checkout_of(root)], [entity_of(path="sub/catalog-info.yaml", annotations={REF: written})], tmp_path / "state")

    (problem,) = report
    assert (problem.message, problem.location.line, manuals.by_entity) == (message, 5, {})


def test_a_docs_folder_that_does_not_exist_is_one_problem(tmp_path):
    root = write_tree(tmp_path / "repo", {"a.py": ""})

    _, report = build([checkout_of(root)], [entity_of()], tmp_path / "state")

    assert messages(report) == [
        "acme/shop/catalog-info.yaml:5:5: docs-missing: the folder docs of the documentation of component:default/shop does not exist"
    ]


def test_an_entity_may_show_the_manual_of_another(tmp_path):
    root = write_tree(tmp_path / "repo", {"docs/index.md": "# A\n", "docs/b.md": "# B\n"})
    entities = [
        entity_of(),
        entity_of("front", annotations={ENTITY: "component:default/shop", "backstage.io/techdocs-entity-path": "/b"}),
        entity_of("back", annotations={ENTITY: "shop"}),
        entity_of("lost", annotations={ENTITY: "component:default/nobody"}),
    ]

    manuals, report = build([checkout_of(root)], entities, tmp_path / "state")

    assert manuals.aliases == {
        EntityRef("component", "default", "back"): (SHOP, ""),
        EntityRef("component", "default", "front"): (SHOP, "b/"),
    }
    assert [problem.code for problem in report] == ["docs-ref"]


def test_manuals_of_one_repository_are_linked(tmp_path):
    root = write_tree(tmp_path / "repo", {"a/docs/index.md": "# A\n\n[b](../../b/docs/page.md) [e](/catalog/default/component/two)\n", "b/docs/page.md": "# B\n", "b/docs/index.md": "# I\n"})

    manuals, report = build([checkout_of(root)], [entity_of("one", path="a/c.yaml"), entity_of("two", path="b/c.yaml")], tmp_path / "state")

    html = page_html(manuals.by_entity[EntityRef("component", "default", "one")])
    assert 'href="cb:docs/default/component/two/page/"' in html and 'href="cb:entity/component/default/two"' in html
    assert list(report) == []


def test_a_link_into_a_manual_that_failed_leads_to_its_entity(tmp_path):
    files = {
        "a/docs/index.md": "# A\n\n[b](../../b/docs/page.md) [x](../../b/docs/out.md) [n](../../b/docs/index.md#no) [y](../../b/docs/index.md#i)\n",
        "b/docs/index.md": "# I\n",
        "b/docs/page.md": "# B\n",
        "b/docs/out.md": "# Out\n",
        "b/mkdocs.yml": "site_name: b\nexclude_docs: out.md\n",
    }
    root = write_tree(tmp_path / "repo", files)
    entities = [entity_of("one", path="a/c.yaml"), entity_of("two", path="b/c.yaml")]
    one = EntityRef("component", "default", "one")

    def links():
        manuals, report = build([checkout_of(root)], entities, tmp_path / "state")
        return re.findall(r'href="(cb:[^"]+)"', page_html(manuals.by_entity[one])), len(report)

    two = "cb:docs/default/component/two/"
    assert links() == ([f"{two}page/", two, f"{two}#i"], 1)
    write_tree(root, {"b/mkdocs.yml": "site_name: [\n"})
    shutil.rmtree(tmp_path / "state")
    assert links()[0] == []


def test_links_that_lead_nowhere_are_marked_and_named_with_their_line(tmp_path):
    manual, report = manual_of(
        tmp_path,
        {"docs/index.md": "# A\n\n[gone](gone.md)\n\n[anchor](b.md#nxt)\n\n![pic](gone.png)\n\n[own](#nothing)\n", "docs/b.md": "# B\n\n## Next\n"},
    )

    assert messages(report) == [
        "acme/shop/docs/index.md:3: docs-broken-link: docs/index.md has a link to gone.md, which leads to nothing",
        "acme/shop/docs/index.md:5: docs-broken-link: docs/index.md has a link to b.md#nxt, which names an anchor that docs/b.md has not",
        "acme/shop/docs/index.md:7: docs-broken-link: docs/index.md has the picture gone.png, which leads to nothing",
        "acme/shop/docs/index.md:9: docs-broken-link: docs/index.md has a link to #nothing, which names an anchor that this page has not",
    ]
    html = page_html(manual)
    assert html.count('<span class="cb-broken-link"') == 3 and html.count('<span class="cb-broken-image"') == 1


def test_nav_that_names_no_page_is_named_with_its_line(tmp_path):
    manual, report = manual_of(tmp_path, {"mkdocs.yml": "site_name: x\nnav:\n  - A: index.md\n  - B: gone.md\n", "docs/index.md": "# A\n"})

    assert manual.nav == (NavItem("A", ""),)
    assert messages(report) == ["acme/shop/mkdocs.yml:4:5: docs-broken-link: B in nav leads to gone.md, which is not a page of the documentation"]


# -- what is done again ------------------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path):
    """Build two repositories again and again; *change* says what is written before."""
    write_tree(tmp_path / "shop", {"docs/index.md": "# Shop\n", "docs/p.md": "# P\n\n![p](p.png)\n", "docs/p.png": b"1", "src/a.py": "1"})
    write_tree(tmp_path / "pay", {"docs/index.md": "# Pay\n"})

    def run(change=None, *, now=NOW, config=None):
        write_tree(tmp_path / "shop", change or {})
        checkouts = [checkout_of(tmp_path / "shop"), checkout_of(tmp_path / "pay", "acme/pay")]
        return build(checkouts, [entity_of(), entity_of("pay", repo="acme/pay")], tmp_path / "state", now=now, config=config)

    return run


def test_an_unchanged_manual_is_not_built_again(two):
    first, first_report = two()
    second, second_report = two(now=LATER)

    assert (first.built, first.reused, second.built, second.reused) == (2, 0, 0, 2)
    assert first.by_entity == second.by_entity and list(first_report) == list(second_report)


def test_one_changed_page_builds_one_manual(two):
    two()

    assert two({"docs/p.md": "# Changed\n"})[0].built == 1
    assert two({"src/a.py": "2", "README.md": "# R\n"})[0].built == 0


def test_a_changed_picture_is_published(two):
    two()
    manuals, _ = two({"docs/p.png": b"2"})

    assert manuals.by_entity[SHOP].assets[0].file.read_bytes() == b"2"


def test_a_changed_snippet_builds_the_manual(two):
    first, _ = two({"docs/p.md": '# P\n\n--8<-- "inc/a.md"\n', "inc/a.md": 'one\n\n--8<-- "inc/b.md"\n', "inc/b.md": "two\n"})
    assert "one" in page_html(first.by_entity[SHOP], "p/") and "two" in page_html(first.by_entity[SHOP], "p/")

    second, _ = two({"inc/b.md": "three\n"})
    assert (second.built, "three" in page_html(second.by_entity[SHOP], "p/")) == (1, True)
    assert two()[0].built == 0


def test_a_link_follows_what_it_leads_to(two, tmp_path):
    first, report = two({"docs/p.md": "# P\n\n[a](../src/a.py) [b](../src/b.py)\n"})
    assert [problem.code for problem in report] == ["docs-broken-link"]

    second, report = two({"src/b.py": "1"})
    assert (second.built, list(report)) == (0, [])
    (tmp_path / "shop" / "src" / "a.py").unlink()
    third, report = two()
    assert (third.built, [problem.code for problem in report]) == (0, ["docs-broken-link"])
    assert first.by_entity[SHOP].key != third.by_entity[SHOP].key


def test_a_manual_that_fails_today_is_shown_as_it_was(two):
    good, _ = two()
    manuals, report = two({"mkdocs.yml": "site_name: [\n"}, now=LATER)
    third, _ = two(now=LATER)

    manual = manuals.by_entity[SHOP]
    assert [page.html for page in manual.pages] == [page.html for page in good.by_entity[SHOP].pages]
    assert manual.stale is not None and manual.stale.since == NOW and "not valid YAML" in manual.stale.error
    assert [problem.code for problem in report] == ["docs-config"]
    assert third.by_entity[SHOP].stale == manual.stale


def test_a_manual_that_fails_while_it_is_built_is_shown_as_it_was(two):
    two()
    manuals, report = two({"docs/p.md": "# P\n\n" + "text " * 300_000}, now=LATER, config=DocsConfig(max_output=1))

    assert manuals.by_entity[SHOP].stale == Stale(NOW, "the documentation becomes larger than 1 MiB")
    assert [problem.code for problem in report] == ["docs-failed"]


def test_a_manual_that_nobody_asks_for_is_gone(two, tmp_path):
    two()
    manuals, _ = build([checkout_of(tmp_path / "shop")], [entity_of(annotations={})], tmp_path / "state", now=LATER)

    assert manuals.by_entity == {}


def test_a_damaged_state_file_costs_nothing_but_work(two, tmp_path):
    two()
    (tmp_path / "state" / "docs.json").write_text("{")

    assert two()[0].by_entity[SHOP].stale is None


def test_the_same_inputs_give_the_same_manuals(tmp_path):
    files = {"docs/index.md": "# A\n\n" + "".join(f"[{n}](p{n}.md) " for n in range(5)), **{f"docs/p{n}.md": f"# P{n}\n\n- [x] a\n\n!!! note\n    b\n" for n in range(5)}}
    root = write_tree(tmp_path / "repo", files)

    manuals = [build([checkout_of(root)], [entity_of()], tmp_path / f"state{n}")[0].by_entity[SHOP] for n in range(2)]

    assert dataclasses.replace(manuals[0], assets=()) == dataclasses.replace(manuals[1], assets=())


def test_nothing_is_left_behind_by_the_worker(two, tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))

    two()

    assert list(folder.iterdir()) == []


# -- where nothing confines --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trusted", [False, True])
def test_without_confinement_only_trusted_repositories_are_built(tmp_path, monkeypatch, trusted):
    root = write_tree(tmp_path / "repo", {"docs/index.md": "# A\n"})
    monkeypatch.setattr(confine, "BASE", confine.BASE | {"a guard that no machine has"})

    manuals, report = build([checkout_of(root, trusted=trusted)], [entity_of()], tmp_path / "state")

    assert bool(manuals.by_entity) == trusted
    assert [problem.code for problem in report] == ([] if trusted else ["docs-refused"])


def test_what_confined_the_workers_is_recorded(two):
    manuals, _ = two()

    assert {"landlock", "seccomp", "rlimits"} <= set(manuals.isolation)


def test_documentation_can_be_switched_off(two, tmp_path):
    assert two(config=DocsConfig(enabled=False))[0].by_entity == {}
    shutil.rmtree(tmp_path / "state", ignore_errors=True)


def test_the_page_of_a_folder_goes_before_a_page_of_the_folder_s_name_as_in_mkdocs(tmp_path):
    files = {"docs/index.md": "# Home\n", "docs/sub.md": "# Beside\n", "docs/sub/index.md": "# Within\n", "docs/sub/README.md": "# Readme\n", "docs/other.md": "# Other\n", "docs/other/README.md": "# Its readme\n"}

    manual, report = manual_of(tmp_path, files)

    assert {page.path: page.title for page in manual.pages} == {"": "Home", "other/": "Its readme", "sub/": "Within"}
    assert messages(report) == [
        "acme/shop/docs/other.md: docs-file-skipped: docs/other.md is not published, because docs/other/README.md has its address, as in MkDocs",
        "acme/shop/docs/sub.md: docs-file-skipped: docs/sub.md is not published, because docs/sub/index.md has its address, as in MkDocs",
        "acme/shop/docs/sub/README.md: docs-file-skipped: docs/sub/README.md is not published, because an index.md lies beside it",
    ]
