"""Writes a site aside and swaps it in whole, so that readers and an interrupted build never meet half of one.

A file whose bytes have not changed is a hard link to the one that is published, so it keeps its time and costs no
write. The two renames of the swap are the only moment without a site.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from callboard.diagnostics import CallboardError, GuardError, Report, SourceLocation
from callboard.model.output import OutputFile

MARKER = "api/build.json"
"""By this file a folder is known as a portal, which may be replaced."""
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """What replacing a folder did: how many files it holds, and the paths that are new, changed or gone."""

    files: int
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def guard(output: Path) -> None:
    """Raise GuardError where *output* is a folder that no build of ours has made."""
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise GuardError(f"{output} is not a folder; name another one with --output")
    if output.is_dir() and any(output.iterdir()) and not (output / MARKER).is_file():
        raise GuardError(f"{output} holds files that are not a portal's; empty it, or name another folder with --output")


def replace_folder(
    files: Iterable[OutputFile],
    output: Path,
    *,
    report: Report,
    finish: Callable[[Path, Path | None], None],
) -> Written:
    """Write *files*, have *finish* (given the new folder and the published one) add what it makes, and swap.

    Raises GuardError if *output* is not ours, and CallboardError if two of our own files want one path: that is a bug.
    """
    guard(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    sweep(output)
    published = output if output.is_dir() else None
    staging = Path(tempfile.mkdtemp(prefix=f".{output.name}.making-", dir=output.parent))
    try:
        _write(files, staging, published, report)
        finish(staging, published)
        written = compare(staging, published)
        _swap(staging, output)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return written


def sweep(output: Path) -> None:
    """Clear what a killed build left beside *output*; put the old site back where the swap was cut in two."""
    for old in sorted(output.parent.glob(f".{output.name}.old-*")):
        if output.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            os.rename(old, output)
    for unfinished in output.parent.glob(f".{output.name}.making-*"):
        shutil.rmtree(unfinished, ignore_errors=True)


def _write(files: Iterable[OutputFile], staging: Path, published: Path | None, report: Report) -> None:
    taken: dict[str, str] = {}
    above: dict[str, str] = {}
    folders: set[Path] = set()
    for file in files:
        if {"", ".", ".."} & set(file.path.split("/")) or "\\" in file.path or "\0" in file.path:
            raise CallboardError(f"{file.path!r}, of {file.origin}, is not a path below the portal's root")
        other = _in_the_way(file, taken, above)
        if other is not None:
            message = f"{file.path} is written by both {other} and {file.origin}"
            if not file.guest:
                raise CallboardError(message)
            report.add("path-conflict", message, SourceLocation(file.origin), "rename one of them; case does not count")
            continue
        target = staging / file.path
        if target.parent not in folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.add(target.parent)
        before = published / file.path if published else None
        if before is not None and _holds(before, file.content):
            os.link(before, target)
        elif isinstance(file.content, bytes):
            target.write_bytes(file.content)
        else:
            shutil.copyfile(file.content, target)


def _in_the_way(file: OutputFile, taken: dict[str, str], above: dict[str, str]) -> str | None:
    """Who made the file that has the path of *file*, needs it as a folder, or is where *file* needs one; else the origin of
    *file* is noted in *taken* (by path) and *above* (by folder, of the first file that needs each).

    Origins are kept and files are not: all of them together are as large as the site.
    """
    path = file.path.casefold()
    other = taken.get(path) or above.get(path)
    folders = []
    while other is None and (path := path.rpartition("/")[0]) and path not in above:
        other = taken.get(path)
        folders.append(path)
    if other is None:
        taken[file.path.casefold()] = file.origin
        above.update(dict.fromkeys(folders, file.origin))
    return other


def _holds(path: Path, content: bytes | Path) -> bool:
    """Whether the regular file *path* is there and holds *content*."""
    if path.is_symlink() or not path.is_file():
        return False
    if isinstance(content, bytes):
        return path.stat().st_size == len(content) and path.read_bytes() == content
    return _same(path, content)


def _same(one: Path, other: Path) -> bool:
    if os.path.samefile(one, other):
        return True
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as a, other.open("rb") as b:
        while block := a.read(BLOCK):
            if block != b.read(BLOCK):
                return False
    return True


def files_below(folder: Path) -> tuple[str, ...]:
    """Every file below *folder*, sorted, with ``/``."""
    found = [
        os.path.relpath(os.path.join(root, name), folder).replace(os.sep, "/")
        for root, _, names in os.walk(folder)
        for name in names
    ]
    return tuple(sorted(found))


def compare(new: Path, old: Path | None) -> Written:
    """What differs between two folders."""
    after = files_below(new)
    before = set(files_below(old)) if old else set()
    changed = tuple(path for path in after if path not in before or (old and not _same(new / path, old / path)))
    return Written(len(after), changed, tuple(sorted(before - set(after))))


def _swap(staging: Path, output: Path) -> None:
    os.chmod(staging, 0o755)  # noqa: S103  # a web server reads it
    if not output.exists():
        os.rename(staging, output)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{output.name}.old-", dir=output.parent))
    os.rename(output, old)
    try:
        os.rename(staging, output)
    except BaseException:
        os.rename(old, output)
        raise
    shutil.rmtree(old, ignore_errors=True)
