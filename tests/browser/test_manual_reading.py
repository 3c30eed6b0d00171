"""Reading a manual: what surrounds an article, on a screen and on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

GALLERY = "docs/default/component/markdown-gallery/"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def copied(page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def test_code_is_copied_without_its_line_numbers(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}code/", **CLIPBOARD)
    block = page.locator(".prose .highlight").first
    block.hover()
    block.get_by_role("button", name="Copy this code").click()

    expect(block.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(page).splitlines()[:2] == ["def in_order(stations: Iterable[Station]) -> list[Station]:", '    """Stations as they happened, not as they were heard of.']


def test_long_lines_wrap_on_demand_and_only_blocks_that_have_one_offer_it(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}code/")
    long = page.locator(".prose .highlight", has_text="scanner=NOR-0071")
    long.locator("pre").last.focus()
    wrap = long.get_by_role("button", name="Wrap long lines")
    before = long.bounding_box()["height"]
    wrap.press("Enter")

    expect(wrap).to_have_attribute("aria-pressed", "true")
    assert long.locator("pre").last.evaluate("e => e.scrollWidth <= e.clientWidth") and long.bounding_box()["height"] > before
    wrap.press("Enter")
    assert long.bounding_box()["height"] == before
    short = page.locator(".prose .highlight", has_text="make portal")
    short.hover()
    expect(short.get_by_role("button")).to_have_count(1)


def test_the_mark_of_a_heading_copies_its_address(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}code/", **CLIPBOARD)
    heading = page.get_by_role("heading", name="A long line")
    heading.get_by_role("link", name="Link to this section").click()

    expect(heading.get_by_role("link", name="Copied")).to_be_visible()
    assert copied(page) == page.url == f"{demo_host.url}{GALLERY}code/#a-long-line"


def test_the_table_of_contents_marks_the_part_that_is_read_down_to_the_last(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}code/", viewport={"width": 1440, "height": 700})
    marked = page.locator("cb-toc [aria-current]")
    expect(marked).to_have_count(0)

    page.evaluate("document.getElementById('other-languages').scrollIntoView()")
    expect(marked).to_have_text("Other languages")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(marked).to_have_text("A long line")


@pytest.mark.parametrize("javascript", [True, False])
def test_on_a_telephone_the_article_comes_first_and_the_pages_unfold(demo_host, open_page, javascript):
    page = open_page(f"{demo_host.url}{GALLERY}code/", viewport={"width": 390, "height": 844}, java_script_enabled=javascript)
    assert page.locator("h1").bounding_box()["y"] < 300
    expect(page.get_by_role("link", name="Tables")).to_be_hidden()

    page.get_by_text("Pages", exact=True).click()

    page.get_by_role("link", name="Tables").click()
    expect(page).to_have_url(f"{demo_host.url}{GALLERY}tables/")


def test_on_a_wide_screen_the_pages_need_no_unfolding(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}code/", java_script_enabled=False)

    expect(page.get_by_role("navigation", name="Pages of Markdown gallery").get_by_role("link", name="Tables")).to_be_visible()
    expect(page.get_by_text("Pages", exact=True)).to_be_hidden()


def test_a_line_of_text_has_65_to_80_characters(demo_host, open_page):
    page = open_page(f"{demo_host.url}docs/default/component/company-handbook/on-call/incidents/", viewport={"width": 1920, "height": 1000})

    longest = page.evaluate("""() => {
      const range = document.createRange();
      let most = 0;
      for (const paragraph of document.querySelectorAll('.prose > p')) {
        const rows = new Map();
        for (const node of paragraph.childNodes) if (node.nodeType === 3) for (let n = 0; n < node.length; n++) {
          range.setStart(node, n); range.setEnd(node, n + 1);
          const top = Math.round(range.getBoundingClientRect().top);
          rows.set(top, (rows.get(top) ?? 0) + 1);
        }
        most = Math.max(most, ...rows.values());
      }
      return most;
    }""")
    assert 65 <= longest <= 80


def test_on_paper_an_article_has_no_chrome_shows_what_was_folded_and_says_where_links_lead(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}tabs/")
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation", name="Breadcrumb")).to_be_visible()
    for chrome in (".rail", ".manual-side", ".bar-tools", ".turn", ".foot", "cb-toc"):
        expect(page.locator(chrome)).to_be_hidden()
    folded = page.locator(".prose details:not([open]) > :not(summary)")
    assert folded.count() > 0 and all(part.is_visible() for part in folded.all())
    blocks = page.locator(".prose .tabbed-block")
    assert blocks.count() > 1 and all(block.is_visible() for block in blocks.all())
    heads = [label.bounding_box()["y"] for label in page.locator(".prose .tabbed-set").first.locator(".tabbed-labels > label").all()]
    parts = [block.bounding_box()["y"] for block in page.locator(".prose .tabbed-set").first.locator(".tabbed-block").all()]
    assert sorted([*heads, *parts]) == [place for pair in zip(heads, parts, strict=True) for place in pair]
    page.goto(f"{demo_host.url}{GALLERY}code/")
    assert page.evaluate("[...document.querySelectorAll('.prose .code pre')].every(e => e.scrollWidth <= e.clientWidth + 1)")
