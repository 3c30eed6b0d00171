"""Chromium on portals that are served from loopback."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_kit import SLOWDOWN, Host, hosted
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portals import DEMO, Site, build_site

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
)
"""Flags by which the browser makes no connection of its own."""

PATIENCE = 20_000
"""Milliseconds until what does not come is missed. Only tests that fail wait for so long."""
expect.set_options(timeout=PATIENCE)

SLOW_WORKER = "Failed to initialize Pagefind in the web worker, falling back to main thread"
"""What Pagefind says where its worker takes longer than five seconds to begin, on a busy machine; it searches all the same."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of the machine."""
    program = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("there is no Chromium here: install chromium")
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Site]:
    """The demo's portal, built once for each style of links (``folders``, ``files``)."""
    folder = tmp_path_factory.mktemp("demo")
    built: dict[str, Site] = {}

    def demo(links: str) -> Site:
        if links not in built:
            built[links] = build_site(DEMO, folder / links, state=folder / "state", links=links)
        return built[links]

    return demo


@pytest.fixture(scope="session")
def demo_host(demo_site: Callable[[str], Site]) -> Iterator[Host]:
    """The demo's portal on a web server, with addresses that name folders."""
    with hosted(demo_site("folders").folder) as host:
        yield host


class Watch:
    """What went wrong in a context: errors and warnings of the console, exceptions, requests that lead elsewhere."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.found: list[str] = []
        self.origin = origin
        context.on("console", lambda message: message.type in ("error", "warning") and not message.text.startswith(SLOW_WORKER) and self.found.append(message.text))
        context.on("weberror", lambda error: self.found.append(str(error.error)))
        context.on("request", self.look)

    def look(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith((f"{self.origin}/", "data:", "blob:", "about:")):
            self.found.append(f"request to {url}")


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a tab in a fresh profile; at the test's end nothing may have been said on its console or asked elsewhere."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_tab(url: str, origin: str = "", **options: object) -> Page:
        origin = origin or ("file://" if url.startswith("file:") else "/".join(url.split("/")[:3]))
        context = browser.new_context(**{"reduced_motion": "reduce", "viewport": {"width": 1280, "height": 800}, **options})  # type: ignore[arg-type]  # keywords by name, each of a type of its own
        context.set_default_timeout(PATIENCE)
        opened.append((context, Watch(context, origin)))
        page = context.new_page()
        if SLOWDOWN > 1:
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        page.goto(url)
        return page

    yield open_tab
    said = [line for _, watch in opened for line in watch.found]
    for context, _ in opened:
        context.close()
    assert said == []


@pytest.fixture(scope="session")
def axe_source(oracles: Path) -> str:
    """The program that finds what keeps people out."""
    return (oracles / "page/node_modules/axe-core/axe.min.js").read_text("utf-8")
