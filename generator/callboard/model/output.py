"""The site as a set of files: one content for each path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file to publish; *origin* says who made it, for when two want the same path."""

    path: str
    content: bytes | Path
    """The bytes, or a file of the store to be copied."""
    origin: str
    guest: bool = False
    """Whether this is content of a repository or a plugin, which yields where a path is taken."""
