"""Manuals from a folder that mirrors what techdocs-cli published: what is found, what is shown, what is refused."""

import json
import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.config.model import DocsConfig
from callboard.docs.cleaning import Patience
from callboard.docs.engines import material
from callboard.model.manual import Heading, NavItem
from callboard.model.ref import EntityRef
from docs_kit import LATER, NOW, build, checkout_of, entity_of, page_html, write_tree
from portals import build_site, component, group, organisation
from test_docs_hostile import ACTIVE

SHOP = EntityRef("component", "default", "shop")
PLACE = "default/component/shop"
NAV = '<li class="md-nav__item"><a href="{}" class="md-nav__link"><span class="md-ellipsis">{}</span></a></li>'


def page(article, *, title="Shop", nav="", edit="", head=""):
    """A page as Material for MkDocs has it, as much of it as counts."""
    button = f'<a href="{edit}" title="Edit this page" class="md-content__button md-icon" rel="edit"><svg><path d="M0"/></svg></a>' if edit else ""
    return (
        f"<!doctype html><html><head><title>{title} - Shop manual</title>{head}<script>theme()</script></head><body>"
        f'<header><div class="md-header__topic" data-md-component="header-topic"><span class="md-ellipsis">{title}</span></div></header>'
        f'<nav class="md-nav md-nav--primary" aria-label="Navigation"><label class="md-nav__title">Shop manual</label><ul class="md-nav__list">{nav}</ul></nav>'
        f'<div class="md-content"><article class="md-content__inner md-typeset">{button}\n{article}\n</article></div>'
        '<footer class="md-footer">Made with Material</footer></body></html>'
    )


@pytest.fixture
def shown(tmp_path):
    """Build what is published as these files, all below the folder of the one entity unless *place* says otherwise."""
    repository = checkout_of(write_tree(tmp_path / "repo", {"docs/home.md": "# Not read\n", "src/a.py": ""}))

    def build_it(files=None, *, place=PLACE, entities=None, checkouts=(), now=NOW, **settings):
        write_tree(tmp_path / "mirror" / place, files or {})
        config = DocsConfig(engine="prebuilt", prebuilt=tmp_path / "mirror", **settings)
        return build([repository, *checkouts], entities or [entity_of()], tmp_path / "state", config=config, now=now)

    return build_it


def only(manuals):
    (manual,) = manuals.by_entity.values()
    return manual


def messages(report):
    return [f"{problem.location}: {problem.code}: {problem.message}" for problem in report]


# -- what is shown -----------------------------------------------------------------------------------------------------


def test_pages_keep_their_article_and_lose_the_theme(shown):
    nav = NAV.format(".", "Start") + NAV.format("guide/first/", "First steps") + NAV.format("https://example.org/", "Elsewhere")
    manuals, report = shown(
        {
            "index.html": page('<h1 id="shop">Shop</h1><p><a href="guide/first/#next">on</a></p>', nav=nav, edit="https://github.com/acme/shop/edit/main/docs/home.md"),
            "guide/first/index.html": page(
                '<h1>First steps</h1><h2 id="next">Next</h2><p><img src="../../p.png" alt="P"> <a href="../../a.pdf">a</a> <a href="../..">back</a></p>',
                title="First",
                head='<meta name="description" content="How to begin">',
            ),
            "p.png": b"picture",
            "a.pdf": b"download",
            "unused.png": b"picture",
            "assets/javascripts/bundle.js": "theme()",
            "404.html": page("<h1>404</h1>"),
            "techdocs_metadata.json": json.dumps({"site_name": "Shop manual", "site_description": "All of it", "build_timestamp": 1}),
        }
    )

    manual = only(manuals)
    assert list(report) == []
    assert (manual.title, manual.repo) == ("Shop manual", "acme/shop")
    assert manual.nav == (NavItem("Start", ""), NavItem("First steps", "guide/first/"), NavItem("Elsewhere", url="https://example.org/"))
    first, second = manual.pages
    assert (first.title, first.path, first.source, first.description) == ("Start", "", "docs/home.md", "")
    assert first.change is not None and first.change.author == "Ada"
    assert first.html == '<h1 id="shop">Shop</h1><p><a href="cb:page/guide/first/#next">on</a></p>'
    assert (second.title, second.source, second.change, second.description) == ("First steps", "", None, "How to begin")
    assert second.html == (
        '<h2 id="next">Next</h2><p><img src="cb:asset/p.png" alt="P" loading="lazy" decoding="async"> <a href="cb:asset/a.pdf">a</a> <a href="cb:page/">back</a></p>'
    )
    assert second.headings == (Heading(2, "next", "Next"),)
    assert [(asset.path, asset.file.read_bytes()) for asset in manual.assets] == [("a.pdf", b"download"), ("p.png", b"picture")]


@pytest.mark.parametrize("place", ["default/component/shop", "default/Component/Shop", "Default/COMPONENT/shop"])
def test_the_folder_is_found_in_lower_case_and_as_older_portals_wrote_it(shown, place):
    assert only(shown({"index.html": page("<p>x</p>")}, place=place)[0]).pages[0].html == "<p>x</p>"


def test_lower_case_goes_before_what_a_migration_left(shown):
    shown({"index.html": page("<p>old</p>")}, place="default/Component/shop")

    assert only(shown({"index.html": page("<p>new</p>")})[0]).pages[0].html == "<p>new</p>"


def test_an_entity_whose_folder_is_missing_says_which_was_looked_for(shown):
    manuals, report = shown({"index.html": page("<p>x</p>")}, entities=[entity_of(), entity_of("billing")])

    assert list(manuals.by_entity) == [SHOP]
    assert [str(problem) for problem in report] == [
        "acme/shop/catalog-info.yaml:5:5: error[docs-missing]: the documentation of component:default/billing is not published: "
        "docs.prebuilt has no folder default/component/billing\n"
        "  hint: run techdocs-cli publish --entity default/component/billing, and copy the bucket again"
    ]


def test_sections_with_a_page_of_their_own_begin_with_it(shown):
    inner = NAV.format("guide/first/", "First")
    section = (
        '<li class="md-nav__item md-nav__item--nested"><input class="md-nav__toggle" type="checkbox"><div class="md-nav__link md-nav__container">'
        '<a href="guide/" class="md-nav__link"><span class="md-ellipsis">Guides<br><small>for all</small></span></a><label class="md-nav__link"></label></div>'
        f'<nav class="md-nav"><label class="md-nav__title">Guides</label><ul class="md-nav__list">{inner}</ul></nav></li>'
    )
    manuals, _ = shown(
        {
            "index.html": page("<p>x</p>", nav=section),
            "guide/index.html": page("<p>x</p>", title="All guides"),
            "guide/first/index.html": page("<p>x</p>"),
        }
    )

    assert only(manuals).nav == (NavItem("Guides", children=(NavItem("All guides", "guide/"), NavItem("First", "guide/first/"))),)


def test_sections_that_the_theme_left_out_are_taken_from_their_own_pages(shown):
    """The feature navigation.prune writes only what is near the page."""
    pruned = '<li class="md-nav__item md-nav__item--pruned md-nav__item--nested"><a href="{}" class="md-nav__link"><span class="md-ellipsis">Guides</span></a></li>'
    whole = (
        '<li class="md-nav__item md-nav__item--nested"><label class="md-nav__link">Guides <span class="md-nav__icon"></span></label>'
        f'<nav class="md-nav"><ul class="md-nav__list">{NAV.format("./", "A")}{NAV.format("../b/", "B")}</ul></nav></li>'
    )
    manuals, _ = shown(
        {
            "index.html": page("<p>x</p>", nav=NAV.format(".", "Home") + pruned.format("a/")),
            "a/index.html": page("<p>x</p>", nav=NAV.format("..", "Home") + whole),
            "b/index.html": page("<p>x</p>"),
        }
    )

    assert only(manuals).nav == (NavItem("Home", ""), NavItem("Guides", children=(NavItem("A", "a/"), NavItem("B", "b/"))))


def test_an_entry_that_leads_to_its_own_page_is_that_page(shown):
    manuals, _ = shown({"index.html": page("<p>x</p>", nav=NAV.format("#part", "Home")), "a/b.html": page("<p>x</p>"), "a/index.html": page("<p>x</p>")})

    assert only(manuals).nav == (NavItem("Home", ""),)


def test_without_a_navigation_every_page_is_listed(shown):
    manuals, _ = shown({"index.html": page("<p>x</p>"), "b/index.html": page("<p>x</p>", title="B")})

    assert only(manuals).nav == (NavItem("Shop", ""), NavItem("B", "b/"))


def test_pages_that_only_lead_on_are_redirects(shown):
    on = '<html><head><meta http-equiv="refresh" content="0; url=../new/#part"></head><body></body></html>'
    out = '<html><head><meta http-equiv="refresh" content="0; url=https://evil.example/"></head><body></body></html>'
    manuals, report = shown(
        {"index.html": page('<a href="old/">x</a>'), "new/index.html": page('<h2 id="part">P</h2>'), "old/index.html": on, "out/index.html": out}
    )

    manual = only(manuals)
    assert (manual.redirects, [one.path for one in manual.pages]) == ((("old/", "new/#part"),), ["", "new/"])
    assert 'href="cb:page/new/"' in page_html(manual) and "evil.example" not in repr(manual)
    assert list(report) == []


def test_a_button_that_leads_to_another_repository_is_no_edit_link(shown):
    manuals, _ = shown({"index.html": page("<p>x</p>", edit="https://evil.example/acme/shop/edit/main/docs/home.md")})

    assert (only(manuals).pages[0].source, only(manuals).pages[0].html) == ("", "<p>x</p>")


@pytest.mark.parametrize(
    ("page_name", "markdown"),
    [
        ("index.html", "docs/index.md"),
        ("index.html", "docs/README.md"),
        ("guide/index.html", "docs/guide.md"),
        ("guide/index.html", "docs/guide/index.md"),
        ("guide/first.html", "docs/guide/first.md"),
    ],
)
def test_without_a_button_a_page_is_of_the_markdown_of_its_name(tmp_path, page_name, markdown):
    repository = checkout_of(write_tree(tmp_path / "repo", {markdown: "# A\n", "src/a.py": ""}))
    start = "../" * (markdown.count("/"))
    write_tree(tmp_path / "mirror" / PLACE, {page_name: page(f'<a href="{start}src/a.py">code</a>'), "other/index.html": page("<p>x</p>")})
    config = DocsConfig(engine="prebuilt", prebuilt=tmp_path / "mirror")

    manuals, _ = build([repository], [entity_of()], tmp_path / "state", config=config)

    sources = {one.source: one for one in only(manuals).pages}
    assert set(sources) == {"", markdown}
    assert sources[markdown].change is not None
    assert 'href="https://github.com/acme/shop/blob/main/src/a.py"' in sources[markdown].html


def test_a_diagram_whose_fence_lost_its_name_is_a_diagram_again(shown):
    numbered = (
        '<div class="language-text highlight"><table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre><span></span>'
        '<span class="normal">1</span></pre></div></td><td class="code"><div><pre><span></span><code>{}\n</code></pre></div></td></tr></table></div>'
    )
    manuals, _ = shown({"index.html": page(numbered.format("graph TD\n A--&gt;B") + numbered.format("graph of the month"))})

    text = page_html(only(manuals))
    assert re.findall(r'<pre class="mermaid cb-room-\d+" tabindex="0"><code>(.*?)</code></pre>', text, re.S) == ["graph TD\n A--&gt;B"]
    assert "highlighttable" in text and "graph of the month" in text


def test_what_is_not_listed_as_published_is_not_shown_and_what_is_missing_is_told(shown):
    listed = ["index.html", "gone/index.html", "techdocs_metadata.json", "assets/gone.js"]
    manuals, report = shown(
        {
            "index.html": page("<p>x</p>"),
            "left/index.html": page("<p>of last year</p>"),
            "techdocs_metadata.json": json.dumps({"site_name": "S", "files": listed}),
        }
    )

    assert [one.path for one in only(manuals).pages] == [""]
    assert messages(report) == [
        "acme/shop/catalog-info.yaml:5:5: docs-file-skipped: default/component/shop: gone/index.html is not there, although techdocs_metadata.json lists it",
        "acme/shop/catalog-info.yaml:5:5: docs-file-skipped: default/component/shop: left/index.html is not shown, because techdocs_metadata.json does not list it",
    ]


# -- what is done again, what stays ------------------------------------------------------------------------------------


def test_an_unchanged_manual_is_not_made_again(shown):
    files = {"index.html": page("<p>x</p>"), "p.png": b"1", "techdocs_metadata.json": '{"build_timestamp": 1}'}
    first, _ = shown(files)
    second, _ = shown({"techdocs_metadata.json": '{"build_timestamp": 2}', "sitemap.xml.gz": b"of today"})
    third, _ = shown({"index.html": page("<p>y</p>")})

    assert [(manuals.built, manuals.reused) for manuals in (first, second, third)] == [(1, 0), (0, 1), (1, 0)]
    assert page_html(only(third)) == "<p>y</p>"


def test_the_last_good_manual_stays_while_its_folder_is_missing(shown, tmp_path):
    shown({"index.html": page("<p>x</p>")})
    os.rename(tmp_path / "mirror" / "default", tmp_path / "elsewhere")

    manuals, report = shown({"index.html": page("<p>x</p>")}, place="other/component/thing", now=LATER)

    assert only(manuals).pages[0].html == "<p>x</p>"
    assert only(manuals).stale.since == NOW and "has no folder default/component/shop" in only(manuals).stale.error
    assert [problem.code for problem in report] == ["docs-missing"]


@pytest.mark.parametrize(("state", "said"), [("gone", "cannot be read: no such file or directory"), ("empty", "is empty")])
def test_a_mirror_that_is_not_there_is_one_problem_and_loses_nothing(shown, tmp_path, state, said):
    entities = [entity_of(), entity_of("billing")]
    shown({"index.html": page("<p>x</p>")}, entities=entities)
    os.rename(tmp_path / "mirror", tmp_path / "elsewhere")
    if state == "empty":
        (tmp_path / "mirror").mkdir()
    config = DocsConfig(engine="prebuilt", prebuilt=tmp_path / "mirror")

    manuals, report = build([checkout_of(tmp_path / "repo")], entities, tmp_path / "state", config=config, now=LATER)

    assert list(manuals.by_entity) == [SHOP] and only(manuals).stale is not None
    assert messages(report) == [f"site_config.yml: docs-missing: the folder that docs.prebuilt names {said}"]


# -- what is refused ---------------------------------------------------------------------------------------------------

ATTACKS = {
    "script": "<script>alert(1)</script>",
    "handler": '<img src="p.png" onerror="alert(1)">',
    "foreign frame": '<iframe src="https://evil.example/"></iframe>',
    "document in a frame": '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    "dangerous scheme": '<a href="javascript:alert(1)">x</a>',
    "hidden scheme": '<a href="java&#10;script:alert(1)">x</a>',
    "data": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "style": '<p style="position:fixed;inset:0">x</p><style>body{display:none}</style>',
    "svg": "<svg><script>alert(1)</script><set onbegin=alert(1)></svg>",
    "base": '<base href="https://evil.example/">',
    "refresh": '<meta http-equiv="refresh" content="0; url=https://evil.example/">',
    "form": '<form action="https://evil.example/"><input type="password" name="p"><button>Sign in</button></form>',
    "object": '<object data="x.swf"></object><embed src="x.swf">',
    "end of the article": "</article></div></main><script>alert(1)</script><article class='md-typeset'>",
    "comment": "<!--<p>--><script>alert(1)</script>",
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "mathml": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "not closed": '<div><a href="x"><img src="p.png" onerror=alert(1) <b',
    "nul": "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "shell": '<div class="cb-palette" id="cb-main">x</div>',
}


def everything(manual):
    return "\n".join(
        (
            manual.title,
            repr((manual.nav, manual.redirects)),
            *(f"{one.path} {one.title} {one.html} {one.headings} {one.description} {one.source}" for one in manual.pages),
            *(f"{asset.path} {asset.file.read_bytes().decode(errors='replace')}" for asset in manual.assets),
        )
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_page_that_attacks_is_published_without_the_attack(shown, attack):
    """Fails without sanitize.clean in adopt.py, as tried."""
    manuals, _ = shown({"index.html": page(f'<h1 id="a">A</h1><p>before</p>{ATTACKS[attack]}'), "p.png": b"1"})

    text = everything(only(manuals))
    assert "before" in text
    assert not ACTIVE.search(text) and 'id="cb-' not in text and "cb-palette" not in text


def test_what_the_theme_says_around_an_article_is_not_sanitised_into_it(shown):
    """A footer's scripts, the search box and the fonts of the theme are no business of the author: nothing is noted."""
    manuals, report = shown({"index.html": page("<p>x</p>", head='<link rel="stylesheet" href="https://fonts.example/x.css">')})

    assert (page_html(only(manuals)), list(report)) == ("<p>x</p>", [])


def test_what_an_author_wrote_and_is_taken_out_is_noted(shown):
    _, report = shown({"index.html": page("<p>x</p><script>x</script>", edit="https://github.com/acme/shop/edit/main/docs/home.md")})

    assert messages(report) == ["acme/shop/docs/home.md: docs-sanitized: docs/home.md has <script>, which is not published"]


def test_a_broken_link_is_told_where_the_page_is_asked_for_unless_its_source_is_known(shown):
    _, report = shown(
        {
            "index.html": page('<a href="no/">x</a>', edit="https://github.com/acme/shop/edit/main/docs/home.md"),
            "b/index.html": page('<a href="../no/">x</a><a href="../src/a.py">y</a><img src="no.png">'),
        }
    )

    assert messages(report) == [
        "acme/shop/catalog-info.yaml:5:5: docs-broken-link: b/index.html has a link to ../no/, which leads to nothing",
        "acme/shop/catalog-info.yaml:5:5: docs-broken-link: b/index.html has a link to ../src/a.py, which leads to nothing",
        "acme/shop/catalog-info.yaml:5:5: docs-broken-link: b/index.html has the picture no.png, which leads to nothing",
        "acme/shop/docs/home.md: docs-broken-link: docs/home.md has a link to no/, which leads to nothing",
    ]


@pytest.mark.parametrize("name", ["x.html", "run.js", "page.xhtml", "a.swf", "sw.js", "x.htm"])
def test_files_that_a_browser_would_run_are_not_published(shown, name):
    """Fails without links.is_published."""
    manuals, _ = shown({"index.html": page(f'<a href="{name}">x</a> <a href="a.pdf">y</a>'), name: "<script>alert(1)</script>", "a.pdf": "1"})

    assert [asset.path for asset in only(manuals).assets] == ["a.pdf"]


def test_a_page_of_another_making_is_told_and_not_published(shown):
    manuals, report = shown({"index.html": page("<p>x</p>"), "report/index.html": "<html><body><script>alert(1)</script></body></html>"})

    assert [one.path for one in only(manuals).pages] == [""]
    assert messages(report) == [
        "acme/shop/catalog-info.yaml:5:5: docs-file-skipped: default/component/shop: report/index.html is not shown, "
        "because there is no article of Material for MkDocs in it"
    ]


def test_pictures_are_cleaned_before_they_are_published(shown):
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><rect width="1" height="1"/></svg>'
    manuals, report = shown({"index.html": page('<img src="a.svg"><img src="b.svg">'), "a.svg": drawn, "b.svg": "<html>no</html>"})

    (asset,) = only(manuals).assets
    assert b"alert" not in asset.file.read_bytes() and b"rect" in asset.file.read_bytes()
    assert messages(report) == ["acme/shop/catalog-info.yaml:5:5: docs-file-skipped: b.svg is not an SVG that can be shown"]


@pytest.mark.parametrize("where", ["page", "folder", "picture", "namespace", "name"])
def test_links_out_of_the_mirror_are_not_followed(shown, tmp_path, where):
    """Fails without O_NOFOLLOW and follow_symlinks=False in published.py."""
    write_tree(tmp_path / "outside", {"index.html": page("<p>content-from-outside</p>"), "p.png": "content-from-outside"})
    shown({"p/keep.txt": ""}, place="another/component/x")
    mirror = tmp_path / "mirror"
    if where in {"namespace", "name"}:
        target = mirror / ("default" if where == "namespace" else PLACE)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_tree(tmp_path / "outside", {"component/shop/index.html": page("<p>content-from-outside</p>")})
        target.symlink_to(tmp_path / "outside")
        config = DocsConfig(engine="prebuilt", prebuilt=mirror)
        manuals, report = build([checkout_of(tmp_path / "repo")], [entity_of()], tmp_path / "state", config=config)
        assert (manuals.by_entity, [problem.code for problem in report]) == ({}, ["docs-missing"])
        return
    site = write_tree(mirror / PLACE, {"index.html": page('<a href="out/">o</a><img src="p.png">')})
    name = {"page": "out.html", "folder": "out", "picture": "p.png"}[where]
    (site / name).symlink_to(tmp_path / "outside" / {"page": "index.html", "folder": "", "picture": "p.png"}[where])

    manuals, report = shown()

    assert "content-from-outside" not in everything(only(manuals))
    assert f"default/component/shop: {name} is not read, because a link may lead anywhere" in [problem.message for problem in report]


def test_a_file_that_becomes_a_link_while_the_build_runs_is_not_followed(shown, tmp_path):
    from callboard.docs.engines.published import Mirror
    from callboard.model.repository import ReadError

    shown({"index.html": page("<p>x</p>"), "p.png": "1"})
    (tmp_path / "secret").write_text("content-from-outside")
    site = Mirror(tmp_path / "mirror").site(PLACE)
    (site.root / "p.png").unlink()
    (site.root / "p.png").symlink_to(tmp_path / "secret")

    with pytest.raises(ReadError, match=r"p\.png cannot be read"):
        site.read("p.png", 100)


def test_a_pipe_is_not_waited_for(shown, tmp_path):
    write_tree(tmp_path / "mirror" / PLACE, {})
    (tmp_path / "mirror" / PLACE).mkdir(parents=True)
    os.mkfifo(tmp_path / "mirror" / PLACE / "p.png")

    assert [one.path for one in only(shown({"index.html": page('<img src="p.png">')})[0]).pages] == [""]


ODD_NAMES = ["..\\..\\x.html", "a\nb.html", "\u202egnp.html", ".hidden/x.html", b"\xff.html".decode(errors="surrogateescape"), "x" * 210 + ".html"]


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_names_that_no_address_should_have_are_told_and_not_shown(shown, name):
    """Fails without is_place in published.py."""
    manuals, report = shown({"index.html": page("<p>x</p>"), name: page("<p>odd</p>")})

    assert [one.path for one in only(manuals).pages] == [""]
    (problem,) = report
    shown_name = ascii(name.split("/")[0])
    assert (problem.code, problem.message) == ("docs-file-skipped", f"default/component/shop: {shown_name} is not shown, because of the name")


def test_names_that_climb_stay_in_the_manual(shown):
    manuals, _ = shown(
        {
            "index.html": page('<a href="../../../../../etc/passwd">a</a><a href="..%2f..%2fx">b</a><img src="../../../api/build.json"><a href="/api/x.json">c</a>'),
            "techdocs_metadata.json": json.dumps({"site_name": "../../x", "files": ["index.html", "../../other/component/x/index.html", "/etc/passwd"]}),
        }
    )

    assert re.findall(r'(?:href|src)="[^"]*"', page_html(only(manuals))) == []
    assert only(manuals).assets == () and [one.path for one in only(manuals).pages] == [""]


def test_of_two_names_that_differ_in_case_one_is_shown(shown):
    manuals, report = shown(
        {
            "index.html": page('<img src="P.png"><img src="p.png">'),
            "Guide/index.html": page("<p>1</p>"),
            "guide/index.html": page("<p>2</p>"),
            "P.png": "1",
            "p.png": "2",
        }
    )

    assert [one.path for one in only(manuals).pages] == ["", "Guide/"]
    assert [(asset.path, asset.file.read_bytes()) for asset in only(manuals).assets] == [("P.png", b"1")]
    assert [problem.message for problem in report] == [
        "guide/index.html and Guide/index.html want one address; Guide/index.html has it",
        "p.png and P.png want one address; P.png has it",
    ]


def test_a_page_that_is_not_utf8_or_too_large_spares_the_others(shown):
    manuals, report = shown(
        {"index.html": page("<p>x</p>"), "a/index.html": page("<p>é</p>").encode("latin-1"), "b/index.html": page("<p>x</p>" * 700_000)}
    )

    assert [one.path for one in only(manuals).pages] == [""]
    at = page("<p>é</p>").encode("latin-1").index(b"\xe9")
    size = len(page("<p>x</p>" * 700_000))
    assert messages(report) == [
        f"acme/shop/catalog-info.yaml:5:5: file-not-utf8: default/component/shop/a/index.html is not UTF-8 at byte {at:,}",
        f"acme/shop/catalog-info.yaml:5:5: file-too-large: default/component/shop/b/index.html has {size:,} bytes, more than the 5,242,880 that are read",
    ]


def test_a_manual_that_is_too_large_is_not_shown(shown):
    manuals, report = shown({f"{n}/index.html": page("x" * 600_000) for n in range(2)}, max_output=1)

    assert manuals.by_entity == {}
    assert [(problem.code, problem.message) for problem in report] == [
        ("docs-failed", "the documentation of component:default/shop: the documentation is larger than docs.max_output")
    ]


def test_files_over_the_limit_are_left_out(shown):
    manuals, report = shown({"index.html": page('<img src="a.png"><img src="b.png">'), "a.png": b"1" * 900_000, "b.png": b"1" * 900_000}, max_output=1)

    assert [asset.path for asset in only(manuals).assets] == ["a.png"]
    assert [problem.code for problem in report] == ["docs-file-skipped"]


@pytest.mark.parametrize("content", ["[" * 100_000, "[]", "{", b"\xff", '{"site_name": ["x"], "files": {"a": 1}}'], ids=["nested", "list", "half", "bytes", "types"])
def test_facts_that_are_none_do_not_lose_the_manual(shown, content):
    manuals, report = shown({"index.html": page("<p>x</p>"), "techdocs_metadata.json": content})

    assert (only(manuals).title, page_html(only(manuals))) == ("shop", "<p>x</p>")
    assert [problem.message for problem in report] in (
        [],
        ["default/component/shop: techdocs_metadata.json is not used: it is not a JSON object"],
    )


def test_titles_are_text(shown):
    title = "<img src=x onerror=alert(1)> &lt;b&gt;"
    manuals, _ = shown(
        {
            "index.html": page("<p>x</p>", title=title, nav=NAV.format(".", title)),
            "techdocs_metadata.json": json.dumps({"site_name": "</title><script>alert(1)</script>"}),
        }
    )

    assert only(manuals).nav == (NavItem("<b>", ""),)
    assert only(manuals).title == "</title><script>alert(1)</script>"  # as for MkDocs: what is text is escaped where it is shown


def test_a_navigation_that_never_ends_ends(shown):
    deep = '<li class="md-nav__item"><label class="md-nav__link">a</label><nav class="md-nav"><ul>' * 3000
    wide = NAV.format(".", "x") * 30_000
    manuals, _ = shown({"index.html": page("<p>x</p>", nav=deep), "b/index.html": page("<p>x</p>", nav=wide)})

    assert [one.path for one in only(manuals).pages] == ["", "b/"]


def test_navigation_leads_to_pages_and_web_addresses_only(shown):
    bad = ["javascript:alert(1)", "//evil.example/x", "../../../x", "data:text/html,x", "?x", "no/"]
    manuals, _ = shown({"index.html": page("<p>x</p>", nav="".join(NAV.format(address, "x") for address in bad) + NAV.format(".", "Home"))})

    assert only(manuals).nav == (NavItem("Home", ""),)


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            """<article class="md-content__inner md-typeset">|</article>|<nav class="md-nav md-nav--primary">|</nav>|<ul>|</ul>|<li class="md-nav__item">|</li>
            |<a href="x" class="md-nav__link">|<a href="x" class="md-content__button">|</a>|<label class="md-nav__link">|</label>|<h1>|</h1>|<h1>a</h1>|<title>|</title>|<head>|<!--|-->
            |<div class="highlight">|<div class="language-text highlight"><pre><code>graph TD|</code></pre></div>|</div>|<script>|</script>|<script id="__config" type="application/json">
            |"features": [|<meta http-equiv="refresh" content="0; url=|">|<aside class="md-source-file">|<div data-md-component="header-topic">|<span class="md-ellipsis">|<|>|"|&|\x00|a""".split("|")
        ),
        st.text(max_size=5),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(PIECES)
def test_no_mixture_of_the_parts_of_a_page_is_too_much(pieces):
    text = "".join(pieces)

    found = material.page(text, "a", "b")
    material.navigation(text, Patience(60))
    material.redirect(text)

    assert (found is None) == ('<article class="md-content__inner md-typeset">' not in text)
    assert found is None or found.article in text or "mermaid" in found.article


# -- in a portal -------------------------------------------------------------------------------------------------------


def test_a_portal_shows_what_was_published_as_its_own_pages(tmp_path):
    """The folder is named as seen from the configuration; a picture that a manual left out is nowhere in the site."""
    annotation = "  annotations:\n    backstage.io/techdocs-ref: dir:.\n"
    files = {"shop/catalog-info.yaml": component("shop", metadata=annotation), "crew/catalog-info.yaml": group()}
    config = "sources:\n  - folder: {path: repos}\ndocs:\n  engine: prebuilt\n  prebuilt: published/here\n"
    write_tree(
        tmp_path / "published" / "here" / PLACE,
        {
            "index.html": page('<h1 id="a">A shop</h1><p><a href="guide/">on</a><img src="p.png"></p>', nav=NAV.format(".", "Start") + NAV.format("guide/", "Guide")),
            "guide/index.html": page("<p>further</p>", title="Guide"),
            "p.png": b"picture",
            "q.png": b"not shown",
            "404.html": page("<p>x</p>"),
            "assets/javascripts/bundle.js": "theme()",
        },
    )

    site = build_site(organisation(tmp_path, files, config), tmp_path / "site")

    shown = site.text("docs/default/component/shop/index.html")
    assert '<a href="guide/">on</a>' in shown and "theme()" not in shown and "Made with Material" not in shown
    assert "<h1>Guide</h1>" in site.text("docs/default/component/shop/guide/index.html")
    below = tmp_path / "site" / "docs" / "default" / "component" / "shop"
    assert sorted(path.relative_to(below).as_posix() for path in below.rglob("*") if path.is_file()) == ["guide/index.html", "index.html", "p.png"]
    assert "further" in site.text("docs/default/component/shop/guide/index.html")
    assert site.codes() == []
