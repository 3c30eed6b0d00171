"""No page says anything to readers that stands in no catalogue: shown by a language whose every text is in brackets."""

from __future__ import annotations

import re

import pseudo
import pytest

from portals import build_site, component, organisation

KINDS = "Component API Resource System Domain Group User Template Location"
VALUES = "service website team openapi asyncapi graphql grpc production experimental"
FORMATS = "OpenAPI AsyncAPI GraphQL Protobuf proto3 JSON SVG PNG DOT"
API_WORDS = "GET POST SEND RPC QUERY MUTATION string integer number boolean object uuid application json Int ID default"
MECHANISMS = "landlock rlimits seccomp netns userns"
ANNOTATIONS = "backstage io techdocs-ref dir"
KNOWN = frozenset(f"{KINDS} {VALUES} {FORMATS} {API_WORDS} {MECHANISMS} {ANNOTATIONS}".split())
"""Words of others that no language changes: values of the catalog, names of formats, keywords of definitions, names of
what confines workers."""
SPARED = frozenset({
    "problem-text", "problem-hint", "attention",  # messages of problems are the same on the console and in JSON
    "skipped",  # so are the reasons for what is left out
    "source-name",  # what the configuration calls a source
    "prose",  # an article is its author's
    "decision-superseded",  # what a record says of its own state
})  # fmt: skip
"""Classes whose text is data."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pseudo")
    return build_site(pseudo.portal(folder), folder / "site")


def test_no_page_says_anything_that_stands_in_no_catalogue(site):
    found = {}
    for path in sorted(site.folder.rglob("*.html")):
        for line in pseudo.unsaid(path.read_text("utf-8"), KNOWN, SPARED):
            found.setdefault(line, path.relative_to(site.folder).as_posix())

    assert found == {}


def test_what_pages_hold_shows_every_kind_of_page(site):
    shown = {re.search(r'<body class="([^"]*)"', path.read_text("utf-8"))[1] for path in site.folder.rglob("index.html") if "<body class" in path.read_text("utf-8")}

    assert sorted(shown) == [
        "page-api", "page-api page-reference", "page-apis", "page-catalog", "page-create", "page-definition", "page-docs", "page-docs-index",
        "page-entity", "page-entity-graph", "page-graph", "page-health", "page-home", "page-owners", "page-search", "page-template",
    ]  # fmt: skip


def test_the_page_says_which_language_it_is_in(site):
    assert '<html lang="en-XA" data-root' in site.text("index.html")


def test_labels_inside_articles_are_in_the_language(site):
    page = site.text("docs/default/component/zz-shop/index.html")
    labels = set(re.findall(r'aria-label="(⟦[^"]*⟧)"', page.partition('class="prose"')[2].partition("<footer")[0]))

    assert {"⟦Täblë⟧", "⟦Lïnk tö thïs sëctïön⟧", "⟦Nötë 1⟧", "⟦Nötë 1, bäck tö ïts pläcë⟧", "⟦Förmülä⟧"} <= labels
    assert "<summary>⟦Tëxt öf thïs dïägräm⟧</summary>" in page


def test_what_programs_read_stays_english(site):
    assert [path.name for path in (site.folder / "api").rglob("*.json") if "⟦" in path.read_text("utf-8")] == []
    assert "⟦" not in site.text("llms.txt")
    assert [problem for problem in site.problems if "⟦" in str(problem)] == []


def test_scripts_of_the_portal_hold_the_words_themselves(site):
    scripts = {path.name.split(".")[0]: path.read_text("utf-8") for path in (site.folder / "assets").glob("*.*.js")}

    assert '"⟦Thëmë: därk⟧"' in scripts["callboard"]
    assert "`⟦Sëärch ëvërythïng för “${query}”⟧`" in scripts["find"]
    assert [name for name, text in scripts.items() if re.search(r"\b(?:ngettext|pgettext)\(|[^\w$.]_[(`]", text)] == []


def test_a_language_that_is_written_from_right_to_left_turns_the_page_and_leaves_texts_of_others_to_their_own_direction(tmp_path):
    config = organisation(tmp_path, {"shop/catalog-info.yaml": component("shop", metadata="  description: Sells.\n")}, (
        "site: {language: ar, theme: own}\nsources: [{folder: {path: repos}}]\n"
    ))  # fmt: skip
    file = tmp_path / "own/locale/ar/messages.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Owner"\nmsgstr "المالك"\n', "utf-8")

    page = build_site(config, tmp_path / "site").text("catalog/index.html")

    assert '<html lang="ar" dir="rtl" data-root' in page
    assert '<th scope="col">المالك</th>' in page
    assert '<span class="name-about" dir="auto">Sells.</span>' in page
