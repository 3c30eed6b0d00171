"""The full-text index: Pagefind over the written pages, made deterministic."""

from __future__ import annotations

from pathlib import Path

from callboard.diagnostics import Report
from callboard.tools import Tools


def index(folder: Path, *, previous: Path | None, tools: Tools, report: Report) -> bool:
    """Index the pages of *folder*; True where the index of *previous* could be kept."""
    return False
