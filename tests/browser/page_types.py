"""Every type of page of the demo's portal, and every state of one that people meet: what is judged, and what pictures are taken of."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page, expect

GALLERY = "docs/default/component/markdown-gallery/"
TRACKING = "catalog/default/component/tracking-service/"


def as_it_comes(page: Page) -> None:
    """Nothing is done."""


def palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("option").first.wait_for()


def palette_with_results(page: Page) -> None:
    palette(page)
    page.get_by_role("combobox", name="Search or jump").fill("parcel")
    page.locator("[role=group][aria-label=Documentation]").wait_for()


def keys(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()


def filtered(page: Page) -> None:
    page.locator("cb-catalog input[type=search]").fill("pa")
    expect(page).to_have_url(re.compile("q=pa"))


def nothing_found(page: Page) -> None:
    page.locator("cb-catalog input[type=search]").fill("zzzz")
    page.get_by_text("Nothing matches.").wait_for()


def peek(page: Page) -> None:
    page.locator("cb-catalog .sort").first.wait_for(state="attached")  # headings sort once the script is there
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.get_by_role("complementary", name="Side peek").wait_for()


def results(page: Page) -> None:
    page.locator(".results li").first.wait_for()


def drawn(page: Page) -> None:
    expect(page.locator(".stage-status")).not_to_be_empty()


def chosen(page: Page) -> None:
    drawn(page)
    page.locator("[data-n].g-root").focus()
    page.keyboard.press("Enter")
    page.get_by_role("region", name="Chosen entity").wait_for()


def enlarged(page: Page) -> None:
    page.get_by_role("button", name="A parcel on its way").first.click()
    page.get_by_role("dialog", name="A parcel on its way").wait_for()


def reference(page: Page) -> None:
    page.frame_locator("iframe").locator("h1").first.wait_for(timeout=30_000)


class PageType(NamedTuple):
    """A page, and what is done on it before it is looked at."""

    name: str
    route: str
    act: Callable[[Page], None] = as_it_comes


PAGE_TYPES = (
    PageType("home", ""),
    PageType("catalog", "catalog/"),
    PageType("catalog-filtered", "catalog/?kind=component&sort=name", filtered),
    PageType("catalog-nothing", "catalog/", nothing_found),
    PageType("catalog-peek", "catalog/", peek),
    PageType("catalog-kind", "catalog/~user/"),
    PageType("component", TRACKING),
    PageType("component-with-problems", "catalog/default/component/legacy-labels/"),
    PageType("resource", "catalog/default/resource/shipping-orders/"),
    PageType("system", "catalog/default/system/tracking/"),
    PageType("domain", "catalog/default/domain/logistics/"),
    PageType("group", "catalog/default/group/engineering/"),
    PageType("user", "catalog/default/user/zoe.brannlund/"),
    PageType("location", "catalog/default/location/company/"),
    PageType("template-entity", "catalog/default/template/service/"),
    PageType("own-kind", "catalog/labs/airesource/no-personal-data/"),
    PageType("entity-graph", f"{TRACKING}graph/"),
    PageType("org-chart", "catalog/default/group/platform/graph/"),
    PageType("api-entity", "catalog/default/api/shipping/"),
    PageType("api", "catalog/default/api/shipping/api/"),
    PageType("api-events", "catalog/default/api/parcel-events/api/"),
    PageType("api-graphql", "catalog/default/api/tracking-graph/api/"),
    PageType("api-protobuf", "catalog/default/api/route-planning/api/"),
    PageType("api-definition", "catalog/default/api/shipping/api/definition/"),
    PageType("api-reference", "catalog/default/api/shipping/api/reference/", reference),
    PageType("apis", "apis/"),
    PageType("graph", "catalog-graph/"),
    PageType("graph-explored", "catalog-graph/?rootEntityRefs%5B%5D=component%3Adefault%2Ftracking-service&maxDepth=2", drawn),
    PageType("graph-chosen", "catalog-graph/?rootEntityRefs%5B%5D=component%3Adefault%2Ftracking-service&maxDepth=1", chosen),
    PageType("docs", "docs/"),
    PageType("docs-home", "docs/default/component/company-handbook/"),
    PageType("docs-page", f"{GALLERY}admonitions/"),
    PageType("docs-code", f"{GALLERY}code/"),
    PageType("docs-tabs", f"{GALLERY}tabs/"),
    PageType("docs-decisions", "docs/default/component/shipping-api/adr/"),
    PageType("docs-decision", "docs/default/component/shipping-api/adr/0002-money-in-minor-units/"),
    PageType("docs-picture-enlarged", f"{GALLERY}pictures/", enlarged),
    PageType("owners", "owners/"),
    PageType("create", "create/"),
    PageType("template", "create/templates/default/service/"),
    PageType("search", "search/"),
    PageType("search-results", "search/?query=parcel", results),
    PageType("health", "health/"),
    PageType("style", "health/style/"),
    PageType("not-found", "404.html"),
    PageType("palette-empty", "", palette),
    PageType("palette", "catalog/", palette_with_results),
    PageType("shortcuts", "catalog/", keys),
)
