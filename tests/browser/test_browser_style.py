"""The style page, and what every page owes to those who read otherwise: from right to left, in forced colours, without motion."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser_kit import Host, hosted
from oracle_runs import PageOracles
from playwright.sync_api import expect
from portals import ROOT, build_site, callboard, component, group, organisation

PAGES = (
    "",
    "catalog/",
    "catalog/default/component/tracking-service/",
    "catalog/default/group/engineering/",
    "catalog/default/api/shipping/api/",
    "catalog-graph/",
    "docs/",
    "docs/default/component/markdown-gallery/tables/",
    "owners/",
    "apis/",
    "create/templates/default/service/",
    "search/?query=parcel",
    "health/",
    "404.html",
)
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)|left|right|top|bottom|width|height|min-width|max-width|min-height|max-height)\s*:"
    r"|text-align\s*:\s*(?:left|right)|float\s*:\s*(?:left|right)"
)
MACRO = re.compile(r"{% macro (\w+)\(")


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A small portal with the style page."""
    folder = tmp_path_factory.mktemp("styled")
    files = {"shop/catalog-info.yaml": component("shop"), "crew/catalog-info.yaml": group()}
    config = organisation(folder, files, "site: {style_page: true}\nsources: [{folder: {path: repos}}]\n")
    with hosted(build_site(config, folder / "site").folder) as host:
        yield host


def test_the_style_page_shows_every_part_that_pages_are_made_of():
    shown = (ROOT / "theme/pages/style.html").read_text()
    imports = re.findall(r'{% from "(parts/\w+\.html)" import ([^%]+) with context %}', shown)
    body = shown[shown.index("{% block main %}") :]

    for part in sorted((ROOT / "theme/parts").glob("*.html")):
        names = dict(pair if len(pair := name.strip().split(" as ")) == 2 else pair * 2 for file, list in imports if file == f"parts/{part.name}" for name in list.split(","))
        missing = [macro for macro in MACRO.findall(part.read_text()) if f"{names.get(macro, '?')}(" not in body]
        assert missing == [], f"show these macros of parts/{part.name} on theme/pages/style.html"


def test_the_style_page_is_valid(styled, oracles):
    assert [found for found in PageOracles(oracles).validity(styled.folder) if "style" in found["file"]] == []


def test_the_style_page_is_there_only_where_it_is_asked_for(tmp_path):
    config = organisation(tmp_path, {"shop/catalog-info.yaml": component("shop")})

    for flags, there in (((), False), (("--with-style-page",), True), ((), False)):
        done = callboard("build", "--config", config, "--output", tmp_path / "site", "--state", tmp_path / "state", *flags, cwd=tmp_path)

        assert done.returncode == 0, done.stderr
        assert (tmp_path / "site/health/style/index.html").is_file() is there
        assert (tmp_path / "site/assets/style-page.css").is_file() is there


def test_style_sheets_speak_of_start_and_end_and_not_of_left_and_right():
    found = []
    for sheet in (*sorted((ROOT / "theme/css").glob("*.css")), ROOT / "theme/style-page.css"):
        text = re.sub(r"/\*.*?\*/|@media[^{]*|url\([^)]*\)", "", sheet.read_text(), flags=re.DOTALL)
        found += [f"{sheet.name}: {match[0]}" for match in PHYSICAL.finditer(text)]

    # A box of a drawing is of SVG, which has no other word.
    assert found == ["graph.css: height:"]


@pytest.mark.parametrize("width", [320, 1280])
def test_from_right_to_left_no_page_scrolls_sideways_and_the_rail_is_on_the_right(width, demo_host, open_page):
    page = open_page(demo_host.url, viewport={"width": width, "height": 800})
    page.add_init_script("document.addEventListener('DOMContentLoaded', () => (document.documentElement.dir = 'rtl'))")
    found = {}
    for route in PAGES:
        page.goto(f"{demo_host.url}{route}")
        found[route] = page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert {route: wide for route, wide in found.items() if wide > 0} == {}
    if width > 1000:
        assert page.evaluate("document.querySelector('.rail').getBoundingClientRect().right === document.documentElement.clientWidth")


def test_in_forced_colours_what_is_chosen_has_an_outline_of_its_own(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/", forced_colors="active")
    outlined = "[...document.querySelectorAll(%r)].map((e) => getComputedStyle(e).outlineStyle)"

    assert set(page.evaluate(outlined % ".rail li a[aria-current], .kinds a[aria-current]")) == {"solid"}
    page.keyboard.press("Control+k")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    assert page.evaluate(outlined % "[role=option][aria-selected=true]") == ["solid"]


def test_nothing_moves_for_those_who_asked_for_that(demo_host, open_page):
    moving = """[...document.querySelectorAll("*")].filter((e) => { const s = getComputedStyle(e);
      return s.animationName !== "none" || s.transitionDuration.split(", ").some((time) => parseFloat(time) > 0) || s.scrollBehavior === "smooth"; }).map((e) => e.className)"""
    for route in PAGES:
        page = open_page(f"{demo_host.url}{route}", reduced_motion="reduce")

        assert page.evaluate(moving) == [], route


SHAPES = """(rows) => [...new Set(rows.map((row) => [row, ...row.querySelectorAll(":not(svg *)")].map((e) =>
  `${e.tagName.toLowerCase()}.${[...e.classList].filter((name) => !/^(k|i)-|^chosen$/.test(name)).join(".")}`).filter((name) => name !== "mark.").join(" ")))].sort()"""


def test_the_rows_of_the_palette_stand_on_the_style_page_as_the_palette_draws_them(styled, demo_host, open_page):
    """An entity, an action, a page with its headings, an owner to choose, and what the search of a manual finds."""
    shown = set(open_page(f"{styled.url}health/style/").locator(".palette-item").evaluate_all(SHAPES))

    page = open_page(f"{demo_host.url}docs/default/component/markdown-gallery/tables/")
    drawn: set[str] = set()
    page.keyboard.press("Control+k")
    field = page.locator(".palette input")
    for query, there in (("", "Copy the reference"), ("table", "At the depot"), ("@", "Couriers")):
        field.fill(query)
        if query == "table":
            expect(page.locator(".palette-inner").first).to_be_visible()
        else:
            expect(page.locator(".palette [role=option]").first).to_be_visible()
        drawn |= set(page.locator(".palette .palette-item").evaluate_all(SHAPES))
    assert {shape.split(" ")[0] for shape in drawn} == {"a.palette-item", "a.palette-item.palette-inner", "div.palette-item"}
    assert drawn - shown == set()
