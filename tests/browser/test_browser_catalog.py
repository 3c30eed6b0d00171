"""The catalog as people explore it: facets, words, order, stars, views, files, and ten thousand entities."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser_kit import Host, hosted
from large_catalog import Large, large_catalog
from playwright.sync_api import Page, expect
from portals import build_site, component, group, organisation
from test_browser_search import violations

ROWS = "cb-catalog tbody tr"
NAMES = f"{ROWS} .name-word"


def facet(page: Page, name: str) -> dict[str, str]:
    """Values of a facet that are shown, with their counts."""
    rows = page.locator(f"[data-facet={name}] li")
    return dict(rows.evaluate_all("items => items.map((item) => [item.querySelector('label > span').textContent, item.querySelector('.facet-count').textContent])"))


def ready(page: Page) -> Page:
    """*page*, once its script has made the headings of columns sort."""
    expect(page.locator(".sort").first).to_be_attached()
    return page


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Large:
    return large_catalog(tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def large_host(large: Large) -> Iterator[Host]:
    (large.folder / "404.html").write_text("nothing", "utf-8")
    (large.folder / "api").mkdir()
    (large.folder / "api/built.json").write_text('{"built_at": "2026-03-04T00:00:00Z", "counts": {"repositories": 1, "entities": 10000}}', "utf-8")
    with hosted(large.folder) as host:
        yield host


def test_counts_of_a_facet_follow_the_choices_of_the_others_and_not_its_own(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/"))
    types, owners = facet(page, "type"), facet(page, "owner")

    page.locator("[data-facet=type] input[value=library]").check()
    expect(page.locator(".explorer-count")).to_have_text("3 of 61")

    assert facet(page, "type") == types
    assert facet(page, "owner") == {"Mobile": "1", "Platform": "1", "Shipping": "1"} != owners
    page.locator("[data-facet=type] input[value=documentation]").check()
    expect(page.locator(".explorer-count")).to_have_text("6 of 61")


def test_the_page_and_its_script_show_the_same_counts_in_the_same_order(demo_host, open_page):
    for route in ("catalog/", "catalog/~component/", "catalog/~user/"):
        still = open_page(f"{demo_host.url}{route}", java_script_enabled=False)
        alive = ready(open_page(f"{demo_host.url}{route}"))

        names = [name for name in still.locator("[data-facet]:not([hidden])").evaluate_all("all => all.map((one) => one.dataset.facet)") if name != "user"]
        assert {name: list(facet(alive, name).items()) for name in names} == {name: list(facet(still, name).items()) for name in names}


def test_each_choice_is_a_step_that_the_back_button_undoes(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/"))
    page.locator("[data-facet=kind] input[value=component]").check()
    page.locator("[data-facet=owner] input[value='group:tracking']").check()
    expect(page).to_have_url(f"{demo_host.url}catalog/?kind=component&owner=group:tracking")
    expect(page.locator(NAMES)).to_have_text(["Tracking", "Tracking projector"])

    page.go_back()
    expect(page.locator(".explorer-count")).to_have_text("20 of 61")
    page.go_back()

    expect(page.locator(".explorer-count")).to_have_text("61")
    expect(page.locator(".filters button")).to_have_count(0)


def test_addresses_of_backstage_open_the_same_view(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/?filters[kind]=component&filters[user]=all&filters[owners]=group:default/tracking&filters[lifecycles]=production"))

    expect(page.locator(NAMES)).to_have_text(["Tracking", "Tracking projector"])
    assert page.locator(".filters button").all_text_contents() == ["Kind Components", "Owner Tracking", "Lifecycle production", "Clear all"]


def test_a_page_of_one_kind_stays_of_that_kind_and_hands_its_filters_on_to_the_index(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/~component/?owner=group:tracking"))
    expect(page.locator(".explorer-count")).to_have_text("2 of 20")
    assert facet(page, "kind") == {"APIs": "2", "Components": "2", "Resources": "1", "Systems": "1"}

    page.locator("[data-facet=kind] input[value=api]").click()

    expect(page).to_have_url(f"{demo_host.url}catalog/?kind=api&kind=component&owner=group:tracking")
    expect(page.locator(".explorer-count")).to_have_text("4 of 61")


def test_rows_that_the_script_makes_are_those_that_the_page_has(demo_host, demo_site, open_page):
    """A page that brings only its last row: the script has to make all the others."""
    shape = """rows => rows.map((row) => {
      for (const star of row.querySelectorAll(".star")) star.remove();
      for (const link of row.querySelectorAll("a")) link.setAttribute("href", link.href);
      return row.outerHTML.replace(/\\s+/g, " ").replaceAll("> <", "><").replaceAll(" </", "</");
    })"""
    count = len(demo_site("folders").built.portal.catalog.entities)
    served = open_page(f"{demo_host.url}catalog/", java_script_enabled=False).locator(ROWS).evaluate_all(shape)
    page = open_page(f"{demo_host.url}owners/")
    page.add_init_script(f"""document.addEventListener("DOMContentLoaded", () => {{
      for (const row of [...document.querySelector("tbody").rows].slice(0, -1)) row.remove();
      document.querySelector("cb-catalog").dataset.first = "{count - 1}";
    }})""")
    kinds = "&".join(f"kind={kind}" for kind in sorted({ref.kind for ref in demo_site("folders").built.portal.catalog.entities}))
    page.goto(f"{demo_host.url}catalog/?{kinds}")
    expect(page.locator(ROWS)).to_have_count(count)
    for row in page.locator(ROWS).all():
        row.scroll_into_view_if_needed()
        expect(row.locator(".name-about").or_(row.locator(".name-word")).last).to_have_text(re.compile(r"\S"))

    assert page.locator(ROWS).evaluate_all(shape) == served


def test_headings_sort_up_down_and_back(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/~system/"))
    before = page.locator(NAMES).all_text_contents()
    heading = page.get_by_role("columnheader", name="Name")

    heading.get_by_role("button").click()
    assert page.locator(NAMES).all_text_contents() == sorted(before, key=str.casefold)
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").click()
    assert page.locator(NAMES).all_text_contents() == sorted(before, key=str.casefold, reverse=True)
    expect(page).to_have_url(f"{demo_host.url}catalog/~system/?sort=-name")
    heading.get_by_role("button").click()

    expect(page).to_have_url(f"{demo_host.url}catalog/~system/")


def test_keys_move_star_peek_and_open(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/~component/"))
    for key in ("j", "j", "j", "k", "s", "x"):
        page.keyboard.press(key)

    peek = page.get_by_role("complementary", name="Side peek")
    expect(peek.get_by_role("heading")).to_have_text("Address lookup")
    expect(peek).to_contain_text("Completes an address while it is typed")
    assert peek.locator(".facts > div").evaluate_all("rows => rows.map((row) => row.innerText.split(/\\s+/).join(' ')).filter((text) => /[0-9]$/.test(text))") == ["Provides 1"]
    expect(page.get_by_role("button", name="Star Address lookup")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(peek).to_have_count(0)
    assert page.locator(":focus").inner_text().startswith("Address lookup")
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalog/default/component/address-lookup/")

    page.goto(f"{demo_host.url}catalog/?user=starred")
    expect(page.locator(NAMES)).to_have_text(["Address lookup"])


def test_the_peek_at_a_team_a_system_and_a_domain_counts_what_they_have_and_leads_there(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/?kind=group&q=shipping"))
    peek = page.get_by_role("complementary", name="Side peek")

    def counted(search: str) -> dict[str, tuple[str, str]]:
        page.goto(f"{demo_host.url}catalog/?{search}")
        ready(page)
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(peek).to_be_visible()
        rows = peek.locator(".facts > div").evaluate_all("rows => rows.map((row) => [row.firstElementChild.textContent, row.lastElementChild.textContent, row.querySelector('a:not(.entity)')?.href])")
        return {label: (number, url.removeprefix(demo_host.url)) for label, number, url in rows if url}

    assert counted("kind=group&q=shipping") == {"Owns": ("5", "catalog/?owner=group:shipping"), "Members": ("2", "catalog/default/group/shipping/")}
    assert counted("kind=system&q=tracking") == {"Contains": ("5", "catalog/?system=system:tracking")}
    contains = counted("kind=domain&q=logistics")["Contains"]
    page.goto(f"{demo_host.url}{contains[1]}")
    expect(ready(page).locator(".explorer-count")).to_have_text(f"{contains[0]} of 61")


def test_the_home_page_shows_what_the_chosen_team_has_and_stars_and_nothing_moves(demo_host, open_page):
    """Room is kept before the first paint. Fails where the inline script does not know that there is something to show."""
    page = ready(open_page(f"{demo_host.url}catalog/"))
    page.goto(demo_host.url)
    yours = page.locator("cb-yours")
    assert yours.bounding_box()["height"] == 0  # type: ignore[index]  # what is not there has no box, and the test fails
    page.evaluate("callboard.memory('me').write(['group:default/operations']); callboard.memory('stars').write(['api:default/shipping', 'system:default/gone', 'component:default/courier-app'])")
    page.add_init_script("window.shifts = []; new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifts.push(one.value); }).observe({ type: 'layout-shift', buffered: true });")
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(demo_host.url)

        expect(yours.locator(".yours-stars .entity")).to_have_text(["Courier app", "Shipping"])
        expect(yours.locator(".yours-who")).to_have_text("Operations")
        page.wait_for_timeout(200)
        assert page.evaluate("[shifts.reduce((sum, one) => sum + one, 0), document.documentElement.scrollWidth]") == [0, width]
    figures = yours.locator(".yours-me li").all_inner_texts()
    assert sum(int(figure.split()[0]) for figure in figures if "problem" not in figure) == 9
    yours.get_by_role("link", name="Component").click()

    page.wait_for_url("**/catalog/?user=owned&kind=component")


def test_a_team_that_is_gone_is_said_on_the_home_page_with_the_way_to_choose_again(demo_host, open_page):
    page = open_page(demo_host.url)
    page.evaluate("callboard.memory('me').write(['group:default/gone'])")
    page.reload()

    expect(page.locator(".yours-me p")).to_have_text("group:default/gone is not in the catalog any more. Choose again")
    expect(page.locator(".yours-stars")).to_be_hidden()


def test_ours_is_what_a_chosen_team_and_those_below_it_own(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/"))
    who = page.get_by_label("I am, or my team is")
    who.fill("operations")
    who.press("Tab")

    expect(page.locator(".explorer-count")).to_have_text("9 of 61")
    assert set(facet(page, "owner")) == {"Customer care", "Depot systems"}
    expect(who).to_have_value("Operations")
    shared = ready(open_page(page.url))
    expect(shared.get_by_text("Nothing matches.")).to_be_visible()


def test_a_view_is_kept_under_a_name_and_opens_from_any_page_of_the_catalog(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/~component/?type=library&sort=-name"))
    page.get_by_text("Views").click()
    page.get_by_label("Name of this view").fill("Our libraries")
    page.get_by_role("button", name="Save").click()

    page.goto(f"{demo_host.url}catalog/~user/")
    ready(page).get_by_text("Views").click()
    page.get_by_role("link", name="Our libraries").click()

    expect(page).to_have_url(f"{demo_host.url}catalog/?kind=component&type=library&sort=-name")
    expect(page.locator(NAMES)).to_have_text(["Plover", "Barcode", "Address library"])


def test_columns_and_room_that_were_chosen_are_there_before_the_first_paint(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/"))
    page.get_by_text("Columns").click()
    page.get_by_label("Owner", exact=True).uncheck()
    page.get_by_label("More room between rows").check()
    expect(page.get_by_role("columnheader", name="Owner")).to_be_hidden()

    page.goto(f"{demo_host.url}catalog/~api/")

    assert page.evaluate("[document.documentElement.dataset.hide, document.documentElement.dataset.rows]") == ["owner", "roomy"]
    expect(page.get_by_role("columnheader", name="Owner")).to_be_hidden()
    assert page.locator(ROWS).first.bounding_box()["height"] == 42


def test_a_laptop_shows_twenty_rows_of_34_pixels_beside_the_facets(demo_host, open_page):
    page = ready(open_page(f"{demo_host.url}catalog/", viewport={"width": 1440, "height": 900}))

    boxes = [row.bounding_box() for row in page.locator(ROWS).all()[:24]]
    assert {box["height"] for box in boxes} == {34}
    assert sum(box["y"] + box["height"] <= 900 for box in boxes) >= 20


def test_what_is_shown_is_saved_as_csv_and_as_json(tmp_path, open_page):
    files = {
        "till/catalog-info.yaml": component("till", metadata="  title: '=cmd|calc, \"quoted\"'\n  tags: [go, pci]\n"),
        "shelf/catalog-info.yaml": component("shelf", owner="nobody-here"),
        "crew/catalog-info.yaml": group(),
    }
    site = build_site(organisation(tmp_path, files), tmp_path / "site", links="folders")
    with hosted(site.folder) as host:
        page = ready(open_page(f"{host.url}catalog/?kind=component"))

        def saved(label: str) -> str:
            page.get_by_text("Download").click()
            with page.expect_download() as download:
                page.get_by_role("button", name=label).click()
            page.keyboard.press("Escape")
            return Path(download.value.path()).read_text("utf-8")

        table = list(csv.DictReader(io.StringIO(saved("These rows as CSV"))))
        records = json.loads(saved("These rows as JSON"))

    assert [row["ref"] for row in table] == ["component:default/till", "component:default/shelf"]
    assert table[0]["title"] == "'=cmd|calc, \"quoted\""
    assert records[0] == {
        "ref": "component:default/till", "kind": "component", "namespace": "default", "name": "till", "title": "=cmd|calc, \"quoted\"", "type": "service",
        "lifecycle": "production", "owners": ["group:crew"], "system": "", "domain": "", "tags": ["go", "pci"], "problems": 0,
        "url": f"{host.url}catalog/default/component/till/",
    }  # fmt: skip


def test_from_a_file_the_catalog_filters_as_it_does_from_a_host(demo_site, open_page):
    page = ready(open_page((demo_site("files").folder / "catalog/index.html").as_uri()))
    page.locator("[data-facet=type] input[value=library]").check()

    expect(page.locator(NAMES)).to_have_text(["Address library", "Barcode", "Plover"])
    page.locator(NAMES).first.click()
    page.wait_for_url("**/address-library/index.html")


def test_a_catalog_of_another_build_keeps_its_own_rows(tmp_path, open_page):
    site = build_site(organisation(tmp_path, {"till/catalog-info.yaml": component("till"), "crew/catalog-info.yaml": group()}), tmp_path / "site", links="folders")
    index = site.folder / "catalog/index.html"
    index.write_text(index.read_text("utf-8").replace('data-stamp="', 'data-stamp="older'), "utf-8")
    with hosted(site.folder) as host:
        page = open_page(f"{host.url}catalog/?q=zzz")
        expect(page.locator(NAMES)).to_have_text(["till", "crew"])


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (360, "light")])
def test_the_explorer_has_no_barrier_whatever_is_open(width, scheme, demo_host, open_page, axe_source):
    page = ready(open_page(f"{demo_host.url}catalog/?kind=component&q=a&sort=name", viewport={"width": width, "height": 800}, color_scheme=scheme))
    for key in ("j", "s", "x"):
        page.keyboard.press(key)
    expect(page.get_by_role("complementary", name="Side peek")).to_be_visible()
    assert violations(page, axe_source) == []
    page.keyboard.press("Escape")
    if width == 360:
        page.get_by_role("button", name="Filters (1)").click()
    page.locator("[data-facet=type] .facet-more:visible, [data-facet=tag] summary").first.click()
    for menu in ("saved", "columns", "download"):
        page.locator(f"[data-menu={menu}] summary").click()
        assert (menu, violations(page, axe_source)) == (menu, [])


# -- ten thousand ----------------------------------------------------------------------------------------------------------


def test_the_columns_of_ten_thousand_entities_weigh_less_than_200_kb_and_a_page_less_than_60(large):
    pages = [path.relative_to(large.folder).as_posix() for path in (large.folder / "catalog").rglob("*.html")]

    assert len(large.portal.catalog.entities) == 10_000
    [columns] = large.folder.glob("assets/catalog/*/columns.js")
    assert large.weight(columns.relative_to(large.folder).as_posix()) <= 200_000
    assert max(large.weight(page) for page in pages) <= 60_000


def test_columns_are_named_by_what_is_in_them_so_that_no_page_takes_those_of_another_build(large):
    [columns] = large.folder.glob("assets/catalog/*/columns.js")
    stamp = columns.parent.name

    assert columns.read_text("utf-8").startswith(f'callboard.take("columns","{stamp}",')
    assert f'data-data="../assets/catalog/{stamp}/" data-stamp="{stamp}"' in (large.folder / "catalog/index.html").read_text("utf-8")


def test_a_page_whose_columns_are_gone_keeps_its_own_rows(demo_host, open_page):
    page = open_page(f"{demo_host.url}docs/")
    page.route("**/columns.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"{demo_host.url}catalog/?type=service")
    page.wait_for_load_state("networkidle")

    expect(page.locator(ROWS)).to_have_count(61)
    expect(page.locator(ROWS).first).to_be_visible()


def test_every_one_of_ten_thousand_entities_is_a_row_of_some_page(large):
    parts = [path for path in (large.folder / "catalog").rglob("*.html") if path.parent.name in ("catalog", "~all") or path.parent.parent.name == "~all"]

    assert sum(path.read_text("utf-8").split("<template>")[0].count('<th scope="row">') for path in parts) == 10_000


def test_nothing_moves_while_a_narrowed_catalog_of_ten_thousand_comes_or_is_narrowed(large_host, open_page):
    page = open_page(f"{large_host.url}catalog/~domain/")
    page.add_init_script("window.shifts = []; new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts.push(one.value); }).observe({ type: 'layout-shift', buffered: true });")
    for route in ("catalog/", "catalog/?type=service&q=payment", "catalog/~component/3/"):
        page.goto(f"{large_host.url}{route}")
        ready(page).wait_for_timeout(400)

        assert page.evaluate("window.shifts.reduce((sum, one) => sum + one, 0)") <= 0.02, route


def test_what_entities_say_of_themselves_comes_with_the_rows_that_are_seen(large_host, open_page):
    page = ready(open_page(f"{large_host.url}catalog/"))
    large_host.requests.clear()
    page.locator(".filter-field input").fill("payment-worker")
    expect(page.locator(f"{ROWS} .name-about").first).to_contain_text(".")

    asked = {urlsplit(request).path for request in large_host.requests if "about-" in request}
    assert 0 < len(asked) <= 40
    assert page.locator(".explorer-count").inner_text().endswith("of 10,000")


def test_rows_beyond_the_first_come_as_the_page_is_scrolled(large_host, open_page):
    page = ready(open_page(f"{large_host.url}catalog/?kind=component"))
    expect(page.locator(ROWS)).to_have_count(78)

    page.mouse.wheel(0, 4000)

    expect(page.locator(ROWS)).to_have_count(128)


def test_one_of_many_values_of_a_facet_is_found_by_typing(large_host, open_page):
    page = ready(open_page(f"{large_host.url}catalog/"))
    owners = page.locator("[data-facet=owner]")
    expect(owners.locator("li")).to_have_count(10)
    owners.get_by_role("button", name="All 333").click()
    owners.get_by_label("Find in Owner").fill("licence 4")
    owners.get_by_role("checkbox", name="Team licence 4").check()

    expect(page).to_have_url(f"{large_host.url}catalog/?owner=group:team-licence-4")
