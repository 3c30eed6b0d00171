"""Pages as people use them: without JavaScript, with the keyboard, on a telephone, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from reach import far

@pytest.mark.parametrize("links", ["folders", "files"])
def test_plain_links_lead_from_home_to_every_entity_and_every_page_of_a_manual_within_four_clicks(links, demo_site):
    assert far(demo_site(links)) == []


def test_without_javascript_the_catalog_is_whole_and_shows_no_control_that_does_nothing(demo_host, demo_site, open_page):
    page = open_page(f"{demo_host.url}catalog/", java_script_enabled=False)

    assert page.locator("cb-catalog tbody tr").count() == len(demo_site("folders").built.portal.catalog.entities)
    assert [control.evaluate("e => e.outerHTML") for control in page.locator("main button, main input, header button").all() if control.is_visible()] == []


def test_the_filters_of_the_catalog_are_in_its_address(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/")
    page.locator("[data-facet=type] input[value=library]").check()
    page.locator("cb-catalog input[type=search]").fill("bar")

    expect(page).to_have_url(f"{demo_host.url}catalog/?q=bar&type=library")
    expect(page.locator("cb-catalog tbody tr:visible .name-title")).to_contain_text(["Barcode"])
    shared = open_page(page.url)
    expect(shared.locator("cb-catalog tbody tr:visible .name-title")).to_contain_text(["Barcode"])
    shared.get_by_role("button", name="Remove the filter type: library").click()
    expect(shared).to_have_url(f"{demo_host.url}catalog/?q=bar")


def test_backstage_s_addresses_of_filters_are_understood(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/?filters%5Btype%5D=library&filters%5Btext%5D=bar")

    expect(page.locator("cb-catalog tbody tr:visible")).to_have_count(1)


def test_a_filter_that_fits_nothing_says_so_and_can_be_cleared(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/?q=zzzz")
    expect(page.get_by_text("Nothing matches.")).to_be_visible()

    page.get_by_role("button", name="Clear the filters").click()

    expect(page.get_by_text("Nothing matches.")).to_be_hidden()
    expect(page).to_have_url(f"{demo_host.url}catalog/")


def test_a_chosen_theme_is_remembered_and_set_before_the_first_paint(demo_host, open_page):
    page = open_page(demo_host.url, color_scheme="light")
    button = page.locator("cb-theme button")
    button.click()
    button.click()
    assert button.get_attribute("aria-label") == "Theme: dark"

    page.add_init_script(
        "new PerformanceObserver((list) => { window.painted ??= document.documentElement.dataset.theme; }).observe({ type: 'paint', buffered: true });"
        "document.addEventListener('DOMContentLoaded', () => { window.parsed = document.documentElement.dataset.theme; });"
        "new MutationObserver(() => { if (document.body && !window.atBody) window.atBody = document.documentElement.dataset.theme ?? 'none'; }).observe(document, { childList: true, subtree: true });"
    )
    page.goto(f"{demo_host.url}catalog/")
    # wait_for_function would look again by eval, which the page forbids.
    page.evaluate("new Promise((done) => { const look = () => (window.painted ? done() : requestAnimationFrame(look)); look(); })")

    assert page.evaluate("[window.atBody, window.parsed, window.painted]") == ["dark", "dark", "dark"]
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_first_tab_reaches_the_way_past_the_menu(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/default/component/tracking-service/")
    page.keyboard.press("Tab")

    focused = page.locator(":focus")
    expect(focused).to_have_text("Skip to content")
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate("e => !!e.closest('main')")


def test_the_question_mark_opens_the_sheet_and_its_keys_lead_where_it_says(demo_host, open_page):
    page = open_page(demo_host.url)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("g")
    page.keyboard.press("c")

    page.wait_for_url("**/portal/catalog/")


def test_no_two_shortcuts_of_the_sheet_are_the_same(demo_host, open_page):
    page = open_page(demo_host.url)

    keys = page.locator(".rail [data-key]").evaluate_all("links => links.map((link) => link.dataset.key)")

    assert sorted(set(keys)) == sorted(keys)


def test_on_a_telephone_the_menu_opens_and_closes_by_plain_links(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/", viewport={"width": 360, "height": 640}, java_script_enabled=False)
    expect(page.locator(".rail")).not_to_be_in_viewport()

    page.locator(".bar-menu").click()
    expect(page.locator(".rail").get_by_role("link", name="Owners")).to_be_in_viewport()
    page.locator(".rail-close").click()

    expect(page.locator(".rail .brand")).not_to_be_in_viewport()


@pytest.mark.parametrize("route", ["catalog/default/component/tracking-service/", "docs/default/component/company-handbook/"])
def test_on_paper_there_is_the_content_and_where_it_is_from(route, demo_host, open_page):
    page = open_page(f"{demo_host.url}{route}")
    page.emulate_media(media="print")

    expect(page.locator("main h1").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_be_visible()
    for part in (".rail", ".bar-tools", ".bar-menu", ".foot", ".skip"):
        expect(page.locator(part)).to_be_hidden()


def test_times_are_absolute_in_the_page_and_relative_where_scripts_run(demo_host, demo_site, open_page):
    route = "docs/default/component/company-handbook/"
    written = re.findall(r"<time datetime=\"[^\"]+\"[^>]*>([^<]+)", demo_site("folders").text(f"{route}index.html"))
    page = open_page(f"{demo_host.url}{route}")

    shown = page.locator("time").all_inner_texts()
    assert len(shown) == len(written)
    assert all("UTC" in text for text in written)
    assert all("UTC" not in text for text in shown)


def test_the_footer_says_when_the_portal_was_built_from_its_record(demo_host, demo_site, open_page):
    portal = demo_site("folders").built.portal
    page = open_page(f"{demo_host.url}owners/")

    expect(page.locator("cb-built")).to_contain_text(f"from {len(portal.repositories)} repositories, {len(portal.catalog.entities)} entities")
    assert page.locator("cb-built a").get_attribute("title") == "4 March 2026 at 00:00 UTC"


def test_text_that_is_copied_is_the_full_reference(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/default/component/tracking-service/", permissions=["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copy reference").click()

    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "component:default/tracking-service"
