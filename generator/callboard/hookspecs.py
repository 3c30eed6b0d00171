"""Every place a plugin may join in. A hook gets values and returns values; raising never stops the build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pluggy

from callboard.diagnostics import Report, SourceLocation
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


def ask(plugins: pluggy.PluginManager, hook: str, report: Report, **arguments: Any) -> Iterator[Any]:
    """Yield what each plugin's *hook* gives, in order of registration.

    A plugin that raises gives nothing more and becomes a diagnostic: it never stops the build or the others.
    """
    implementations = getattr(plugins.hook, hook).get_hookimpls()
    for implementation in implementations:
        others = [other.plugin for other in implementations if other is not implementation]
        try:
            for answer in plugins.subset_hook_caller(hook, others)(**arguments):
                yield from answer or ()
        except Exception as error:
            where = SourceLocation(f"plugin {implementation.plugin_name}")
            report.add("plugin-failed", f"{hook} raised {type(error).__name__}: {error}", where, "update or remove the plugin")
