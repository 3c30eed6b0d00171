"""Catalogs as they are out there: long names without a space, lists without end, names twice, writing of every direction."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser_kit import Host, hosted
from playwright.sync_api import expect
from portals import build_site, group, organisation

SITE = "an-organisation-whose-name-is-one-word/portal-of-everything-that-it-has"
LONG = "a-service-whose-name-was-made-by-a-machine-and-has-sixty-letter"
TITLE = "ADR-0006: Use the secrets manager as system of record for secrets, and bring them into every cluster from there"
WORD = "Verkehrsüberwachungsgebührenbescheidversanddienstüberlastungsanzeige" * 2
ABOUT = f"Siehe {WORD} und `https://example.org/{'x' * 120}`.\\n\\n| a | b |\\n|---|---|\\n| {'y' * 90} | {'z' * 90} |"
PARTS = 60


def entity(kind: str, name: str, spec: str, title: str = "", more: str = "") -> str:
    called = f"  title: \"{title}\"\n" if title else ""
    return f"apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n{called}{more}spec: {spec}\n---\n"


def catalog() -> str:
    owned = "owner: crew, lifecycle: experimental-since-2019-and-still"
    links = "".join(f"    - {{url: 'https://example.org/{n}', title: '{WORD} {n}'}}\n" for n in range(12))
    tags = "".join(f"    - t{n}-of-the-many\n" for n in range(20))
    whole = entity("Component", LONG, f"{{type: {LONG}, {owned}, system: records, dependsOn: [resource:{LONG}]}}", TITLE, f'  description: "{ABOUT}"\n  links:\n{links}  tags:\n{tags}')
    parts = "".join(entity("Component", f"part-{n:02}", f"{{type: documentation, {owned}, subcomponentOf: {LONG}}}", f"{n:02}: {TITLE}") for n in range(PARTS))
    others = (
        entity("System", "records", "{owner: crew, domain: everything}", WORD)
        + entity("Domain", "everything", "{owner: crew}", "🛰️ 宇宙開発と衛星通信のための業務領域と関連するすべてのシステム")
        + entity("API", "words", "{type: openapi, lifecycle: production, owner: crew, definition: 'openapi: 3.1.0'}", "واجهة برمجة التطبيقات")
        + entity("User", "guest", "{memberOf: [crew]}", "Guest")
        + entity("User", "guest-of-another", "{memberOf: [crew]}", "Guest")
    )
    return whole + parts + others


@pytest.fixture(scope="module")
def unruly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A portal of names that no designer would choose."""
    folder = tmp_path_factory.mktemp("unruly")
    config = organisation(folder, {"all/catalog-info.yaml": catalog(), "crew/catalog-info.yaml": group()}, f"site: {{title: {SITE}}}\nsources: [{{folder: {{path: repos}}}}]\n")
    with hosted(build_site(config, folder / "site").folder) as host:
        yield host


WHOLE = f"catalog/default/component/{LONG}/"
PAGES = (
    "", "catalog/", WHOLE, f"{WHOLE}graph/", "catalog/default/component/part-01/", "catalog/default/system/records/", "catalog/default/domain/everything/",
    "catalog/default/group/crew/", "catalog/default/user/guest/", "catalog/default/api/words/", "catalog-graph/", "owners/", "apis/", "health/", "search/?query=adr", "404.html",
)  # fmt: skip
SPILLING = """() => [...document.querySelectorAll(".rail, .bar, main, .card, .relation, .domain, .tiles, .problem, .entity-top")]
  .filter((box) => getComputedStyle(box).overflowX === "visible" && box.clientWidth && box.scrollWidth > box.clientWidth + 1).map((box) => `${box.className || box.tagName}: ${box.scrollWidth - box.clientWidth}`)"""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_however_long_a_name_is_no_page_scrolls_sideways_and_nothing_leaves_its_box(width, unruly, open_page):
    page = open_page(unruly.url, viewport={"width": width, "height": 800})
    found = {}
    for route in PAGES:
        page.goto(f"{unruly.url}{route}")
        found[route] = (page.evaluate("document.scrollingElement.scrollWidth - innerWidth"), page.evaluate(SPILLING))

    assert {route: wrong for route, wrong in found.items() if wrong != (0, [])} == {}


def test_of_a_list_that_fills_screens_the_rest_is_folded_and_what_all_share_is_said_once(unruly, open_page):
    page = open_page(f"{unruly.url}{WHOLE}", java_script_enabled=False)
    relation = page.locator(".relation", has=page.get_by_role("heading", name=re.compile("^Has part")))
    expect(relation.get_by_role("heading")).to_have_text(f"Has part {PARTS} documentation")
    expect(relation.locator("li:visible")).to_have_count(24)
    expect(relation.locator("li .detail")).to_have_count(0)

    relation.get_by_text(f"{PARTS - 24} more").click()

    expect(relation.locator("li:visible")).to_have_count(PARTS)
    expect(relation.get_by_role("link", name=f"{PARTS - 1}: ADR-0006")).to_be_visible()


def test_a_long_name_leaves_the_way_back_whole(unruly, open_page):
    page = open_page(f"{unruly.url}catalog/default/component/part-01/")
    cut = page.locator(".crumbs a").evaluate_all("(links) => links.filter((link) => link.scrollWidth > link.clientWidth).map((link) => link.textContent)")

    assert page.locator(".crumbs a").first.inner_text() == "Catalog"
    assert [text for text in cut if len(text) < 20] == []


def test_two_people_of_one_name_are_told_apart_wherever_they_are_listed(unruly, open_page):
    page = open_page(f"{unruly.url}owners/")
    people = page.locator("section.card li")

    expect(people).to_have_text(["Guest guest", "Guest guest-of-another"])
    page.goto(f"{unruly.url}catalog/default/group/crew/")
    expect(page.locator(".people li").filter(visible=True)).to_have_text(["Guest guest", "Guest guest-of-another"])


def test_columns_that_nothing_fills_leave_their_room_to_names_and_a_menu_may_be_opened_before_its_script_is_there(tmp_path, open_page):
    files = {"shop/catalog-info.yaml": entity("Component", "shop", "{type: service, lifecycle: production, owner: crew}"), "crew/catalog-info.yaml": group()}
    with hosted(build_site(organisation(tmp_path, files), tmp_path / "site").folder) as host:
        page = open_page("about:blank", origin=host.origin)
        held = []
        page.route("**/assets/catalog.*.js", lambda route: held.append(route))
        with page.expect_request("**/assets/catalog.*.js"):
            page.goto(f"{host.url}catalog/", wait_until="commit")
        expect(page.locator(".explorer thead th").filter(visible=True)).to_have_text(["Name", "Owner", "Type", "Lifecycle"])
        page.get_by_text("Columns", exact=True).click()
        expect(page.locator("[data-menu=columns] .menu-box")).to_be_empty()
        held[0].continue_()
        expect(page.locator("[data-menu=columns] li")).to_have_text(["Owner", "Type", "Lifecycle", "More room between rows"])


SLIVERS = """(texts) => texts.map((text) => text.querySelector(".palette-sub")).filter((sub) => sub.textContent && sub.offsetTop < sub.parentElement.offsetTop + sub.parentElement.offsetHeight && sub.offsetWidth < 60).length"""


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_in_the_palette_a_name_is_beside_its_title_or_not_there_at_all(width, unruly, open_page):
    page = open_page(unruly.url, viewport={"width": width, "height": 800})
    page.keyboard.press("Control+k")
    page.locator(".palette input").fill("adr")
    rows = page.locator(".palette .palette-item .palette-text", has_text="ADR-0006")
    expect(rows.first).to_be_visible()

    assert rows.evaluate_all(SLIVERS) == 0
    assert rows.first.locator(".palette-title").evaluate("(title) => title.offsetWidth > 150")
