"""HTML: what the portal knows, as pages; and its twins for programs."""

from callboard.pages.render import render
from callboard.pages.twins import twins

__all__ = ["render", "twins"]
