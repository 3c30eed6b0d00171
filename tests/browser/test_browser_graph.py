"""The graph in a browser: exploring by Backstage's addresses, by keyboard and pointer, and taking it along."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_kit import Host, hosted
from lxml import etree
from playwright.sync_api import Page, expect
from test_browser_search import violations

from callboard import resources
from callboard.isolate import graphviz
from portals import Site, build_site, component, group, organisation

SHOP = {
    "web/catalog-info.yaml": component("web", extra="  dependsOn: [component:shop]\n  consumesApis: [orders]\n"),
    "shop/catalog-info.yaml": component("shop", metadata="  title: The shop\n", extra="  system: sale\n  dependsOn: [resource:db, resource:gone]\n  providesApis: [orders]\n")
    + "---\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: orders}\nspec: {type: openapi, lifecycle: production, owner: crew, definition: x}\n"
    + "---\napiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {name: db, description: Keeps orders}\nspec: {type: database, owner: crew}\n"
    + "---\napiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: sale}\nspec: {owner: crew}\n",
    "crew/catalog-info.yaml": group(),
    "hub/catalog-info.yaml": component("hub", owner="nobody")
    + "".join(f"---\n{component(f'leaf-{n:03}', owner='nobody', extra='  dependsOn: [component:hub]' + chr(10))}" for n in range(400)),
}
SHIFTS = "window.shifts = []; new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts.push(one.value); }).observe({ type: 'layout-shift', buffered: true });"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("shop")
    return build_site(organisation(folder, SHOP, "search: {full_text: false}\nsources:\n  - folder: {path: repos}\n"), folder / "site")


@pytest.fixture(scope="module")
def host(shop: Site) -> Iterator[Host]:
    with hosted(shop.folder) as host:
        yield host


@pytest.fixture
def explore(host, open_page):
    """Opens the page for exploring with a query, and waits for the graph."""

    def explored(query: str, **options: object) -> Page:
        page = open_page(f"{host.url}catalog-graph/?{query}", **options)
        expect(page.locator(".stage-status")).not_to_be_empty()
        return page

    return explored


def facts(page: Page) -> list[str]:
    """What the table says, a line for each relation."""
    rows = page.locator(".explore-facts tbody tr").evaluate_all(
        "rows => rows.map(({ cells: [from, words, to] }) => [from.innerText.split('\\n')[0].trim(), words.innerText, [...to.querySelectorAll('li')].map((end) => end.innerText.split('\\n')[0].trim())])"
    )
    return sorted(f"{source} {words} {target}" for source, words, targets in rows for target in targets)


ROOT = "rootEntityRefs[]=component:default/web"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"{ROOT}&maxDepth=1", ["crew owns web", "web consumes orders", "web depends on The shop"]),
        (
            f"{ROOT}&maxDepth=2",
            ["The shop depends on db", "The shop depends on gone", "crew owns db", "crew owns sale", "crew owns web", "sale contains The shop", "web consumes orders", "web depends on The shop"],
        ),
        (
            f"{ROOT}&maxDepth=1&unidirectional=false",
            ["crew owns The shop", "crew owns orders", "crew owns web", "orders is provided by The shop", "web consumes orders", "web depends on The shop"],
        ),
        (f"{ROOT}&maxDepth=1&mergeRelations=false", ["web consumes orders", "web depends on The shop", "web is owned by crew"]),
        (
            f"{ROOT}&maxDepth=1&unidirectional=false&mergeRelations=false&selectedRelations[]=dependsOn&selectedRelations[]=dependencyOf",
            ["The shop is used by web", "web depends on The shop"],
        ),
        (f"{ROOT}&maxDepth=∞&selectedRelations[]=dependsOn", ["The shop depends on db", "The shop depends on gone", "web depends on The shop"]),
        (f"{ROOT}&selectedKinds[]=Component&selectedKinds[]=api", ["web consumes orders", "web depends on The shop"]),
        ("rootEntityRefs[0]=resource:db&rootEntityRefs[1]=api:default/orders&maxDepth=1&selectedKinds[]=component", ["The shop depends on db", "orders is provided by The shop", "web consumes orders"]),
    ],
)
def test_backstage_s_addresses_mean_what_they_mean_there(query, said, explore):
    assert facts(explore(query)) == said


def test_where_there_is_no_such_entity_the_page_says_so(explore):
    expect(explore("rootEntityRefs[]=component:default/nobody-knows").locator(".stage-status")).to_have_text("component:default/nobody-knows: not in the catalog.")


def test_each_choice_is_an_address_and_a_step_that_the_back_button_undoes(explore, host):
    page = explore(f"{ROOT}&maxDepth=1")
    page.get_by_label("Depth").select_option("3")
    expect(page.locator(".stage-status")).to_have_text("7 entities")
    page.get_by_label("Groups").uncheck()
    expect(page.locator(".stage-status")).to_have_text("6 entities")
    address = page.url
    page.get_by_label("Direction").select_option("TB")
    expect(page.get_by_label("Direction")).to_have_value("TB")
    below = page.locator("[data-n]").evaluate_all("boxes => boxes.map((box) => box.getBoundingClientRect().top)")

    page.go_back()

    expect(page.get_by_label("Direction")).to_have_value("LR")
    assert page.url == address
    assert len(set(below)) > 2
    assert re.sub(r"%5B%5D", "[]", address.split("?")[1]).split("&") == [
        "rootEntityRefs[]=component%3Adefault%2Fweb", "maxDepth=3", *(f"selectedKinds[]={kind}" for kind in ("component", "api", "resource", "system")),
        "unidirectional=true", "mergeRelations=true", "direction=LR",
    ]  # fmt: skip
    page.go_back()
    page.go_back()
    expect(page.locator(".stage-status")).to_have_text("4 entities")


def test_the_keyboard_reaches_every_box_and_its_panel_and_comes_back(explore):
    page = explore(f"{ROOT}&maxDepth=1")
    boxes = page.locator("[data-n]")
    page.locator(".stage-view").focus()
    seen = []
    for _ in range(4):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.querySelector('text').textContent"))
    page.keyboard.press("Enter")

    panel = page.get_by_role("region", name="Chosen entity")
    expect(panel.get_by_role("heading")).to_be_focused()
    expect(panel).to_contain_text("crew")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(boxes.nth(3)).to_be_focused()
    assert sorted(seen) == ["The shop", "crew", "orders", "web"]
    before = boxes.first.bounding_box()
    for key in ("+", "ArrowLeft", "-", "0"):
        page.keyboard.press(key)
    assert boxes.first.bounding_box()["width"] != before["width"] or boxes.first.bounding_box() == before


def test_a_box_tells_about_its_entity_and_leads_on(explore, host):
    page = explore(f"{ROOT}&maxDepth=2")
    page.locator("[data-n]", has_text="db").click()
    panel = page.get_by_role("region", name="Chosen entity")
    expect(panel).to_contain_text("Keeps orders")
    expect(panel.get_by_role("link", name="Open its page")).to_have_attribute("href", "../catalog/default/resource/db/")

    panel.get_by_role("button", name="Explore from here").click()

    expect(page.locator(".explore-roots")).to_contain_text("db")
    assert "rootEntityRefs%5B%5D=resource%3Adefault%2Fdb" in page.url
    page.locator(".explore-find input").fill("the sh")
    page.keyboard.press("Enter")
    expect(page.locator(".explore-roots")).to_contain_text("The shop")
    page.get_by_role("button", name="Leave out The shop").click()
    expect(page.locator(".explore-roots li")).to_have_count(0)
    assert page.url == f"{host.url}catalog-graph/"


def test_more_than_150_are_drawn_as_one_box_with_their_number(explore):
    page = explore("rootEntityRefs[]=component:hub&maxDepth=1")

    expect(page.locator("[data-n].g-fold")).to_have_count(1)
    drawn = page.locator("[data-n]:not(.g-fold)").count()
    folded = int(re.search(r"\d+", page.locator("[data-n].g-fold text").text_content())[0])
    assert (drawn + folded, drawn < 150) == (402, True)  # the hub, its leaves, and the owner that is missing
    expect(page.locator(".stage-status")).to_have_text(f"{drawn} entities; {folded} in boxes with their number")
    page.locator(".stage-view").focus()
    page.keyboard.press("0")
    page.locator("[data-n].g-fold").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Chosen entity").get_by_role("listitem")).to_have_count(200)


def test_lines_of_a_box_say_their_relation_when_it_is_pointed_at(explore):
    page = explore(f"{ROOT}&maxDepth=1")
    expect(page.locator(".ge-words text:visible")).to_have_count(0)

    page.locator("[data-n]", has_text="orders").hover()

    expect(page.locator(".ge-words text:visible")).to_have_text(["consumes"])


def test_a_line_of_a_picture_says_what_it_joins_when_it_is_pointed_at(host, open_page):
    page = open_page(f"{host.url}catalog/default/component/web/graph/")
    middles = page.locator("svg.cb-graph .ge path").evaluate_all(
        "lines => lines.map((line) => { const { x, y } = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM()); return [x, y]; })"
    )
    said = set()
    for x, y in middles:
        page.mouse.move(x, y)
        said |= set(page.locator(".ge title").all_text_contents())

    assert {"web → The shop: depends on", "web → orders: provides or consumes an API"} <= said


def downloaded(page: Page, format: str, folder: Path) -> Path:
    with page.expect_download() as begun:
        page.get_by_role("group", name="Download").get_by_role("button", name=format).click()
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    return path


@pytest.mark.parametrize("route", [f"catalog-graph/?{ROOT}&maxDepth=2", "catalog/default/component/web/graph/"])
def test_the_graph_can_be_taken_along(route, host, open_page, tmp_path):
    page = open_page(f"{host.url}{route}", color_scheme="dark")
    expect(page.locator(".g-root")).to_be_visible()

    files = {format: downloaded(page, format, tmp_path) for format in ("SVG", "PNG", "DOT", "JSON")}

    assert {path.name for path in files.values()} == {f"component-default-web.{end}" for end in ("svg", "png", "dot", "json")}
    svg = etree.parse(str(files["SVG"])).getroot()
    used = {use.get("href") for use in svg.iter("{*}use")}
    assert {f"#{shape.get('id')}" for shape in svg.findall("{*}defs/*")} == used
    assert all(link.get("href", "").startswith(host.url) for link in svg.iter("{*}a") if link.get("href"))
    assert not re.search(r"class=|var\(|oklch|light-dark", files["SVG"].read_text("utf-8"))
    assert files["PNG"].read_bytes().startswith(b"\x89PNG")
    described = json.loads(files["JSON"].read_text("utf-8"))
    assert {"from": "component:default/shop", "to": "resource:default/db"}.items() <= next(edge for edge in described["edges"] if edge["to"] == "resource:default/db" and "shop" in edge["from"]).items()
    with graphviz(resources.vendored()).isolate as isolate:
        drawn = graphviz(resources.vendored()).__class__(isolate).draw(files["DOT"].read_text("utf-8"))
    assert drawn.count('class="node"') == len(described["nodes"])
    assert drawn.count('class="edge"') == len(described["edges"])


def test_the_graph_works_from_a_folder_without_a_server(demo_site, open_page):
    site = demo_site("files")
    page = open_page(f"{(site.folder / 'catalog-graph/index.html').as_uri()}?rootEntityRefs[]=component:shipping-api&maxDepth=1")

    expect(page.locator("[data-n].g-root")).to_contain_text("Shipping API")
    page.get_by_role("link", name=re.compile("^Address library")).first.focus()
    assert page.locator("[data-n]", has_text="Address library").get_attribute("href") == "../catalog/default/component/address-library/index.html"


def test_without_a_script_there_is_the_map_of_all_systems_in_a_picture_and_in_words(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog-graph/", java_script_enabled=False)

    expect(page.locator(".stage-view .gn:visible")).to_have_count(5)
    expect(page.get_by_role("row").filter(has_text="Depot").first).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    page.get_by_role("link", name="Shipping", exact=True).first.click()
    expect(page).to_have_url(f"{demo_host.url}catalog/default/system/shipping/")
    expect(page.locator(".graph .gf")).to_have_count(1)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")])
def test_exploring_has_no_barrier_and_nothing_jumps(width, scheme, demo_host, open_page, axe_source):
    page = open_page(demo_host.url, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.add_init_script(SHIFTS)
    page.goto(f"{demo_host.url}catalog-graph/?rootEntityRefs[]=component:default/shipping-api&maxDepth=2")
    expect(page.locator(".stage-status")).not_to_be_empty()
    page.wait_for_timeout(100)

    assert sum(page.evaluate("window.shifts")) <= 0.02
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page, axe_source) == []
    page.locator("[data-n].g-root").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Chosen entity")).to_be_visible()
    page.locator(".explore-find input").fill("ship")
    expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page, axe_source) == []
