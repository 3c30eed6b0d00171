"""Finding, in depth: what is typed too fast or wrongly, ten thousand names, filters that tell the truth, no web server."""

from __future__ import annotations

import gzip
import random
import time

import pytest
from browser_kit import hosted
from playwright.sync_api import Page, Route, expect

from callboard.model.ref import EntityRef
from callboard.model.search import SearchDocument
from callboard.search import data_files
from portals import build_site, component, group, organisation

SHIFTS = """() => { window.shifts = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts += entry.value; }).observe({ type: "layout-shift", buffered: true }); }"""


def open_palette(page: Page, query: str = "") -> None:
    """Open the palette, wait for all of its data, and type *query*."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_be_visible()
    page.evaluate("async () => (await window.callboard.entities(document.querySelector('cb-palette').dataset.data)).detail()")
    if query:
        page.get_by_role("combobox", name="Search or jump").fill(query)


def titles(page: Page, heading: str = "Catalog") -> list[str]:
    return page.locator(f"[role=group][aria-label={heading}] .palette-title").all_inner_texts()


def found(page: Page) -> list[str]:
    """Titles of the results of the search page, once they are there."""
    expect(page.get_by_role("status")).to_contain_text("result")
    expect(page.locator(".results > li").first).to_be_visible()
    return page.locator(".results h2").all_text_contents()


def number(page: Page) -> int:
    return int(page.get_by_role("status").inner_text().split()[0].replace(",", ""))


def slowly(route: Route) -> None:
    time.sleep(0.4)
    route.continue_()


def test_what_is_typed_before_the_palette_is_there_is_not_lost(demo_host, open_page):
    page = open_page(demo_host.url)
    page.route("**/assets/palette.*.js", slowly)

    page.keyboard.press("/")
    page.keyboard.type("Depot/Gx")
    page.keyboard.press("Backspace")

    expect(page.get_by_role("combobox", name="Search or jump")).to_have_value("Depot/G")


def test_enter_before_the_data_is_there_goes_where_the_data_says(demo_host, open_page):
    page = open_page(demo_host.url)
    page.route("**/assets/search/palette.js", slowly)

    page.keyboard.press("Control+k")
    page.keyboard.type("courier-app")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{demo_host.url}catalog/default/component/courier-app/")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("trakc", "Tracking"),
        ("trackingservice", "Tracking"),
        ("noticfiation", "Notifications"),
        ("component:default/tracking-service", "Tracking"),
        ("rendrr", "Label renderer"),
    ],
)
def test_names_are_found_while_they_are_typed_wrongly_or_run_together(typed, first, demo_host, open_page):
    page = open_page(demo_host.url)

    open_palette(page, typed)

    assert titles(page)[0] == first


def misspelt(name: str, chance: random.Random) -> str:
    """*name* with one letter of its longest word left out, wrong, added, or exchanged with the next."""
    words = name.split("-")
    longest = max(range(len(words)), key=lambda n: len(words[n]))
    word = words[longest]
    at, other = chance.randrange(len(word) - 1), chance.choice("abcdefghijklmnopqrstuvwxyz")
    written = (word[:at] + word[at + 1 :], word[:at] + other + word[at + 1 :], word[:at] + other + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    words[longest] = chance.choice(written)
    return "-".join(words)


def test_of_ten_thousand_entities_the_one_that_is_meant_is_among_the_first_ten(demo_host, open_page):
    chance = random.Random(11)
    firsts = "billing payment order parcel route customer depot label price stock invoice account search report fraud ledger checkout catalog".split()
    seconds = "service worker gateway exporter importer processor scheduler store cache bridge proxy adapter portal".split()
    names = chance.sample([f"{a}-{b}-{c}-{n}" for a in firsts for b in firsts for c in seconds for n in range(4)], 10_000)
    written = [
        SearchDocument(route=f"catalog/default/component/{name}/", title=name, section="catalog", ref=EntityRef("component", "default", name), kind="component", owner=f"group:team-{n % 300}", tags=("go",))
        for n, name in enumerate(names)
    ]  # fmt: skip
    data = {file.path.rsplit("/", 1)[-1]: file.content for file in data_files(written)}
    wanted = chance.sample(names, 200)
    page = open_page(demo_host.url)

    def answer(route: Route) -> None:
        route.fulfill(body=data[route.request.url.rsplit("/", 1)[-1]], content_type="text/javascript")

    for name in ("palette.js", "details.js"):
        page.route(f"**/assets/search/{name}", answer)
    open_palette(page)

    ranks = page.evaluate(
        """async (queries) => {
          const entities = await window.callboard.entities(document.querySelector("cb-palette").dataset.data);
          return queries.map(([name, query]) => entities.find(query).slice(0, 10).findIndex((record) => record.name === name));
        }""",
        [(name, query) for name in wanted for query in (name, misspelt(name, chance))],
    )

    assert ranks[::2] == [0] * 200
    assert sum(rank >= 0 for rank in ranks[1::2]) >= 197


def test_stars_are_kept_for_this_portal_and_come_first_when_nothing_is_typed(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/default/component/courier-app/")
    open_palette(page)
    page.get_by_role("option", name="Star ").click()

    page.goto(f"{demo_host.url}health/")
    open_palette(page)

    assert titles(page, "Starred") == [page.locator("[role=option][aria-selected=true] .palette-title").inner_text()]
    page.keyboard.press("Enter")
    page.wait_for_url("**/courier-app/")
    open_palette(page)
    page.get_by_role("option", name="Remove the star").click()
    page.keyboard.press("Control+k")
    assert titles(page, "Starred") == []


def test_what_was_looked_at_last_is_offered_when_nothing_is_typed(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/default/component/courier-app/")
    page.goto(f"{demo_host.url}catalog/default/component/tracking-service/")
    page.goto(f"{demo_host.url}owners/")

    open_palette(page)

    assert titles(page, "Recent") == ["Tracking", "Courier app"]


def test_a_sign_alone_offers_owners_or_tags_and_choosing_one_narrows(demo_host, open_page):
    page = open_page(demo_host.url)
    open_palette(page, "@")
    owner = titles(page, "Owners")[0]

    page.keyboard.press("Enter")

    expect(page.get_by_role("combobox", name="Search or jump")).to_be_focused()
    assert all(side.endswith(owner) for side in page.locator("[role=group][aria-label=Catalog] .palette-side").all_inner_texts())
    page.get_by_role("combobox", name="Search or jump").fill("#")
    assert len(titles(page, "Tags")) > 5


def test_headings_of_the_page_that_one_is_on_close_the_palette_and_are_gone_to(demo_host, open_page):
    page = open_page(f"{demo_host.url}docs/default/component/markdown-gallery/tables/")
    open_palette(page, "tables")
    heading = page.locator(".palette-inner[href*='/markdown-gallery/tables/#']").first

    heading.click()

    page.wait_for_url("**/markdown-gallery/tables/#*")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_number_beside_a_filter_is_what_it_would_give(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query=parcel&section=docs")
    found(page)
    expect(page.locator(".search-filters li:visible input").first).to_be_visible()
    counts = {}
    for box in page.locator(".search-filters li:visible input").all():
        counts[box.get_attribute("name"), box.get_attribute("value")] = int(box.locator("xpath=..").locator(".facet-count").inner_text())

    assert counts["section", "docs"] == number(page)
    for name, value in [("owner", "group:tracking"), ("kind", "component"), ("section", "catalog")]:
        chosen = f"{name}={value}" + ("" if name == "section" else "&section=docs")
        other = open_page(f"{demo_host.url}search/?query=parcel&{chosen}")
        found(other)
        assert number(other) == counts[name, value], (name, value)


def test_the_back_button_takes_a_filter_back(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query=parcel")
    found(page)
    before = number(page)
    page.locator("input[name=section][value=docs]").check()
    page.wait_for_url("**section=docs")
    expect(page.get_by_role("status")).not_to_have_text(f"{before} results for “parcel”")

    page.go_back()

    expect(page.get_by_role("status")).to_have_text(f"{before} results for “parcel”")
    expect(page.locator("input[name=section][value=docs]")).not_to_be_checked()


def test_the_exact_name_is_the_first_result(demo_host, open_page):
    for query, title in (("tracking-service", "Tracking"), ("parcel events", "Parcel events"), ("Barcode", "Barcode")):
        page = open_page(f"{demo_host.url}search/?query={query}")

        assert found(page)[0] == title
        assert "/catalog/" in str(page.locator(".results h2 a").first.get_attribute("href"))


def test_a_word_that_is_nowhere_is_read_as_the_nearest_and_itself_is_one_press_away(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query=acessibility+cheklist")
    assert found(page)[0] == "Checklist"
    expect(page.get_by_role("status")).to_contain_text("for “accessibility checklist”")

    page.get_by_role("button", name="Search for “acessibility cheklist” instead").click()

    expect(page.get_by_role("status")).to_contain_text("for “acessibility cheklist”")
    expect(page.get_by_role("button", name="instead")).to_have_count(0)
    assert "Checklist" not in found(page)


@pytest.mark.parametrize(("query", "first"), [("data base of orders", "Orders database"), ("routeplanner", "Route planner"), ("how to proof of delivery", "Proof of delivery")])
def test_words_that_are_parted_or_joined_otherwise_find_the_same(query, first, demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query={query}")

    assert found(page)[0] == first


def test_what_nobody_wrote_finds_nothing_and_says_what_to_do(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query=qqqqqqqq")

    expect(page.get_by_text("No page has these words. Fewer or other words may find more.")).to_be_visible()


@pytest.mark.parametrize("query", ["the", "a", "how to", "of the and"])
def test_words_that_stand_everywhere_still_find(query, demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query={query}")

    assert len(found(page)) > 3


def test_what_a_definition_says_is_found(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query=listShipments")

    assert found(page)[0] == "Shipping · Definition"


def test_on_a_telephone_the_filters_unfold(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query=parcel", viewport={"width": 360, "height": 700})
    found(page)
    box = page.locator("input[name=section][value=docs]")
    assert not box.is_visible()

    page.get_by_role("button", name="Filters").click()
    box.check()

    expect(page.get_by_role("button", name="Filters (1)")).to_have_attribute("aria-expanded", "true")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_results_come_without_moving_what_is_there(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/")
    page.evaluate(SHIFTS)
    expect(page.locator(".search-filters details").first).to_be_visible()

    for query in ("parcel", "tracking", "trakcing", ""):
        page.get_by_role("searchbox").fill(query)
        page.wait_for_timeout(600)
    shared = open_page(f"{demo_host.url}search/?query=parcel")
    shared.evaluate(SHIFTS)
    found(shared)

    assert page.evaluate("window.shifts") + shared.evaluate("window.shifts") <= 0.02


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_results_have_no_barrier(scheme, demo_host, open_page, axe_source):
    page = open_page(f"{demo_host.url}search/?query=parcel", color_scheme=scheme)
    found(page)

    page.evaluate(axe_source)
    problems = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]

    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in problems] == []


def test_from_files_filters_narrow_and_descriptions_are_searched(demo_site, open_page):
    page = open_page((demo_site("files").folder / "search/index.html").as_uri() + "?query=parcel")
    found(page)
    before = number(page)

    page.locator("input[name=kind][value=api]").check()

    expect(page.get_by_role("status")).not_to_contain_text(f"{before} results")
    assert 0 < number(page) < before
    assert all("/api/" in str(link.get_attribute("href")) for link in page.locator(".results h2 a").all())
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_role("searchbox").fill("at least once")
    expect(page.locator(".results h2").first).to_have_text("Parcel events")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A portal without a full-text index."""
    folder = tmp_path_factory.mktemp("plain")
    files = {"shop/catalog-info.yaml": component("shop"), "crew/catalog-info.yaml": group()}
    config = organisation(folder, files, "sources: [{folder: {path: repos}}]\nsearch: {full_text: false}\n")
    with hosted(build_site(config, folder / "site").folder) as host:
        yield host


def test_a_portal_without_full_text_says_so_and_asks_for_nothing_that_is_not_there(plain, open_page):
    page = open_page(f"{plain.url}search/?query=shop")

    assert found(page) == ["shop"]
    expect(page.get_by_role("status")).to_have_text("1 result for “shop”. Titles and headings only: this portal has no full text.")
    other = open_page(plain.url)
    open_palette(other, "shop")
    other.wait_for_timeout(500)
    assert plain.missing == []


def test_scripts_are_few_bytes(demo_site):
    """Compressed as hosts do: what comes with every page, and what comes when somebody searches."""
    assets = demo_site("folders").folder / "assets"

    def weight(pattern: str) -> int:
        (file,) = assets.glob(pattern)
        return len(gzip.compress(file.read_bytes(), 6))

    assert weight("callboard.*.js") <= 15_000
    assert weight("palette.*.js") + weight("search.*.js") + weight("search/minisearch.js") <= 40_000
