"""Pages of entities as people use them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

ENGINEERING = "catalog/default/group/engineering/"
TRACKING = "catalog/default/component/tracking-service/"


@pytest.mark.parametrize("scripts", [True, False])
def test_what_the_teams_below_own_is_a_choice_away_without_javascript_too(scripts, demo_host, open_page):
    page = open_page(f"{demo_host.url}{ENGINEERING}", java_script_enabled=scripts)
    expect(page.get_by_role("heading", name="Owns 1", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Members 3", exact=True)).to_be_visible()

    page.get_by_text("With the teams below", exact=True).click()

    expect(page.get_by_role("heading", name="Owns 32", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Owns 1", exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name="Tracking projector")).to_be_visible()


def test_the_choice_is_made_with_the_arrow_keys_too(demo_host, open_page):
    page = open_page(f"{demo_host.url}{ENGINEERING}")
    page.get_by_role("radio", name="Directly").focus()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("radio", name="With the teams below")).to_be_checked()
    expect(page.get_by_role("heading", name="Owns 32", exact=True)).to_be_visible()


def test_how_much_of_each_type_a_team_owns_leads_to_exactly_that_in_the_catalog(demo_host, open_page):
    page = open_page(f"{demo_host.url}{ENGINEERING}")
    page.get_by_text("With the teams below", exact=True).click()
    count = page.locator(".estate-1 .type-counts a").first
    number = count.locator("b").inner_text()
    count.click()

    expect(page.locator(".explorer-count")).to_have_text(f"{number} of 61")


def test_a_star_is_set_by_button_and_by_key_and_stands_in_the_catalog(demo_host, open_page):
    page = open_page(f"{demo_host.url}{TRACKING}")
    star = page.get_by_role("button", name="Star", exact=True)
    expect(star).to_have_attribute("aria-pressed", "false")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")

    page.goto(f"{demo_host.url}catalog/?user=starred")
    expect(page.locator("cb-catalog tbody .name-word")).to_have_text(["Tracking"])
    page.go_back()
    page.keyboard.press("s")

    expect(star).to_have_attribute("aria-pressed", "false")


def test_lines_to_add_can_be_copied_beside_the_way_to_the_file(demo_host, open_page):
    page = open_page(f"{demo_host.url}catalog/default/component/legacy-labels/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_text("No APIs").click()
    lesson = page.locator("details", has_text="No APIs")
    expect(lesson.get_by_role("link", name="Edit catalog-info.yaml")).to_have_attribute("href", "https://git.larkmoor.example/larkmoor/legacy-labels/edit/HEAD/catalog-info.yaml")

    lesson.get_by_role("button", name="Copy").first.click()

    assert page.evaluate("navigator.clipboard.readText()") == "spec:\n  providesApis: [legacy-labels-api]\n  consumesApis: [another-api]"
