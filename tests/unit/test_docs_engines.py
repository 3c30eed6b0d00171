"""Where manuals come from is chosen by name."""

import dataclasses

from callboard.config.model import DocsConfig
from callboard.docs.engines import ENGINES


def test_every_engine_can_be_configured():
    (field,) = (field for field in dataclasses.fields(DocsConfig) if field.name == "engine")

    assert (field.metadata["choices"], field.default) == (tuple(ENGINES), "mkdocs")
