"""Putting a finished site where people read it."""

from callboard.publish.folder import Written, replace_folder

__all__ = ["Written", "replace_folder"]
