"""Putting a finished site where people read it."""

from callboard.publish.folder import Written, guard, replace_folder
from callboard.publish.record import is_published, refresh, remember

__all__ = ["Written", "guard", "is_published", "refresh", "remember", "replace_folder"]
