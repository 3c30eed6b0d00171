"""HTML: what the portal knows, as pages; and its twins for programs."""

from callboard.pages.kinds import icon_of
from callboard.pages.render import record, render, theme_key
from callboard.pages.twins import twins

__all__ = ["icon_of", "record", "render", "theme_key", "twins"]
