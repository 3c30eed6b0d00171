"""Callboard compiles an organisation's repositories into one static developer portal."""

__version__ = "0.1.0"
