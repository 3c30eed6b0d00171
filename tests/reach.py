"""Where plain links lead: what is in reach of people whose browser runs no script."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from portals import Site

from callboard.model import routes

CLICKS = 4
"""As many as it may take from home to any entity and any page of a manual."""


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def links_of(site: Path, file: str) -> set[str]:
    """Files of the portal that the page *file* leads to by plain links."""
    parser = _Links()
    parser.feed((site / file).read_text("utf-8"))
    found = set()
    for href in parser.found:
        parts = urlsplit(href)
        if parts.scheme or parts.netloc or not parts.path:
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(parts.path)))
        found.add(posixpath.normpath(f"{target}/index.html") if parts.path.endswith(("/", "/.", "/..")) or parts.path in (".", "..") else target)
    return found


def clicks(site: Path) -> Mapping[str, int]:
    """Every page that plain links lead to from the home page, with the clicks that it takes."""
    away = {"index.html": 0}
    edge = ["index.html"]
    while edge:
        reached = {target for page in edge if page.endswith(".html") and (site / page).is_file() for target in links_of(site, page)} - set(away)
        away.update(dict.fromkeys(reached, away[edge[0]] + 1))
        edge = sorted(reached)
    return away


def far(site: Site) -> list[str]:
    """Pages of entities and of manuals that take more than CLICKS from home by plain links."""
    portal = site.built.portal
    away = clicks(site.folder)
    wanted = [routes.entity(ref) for ref in portal.catalog.entities]
    wanted += [routes.manual(ref, page.path) for ref, manual in portal.manuals.by_entity.items() for page in manual.pages]
    return [page for page in wanted if away.get(routes.file_of(page), CLICKS + 1) > CLICKS]
