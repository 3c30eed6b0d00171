"""Formulas and notes on code in a browser: drawn without scripts, in reach of everybody, within the width of a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from test_manual_reading import CLIPBOARD, GALLERY, copied, violations

PAGES = ("formulas/", "code/")


def heights(page: Page, selector: str) -> list[float]:
    return [box["height"] for one in page.locator(selector).all() if (box := one.bounding_box())]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_formulas_and_notes_have_no_barrier(path, scheme, demo_host, open_page, axe_source):
    page = open_page(f"{demo_host.url}{GALLERY}{path}", color_scheme=scheme)

    assert violations(page, axe_source) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_with_formulas_or_notes_fits_a_width_of_320_pixels(path, demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}{path}", viewport={"width": 320, "height": 640})

    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_formula_that_is_too_wide_scrolls_inside_itself_by_keys(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}formulas/", viewport={"width": 320, "height": 640})
    formula = page.get_by_role("group", name="Formula").last
    formula.focus()
    page.keyboard.press("ArrowRight")

    page.wait_for_function("(formula) => formula.scrollLeft > 0", arg=formula.element_handle())
    assert formula.evaluate("formula => formula.scrollWidth > formula.clientWidth && formula.scrollHeight <= formula.clientHeight")


def test_formulas_are_drawn_by_the_browser_alone(demo_host, open_page):
    demo_host.requests.clear()
    page = open_page(f"{demo_host.url}{GALLERY}formulas/", java_script_enabled=False)

    assert min(heights(page, ".cb-formula mfrac")) > 1.5 * max(heights(page, ".prose p > math mi"))
    assert heights(page, ".cb-formula annotation") == []
    assert page.locator(".cb-formula-tag, .cb-m-tag").all_text_contents() == ["(Little)", "(1)", "(2)"]
    assert [path for path in demo_host.requests if path.rpartition(".")[2] not in ("css", "svg") and not path.endswith("/")] == []


def test_a_number_leads_to_its_note_and_the_note_back_without_scripts(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}code/", java_script_enabled=False)
    mark, note = page.get_by_role("link", name="Note 2", exact=True), page.locator(".cb-notes > li").nth(1)
    plain = note.evaluate("note => getComputedStyle(note).backgroundColor")
    mark.click()

    expect(page).to_have_url(f"{demo_host.url}{GALLERY}code/#cb-note-1-2")
    expect(note).to_be_in_viewport()
    assert note.evaluate("note => getComputedStyle(note).backgroundColor") != plain
    note.get_by_role("link", name="Note 2, back to its place").click()
    expect(page).to_have_url(f"{demo_host.url}{GALLERY}code/#cb-mark-1-2")
    expect(mark).to_be_in_viewport()


def test_code_is_copied_without_the_numbers_of_its_notes(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}code/", **CLIPBOARD)
    block = page.locator(".prose .highlight", has=page.locator(".cb-mark")).first
    block.hover()
    block.get_by_role("button", name="Copy this code").click()

    expect(block.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(page).splitlines()[1:5:3] == ["    if parcel.attempts == 3:", "    while day in depot(parcel).holidays:"]
