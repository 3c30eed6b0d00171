"""The commands: the only package that prints or exits."""

from callboard.cli.main import main

__all__ = ["main"]
