"""What people mean is what comes first: sixty-eight labelled queries, through the palette and the search page in a browser.

The labels (search_labels.tsv) say which page a query is about; the score is the mean of 1/rank of that page. Labels are
changed when a page moves, never to make a ranking look better.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import pytest
from browser_kit import Host, hosted
from playwright.sync_api import Page
from portals import build_site

CORPUS = """\
site: {{title: Corpus}}
sources:
  - folder: {{path: "{corpus}/techdocs/*", repository: true, descriptors: ["**/catalog-info.yaml", "**/catalog-info.yml"]}}
  - folder: {{path: "{corpus}/catalog", repository: true, descriptors: ["*.yaml"]}}
  - folder: {{path: "{corpus}/org/*/*", repository: true}}
  - folder: {{path: "{corpus}/templates/*", repository: true, descriptors: ["**/template.yaml"]}}
"""
PALETTE = """async (queries) => {
  const found = [];
  const field = document.querySelector(".palette input");
  const list = document.getElementById("cb-palette-list");
  for (const query of queries) {
    field.value = query;
    field.dispatchEvent(new Event("input"));
    while (list.getAttribute("aria-busy") === "true") await new Promise((done) => setTimeout(done, 10));
    const urls = (group) => [...list.querySelectorAll(`[aria-label=${group}] a:not(.palette-inner)`)].map((row) => row.href);
    found.push({ entity: urls("Catalog"), docs: urls("Documentation") });
  }
  return found;
}"""
SEARCH = """async (queries) => {
  const found = [];
  const field = document.querySelector("cb-search input[type=search]");
  const list = document.querySelector("cb-search .results");
  for (const query of queries) {
    field.value = query;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    while (list.getAttribute("aria-busy") === "true") await new Promise((done) => setTimeout(done, 10));
    found.push([...list.querySelectorAll("h2 a")].map((link) => link.href));
  }
  return found;
}"""


class Label(NamedTuple):
    """A query, and the route of the page that it is about."""

    portal: str
    about: str
    query: str
    expected: str
    why: str


class Portal(NamedTuple):
    name: str
    host: Host
    labels: list[Label]


def labels() -> list[Label]:
    with (Path(__file__).parent / "search_labels.tsv").open(encoding="utf-8") as file:
        return [Label(**row) for row in csv.DictReader(file, delimiter="\t")]


@pytest.fixture(scope="module")
def corpus_host(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The portal of the corpus, on a web server."""
    folder = tmp_path_factory.mktemp("searched")
    (folder / "site_config.yml").write_text(CORPUS.format(corpus=shared / "corpus"), "utf-8")
    with hosted(build_site(folder / "site_config.yml", folder / "site").folder) as host:
        yield host


@pytest.fixture(params=["demo", "corpus"])
def portal(request: pytest.FixtureRequest) -> Portal:
    host = request.getfixturevalue(f"{request.param}_host")
    return Portal(request.param, host, [label for label in labels() if label.portal == request.param])


def rank(expected: str, urls: list[str]) -> int:
    """The place of *expected* among *urls*, from 1; 0 where it is not."""
    plain = [url.split("#")[0].split("?")[0] for url in urls]
    return plain.index(expected) + 1 if expected in plain else 0


def told(where: str, ranks: dict[Label, int]) -> str:
    """Figures, and the queries that did not find their page first."""
    lines = []
    for about in ("entity", "docs"):
        places = {label: place for label, place in ranks.items() if label.about == about}
        lines.append(f"{where}, {about}: MRR {score(places):.3f} of {len(places)} queries")
        lines += [f"  {label.query!r} ({label.why}) finds {label.expected} {f'at {place}' if place else 'not'}" for label, place in places.items() if place != 1]
    return "\n".join(lines)


def score(ranks: dict[Label, int], about: str = "") -> float:
    return mean(1 / place if place else 0 for label, place in ranks.items() if about in ("", label.about))


def ranks(portal: Portal, answers: list[list[str]]) -> dict[Label, int]:
    return {label: rank(f"{portal.host.url}{label.expected}", urls) for label, urls in zip(portal.labels, answers, strict=True)}


def test_there_are_sixty_eight_labels_thirty_eight_of_them_for_docs():
    found = labels()

    assert len({(label.portal, label.query) for label in found}) == 68
    assert [sum(label.about == about for label in found) for about in ("entity", "docs")] == [30, 38]


def test_the_labels_name_pages_that_exist(portal):
    assert [label for label in portal.labels if not (portal.host.folder / label.expected / "index.html").is_file()] == []


def test_the_palette_finds_what_is_meant(portal, open_page):
    page: Page = open_page(portal.host.url)
    page.keyboard.press("Control+k")
    page.get_by_role("option").first.wait_for()
    page.evaluate("async () => (await callboard.entities(document.querySelector('cb-palette').dataset.data)).detail()")

    answers = page.evaluate(PALETTE, [label.query for label in portal.labels])

    found = ranks(portal, [answer[label.about] for answer, label in zip(answers, portal.labels, strict=True)])
    print(told(f"palette of the {portal.name}", found))
    assert score(found, "entity") >= 0.95, told("palette", found)
    assert score(found, "docs") >= 0.85, told("palette", found)


def test_the_search_page_finds_what_is_meant_among_everything(portal, open_page):
    page: Page = open_page(f"{portal.host.url}search/")
    page.locator("cb-search .results[aria-busy=false]").wait_for(state="attached")

    answers = page.evaluate(SEARCH, [label.query for label in portal.labels])

    # What narrows is the palette's: it asks the search page with filters.
    found = {label: place for label, place in ranks(portal, answers).items() if not re.search("[@#:]", label.query)}
    print(told(f"search page of the {portal.name}", found))
    assert score(found, "entity") >= 0.95, told("search page", found)
    assert score(found, "docs") >= 0.85, told("search page", found)
