"""Reading a manual: what surrounds an article, on a screen and on paper."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GALLERY = "docs/default/component/markdown-gallery/"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def violations(page: Page, axe_source: str) -> list[str]:
    """Barriers that axe finds in the page as it is now."""
    page.evaluate(axe_source)
    found = page.evaluate("tags => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })", AXE_RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


def copied(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def test_code_is_copied_without_its_line_numbers(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}code/", **CLIPBOARD)
    block = page.locator(".prose .highlight").first
    block.hover()
    block.get_by_role("button", name="Copy this code").click()

    expect(block.get_by_role("button", name="Copied")).to_be_visible()
    assert copied(page).splitlines()[:2] == ["def in_order(stations: Iterable[Station]) -> list[Station]:", '    """Stations as they happened, not as they were heard of.']


def test_lines_are_numbered_where_there_are_several(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}code/", java_script_enabled=False)

    assert page.locator(".prose .linenos").first.inner_text().split() == ["12", "13", "14", "15", "16", "17", "18"]
    expect(page.locator(".prose .highlight", has_text="make portal").locator(".linenos")).to_be_hidden()


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
    page.emulate_media(media="print")
    assert page.evaluate("[...document.querySelectorAll('.prose .code pre')].every(e => e.scrollWidth <= e.clientWidth + 1)")


SHIPPING = "docs/default/component/shipping-api/"


def search_here(page: Page, words: str) -> Locator:
    """Open the manual's own search by its key, type, and wait for what the text says."""
    page.keyboard.press("f")
    dialog = page.get_by_role("dialog", name="Search in")
    expect(dialog).to_be_visible()
    page.keyboard.type(words)
    expect(dialog.get_by_role("group", name="In the text")).to_be_visible()
    return dialog


def test_a_manual_is_searched_for_pages_and_their_parts_and_for_nothing_else(demo_host, open_page):
    page = open_page(f"{demo_host.url}{SHIPPING}prices/")
    dialog = search_here(page, "retries")
    found = dialog.get_by_role("group", name="In the text").get_by_role("option")

    addresses = [option.get_attribute("href") for option in found.all()]
    assert all(f"/{SHIPPING}" in urljoin(page.url, address) for address in addresses)
    part = found.filter(has=page.locator(".k-part")).first
    expect(part.locator(".find-text mark").first).to_be_visible()
    address = urljoin(page.url, part.get_attribute("href"))
    for _ in range(addresses.index(part.get_attribute("href"))):
        page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("combobox")).to_have_attribute("aria-activedescendant", part.get_attribute("id"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(address)
    assert page.locator(f"[id='{address.partition('#')[2]}']").count() == 1


def test_without_words_the_search_of_a_manual_lists_its_pages_and_escape_gives_the_focus_back(demo_host, open_page):
    page = open_page(f"{demo_host.url}{SHIPPING}")
    page.get_by_role("link", name="Search this manual").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Search in Shipping API")

    expect(dialog.get_by_role("option").first).to_have_text("Overview")
    assert dialog.get_by_role("option").count() == page.locator(".manual-nav a").count()
    page.keyboard.type("web")
    expect(dialog.get_by_role("option").first).to_contain_text("Webhooks")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Search this manual")).to_be_focused()


def test_from_a_file_titles_and_headings_of_the_manual_are_searched_and_every_part_is_there(demo_site, open_page):
    page = open_page((demo_site("files").folder / SHIPPING / "index.html").as_uri())
    dialog = search_here(page, "key")
    expect(dialog.get_by_text("Titles and headings only", exact=False)).to_be_visible()
    parts = [urljoin(page.url, option.get_attribute("href")) for option in dialog.get_by_role("option").filter(has=page.locator(".k-part")).all()]

    assert parts and all(SHIPPING in address for address in parts)
    for address in parts:
        page.goto(address)
        assert page.locator(f"[id='{unquote(urlsplit(address).fragment)}']").count() == 1, address


def test_the_search_page_can_be_kept_to_one_manual(demo_host, open_page):
    page = open_page(f"{demo_host.url}search/?query=key&manual=component%3Adefault%2Fshipping-api")

    expect(page.get_by_role("checkbox", name="shipping-api")).to_be_checked()
    expect(page.locator(".result").first).to_be_visible()
    assert {text.split(" · ")[0] for text in page.locator(".result-place").all_inner_texts()} == {"Documentation of shipping-api"}
    page.get_by_role("button", name="Clear filters").click()
    expect(page).to_have_url(f"{demo_host.url}search/?query=key")


def test_keys_turn_the_pages_of_a_manual(demo_host, open_page):
    page = open_page(f"{demo_host.url}{SHIPPING}")
    page.keyboard.press("n")
    expect(page).to_have_url(f"{demo_host.url}{SHIPPING}guides/first-shipment/")
    page.wait_for_load_state()  # the address is there before the page's script is
    page.keyboard.press("p")
    expect(page).to_have_url(f"{demo_host.url}{SHIPPING}")
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Search this manual")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_is_enlarged_over_the_window_and_the_focus_comes_back(scheme, demo_host, open_page, axe_source):
    page = open_page(f"{demo_host.url}{GALLERY}pictures/", color_scheme=scheme)
    small = page.get_by_role("button", name="A parcel on its way").first
    before = small.locator("img").bounding_box()
    small.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="A parcel on its way")
    expect(dialog).to_be_visible()
    picture = dialog.get_by_role("img", name="A parcel on its way")

    fitted = picture.bounding_box()
    assert fitted["width"] > before["width"] * 1.5 and fitted["x"] >= 0 and fitted["x"] + fitted["width"] <= 1280
    assert violations(page, axe_source) == []
    picture.click()
    assert picture.bounding_box()["width"] > fitted["width"]
    page.keyboard.press("Escape")
    expect(page.locator("dialog.zoomed")).to_have_count(0)
    expect(small).to_be_focused()


def test_what_enlarging_shows_no_better_and_what_is_a_link_stays_as_it_is(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}pictures/")
    page.wait_for_load_state("networkidle")

    for picture in page.locator(".prose a img, .prose img[width='24']").all():
        assert picture.evaluate("e => e.closest('button')") is None
    page.goto(f"{demo_host.url}{GALLERY}text/")
    assert page.locator(".prose .zoom").count() == 0


def test_a_drawing_is_enlarged_by_a_button_beside_it(demo_host, open_page):
    page = open_page(f"{demo_host.url}{GALLERY}diagrams/")
    figure = page.locator(".prose .cb-drawing", has=page.locator(".cb-drawn > svg")).first
    figure.hover()
    figure.get_by_role("button", name="Enlarge").click()
    dialog = page.get_by_role("dialog", name="Diagram")

    assert dialog.locator("svg").bounding_box()["width"] > figure.locator(".cb-drawn > svg").bounding_box()["width"]
    assert dialog.locator("[id]").count() == 0
    dialog.get_by_role("button", name="Close").click()
    expect(figure.get_by_role("button", name="Enlarge")).to_be_focused()


@pytest.mark.parametrize("width", [320, 1440])
def test_decisions_are_listed_for_everybody(width, demo_host, open_page, axe_source):
    page = open_page(f"{demo_host.url}{SHIPPING}adr/", viewport={"width": width, "height": 900})

    rows = page.get_by_role("table", name="Decisions").locator("tbody tr")
    assert [row.inner_text().split("\t") for row in rows.all()] == [
        ["1", "Orders carry an idempotency key", "Accepted", "2 November 2021"],
        ["2", "Money is a whole number of cents", "Superseded by 3. Money travels with its currency", "20 June 2022"],
        ["3", "Money travels with its currency", "Accepted", "9 April 2024"],
    ]
    assert violations(page, axe_source) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="3. Money travels with its currency").first.click()
    expect(page.locator(".decision-line")).to_contain_text("Accepted")


def test_the_search_of_a_manual_keeps_nobody_out(demo_host, open_page, axe_source):
    page = open_page(f"{demo_host.url}{SHIPPING}", viewport={"width": 360, "height": 740}, color_scheme="dark")
    page.get_by_role("link", name="Search this manual").click()
    page.keyboard.type("key")
    expect(page.get_by_role("group", name="In the text")).to_be_visible()

    assert violations(page, axe_source) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_text_that_is_selected_is_quoted_in_a_report(demo_host, open_page):
    page = open_page(f"{demo_host.url}{SHIPPING}prices/")
    report = page.get_by_role("link", name="Report an issue")
    plain = report.get_attribute("href")
    chosen = page.evaluate("""() => {
      const paragraph = document.querySelector('.prose > p');
      getSelection().selectAllChildren(paragraph);
      return getSelection().toString().trim();
    }""")
    report.focus()

    (body,) = parse_qs(urlsplit(report.get_attribute("href")).query)["body"]
    assert body.startswith("> " + chosen.replace("\n", "\n> ") + "\n\nWhat is wrong, or missing?")
    page.evaluate("getSelection().removeAllRanges()")
    report.dispatch_event("pointerdown")
    assert report.evaluate("e => e.href") == urljoin(page.url, plain)
