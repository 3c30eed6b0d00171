"""The data of the palette and of the search by titles."""

from __future__ import annotations

from collections.abc import Iterator

from callboard.model.output import OutputFile
from callboard.model.search import SearchDocument


def data_files(documents: tuple[SearchDocument, ...]) -> Iterator[OutputFile]:
    """Scripts that hand their columns to the palette."""
    yield from ()
