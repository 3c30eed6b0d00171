"""What was published from what: so that a build of equal inputs finds its site made already.

The record lies in the state folder and says which inputs made the published folder, and how each of its files looked
(size and time). A folder that somebody touched since, or that came back from elsewhere, is written anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from callboard.model.output import OutputFile
from callboard.publish.folder import Written, files_below, sweep

NAME = "published.json"


def looks(output: Path) -> Mapping[str, list[int]]:
    """Size and time of every file of *output*."""
    found: dict[str, list[int]] = {}
    for path in files_below(output):
        stat = (output / path).lstat()
        found[path] = [stat.st_size, stat.st_mtime_ns]
    return found


def remember(state: Path, output: Path, key: str) -> None:
    """Note that *output* was made of the inputs that *key* stands for."""
    record = {"key": key, "output": str(output.resolve()), "files": looks(output)}
    aside = state / f"{NAME}.new"
    aside.write_text(json.dumps(record), "utf-8")
    os.replace(aside, state / NAME)


def is_published(state: Path, output: Path, key: str) -> bool:
    """Whether *output* is still as a build of *key*'s inputs left it."""
    try:
        record = json.loads((state / NAME).read_text("utf-8"))
        same = record["key"] == key and record["output"] == str(output.resolve())
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return same and output.is_dir() and not output.is_symlink() and record["files"] == looks(output)


def refresh(output: Path, files: Iterable[OutputFile]) -> Written:
    """Replace *files* of the published folder, each in one step. For what changes with every build."""
    sweep(output)
    changed = []
    for file in files:
        target = output / file.path
        content = file.content if isinstance(file.content, bytes) else file.content.read_bytes()
        if target.read_bytes() != content:
            aside = target.with_name(f".{target.name}.new")
            aside.write_bytes(content)
            os.replace(aside, target)
            changed.append(file.path)
    return Written(len(files_below(output)), tuple(sorted(changed)), ())
