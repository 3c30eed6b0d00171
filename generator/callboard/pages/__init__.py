"""HTML: what the portal knows, as pages; and its twins for programs."""

from callboard.pages.brand import Brand, read_brand
from callboard.pages.kinds import icon_of
from callboard.pages.render import record, render, theme_key
from callboard.pages.twins import twins

__all__ = ["Brand", "icon_of", "read_brand", "record", "render", "theme_key", "twins"]
