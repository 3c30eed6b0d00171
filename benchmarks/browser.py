"""What a portal of 10,000 entities and 10,000 pages of documentation costs those who look at it, in real Chromium.

    python benchmarks/browser.py [--site DIR]

builds the portal (or takes the one in DIR), serves it as a static host does (gzip level 6 for texts), and prints each figure
against its limit. Times, but for the filter's, are taken with 150 ms for a round trip, 1.6 Mbit/s and a processor slowed
down four times, in a fresh profile each; bytes are counted at the server, with headers. Exits with 1 where a limit is not kept.
"""

from __future__ import annotations

import argparse
import gzip
import json
import mimetypes
import random
import re
import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import measure
import organisation
from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORIES, PEOPLE = 2250, 21
"""Make 10,177 entities and 10,153 pages of documentation."""
ROUND_TRIP, DOWN, SLOWER = 150, 1_600_000 / 8, 4
TRIES = 5
QUERIES = 20
PREFIX = "/portal/"
TEXTS = frozenset({".html", ".css", ".js", ".json", ".svg", ".txt", ".xml"})

PAINT = """() => new Promise((done) => {
  let last = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) last = entry.startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(last), 500);
})"""
KEY = """async (query) => {
  const field = document.querySelector(".palette input");
  const list = document.getElementById("cb-palette-list");
  field.value = query;
  const start = performance.now();
  const shown = new Promise((done) => new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => done(performance.now())))).observe(list, { childList: true }));
  field.dispatchEvent(new Event("input"));
  return (await shown) - start;
}"""
FILTER = """async (field, text) => {
  const start = performance.now();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
BUSY = """async (field, list, query, event) => {
  field.value = query;
  field.dispatchEvent(event);
  do await new Promise((done) => setTimeout(done, 20)); while (list.getAttribute("aria-busy") === "true");
}"""
SEARCH = f"""(query) => ({BUSY})(document.querySelector("cb-search input[type=search]"), document.querySelector(".results"), query, new KeyboardEvent("keydown", {{ key: "Enter" }}))"""
PALETTE = f"""(query) => ({BUSY})(document.querySelector(".palette input"), document.getElementById("cb-palette-list"), query, new Event("input"))"""
READY = "async () => (await callboard.entities(callboard.data)).detail()"


class Figure(NamedTuple):
    """A measurement and the limit that it keeps within, or does not."""

    what: str
    value: float
    limit: float
    unit: str
    more: str = ""

    def __str__(self) -> str:
        kept = "ok" if self.value <= self.limit else "OVER"
        return f"  {self.what:<46}{self.value:>9,.0f} {self.unit:<3}{f'at most {self.limit:,.0f}':>18}  {kept:<5}{self.more}"


@dataclass
class Host:
    """A static host of *folder*, and what it has sent."""

    folder: Path
    origin: str = ""
    sent: list[tuple[str, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"{self.origin}{PREFIX}"

    def count(self, path: str, number: int) -> None:
        with self.lock:
            self.sent.append((path, number))

    def since(self, last: str = "") -> tuple[float, int]:
        """Kilobytes and requests since the last call; with *last* those up to the last one for a path that ends so."""
        with self.lock:
            found, self.sent = self.sent, []
        while last and found and not found[-1][0].endswith(last):
            found.pop()
        return sum(number for _, number in found) / 1000, len(found)


@lru_cache(maxsize=4096)
def body_of(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.compress(content, 6) if path.suffix in TEXTS else content


class Handler(BaseHTTPRequestHandler):
    host: Host
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        wanted = unquote(urlsplit(self.path).path).removeprefix(PREFIX)
        path = self.host.folder / wanted
        path = path / "index.html" if path.is_dir() else path
        there = path.is_file() and ".." not in wanted
        body = body_of(path) if there else b""
        head = {
            "Content-Type": "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            "Content-Length": str(len(body)),
            "Cache-Control": "max-age=600",
        }
        if there and path.suffix in TEXTS:
            head["Content-Encoding"] = "gzip"
        self.send_response(200 if there else 404)
        for name, value in head.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.host.count(wanted, len(body) + sum(len(name) + len(value) + 4 for name, value in head.items()) + 90)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said of single requests."""


@contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    host = Host(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"host": host}))
    server.daemon_threads = True
    host.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def tab(browser: Browser, *, slow: bool = True) -> Iterator[Page]:
    """A tab in a fresh profile, on a slow line and a slow machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(60_000)
    if slow:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", {"offline": False, "latency": ROUND_TRIP, "downloadThroughput": DOWN, "uploadThroughput": DOWN})
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    yield page
    context.close()


def painted(browser: Browser, url: str) -> float:
    """Milliseconds until the largest part of the first screen is there."""
    with tab(browser) as page:
        page.goto(url, wait_until="load")
        return float(page.evaluate(PAINT))


def paints(browser: Browser, host: Host, routes: Sequence[tuple[str, str, int]]) -> Iterator[Figure]:
    for name, route, limit in routes:
        host.since()
        times = [painted(browser, host.url + route) for _ in range(TRIES)]
        size, _ = host.since()
        yield Figure(f"LCP of {name}", statistics.median(times), limit, "ms", f"{min(times):,.0f} to {max(times):,.0f}; {size / TRIES:,.0f} kB with all that it loads")


def keys(browser: Browser, host: Host, queries: Sequence[str]) -> Iterator[Figure]:
    """From a key in the palette to its results on the screen, once its data is there."""
    with tab(browser) as page:
        page.goto(host.url, wait_until="load")
        host.since()
        page.keyboard.press("Control+k")
        page.get_by_role("option").first.wait_for()
        page.evaluate(READY)
        size, _ = host.since()
        yield Figure("bytes of the palette with titles and tags", size, 250, "kB")
        times = []
        for query in queries:
            times.append(float(page.evaluate(KEY, query)))
            page.wait_for_timeout(50)
        yield Figure("palette: key to result", statistics.median(times), 50, "ms", f"up to {max(times):,.0f}, {len(times)} queries")


def filters(browser: Browser, host: Host, queries: Sequence[str]) -> Iterator[Figure]:
    """From a letter in the filter of the whole catalog to its rows on the screen, on this machine as it is."""
    with tab(browser, slow=False) as page:
        page.goto(f"{host.url}catalog/", wait_until="load")
        page.locator("cb-catalog .sort").first.wait_for(state="attached")
        times = []
        for text in (text for query in queries for text in (query[:1], query, "")):
            page.wait_for_timeout(150)  # rows beyond the first screen follow when there is time
            times.append(float(page.locator("cb-catalog input[type=search]").evaluate(FILTER, text)))
        yield Figure("catalog: letter to rows", statistics.median(times), 50, "ms", f"up to {max(times):,.0f}, {len(times)} filters, nothing slowed down")


def full_text(browser: Browser, host: Host, queries: Sequence[str]) -> Iterator[Figure]:
    """What the first full-text result costs, and later ones, on the search page and in the palette."""
    first, *others = queries
    results = ".results[aria-busy=false] h2 a"
    with tab(browser, slow=False) as page:
        host.since()
        page.goto(f"{host.url}search/?query={first}")
        page.locator(results).first.wait_for()
        page.locator(".search-filters details").first.wait_for()
        size, number = host.since(".pf_fragment")
        yield Figure("first result of the search page, page and all", size, 400, "kB", f"{number} requests")
        later = []
        for query in others:
            page.evaluate(SEARCH, query)
            later.append(host.since()[0])
        yield Figure("later results of the search page", statistics.median(later), 100, "kB", f"up to {max(later):,.0f}, {len(later)} queries")
    with tab(browser, slow=False) as page:
        page.goto(host.url, wait_until="load")
        host.since()
        page.keyboard.press("Control+k")
        page.get_by_role("option").first.wait_for()
        page.evaluate(READY)
        host.since()
        page.get_by_role("combobox", name="Search or jump").fill(first)
        page.locator("[role=group][aria-label=Documentation] a").first.wait_for()
        size, number = host.since()
        yield Figure("first page of docs in the palette", size, 400, "kB", f"{number} requests, after the palette's own data")
        later = []
        for query in others:
            page.evaluate(PALETTE, query)
            later.append(host.since()[0])
        yield Figure("later pages of docs in the palette", statistics.median(later), 100, "kB", f"up to {max(later):,.0f}, {len(later)} queries")


def sampled(site: Path) -> tuple[list[tuple[str, str, int]], list[str], list[str]]:
    """Routes of page types with their limits; queries for names, and for texts."""
    chance = random.Random(organisation.SEED)
    data = (site / "assets/search/palette.js").read_text("utf-8")
    columns = json.loads(f"[{data[data.index('(') + 1 : data.rindex(')')]}]")[2]
    names = [name for name in columns["names"].split("\n") if "-" in name]
    titles = (site / "assets/search/titles.js").read_text("utf-8")
    rows = json.loads(f"[{titles[titles.index('(') + 1 : titles.rindex(')')]}]")[2]["rows"]
    component = next(name for name in chance.sample(names, len(names)) if (site / f"catalog/default/component/{name}").is_dir())
    routes = [
        ("home", "", 1200),
        ("the catalog's index", "catalog/", 2000),
        ("a component", f"catalog/default/component/{component}/", 1200),
        ("a page of docs", next(row[0] for row in chance.sample(rows, len(rows)) if row[0].startswith("docs/")), 1200),
        ("the owners", "owners/", 1200),
        ("the docs' index", "docs/", 1200),
        ("the APIs' index", "apis/", 1200),
        ("the search page", "search/", 1200),
        ("health", "health/", 1200),
    ]
    typed = [name[: chance.randint(1, len(name))] for name in chance.sample(names, QUERIES - 5)]
    typed += [re.sub(r"(.)(.)-", r"\2\1-", name, count=1) for name in chance.sample(names, 5)]
    titled = sorted({word for _, title, *_ in rows for word in title.lower().split() if len(word) > 4})
    pages = [(site / row[0] / "index.html").read_text("utf-8") for row in chance.sample(rows, 60) if row[0].startswith("docs/")]
    written = sorted({word for page in pages for word in re.findall(r"[a-z]{6,}", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).lower())})
    texts = [" ".join(chance.sample(words, chance.choice((1, 1, 2)))) for words in (titled, written) * (QUERIES // 2)]
    texts.insert(0, chance.choice(titled))
    return [each for each in routes if (site / each[1] / "index.html").is_file()], typed, texts


def run(site: Path) -> bool:
    """Print every figure; whether all limits are kept."""
    program = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if program is None:
        raise SystemExit("there is no Chromium here: install chromium")
    routes, typed, texts = sampled(site)
    kept = True
    with hosted(site) as host, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"])
        for figures in (full_text(browser, host, texts), keys(browser, host, typed), filters(browser, host, typed), paints(browser, host, routes)):
            for figure in figures:
                print(figure, flush=True)
                kept &= figure.value <= figure.limit
        browser.close()
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description="What a large portal costs its readers.")
    parser.add_argument("--site", type=Path, help="a portal that is built already")
    arguments = parser.parse_args()
    if arguments.site:
        sys.exit(0 if run(arguments.site) else 1)
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
        folder = Path(name)
        organisation.write(REPOSITORIES, folder, people=PEOPLE)
        built = measure.build(folder)
        print(f"{built['entities']:,} entities, {built['manuals']['pages']:,} pages of documentation, {built['seconds']:.0f} s, {built['files']:,} files", flush=True)
        sys.exit(0 if run(folder / "site") else 1)


if __name__ == "__main__":
    main()
