"""What scripts say stands in the catalogue, too: a portal whose every text is in brackets, read and used."""

from __future__ import annotations

import pseudo
import pytest
from browser_kit import hosted
from playwright.sync_api import Page, expect
from test_language_pages import KNOWN, SPARED

from portals import build_site

SCRIPTED = KNOWN | frozenset("esc Ctrl K csv".split()) | frozenset("component api resource system domain group user template location".split())
"""And names of keys, and kinds as references have them."""
WRITTEN = SPARED | {"time", "result-text"}
"""And what the browser writes, how long ago something was; and excerpts of pages."""


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pseudo")
    with hosted(build_site(pseudo.portal(folder), folder / "site").folder) as host:
        yield host


def unsaid(page: Page) -> list[str]:
    return list(pseudo.unsaid(page.content(), SCRIPTED, WRITTEN))


def test_the_palette_and_the_sheet_of_keys_speak_the_language(host, open_page):
    page = open_page(f"{host.url}catalog/default/component/zz-shop/", permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator("cb-built a")).to_contain_text("⟦Büïlt")
    page.locator("cb-theme button").click()
    page.locator("cb-copy button").click()
    found = unsaid(page)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="⟦Këyböärd shörtcüts⟧")).to_be_visible()
    found += unsaid(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    for query, heading in (("", "⟦Actïöns⟧"), ("zz", "⟦Döcümëntätïön⟧"), ("zzget", "⟦API öpërätïöns⟧"), ("@", "⟦Ownërs⟧"), ("#", "⟦Tägs⟧"), ("qqzzqq", "⟦Mörë⟧")):
        page.locator("dialog.palette input").fill(query)
        expect(page.locator(f"dialog.palette [role=group][aria-label='{heading}']")).to_be_visible()
        found += unsaid(page)

    assert sorted(set(found)) == []


def test_the_explorer_of_the_catalog_speaks_the_language(host, open_page):
    page = open_page(f"{host.url}catalog/")
    page.locator("input[value=component]").check()
    page.locator(".explorer-head input").fill("zz-part")
    expect(page.locator(".filters li")).to_have_count(3)
    for menu in page.locator("details.menu > summary").all():
        menu.click()
    page.locator("body").press("j")
    page.keyboard.press("x")
    expect(page.locator(".peek dl")).to_be_visible()
    found = unsaid(page)
    page.locator(".explorer-head input").fill("zznowhere")
    expect(page.locator(".no-match")).to_be_visible()

    assert sorted({*found, *unsaid(page)}) == []


def test_the_graph_that_can_be_explored_speaks_the_language(host, open_page):
    page = open_page(f"{host.url}catalog-graph/?rootEntityRefs[]=component:default/zz-shop&maxDepth=1")
    expect(page.locator(".stage-status")).to_contain_text("⟦")
    page.locator(".stage-picture .gn").first.click()
    expect(page.locator(".stage-peek h2")).to_be_visible()
    page.locator(".explore-find input").fill("zz-s")
    expect(page.locator(".explore-found li").first).to_be_visible()

    assert sorted(set(unsaid(page))) == []


def test_the_search_page_speaks_the_language(host, open_page):
    page = open_page(f"{host.url}search/?query=zzall")
    expect(page.locator(".search-status")).to_contain_text("⟦")
    expect(page.locator(".search-filters summary").first).to_be_visible()
    found = unsaid(page)
    page.get_by_role("searchbox").fill("qqzzqq")
    expect(page.locator(".search-none")).to_be_visible()

    assert sorted({*found, *unsaid(page)}) == []


def test_manuals_and_pages_of_apis_speak_the_language(host, open_page):
    page = open_page(f"{host.url}docs/default/component/zz-shop/")
    expect(page.locator(".cb-drawn img")).to_have_count(1)
    page.locator(".prose .zoom-drawing").first.click()
    expect(page.locator("dialog.zoomed")).to_be_visible()
    found = unsaid(page)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.zoomed")).to_have_count(0)
    page.keyboard.press("f")
    page.locator("dialog.find input").fill("zz")
    expect(page.locator("dialog.find .palette-item").first).to_be_visible()
    found += unsaid(page)
    page.goto(f"{host.url}catalog/default/api/zz-orders/api/")
    page.locator(".api-side input").fill("zz")
    expect(page.locator(".api-side [role=status]")).to_contain_text("⟦")
    found += unsaid(page)

    assert sorted({*found, *unsaid(page)}) == []
