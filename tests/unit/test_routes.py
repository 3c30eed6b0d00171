"""Every address of the portal is relative, and only safe ones of repositories are shown."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.model import routes
from callboard.model.ref import EntityRef
from callboard.model.routes import Links, file_of, safe_url

SHOP = EntityRef("component", "default", "shop")
SEGMENT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\\"), min_size=1, max_size=8).filter(
    lambda text: text not in {".", ".."}
)
FOLDER = st.lists(SEGMENT, max_size=5).map(lambda parts: "".join(f"{part}/" for part in parts))


@pytest.mark.parametrize(
    ("source", "target", "folders", "files"),
    [
        ("", "", "./", "index.html"),
        ("", "catalog/", "catalog/", "catalog/index.html"),
        ("catalog/", "", "../", "../index.html"),
        ("catalog/", "catalog/", "./", "index.html"),
        ("catalog/default/component/shop/", "docs/", "../../../../docs/", "../../../../docs/index.html"),
        ("docs/a/", "docs/a/b/", "b/", "b/index.html"),
        ("docs/a/b/", "docs/a/", "../", "../index.html"),
        ("docs/a/", "docs/a/x.png", "x.png", "x.png"),
        ("404.html", "api/build.json", "api/build.json", "api/build.json"),
        ("", "a:b/", "./a%3Ab/", "./a%3Ab/index.html"),
        ("", "docs/straße/", "docs/stra%C3%9Fe/", "docs/stra%C3%9Fe/index.html"),
    ],
)
def test_addresses_are_relative_in_both_styles(source, target, folders, files):
    assert (Links("folders").href(source, target), Links("files").href(source, target)) == (folders, files)


@given(FOLDER, FOLDER, st.sampled_from(["folders", "files"]))
def test_an_address_leads_to_its_target_from_anywhere(source, target, style):
    base = "https://example.org/portal/"
    page = base + "/".join(map(lambda part: routes.quote(part, safe=""), file_of(source).split("/")))

    reached = urlsplit(urljoin(page, Links(style).href(source, target))).path

    wanted = file_of(target) if style == "files" else target
    assert unquote(reached) == f"/portal/{wanted}"


def test_an_anchor_is_written_behind_the_address():
    assert Links().href("docs/a/", "docs/a/", "größe") == "./#gr%C3%B6%C3%9Fe"


def test_pages_live_at_backstages_paths():
    assert [routes.entity(SHOP), routes.entity(SHOP, "api"), routes.manual(SHOP, "guide/"), routes.entity_json(SHOP)] == [
        "catalog/default/component/shop/",
        "catalog/default/component/shop/api/",
        "docs/default/component/shop/guide/",
        "api/catalog/entities/by-name/component/default/shop.json",
    ]


def test_lists_of_kinds_keep_clear_of_every_namespace():
    assert posixpath.normpath(routes.catalog_kind("component", 2)) == "catalog/~component/2"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "/relative",
        "https:",
        "https://[bad",
        "",
    ],
)
def test_an_address_that_could_run_code_or_leads_nowhere_is_not_shown(url):
    assert safe_url(url) == ""


@pytest.mark.parametrize("url", ["https://example.org/a?b=c#d", "http://example.org", "mailto:a@example.org"])
def test_web_and_mail_addresses_are_shown_as_they_are(url):
    assert safe_url(url) == url
