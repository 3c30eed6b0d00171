"""Which repositories exist, and what they hold: folders, git servers, single files."""

from callboard.sources.crawl import SOURCES, crawl
from callboard.sources.folder import checkout_around

__all__ = ["SOURCES", "checkout_around", "crawl"]
