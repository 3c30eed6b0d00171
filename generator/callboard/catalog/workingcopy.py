"""The files of a folder on this machine, for ``callboard check``: where its repository begins, and safe reading."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from callboard.model import globs
from callboard.model.forges import guess_forge, parse_blob_url, repository_name, web_url
from callboard.model.repository import ReadError, Repository

MAX_BYTES = 20_000_000
NOT_ENTERED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", ".tox"})

_REMOTE = re.compile(r'\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A repository on this machine as it is now. Symbolic links that lead out of *root* are not followed."""

    root: Path
    repository: Repository

    @classmethod
    def around(cls, path: Path, base_url: str) -> WorkingCopy:
        """The checkout that *path* lies in; where it lies in none, *path* itself, or the folder of the file *path*.

        *base_url* is the address that this folder has at its host (``https://github.com/o/r/blob/main``).
        """
        folder = path if path.is_dir() else path.parent
        if address := parse_blob_url(f"{base_url.rstrip('/')}/"):
            return cls(folder.resolve(), _repository(address.repository_url, address.ref, address.path.strip("/")))
        top = next(
            (parent for parent in (folder.resolve(), *folder.resolve().parents) if (parent / ".git").exists()), None
        )
        return cls(top or folder.resolve(), _repository(base_url or (_remote(top) if top else ""), ""))

    def relative(self, path: Path) -> str:
        """*path* as a path of the repository."""
        return path.parent.resolve().joinpath(path.name).relative_to(self.root).as_posix()

    def read(self, path: str) -> bytes:
        """The content of *path*, a path of the repository. Raises ReadError."""
        file = self.root / path
        try:
            real = file.resolve(strict=True)
            if not real.is_relative_to(self.root):
                raise ReadError(
                    "file-unreadable", f"{path} is a link that leads out of the repository", "put the file itself there"
                )
            if not real.is_file():
                raise ReadError("file-unreadable", f"{path} is not a file")
            if real.stat().st_size > MAX_BYTES:
                raise ReadError(
                    "file-too-large", f"{path} has more than {MAX_BYTES:,} bytes", "split it into several files"
                )
            return real.read_bytes()
        except FileNotFoundError:
            raise ReadError("file-unreadable", f"there is no file {path}") from None
        except (OSError, RuntimeError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise ReadError("file-unreadable", f"{path} cannot be read: {reason}") from None

    def exists(self, path: str) -> bool:
        file = self.root / path
        try:
            return file.exists() and file.resolve().is_relative_to(self.root)
        except (OSError, ValueError):
            return False

    def matching(self, pattern: str) -> list[str]:
        """Every file that the glob *pattern* (a path of the repository) means, sorted."""
        magic = globs.MAGIC.search(pattern)
        fixed = pattern[: magic.start()] if magic else pattern
        start = self.root / fixed.rpartition("/")[0]
        found = (file.relative_to(self.root).as_posix() for file in files_below(start)) if start.is_dir() else iter(())
        return sorted(path for path in found if globs.match(pattern, path))


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below *folder*, sorted; folders of tools are left out, and links to folders are not entered."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NOT_ENTERED)
        yield from (Path(parent) / name for name in sorted(names))


def named_like(path: Path, descriptors: Sequence[str]) -> bool:
    """Whether the file is named as one of the configured *descriptors* (globs) is."""
    return any(fnmatchcase(path.name, pattern.rsplit("/", 1)[-1]) for pattern in descriptors)


def _repository(url: str, branch: str, prefix: str = "") -> Repository:
    name = repository_name(url) if url else "this repository"
    return Repository(
        name=name, source="check", url=url, branch=branch, prefix=prefix, forge=guess_forge(url) or "github"
    )


def _remote(top: Path) -> str:
    """The web address of the checkout's origin, without credentials; empty where it has none."""
    try:
        match = _REMOTE.search((top / ".git" / "config").read_text("utf-8", "replace"))
    except OSError:
        return ""
    return web_url(match[1]) if match else ""
