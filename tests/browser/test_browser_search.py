"""Finding: the palette, the search page, and what is left of both without JavaScript or a web server."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from browser_kit import hosted
from playwright.sync_api import Page, Route, expect
from portals import build_site, component, group, organisation

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def open_palette(page: Page, query: str = "") -> None:
    """Open the palette and wait until names and titles are there; type *query*."""
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search or jump")
    expect(field).to_be_focused()
    expect(page.get_by_role("option").first).to_be_visible()
    page.evaluate("async () => (await callboard.entities(document.querySelector('cb-palette').dataset.data)).detail()")
    if query:
        field.fill(query)


def catalog_titles(page: Page) -> list[str]:
    """What the palette offers of the catalog, in order."""
    return page.locator("[role=group][aria-label=Catalog] .palette-title").all_inner_texts()


def violations(page: Page, axe_source: str) -> list[str]:
    """Barriers that axe finds in the page as it is now."""
    page.evaluate(axe_source)
    found = page.evaluate("tags => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })", AXE_RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


@pytest.mark.parametrize("keys", ["Control+k", "/"])
def test_a_key_opens_the_palette(keys, demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/")

    page.keyboard.press(keys)

    expect(page.get_by_role("dialog", name="Search or jump")).to_be_visible()
    expect(page.get_by_role("combobox", name="Search or jump")).to_be_focused()
    expect(page.get_by_role("combobox", name="Search or jump")).to_have_value("")


def test_a_slash_that_somebody_types_is_a_slash(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/")
    page.locator("cb-catalog input[type=search]").press_sequentially("a/b")

    expect(page.locator("cb-catalog input[type=search]")).to_have_value("a/b")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("tracking-service", "Tracking"),
        ("trakcing-servise", "Tracking"),
        ("shiping-api", "Shipping API"),
        ("plover", "Plover"),
        ("notifcation", "Notifications"),
    ],
)
def test_an_entity_is_found_by_its_name_its_title_and_with_typos(query, title, demo_host, open_page):
    page = open_page(demo_host.url)

    open_palette(page, query)

    expect(page.locator("[role=group][aria-label=Catalog] .palette-title").first).to_have_text(title)


@pytest.fixture(scope="session")
def shops(tmp_path_factory):
    """An organisation whose names begin and sound alike."""
    folder = tmp_path_factory.mktemp("shops")
    names = ("stores", "storefront", "store", "store-locator", "restore")
    config = organisation(folder, {f"{name}/catalog-info.yaml": component(name) for name in names} | {"crew/catalog-info.yaml": group()})
    with hosted(build_site(config, folder / "site").folder) as host:
        yield host


def test_the_exact_name_comes_first_then_names_that_begin_so_then_those_that_hold_it(shops, open_page):
    page = open_page(shops.url)

    open_palette(page, "store")

    first, *others, last = catalog_titles(page)
    assert (first, set(others), last) == ("store", {"stores", "storefront", "store-locator"}, "restore")


def test_stars_are_not_stores(shops, open_page):
    page = open_page(shops.url)

    open_palette(page, "stars")

    expect(page.get_by_text("Nothing by that name. Enter searches everything.").first).to_be_attached()
    assert catalog_titles(page) == []


def test_the_arrows_choose_and_enter_goes_there(demo_host, open_page):
    page = open_page(f"{demo_host.url}health/")
    open_palette(page, "tracking")
    wanted = catalog_titles(page)[1]

    page.keyboard.press("ArrowDown")
    assert page.locator("[role=option][aria-selected=true] .palette-title").inner_text() == wanted
    page.keyboard.press("Enter")

    page.wait_for_url("**/catalog/default/**")
    expect(page.locator("main h1")).to_have_text(wanted)


def test_control_and_enter_opens_a_tab_beside_and_leaves_the_page(demo_host, open_page):
    page = open_page(f"{demo_host.url}health/")
    open_palette(page, "courier-app")

    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")

    opened.value.wait_for_load_state()
    assert opened.value.url == f"{demo_host.url}catalog/default/component/courier-app/"
    assert page.url == f"{demo_host.url}health/"


def test_escape_closes_the_palette_and_returns_to_where_one_was(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/")
    page.locator("cb-catalog input[type=search]").focus()
    open_palette(page, "depot")

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("cb-catalog input[type=search]")).to_be_focused()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("api:tracking", ["Tracking graph"]),
        ("@routing", ["Route planning", "Route planner", "Last mile", "Delivery"]),
        ("#kafka", ["Parcel event log"]),
        ("@tracking component: projector", ["Tracking projector"]),
    ],
)
def test_a_kind_an_owner_and_a_tag_narrow(query, expected, demo_host, open_page):
    page = open_page(demo_host.url)

    open_palette(page, query)

    expect(page.locator("[role=group][aria-label=Catalog] .palette-title")).to_have_text(expected)


def test_pages_of_documentation_follow_from_the_full_text_under_the_policy(demo_host, open_page):
    page = open_page(demo_host.url)

    open_palette(page, "incident")
    found = page.locator("[role=group][aria-label=Documentation] [role=option]")
    expect(found.first).to_be_visible()
    found.first.click()

    page.wait_for_url("**/docs/**")
    assert any(path.endswith(".pf_index") for path in demo_host.requests)


def test_the_palette_has_no_barrier(demo_host, open_page, axe_source):
    page = open_page(demo_host.url)
    open_palette(page, "tracking")
    expect(page.locator("[role=group][aria-label=Documentation]")).to_be_visible()

    assert violations(page, axe_source) == []


def test_single_keys_can_be_switched_off_for_good(demo_host, open_page):
    page = open_page(demo_host.url)
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")

    page.reload()
    for key in ("/", "?", "g", "c"):
        page.keyboard.press(key)

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url == demo_host.url
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Search or jump")).to_be_focused()


def test_from_files_titles_are_searched(demo_site, open_page):
    page = open_page((demo_site("files").folder / "index.html").as_uri())
    open_palette(page, "admonitions")
    found = page.locator("[role=group][aria-label=Documentation] [role=option]").first
    expect(found).to_contain_text("Admonitions")

    found.click()

    page.wait_for_url("**/markdown-gallery/admonitions/index.html*")
    expect(page.locator("main h1").first).to_be_visible()


def test_from_files_the_search_page_says_what_it_can_do(demo_site, open_page):
    page = open_page((demo_site("files").folder / "search/index.html").as_uri())

    page.get_by_role("searchbox").fill("on-call")

    expect(page.get_by_role("status")).to_contain_text("Titles and headings only")
    expect(page.locator(".results a").first).to_be_visible()


def test_the_query_and_the_filters_of_the_search_page_are_in_its_address(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/")
    page.get_by_role("searchbox").fill("parcel")
    expect(page.get_by_role("status")).to_contain_text("for “parcel”")
    everything = int(page.get_by_role("status").inner_text().split()[0])

    page.locator(".search-filters input[name=section][value=docs]").check()
    page.wait_for_url("**/search/?query=parcel&section=docs")
    expect(page.get_by_role("status")).to_have_text(re.compile(rf"^(?!{everything} )\d+ results for “parcel”"))

    assert 0 < int(page.get_by_role("status").inner_text().split()[0]) < everything
    shared = open_page(page.url)
    expect(shared.get_by_role("status")).to_have_text(page.get_by_role("status").inner_text())
    expect(shared.locator(".search-filters input[name=section][value=docs]")).to_be_checked()
    assert all("/docs/" in link.get_attribute("href") for link in shared.locator(".results h2 a").all())


def test_the_back_button_returns_to_the_results(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query=parcel")
    expect(page.locator(".results a").first).to_be_visible()
    before = page.locator(".results h2").all_text_contents()
    page.locator(".results h2 a").first.click()
    page.wait_for_url(lambda url: "/search/" not in url)

    page.go_back()

    expect(page.get_by_role("searchbox")).to_have_value("parcel")
    expect(page.locator(".results h2")).to_have_text(before)


def test_without_javascript_the_field_leads_to_a_page_that_says_what_to_do(demo_host, open_page):
    page = open_page(f"{demo_host.url}owners/", java_script_enabled=False)
    page.locator("a.search-field").click()

    page.wait_for_url("**/search/")
    assert "Searching needs JavaScript" in page.locator("main").inner_text()
    page.locator("main").get_by_role("link", name="catalog").click()
    page.wait_for_url("**/catalog/")


def test_a_page_that_was_not_found_suggests_what_was_meant_at_any_depth(demo_site, browser):
    """The answer 404 is the one thing that the console may speak of."""
    with hosted(demo_site("folders").folder) as host:
        for address in ("tracking-servise", "no/such/place/tracking-servise"):
            page = browser.new_page()
            said: list[str] = []
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            page.on("console", lambda message, said=said: message.type == "error" and said.append(message.text))
            page.goto(f"{host.url}{address}")

            page.get_by_role("link", name="component:tracking-service").click()
            page.wait_for_url(f"{host.url}catalog/default/component/tracking-service/")

            page.close()
            assert [line for line in said if "404 (Not Found)" not in line and "MIME type" not in line] == []


def test_nothing_is_asked_of_the_search_before_somebody_searches(demo_site, open_page):
    with hosted(demo_site("folders").folder) as host:
        page = open_page(host.url)
        page.wait_for_load_state("networkidle")

        assert sorted(path.removeprefix("/portal/").split(".")[0] for path in host.requests) == ["", "api/built", "assets/callboard", "assets/callboard", "assets/icon"]
        assert host.missing == []


def test_the_names_are_enough_before_the_titles_are_there(demo_site, open_page, tmp_path: Path):
    """A part of another build, as a host shows it in the middle of an upload, is left out."""
    site = demo_site("folders").folder
    with hosted(site) as host:
        page = open_page(host.url)
        page.route("**/details.js", lambda route: route.fulfill(body='callboard.take("details", "another", {});', content_type="text/javascript"))
        page.keyboard.press("Control+k")
        page.get_by_role("combobox", name="Search or jump").fill("route-planner")

        expect(page.locator("[role=group][aria-label=Catalog] .palette-title").first).to_have_text("route-planner")


def test_the_first_thing_that_is_typed_finds_documentation_however_late_its_engine_comes(demo_host, open_page):
    page = open_page(demo_host.url)

    def late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/assets/search.*.js", late)
    page.keyboard.press("Control+k")
    page.keyboard.type("quiet hours")

    expect(page.locator("[role=group][aria-label=Documentation] [role=option]").first).to_contain_text("Quiet hours")


def test_the_palette_leads_to_the_form_of_a_template(demo_host, open_page):
    page = open_page(demo_host.url)
    open_palette(page, "create from")
    page.get_by_role("option", name="Create from a template").click()
    expect(page.get_by_role("combobox", name="Search or jump")).to_have_value("create: ")
    assert set(catalog_titles(page)) == {"A new service", "Documentation for what is there"}

    page.keyboard.type("service")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{demo_host.url}create/templates/default/service/")


def test_searching_everything_takes_what_narrows_along_as_filters(demo_host, open_page):
    page = open_page(demo_host.url)
    open_palette(page, "api: @tracking parcel")

    page.get_by_role("option", name="Search everything").click()

    page.wait_for_url("**/search/?query=parcel&kind=api&owner=group%3Atracking")
    expect(page.locator(".search-filters input[name=kind][value=api]")).to_be_checked()


def test_a_page_in_the_palette_says_whose_it_is(demo_host, open_page):
    page = open_page(demo_host.url)
    open_palette(page, "quiet hours")

    expect(page.locator("[role=group][aria-label=Documentation] [role=option]").first.locator(".palette-side")).to_contain_text("Customer care")


def test_pages_that_come_later_leave_what_the_reader_chose_and_are_first_where_nothing_else_was_found(demo_host, open_page):
    page = open_page(demo_host.url)
    chosen = page.locator("[role=option][aria-selected=true] .palette-title")
    documentation = page.locator("[role=group][aria-label=Documentation]")
    open_palette(page, "quiet hours")
    expect(documentation).to_be_visible()
    expect(chosen).to_have_text("Quiet hours")

    page.get_by_role("combobox", name="Search or jump").fill("parcel")
    page.keyboard.press("ArrowUp")
    expect(documentation).to_be_visible()

    expect(chosen).to_have_text("Search everything for “parcel”")


def test_the_sheet_of_shortcuts_lists_what_a_page_has_and_opens_on_narrow_screens_too(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/", viewport={"width": 390, "height": 844})
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")

    expect(sheet).to_be_visible()
    for entry in ("Search or jump", "Next row", "Catalog", "Change the theme"):
        expect(sheet.get_by_text(entry, exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
