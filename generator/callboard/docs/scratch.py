"""The folders that children of the docs worker write in: whether one can be used again, and how one is removed.

What lies in such a folder was made by a process that a repository may have taken over: folders thousands of levels
deep, more files than anybody counts, links, folders that nobody may open. Nothing here recurses or follows a link.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from collections.abc import Iterator

AT_ONCE = 2_000
"""How many files the worker removes before it looks after other manuals again; the rest goes when it ends."""


def is_as_made(folder: str) -> bool:
    """Whether *folder* is as :func:`tempfile.mkdtemp` makes one: empty, open to its owner only, without attributes.

    A default access list would decide on the rights of every file of the next child, and an attribute could tell it
    something.
    """
    try:
        state = os.lstat(folder)
        usual = stat.S_ISDIR(state.st_mode) and stat.S_IMODE(state.st_mode) == 0o700 and state.st_uid == os.geteuid()
        return usual and not (hasattr(os, "listxattr") and _attributes(folder)) and not os.listdir(folder)
    except OSError:
        return False


def _attributes(folder: str) -> list[str]:
    """Attributes that whoever owns *folder* can set; security modules have others on every file."""
    return [name for name in os.listxattr(folder) if name.startswith(("user.", "system."))]


def remove(folder: str, most: int | None = None) -> None:
    """Remove *folder*, but give up after *most* files."""
    for _ in itertools.islice(_steps(folder), most):
        pass


def _steps(folder: str) -> Iterator[None]:
    """Remove *folder* file by file; what lies in a folder of it is moved up first, so that no depth is too deep."""
    numbers = itertools.count()
    before, done = -1, 0
    while before != done:
        before = done
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o700)
            with os.scandir(folder) as entries:
                for entry in entries:
                    for _ in _taken_out(entry, folder, numbers):
                        done += 1
                        yield
            os.rmdir(folder)
            return


def _taken_out(entry: os.DirEntry[str], folder: str, numbers: Iterator[int]) -> Iterator[None]:
    with contextlib.suppress(OSError):
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.path)
            yield
            return
        os.chmod(entry.path, 0o700)
        with os.scandir(entry.path) as inner:
            for child in inner:
                if child.is_dir(follow_symlinks=False):
                    os.chmod(child.path, 0o700)  # a folder is written in when it is moved
                os.rename(child.path, os.path.join(folder, f".{next(numbers)}"))
                yield
        os.rmdir(entry.path)
        yield
