"""Diagrams of Mermaid in a browser: drawn in a frame that can do nothing, shown as pictures, their text kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from browser_kit import hosted
from docs_kit import write_tree
from playwright.sync_api import expect
from portals import Site, build_site

PAGE = "docs/default/component/markdown-gallery/diagrams/"
DESCRIPTOR = (
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n  annotations:\n    backstage.io/techdocs-ref: dir:.\n"
    "spec: {type: service, lifecycle: production, owner: someone}\n"
)
PICTURE = ".prose .cb-drawn img"
KINDS = {
    "flowchart": "flowchart LR\n  a[Gateway] --> b{Known?}\n  b -- yes --> c[(Ledger)]",
    "class": "classDiagram\n  Animal <|-- Duck\n  Animal : +int age",
    "state": "stateDiagram-v2\n  [*] --> Ready",
    "entities": "erDiagram\n  CUSTOMER ||--o{ ORDER : places",
    "gantt": "gantt\n  title Plan\n  dateFormat YYYY-MM-DD\n  section A\n  Build :a1, 2026-01-01, 3d",
    "pie": "pie title Pets\n  \"Dogs\" : 3\n  \"Cats\" : 2",
    "git": "gitGraph\n  commit\n  branch other\n  commit",
    "mindmap": "mindmap\n  root((Portal))\n    Docs\n    Catalog",
    "timeline": "timeline\n  title History\n  2026 : Begun",
    "journey": "journey\n  title Day\n  section Work\n    Read: 5: Me",
}


@pytest.fixture(scope="module")
def site_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Site]:
    """Builds a portal whose one manual has these pages."""

    def build(pages: dict[str, str], links: str = "folders") -> Site:
        folder = tmp_path_factory.mktemp("portal")
        files = {f"shop/docs/{name}.md": f"# {name}\n\n{text}\n" for name, text in pages.items()}
        write_tree(folder, {**files, "shop/catalog-info.yaml": DESCRIPTOR, "site_config.yml": "sources:\n  - folder: {path: shop, repository: true}\n"})
        return build_site(folder / "site_config.yml", folder / "site", links=links)

    return build


def fence(text: str) -> str:
    return f"```mermaid\n{text}\n```\n"


def drawn(picture) -> str:
    return unquote(picture.get_attribute("src").partition(",")[2])


def test_a_diagram_is_a_picture_and_its_text_is_kept(demo_host, open_page):
    page = open_page(demo_host.url + PAGE)
    page.locator(PICTURE).wait_for()

    assert re.findall(r">(beep|scan|accepted)<", drawn(page.locator(PICTURE))) == ["beep", "scan", "accepted"]
    assert page.locator(".prose figure:has(img) details pre.mermaid").text_content().startswith("sequenceDiagram\n")
    assert page.locator(PICTURE).evaluate("(picture) => picture.complete && picture.naturalWidth > 300")
    assert page.locator("iframe").get_attribute("sandbox") == "allow-scripts"


def test_a_diagram_is_drawn_where_the_portal_was_opened_from_a_file(demo_site, open_page):
    page = open_page((demo_site("files").folder / PAGE / "index.html").as_uri())

    page.locator(PICTURE).wait_for()


def test_a_diagram_follows_the_theme(demo_host, open_page):
    page = open_page(demo_host.url + PAGE, color_scheme="light")
    page.locator(PICTURE).wait_for()
    assert "rgb(237, 233, 226)" not in drawn(page.locator(PICTURE))
    page.locator("cb-theme button").click()
    page.locator("cb-theme button").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(PICTURE)).to_have_attribute("src", re.compile(re.escape(quote("rgb(237, 233, 226)", safe="()"))))


def test_without_scripts_the_text_is_shown(demo_host, open_page):
    page = open_page(demo_host.url + PAGE, java_script_enabled=False)

    assert page.locator(".prose pre.mermaid").inner_text().startswith("sequenceDiagram\n")
    assert page.locator(".prose pre.mermaid").is_visible()


def test_pages_without_a_diagram_load_nothing_for_one(demo_host, open_page):
    demo_host.requests.clear()
    page = open_page(f"{demo_host.url}docs/default/component/markdown-gallery/tables/")
    page.wait_for_load_state("networkidle")

    assert [path for path in demo_host.requests if "mermaid" in path] == []
    assert page.locator("iframe").count() == 0


def test_a_portal_without_diagrams_does_not_carry_what_draws_them(site_of):
    site = site_of({"index": "The word mermaid, and `<pre class=mermaid>`."})

    assert not (site.folder / "assets/mermaid").exists()


def test_what_draws_is_no_page_that_search_finds(demo_site):
    folder = demo_site("folders").folder
    frame = (folder / "assets/mermaid/frame.html").read_text("utf-8")

    assert "data-pagefind-body" not in frame and '<meta name="robots" content="noindex">' in frame
    assert {path.name for path in (folder / "assets/mermaid").iterdir()} == {"frame.html", "mermaid.LICENSE.txt", "mermaid.LICENSES.txt"}


def test_every_kind_of_diagram_is_drawn_and_one_that_is_broken_stays_text(site_of, open_page):
    text = "\n".join(fence(one) for one in (*KINDS.values(), "flowchart LR\n  a -->"))
    with hosted(site_of({"index": text}).folder) as host:
        page = open_page(f"{host.url}docs/default/component/shop/")
        page.wait_for_function("(n) => document.querySelectorAll('.prose .cb-drawn img').length === n", arg=len(KINDS))
        page.wait_for_timeout(500)

        assert page.locator(".prose > pre.mermaid").inner_text() == "flowchart LR\n  a -->"
        assert page.evaluate("[...document.querySelectorAll('.prose .cb-drawn img')].every((one) => one.complete && one.naturalWidth > 20)")


HOSTILE = [
    "%%{init: {\"securityLevel\": \"loose\", \"htmlLabels\": true, \"flowchart\": {\"htmlLabels\": true}}}%%\nflowchart LR\n  a[\"<img src=x onerror='parent.postMessage(1)'><script>fetch('https://evil.example/')</script>\"] --> b",
    "flowchart LR\n  a --> b\n  click a \"javascript:alert(1)\"\n  click b call alert()",
    "%%{init: {\"themeCSS\": \"@import url(https://evil.example/a.css); * { background: url(https://evil.example/b.png) }\"}}%%\nflowchart LR\n  a --> b",
    "%%{init: {\"fontFamily\": \"x'; } </style><script>alert(1)</script>\"}}%%\nflowchart LR\n  a --> b",
    "---\nconfig:\n  securityLevel: sandbox\n---\nflowchart LR\n  a --> b",
]


def test_a_hostile_diagram_asks_for_nothing_and_runs_nothing(site_of, browser):
    """The frame's policy refuses what Mermaid lets through, which the console may say; the page itself hears nothing."""
    with hosted(site_of({"index": "\n".join(map(fence, HOSTILE))}).folder) as host:
        context = browser.new_context()
        said: list[str] = []
        asked: list[str] = []
        context.on("dialog", lambda dialog: said.append(dialog.message))
        context.on("weberror", lambda error: said.append(str(error.error)))
        context.on("requestfinished", lambda request: asked.append(request.url))
        page = context.new_page()
        page.goto(f"{host.url}docs/default/component/shop/")
        page.locator(PICTURE).first.wait_for()
        page.wait_for_timeout(1500)
        pictures = page.locator(PICTURE).count()
        context.close()

    assert pictures >= 3
    assert said == []
    assert [url for url in asked if not url.startswith((host.origin, "data:"))] == []


def test_the_frame_has_no_origin_no_storage_and_no_network(demo_host, open_page):
    page = open_page(demo_host.url + PAGE)
    page.locator(PICTURE).wait_for()
    frame = next(frame for frame in page.frames if frame.url.endswith("/frame.html"))

    assert frame.evaluate("self.origin") == "null"
    assert frame.evaluate("(() => { try { return String(localStorage) } catch (error) { return error.name } })()") == "SecurityError"
    assert frame.evaluate("(() => { try { return String(parent.document) } catch (error) { return error.name } })()") == "SecurityError"
    policy = frame.evaluate("document.querySelector('meta[http-equiv]').content")
    assert re.sub(r"'sha256-[^']+'", "HASH", policy) == "default-src 'none'; script-src HASH HASH; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def test_a_frame_that_answers_nonsense_shows_nothing(demo_host, open_page):
    page = open_page(demo_host.url + PAGE)
    page.locator(PICTURE).wait_for()
    before = page.locator(PICTURE).get_attribute("src")
    page.evaluate("window.postMessage({id: [1, 0], svg: '<svg/>', width: 1, height: 1}, '*')")
    frame = next(frame for frame in page.frames if frame.url.endswith("/frame.html"))
    for answer in ("{id: [1, 9], svg: 'x', width: 1, height: 1}", "{id: [1, 0], svg: 7, width: 1, height: 1}", "{id: [1, 0], svg: 'x', width: 'a', height: 1}", "null", "{id: 'x'}"):
        frame.evaluate(f"parent.postMessage({answer}, '*')")
    page.wait_for_timeout(200)

    assert page.locator(PICTURE).get_attribute("src") == before


def test_the_licences_of_what_draws_are_beside_it(demo_site):
    licences = (Path(demo_site("folders").folder) / "assets/mermaid/mermaid.LICENSES.txt").read_text("utf-8")

    assert {"dompurify", "d3", "cytoscape", "dayjs", "khroma"} <= set(re.findall(r"^== (\S+) ", licences, re.MULTILINE))
