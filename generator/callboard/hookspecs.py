"""Every place a plugin may join in. A hook gets values and returns values; raising never stops the build."""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from callboard.model.entity import Entity
from callboard.model.output import OutputFile
from callboard.model.portal import Portal
from callboard.model.search import SearchDocument

PROJECT = "callboard"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def entity_cards(entity: Entity, portal: Portal) -> Iterable[object]:
    """Cards for the page of *entity*: values of ``callboard.pages.views.Card``, shown below the built-in ones."""
    raise NotImplementedError


@hookspec
def search_documents(portal: Portal) -> Iterable[SearchDocument]:
    """More things to find, besides entities and documentation."""
    raise NotImplementedError


@hookspec
def extra_files(portal: Portal) -> Iterable[OutputFile]:
    """More files to publish. One that wants a path of the portal's own is dropped with a diagnostic."""
    raise NotImplementedError
