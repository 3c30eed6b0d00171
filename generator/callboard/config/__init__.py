"""What the portal's owner wants: one settings table, and what loads it."""

from callboard.config.load import ConfigError, load, parse
from callboard.config.model import Config

__all__ = ["Config", "ConfigError", "load", "parse"]
