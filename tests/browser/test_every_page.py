"""What every type of page owes to everybody: no error, no foreign request, no barrier, no shift, no sideways scroll, few bytes."""

from __future__ import annotations

import gzip
import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from browser_kit import PREFIX, Host, hosted
from page_types import PAGE_TYPES, PageType, as_it_comes
from playwright.sync_api import Page
from portals import DEMO, Site, build_site

from callboard.model import routes

HTML, CSS, SCRIPTS, CLS = 60_000, 20_000, 15_000, 0.02
"""Bytes of a page, of its style sheets and of the scripts that load with it, as they are sent; and how much it may move."""
STYLE_PAGE = "/assets/style-page.css"
"""What only the page for theme authors loads."""
WIDTHS = (1280, 768, 320)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AT_ONCE = "window.setTimeout = (act) => { act(); return 0; }; window.requestAnimationFrame = window.setTimeout;"
"""Lets axe run where the browser runs no timer."""
SHIFTS = "window.shifts = []; new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts.push(one.value); }).observe({ type: 'layout-shift', buffered: true });"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demo's portal with its style page."""
    return build_site(DEMO, tmp_path_factory.mktemp("every") / "site", links="folders", environ={"CALLBOARD_SITE_STYLE_PAGE": "true"})


@pytest.fixture(scope="module")
def host(site: Site) -> Iterator[Host]:
    with hosted(site.folder) as host:
        yield host


def barriers(page: Page) -> list[str]:
    """What axe finds in the page as it is now."""
    found = page.evaluate("tags => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false })", RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:5]}" for one in found["violations"]]


def sideways(page: Page) -> int:
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"))


def weight(site: Site, requested: str) -> int:
    """Bytes of what was asked for by a path, as they are sent."""
    path = site.folder / routes.file_of(unquote(urlsplit(requested).path).removeprefix(PREFIX))
    return len(gzip.compress(path.read_bytes(), 6)) if path.is_file() else 0


def test_every_type_of_page_every_kind_and_every_template_of_a_page_is_among_those_that_are_judged(site):
    judged = [urlsplit(each.route).path for each in PAGE_TYPES]
    theme = Path(__file__).parents[2] / "theme/pages"

    kinds = {ref.kind for ref in site.built.portal.catalog.entities}
    bodies = {match[1] for page in judged if (match := re.search(r'<body class="([^"]*)"', site.text(routes.file_of(page))))}
    wanted = {match[1] for template in theme.glob("*.html") if (match := re.search(r"{% block body_class %}([\w -]+){% endblock %}", template.read_text("utf-8")))}

    assert kinds - {page.split("/")[2] for page in judged if page.startswith("catalog/") and page.count("/") == 4} == set()
    assert {path.relative_to(site.folder).as_posix() + "/" for path in site.folder.iterdir() if (path / "index.html").is_file()} - set(judged) == set()
    assert len(wanted) > 10 and {name for names in wanted for name in names.split()} - {name for names in bodies for name in names.split()} == set()
    assert [each.name for each in PAGE_TYPES] == list(dict.fromkeys(each.name for each in PAGE_TYPES))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", PAGE_TYPES, ids=[each.name for each in PAGE_TYPES])
def test_no_page_has_an_error_a_foreign_request_a_barrier_a_shift_a_sideways_scroll_or_too_many_bytes(kind: PageType, scheme: str, host: Host, site: Site, open_page: Callable[..., Page], axe_source: str):
    """In light the page is loaded in a wide window, in dark in a narrow one; then it is looked at in every width."""
    first, *others = WIDTHS if scheme == "light" else reversed(WIDTHS)
    page = open_page("about:blank", viewport={"width": first, "height": 800}, color_scheme=scheme, origin=host.origin)
    page.add_init_script(SHIFTS)
    host.requests.clear()
    page.goto(f"{host.url}{kind.route}", wait_until="load")
    page.wait_for_timeout(60)
    file = routes.file_of(urlsplit(kind.route).path)
    named = {posixpath.normpath(posixpath.join(PREFIX, posixpath.dirname(file), path)) for path in re.findall(r'<(?:script|link)\b[^>]* (?:src|href)="([^"]+)"', site.text(file))}
    asked = [path for path in host.requests if path in named]
    moved = sum(page.evaluate("window.shifts"))

    kind.act(page)

    page.evaluate(axe_source)
    found = {first: (barriers(page), sideways(page))}
    for width in others:
        page.set_viewport_size({"width": width, "height": 800})
        found[width] = (barriers(page), sideways(page))
    assert found == dict.fromkeys(WIDTHS, ([], 0))
    assert moved <= CLS
    assert weight(site, host.requests[0]) <= HTML
    assert sum(weight(site, path) for path in asked if path.endswith(".css") and not path.endswith(STYLE_PAGE)) <= CSS
    assert sum(weight(site, path) for path in asked if path.endswith(".js")) <= SCRIPTS


@pytest.mark.parametrize("kind", [each for each in PAGE_TYPES if each.act is as_it_comes], ids=lambda kind: kind.name)
def test_without_scripts_no_page_has_a_barrier_or_a_sideways_scroll(kind: PageType, host: Host, open_page: Callable[..., Page], axe_source: str):
    page = open_page(f"{host.url}{kind.route}", viewport={"width": 1280, "height": 800}, java_script_enabled=False)
    page.evaluate(AT_ONCE + axe_source)
    wide = barriers(page)
    page.set_viewport_size({"width": 320, "height": 800})

    assert (wide, sideways(page)) == ([], 0)
