"""The annotations that say where an entity came from, as Backstage adds them (backstage.md 1.5)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import quote

from callboard.model.repository import Repository

LOCATION = "backstage.io/managed-by-location"
ORIGIN_LOCATION = "backstage.io/managed-by-origin-location"
VIEW_URL = "backstage.io/view-url"
EDIT_URL = "backstage.io/edit-url"
SOURCE_LOCATION = "backstage.io/source-location"

_COMMIT = re.compile(r"\b[0-9a-f]{40,}\b")
_LAYOUTS: Mapping[str, tuple[str, str, str]] = {
    "gitlab": ("-/blob", "-/edit", "-/tree"),
    "bitbucket": ("src", "src", "src"),
    "gitea": ("src/branch", "_edit", "src/branch"),
}
_COMMON = ("blob", "edit", "tree")


def location_ref(repository: Repository, path: str) -> str:
    """The ref of the location that the file *path* is: its web address, or where there is none, its path."""
    view = _address(repository, path, 0)
    return f"url:{view}" if view else f"file:{repository.name}/{path}"


def location_annotations(repository: Repository, path: str, origin: str) -> dict[str, str]:
    """The annotations of an entity that is declared in the file *path*; *origin* as in process.process."""
    own = location_ref(repository, path)
    added = {LOCATION: own, ORIGIN_LOCATION: origin or own}
    view = _address(repository, path, 0)
    if view:
        added[VIEW_URL] = view
        if not _COMMIT.search(view):
            added[EDIT_URL] = _address(repository, path, 1)
        folder = posixpath.dirname(path)
        added[SOURCE_LOCATION] = "url:" + _address(repository, f"{folder}/" if folder else "", 2)
    return added


def _address(repository: Repository, path: str, form: int) -> str:
    reference = repository.branch or repository.commit
    if not repository.url or not reference:
        return ""
    layout = _LAYOUTS.get(repository.forge, _COMMON)[form]
    return f"{repository.url.rstrip('/')}/{layout}/{quote(reference)}/{quote(path)}"
