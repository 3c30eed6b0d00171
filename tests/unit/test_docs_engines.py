"""Where manuals come from is chosen by name."""

import dataclasses
from pathlib import Path

from callboard.cli.serve import watched_paths
from callboard.config.model import Config, DocsConfig
from callboard.docs.engines import ENGINES


def test_every_engine_can_be_configured():
    (field,) = (field for field in dataclasses.fields(DocsConfig) if field.name == "engine")

    assert (field.metadata["choices"], field.default) == (tuple(ENGINES), "mkdocs")


def test_a_served_portal_follows_what_is_published(tmp_path):
    """Fails without docs.prebuilt among the watched paths."""
    config = Config(file=tmp_path / "site_config.yml", sources=(), docs=DocsConfig(engine="prebuilt", prebuilt=Path("published")))

    assert watched_paths(config) == (tmp_path / "site_config.yml", tmp_path / "published")
