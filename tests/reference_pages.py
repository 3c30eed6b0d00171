"""Writes the pages of docs/reference/ from the code that they describe, and the list of decisions.

Run it from the repository's root (``python tests/reference_pages.py``) after a setting, problem, command, hook or view has
changed; tests/unit/test_docs.py fails until that is done.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any

import click

from callboard import diagnostics, hookspecs
from callboard.cli.main import cli
from callboard.config.settings import Setting, settings
from callboard.pages import views

ROOT = Path(__file__).resolve().parent.parent
MADE = "<!-- Made by tests/reference_pages.py from the code. Change the code. -->"


def code(text: object) -> str:
    """*text* as code that may stand in a table."""
    return "`" + str(text).replace("|", "\\|") + "`"


def prose(text: str) -> str:
    """A docstring's text as Markdown: its code marks, its lines."""
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")


# -- settings ------------------------------------------------------------------------------------------------------------

SECTIONS = {
    "sources": "Sources\n\nEach item of `sources` has exactly one of these keys.",
    "site": "The site",
    "catalog": "The catalog",
    "docs": "Documentation",
    "search": "Search",
    "": "Folders",
}


def _default(setting: Setting) -> str:
    if setting.default in (None, "", ()):
        return "nothing"
    if isinstance(setting.default, bool):
        return code(str(setting.default).lower())
    if isinstance(setting.default, tuple):
        return ", ".join(code(item) for item in setting.default)
    return code(setting.default)


def _setting(setting: Setting) -> Iterator[str]:
    yield f"### {setting.name}"
    yield prose(setting.sentence)
    facts = [setting.type.capitalize()]
    facts += [f"one of {', '.join(code(choice) for choice in setting.choices)}"] if setting.choices else []
    facts += [f"at least {setting.minimum}"] if setting.minimum else []
    facts.append("required" if setting.required else f"default {_default(setting)}")
    facts += [f"variable {code(setting.variable)}"] if setting.variable else []
    yield "; ".join(facts) + "."


def settings_page() -> str:
    """Every setting under a heading of its own."""
    parts = [
        "# Settings",
        MADE,
        "Every setting of `site_config.yml`. A variable overrides the file; a list in a variable is set apart by commas.",
    ]
    section = None
    for setting in settings():
        found = re.match(r"\w+", setting.name) if re.search(r"[.\[]|^sources$", setting.name) else None
        name = found[0] if found else ""
        if name != section:
            section = name
            parts.append(f"## {SECTIONS[name]}")
        parts += _setting(setting)
    return "\n\n".join(parts) + "\n"


# -- problems ------------------------------------------------------------------------------------------------------------

GROUPS: tuple[tuple[str, Mapping[str, diagnostics.Code]], ...] = (
    ("Configuration", diagnostics.CONFIG_CODES),
    ("Sources", diagnostics.SOURCE_CODES),
    ("Catalog", diagnostics.CATALOG_CODES),
    ("Documentation", diagnostics.DOCS_CODES),
    ("APIs", diagnostics.API_CODES),
    ("Site", diagnostics.SITE_CODES),
)
WORDS = {"error": "An error", "warning": "A warning", "info": "A note"}


def problems_page() -> str:
    """Every code under a heading of its own."""
    parts = [
        "# Problems",
        MADE,
        (
            "Every code that a problem may have. A code never changes its meaning. How problems are shown:"
            " [Health and problems](../health.md)."
        ),
    ]
    for title, codes in GROUPS:
        parts.append(f"## {title}")
        for name, found in codes.items():
            parts += [f"### {name}", f"{WORDS[found.severity.word]}. {found.sentence}"]
    return "\n\n".join(parts) + "\n"


# -- commands ------------------------------------------------------------------------------------------------------------


def commands(group: click.Group = cli, parent: click.Context | None = None) -> Iterator[click.Context]:
    """Every command that does something, with those of groups, in the order of their names."""
    context = parent or click.Context(cli, info_name="callboard", **cli.context_settings)
    for name, command in sorted(group.commands.items()):
        found = click.Context(command, context, info_name=name)
        if isinstance(command, click.Group):
            yield from commands(command, found)
        else:
            yield found


def _usage(context: click.Context) -> str:
    return f"{context.command_path} {' '.join(context.command.collect_usage_pieces(context))}"


def _parameters(command: click.Command, context: click.Context) -> str:
    options = [parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option)]
    rows = [record for option in options if (record := option.get_help_record(context))]
    return "| Option | Meaning |\n|---|---|\n" + "\n".join(
        f"| {code(names)} | {' '.join(text.split())} |" for names, text in rows
    )


def _command(context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}"
    yield prose(inspect.cleandoc(context.command.help or ""))
    yield f"```text\n{_usage(context)}\n```"
    yield _parameters(context.command, context)


def commands_page() -> str:
    """Every command with its options, and the exit codes."""
    context = click.Context(cli, info_name="callboard", **cli.context_settings)
    parts = [
        "# Commands",
        MADE,
        "Results go to the standard output, progress and messages to the standard error.",
        f"```text\n{_usage(context)}\n```",
        _parameters(cli, context),
    ]
    for found in commands():
        parts += _command(found)
    parts += [
        "## Exit codes",
        (
            "| Code | Means |\n|---|---|\n"
            "| 0 | Done; repositories may have problems |\n"
            "| 1 | `check` or `docs build` found an error, or `--strict` a problem |\n"
            "| 2 | The command or the configuration is wrong |\n"
            "| 3 | A bug of Callboard; a report is written |\n"
            "| 4 | Refused, to protect what is there |\n"
            "| 130 | Interrupted; what was published is as it was |"
        ),
    ]
    return "\n\n".join(parts) + "\n"


# -- hooks ---------------------------------------------------------------------------------------------------------------


def hooks() -> tuple[str, ...]:
    """The names of every hook, as they are declared."""
    return tuple(name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec"))


def hooks_page() -> str:
    """Every hook with its signature."""
    parts = [
        "# Hooks",
        MADE,
        "Where a plugin may join in. How to write one: [Plugins](../plugins.md).",
    ]
    for name in hooks():
        hook = getattr(hookspecs, name)
        parts += [
            f"## {name}",
            f"```python\ndef {name}{inspect.signature(hook)}\n```".replace("'", ""),
            prose(inspect.cleandoc(hook.__doc__)),
        ]
    return "\n\n".join(parts) + "\n"


# -- views ---------------------------------------------------------------------------------------------------------------


def _type(hint: Any) -> str:
    arguments = [_type(part) for part in typing.get_args(hint) if part not in (NoneType, Ellipsis)]
    if isinstance(hint, UnionType):
        return " or ".join(arguments) + (" or none" if NoneType in typing.get_args(hint) else "")
    if typing.get_origin(hint) is tuple:
        return "list of " + arguments[0] if Ellipsis in typing.get_args(hint) else "(" + ", ".join(arguments) + ")"
    return {"str": "text", "int": "number", "bool": "yes or no", "Markup": "HTML"}.get(hint.__name__, hint.__name__)


def _parts(hint: Any) -> Iterator[type]:
    for part in typing.get_args(hint):
        yield from _parts(part)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint


def view_classes() -> tuple[type, ...]:
    """The pages' views, and every class that a field of them has, each once."""
    found: dict[type, None] = {}
    waiting = list(views.VIEWS)
    while waiting:
        view = waiting.pop(0)
        if view not in found:
            found[view] = None
            for hint in typing.get_type_hints(view).values():
                waiting += _parts(hint)
    return tuple(found)


def _view(view: Any) -> Iterator[str]:
    yield f"### {view.__name__}"
    own = view.__doc__ or ""
    text = "" if own.startswith(f"{view.__name__}(") else prose(inspect.cleandoc(own))
    template = f"Template: `{view.template}`." if hasattr(view, "template") else ""
    if text or template:
        yield " ".join(part for part in (text, template) if part)
    hints = typing.get_type_hints(view)
    rows = (f"| `{f.name}` | {_type(hints[f.name])} | {prose(f.metadata['doc'])} |" for f in dataclasses.fields(view))
    yield "| Name | Type | Meaning |\n|---|---|---|\n" + "\n".join(rows)


def views_page() -> str:
    """Every page's view, and the values in it."""
    parts = [
        "# Views",
        MADE,
        (
            "What a template may use. Every address is relative to the page that shows it, and safe to put into an `href`."
            " How to replace a template: [Theming](../theming.md)."
        ),
        (
            "Besides, every template has the function `icon(name)`, which draws an icon, `drawn(names)`, which defines those of a"
            " picture of relations, and `sprite()`, which holds all that the page has used."
        ),
        "## Pages",
    ]
    for view in views.VIEWS:
        parts += _view(view)
    parts.append("## Values in them")
    for view in sorted(
        (view for view in view_classes() if view not in views.VIEWS),
        key=lambda view: view.__name__,
    ):
        parts += _view(view)
    return "\n\n".join(parts) + "\n"


# -- decisions -----------------------------------------------------------------------------------------------------------


def decisions_page() -> str:
    """docs/adr/index.md with the list at its end made anew."""
    folder = ROOT / "docs/adr"
    head, _, _ = (folder / "index.md").read_text("utf-8").partition("## List\n")
    titles = []
    for page in sorted(folder.glob("[0-9]*.md")):
        title = re.search(r"^# (.+)$", page.read_text("utf-8"), re.MULTILINE)
        titles.append(f"- [{title[1] if title else page.stem}]({page.name})")
    return f"{head}## List\n\n" + ("\n".join(titles) or "There are none yet.") + "\n"


PAGES = {
    "docs/reference/settings.md": settings_page,
    "docs/reference/problems.md": problems_page,
    "docs/reference/commands.md": commands_page,
    "docs/reference/hooks.md": hooks_page,
    "docs/reference/views.md": views_page,
    "docs/adr/index.md": decisions_page,
}
"""Every page that is made from code, and what makes it."""


if __name__ == "__main__":
    for path, make in PAGES.items():
        (ROOT / path).write_text(make(), "utf-8")
