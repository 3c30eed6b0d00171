"""What people wrote into definitions, as pages show it."""

from __future__ import annotations

import json

import pytest
from portals import build_site, group, organisation

from callboard.pages.api_pages import visible
from callboard.pages.rich import rich, rich_line


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Use [fields](#parameter-fields), see [the guide](/docs/guide.md).", "<p>Use fields, see the guide.</p>"),
        ("[the *guide*][g]\n\n[g]: ../guide.md 'Guide'", "<p>the <em>guide</em></p>"),
        ('<a name="x">here</a> and <a href="/there">there</a>', "<p>here and there</p>"),
        ("[web](https://example.org/a)", '<p><a href="https://example.org/a" rel="noreferrer">web</a></p>'),
        ("[x](javascript:alert(1)) [y](//example.org) [z](\\\\example.org)", "<p>[x](javascript:alert(1)) y z</p>"),
    ],
)
def test_a_link_to_pages_of_its_author_is_the_words_that_it_is_called_by(text, html):
    assert str(rich(text)).strip() == html


def test_in_a_line_such_a_link_is_its_words_too():
    assert str(rich_line("Not all [fields](#fields) are there.")) == "Not all fields are there."


def test_a_name_shows_what_would_turn_it_around():
    assert visible("pay\u202efdp.exe\u2066\x1b") == "pay\ufffdfdp.exe\ufffd\ufffd"


def test_what_has_no_room_in_a_card_is_said_below_the_cards(tmp_path):
    schemes = {"short": {"type": "http", "scheme": "basic", "description": "Ask us."}, "long": {"type": "http", "scheme": "bearer", "description": "Step one. " * 80}}
    tree = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}}, "components": {"securitySchemes": schemes}}
    entity = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: a}\nspec: {type: openapi, lifecycle: production, owner: crew, definition: {$text: ./a.json}}\n"
    site = build_site(organisation(tmp_path, {"a/catalog-info.yaml": entity, "a/a.json": json.dumps(tree), "crew/catalog-info.yaml": group()}), tmp_path / "site")

    cards, _, below = site.text("catalog/default/api/a/api/index.html").partition('<section class="api-group api-text"><h3>long</h3>')

    assert "Ask us." in cards and "Bearer token" in cards and "Step one." not in cards
    assert "Step one." in below.partition("</section>")[0]
