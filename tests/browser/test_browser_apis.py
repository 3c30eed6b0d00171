"""API pages as people use them: found by what they can do, read without scripts, opened in the interactive reference."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from test_browser_finding import open_palette

SHIPPING = "catalog/default/api/shipping/api/"


def test_an_operation_is_found_in_the_palette_with_who_provides_and_who_consumes_it(demo_host, open_page):
    page = open_page(demo_host.url)

    open_palette(page, "GET /shipments/{number}")

    options = page.locator("[role=group][aria-label='API operations'] [role=option]")
    expect(options.first).to_contain_text("GET /shipments/{number}")
    expect(options.first).to_contain_text("Shipping · Read a shipment")
    expect(options.first).to_contain_text("by Shipping API, for Customer site")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{SHIPPING}#get-shipments-number")
    expect(page.get_by_role("heading", name="GET /shipments/{number}", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize(("query", "title"), [("stationAdded", "SUBSCRIPTION stationAdded"), ("api: WatchTour", "RPC WatchTour"), ("call a van", "POST /pick-ups"), ("publishparcel", "SEND publishParcelEvents")])
def test_operations_of_every_format_are_found_by_name_and_by_summary(query, title, demo_host, open_page):
    page = open_page(f"{demo_host.url}apis/")

    open_palette(page, query)

    expect(page.locator("[role=group][aria-label='API operations'] .palette-title").first).to_have_text(title)


def test_the_search_page_leads_to_the_operation_and_says_who_provides_and_who_consumes(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query=idempotency+key+shipment&section=apis")

    first = page.locator(".results > li").first
    expect(first).to_contain_text("Shipping · Definition")
    expect(first).to_contain_text("provided by Shipping API · used by Customer site")
    first.get_by_role("link", name="POST /shipments", exact=True).click()
    page.wait_for_url(f"**/{SHIPPING}#post-shipments")


def test_operations_are_found_without_a_web_server(demo_site, open_page):
    page = open_page((demo_site("files").folder / "search/index.html").as_uri() + "?query=changeDay")

    first = page.locator(".results > li").first
    expect(first).to_contain_text("MUTATION changeDay")
    first.get_by_role("link").first.click()
    page.wait_for_url("**/catalog/default/api/tracking-graph/api/index.html#mutation-changeday")


def test_the_list_of_operations_is_filtered_by_words_of_names_and_summaries(demo_host, open_page):
    page = open_page(f"{demo_host.url}{SHIPPING}")
    names = page.locator(".api-side .api-nav-group li:visible")

    page.get_by_role("searchbox", name="Filter operations and types").fill("label")
    expect(names).to_have_text([re.compile("/shipments/{number}/label")])

    page.get_by_role("searchbox", name="Filter operations and types").fill("problem")
    expect(names).to_have_text(["Problem"])


def test_without_scripts_everything_is_there_and_every_fold_opens(demo_host, open_page):
    page = open_page(f"{demo_host.url}{SHIPPING}", java_script_enabled=False, viewport={"width": 360, "height": 800})

    expect(page.get_by_role("heading", level=3)).to_have_count(9 + 16 + 4)
    expect(page.get_by_role("searchbox", name="Filter operations and types")).to_be_hidden()
    answer = page.locator("article", has_text="DELETE").locator("details", has_text="409")
    expect(answer.get_by_text("status", exact=True)).to_be_hidden()
    answer.locator("summary").first.click()
    expect(answer.get_by_text("status", exact=True).first).to_be_visible()


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_scrolls_sideways_on_a_narrow_telephone(width, demo_host, open_page):
    for name in ("shipping", "parcel-events", "tracking-graph", "route-planning"):
        page = open_page(f"{demo_host.url}catalog/default/api/{name}/api/", viewport={"width": width, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        assert page.evaluate("[...document.querySelectorAll('main *')].filter((e) => !e.closest('pre, .table-box, .tabs, .quiet') && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 120))") == []


def test_on_paper_every_fold_is_open_and_the_list_is_left_out(demo_host, open_page):
    page = open_page(f"{demo_host.url}{SHIPPING}")

    page.emulate_media(media="print")

    expect(page.locator(".api-side")).to_be_hidden()
    assert page.locator(".api-main .api-name").count() > 150
    assert page.evaluate("[...document.querySelectorAll('.api-main .api-name')].filter((name) => !name.checkVisibility({ contentVisibilityAuto: true })).length") == 0


@pytest.mark.parametrize("links", ["folders", "files"])
def test_the_interactive_reference_opens_in_a_sandbox_and_asks_nobody_for_anything(links, demo_site, demo_host, open_page):
    """The fixture holds the page to no request elsewhere and no violation of any policy."""
    base = demo_host.url if links == "folders" else f"{demo_site('files').folder.as_uri()}/"
    page = open_page(f"{base}{SHIPPING}{'' if links == 'folders' else 'index.html'}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.get_by_role("link", name="Interactive reference").click()

    frame = page.frame_locator("iframe.reference-frame")
    expect(frame.get_by_role("heading", name="Order a shipment")).to_be_visible(timeout=30_000)
    expect(page.locator("cb-reference [role=status]")).to_be_hidden()
    assert page.locator("iframe.reference-frame").get_attribute("sandbox") == "allow-scripts"
    assert frame.locator("body").evaluate("() => { try { return String(window.parent.document) } catch (error) { return error.name } }") == "SecurityError"
    assert {url.split("/")[-1].split("?")[0] for url in asked if "redoc" in url} == {"frame.html"}


def test_redoc_is_loaded_nowhere_else(demo_site):
    pages = [path for path in demo_site("folders").folder.rglob("*.html") if "assets" not in path.parts]

    naming = [path.parent.name for path in pages if re.search(r"assets/reference\.|assets/redoc", path.read_text("utf-8"))]

    assert set(naming) == {"reference"}


def test_without_scripts_the_reference_leads_back_to_the_plain_pages(demo_host, open_page):
    page = open_page(f"{demo_host.url}{SHIPPING}reference/", java_script_enabled=False)

    page.get_by_role("link", name="Everything in it is on plain pages, too").click()

    expect(page.get_by_role("heading", name="Larkmoor Shipping")).to_be_visible()
