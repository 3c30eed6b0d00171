"""Which files and folders of this machine a path or glob of the configuration means."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path

from callboard.model.globs import compiled, expand_braces, is_glob
from callboard.sources.disk import NOT_SOURCES
from callboard.sources.kinds import SourceError


def places(
    folder: Path,
    pattern: str,
    *,
    wants: Callable[[str], bool],
    without: Collection[str] = (),
) -> tuple[tuple[Path, str], ...]:
    """Each place below *folder* that *pattern* means and *wants* accepts, with what the glob's part of it matched.

    Sorted, each once. A path without glob is taken as it is. Raises SourceError where the folder in which a glob begins cannot be read.
    """
    found: dict[Path, str] = {}
    for one in expand_braces(pattern):
        if not is_glob(one) or os.path.lexists(folder / one):
            place = Path(os.path.normpath(folder / one))
            found.setdefault(place, place.name)
            continue
        segments = one.split("/")
        first = next(n for n, segment in enumerate(segments) if is_glob(segment))
        base = Path(os.path.normpath(folder / "/".join(segments[:first]))) if first else folder
        if one.startswith("/") and first == 1:
            base = Path("/")
        rest = [segment for segment in segments[first:] if segment not in {"", "."}]
        found |= dict(sorted((base / path, path) for path in _below(base, "/".join(rest), wants, without)))
    return tuple(found.items())


def _below(base: Path, pattern: str, wants: Callable[[str], bool], without: Collection[str]) -> list[str]:
    """Paths below *base* that match *pattern*; links to folders are not followed."""
    glob = compiled(pattern)
    deepest = None if "**" in pattern.split("/") else pattern.count("/") + 1
    found: list[str] = []
    ahead = [""]
    while ahead:
        folder = ahead.pop()
        try:
            with os.scandir(base / folder) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if not folder:
                raise unreadable(base, error) from None
            continue
        for entry in inside:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name in NOT_SOURCES or entry.path in without:
                continue
            if glob.match(path) and wants(entry.path):
                found.append(path)
            if entry.is_dir(follow_symlinks=False) and (deepest is None or path.count("/") + 1 < deepest):
                ahead.append(path)
    return found


def unreadable(place: Path, error: OSError) -> SourceError:
    """The problem of a folder that is configured and cannot be listed."""
    if isinstance(error, FileNotFoundError):
        return SourceError(
            "is not there",
            "look for a typing error in path, which is relative to the configuration file",
        )
    if isinstance(error, NotADirectoryError):
        return SourceError(
            "is a file, not a folder",
            "write file: {path: ...} for descriptors, or the folder around it",
        )
    return SourceError(
        f"cannot be read: {error.strerror}",
        f"give the user of the build the right to read {place.name}",
    )
