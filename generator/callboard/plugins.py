"""Built-in and installed plugins, as one plugin manager: a value that is passed by hand."""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from callboard import hookspecs


def load_plugins(extra: Iterable[object] = (), *, installed: bool = True) -> pluggy.PluginManager:
    """The *extra* plugins (tests pass theirs here), then those that installed packages declare.

    A package declares one by an entry point in the group ``callboard``. Raises pluggy.PluginValidationError where a
    hook has a name or an argument that hookspecs.py does not know.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for plugin in extra:
        manager.register(plugin)
    if installed:
        manager.load_setuptools_entrypoints(hookspecs.PROJECT)
    manager.check_pending()
    return manager
