"""The annotations that say where an entity came from, as Backstage adds them (backstage.md 1.5)."""

from __future__ import annotations

import posixpath
import re

from callboard.model.forges import edit_url, tree_url, view_url
from callboard.model.repository import Repository

LOCATION = "backstage.io/managed-by-location"
ORIGIN_LOCATION = "backstage.io/managed-by-origin-location"
VIEW_URL = "backstage.io/view-url"
EDIT_URL = "backstage.io/edit-url"
SOURCE_LOCATION = "backstage.io/source-location"
_COMMIT = re.compile(r"\b[0-9a-f]{40,}\b")
"""An address with a commit in it, wherever: what it shows cannot be edited."""


def location_ref(repository: Repository, path: str) -> str:
    """The ref of the location that the file *path* is: its web address, or where there is none, its path."""
    view = view_url(repository, path)
    return f"url:{view}" if view else f"file:{repository.name}/{path}"


def location_annotations(repository: Repository, path: str, origin: str) -> dict[str, str]:
    """The annotations of an entity that is declared in the file *path*; *origin* as in process.process."""
    own = location_ref(repository, path)
    added = {LOCATION: own, ORIGIN_LOCATION: origin or own}
    if view := view_url(repository, path):
        added[VIEW_URL] = view
        edit = edit_url(repository, path)
        if edit and not _COMMIT.search(view):
            added[EDIT_URL] = edit
        added[SOURCE_LOCATION] = f"url:{tree_url(repository, posixpath.dirname(path))}"
    return added
