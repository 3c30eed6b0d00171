"""A folder of finished work, addressed by what went into it.

A key is the hash of everything the work depends on, so an entry is never updated and never stale: a changed input is
another key. Entries appear by rename, so a reader sees a whole one or none.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path


def fingerprint(*parts: bytes | str) -> str:
    """A hash of *parts* in which their boundaries count."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


class Store:
    """Entries are folders. Several processes may use one store at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _entry(self, key: str) -> Path:
        return self.root / key[:2] / key

    def get(self, key: str) -> Path | None:
        entry = self._entry(key)
        return entry if entry.is_dir() else None

    def get_or_make(self, key: str, make: Callable[[Path], None]) -> Path:
        """Return the entry for *key*; if there is none, have *make* fill an empty folder."""
        if entry := self.get(key):
            return entry
        entry = self._entry(key)
        entry.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix="making-", dir=self.root))
        try:
            make(staging)
            os.rename(staging, entry)
        except BaseException as error:
            shutil.rmtree(staging, ignore_errors=True)
            if isinstance(error, OSError) and entry.is_dir():  # somebody else was faster
                return entry
            raise
        return entry

    def keep(self, keys: Iterable[str], *, among: Callable[[Path], bool] = os.path.isdir) -> int:
        """Remove every entry *among* which are not *keys*, and what interrupted work left behind. Returns how many went."""
        wanted = set(keys)
        removed = 0
        for shelf in sorted(self.root.glob("*")) if self.root.is_dir() else ():
            entries = [shelf] if shelf.name.startswith("making-") else sorted(shelf.iterdir())
            for entry in entries:
                if entry.name not in wanted and (entry is shelf or among(entry)):
                    shutil.rmtree(entry, ignore_errors=True)
                    removed += 1
        return removed
