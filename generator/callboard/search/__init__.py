"""Finding: one list of search documents, and the indexes made of it."""

from callboard.search.data import data_files
from callboard.search.documents import documents
from callboard.search.pagefind import index

__all__ = ["data_files", "documents", "index"]
