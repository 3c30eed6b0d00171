"""What one build tells the next about its manuals: where the last good one of each is."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from callboard.model.ref import EntityRef

VERSION = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """The last good manual of an entity. *base* and *snippets* save reading every page to find what it includes."""

    repo: str
    key: str
    since: dt.datetime
    base: str = ""
    snippets: tuple[str, ...] = ()


def read_state(path: Path) -> dict[EntityRef, Kept]:
    """What the last build wrote to *path*; empty where there is none, or it is damaged or of another version."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["version"] != VERSION:
            return {}
        return {
            EntityRef.parse(ref): Kept(
                row["repo"], row["key"], dt.datetime.fromisoformat(row["since"]), row["base"], tuple(row["snippets"])
            )
            for ref, row in document["manuals"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_state(path: Path, kept: Mapping[EntityRef, Kept]) -> None:
    """Replace *path* in whole."""
    manuals = {
        str(ref): {"repo": row.repo, "key": row.key, "since": row.since.isoformat(), "base": row.base, "snippets": row.snippets}
        for ref, row in sorted(kept.items())
    }
    text = json.dumps({"version": VERSION, "manuals": manuals}, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)
