"""From the files that the crawl found to entities that know each other."""

from callboard.catalog.assemble import assemble

__all__ = ["assemble"]
