"""Which repositories exist, and what they hold: folders, git servers, single files."""

from callboard.sources.crawl import SOURCES, crawl

__all__ = ["SOURCES", "crawl"]
