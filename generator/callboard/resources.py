"""Where the files are that ship with the program: theme, browser libraries, demo, templates.

A wheel carries them under ``callboard/_data``; an editable install finds them at the root of the source tree.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def root() -> Path:
    """The folder that holds ``theme``, ``examples``, ``templates`` and ``site_config.yml``."""
    shipped = _PACKAGE / "_data"
    return shipped if shipped.is_dir() else _PACKAGE.parent.parent


def theme() -> Path:
    """Templates, style sheets and scripts."""
    return root() / "theme"


def vendored() -> Path:
    """Browser libraries with their licences, as ``hatch_build.py`` fetched them."""
    return theme() / "vendor" / "dist"


def demo_config() -> Path:
    """The configuration that builds the demo organisation's portal."""
    return root() / "site_config.yml"
