"""The guide says what the program does: its pages are made from the code, or tried out on it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import NamedTuple

import click
import pluggy
import pytest
import yaml

import reference_pages
from callboard import hookspecs
from callboard.catalog.check import check
from callboard.cli.main import cli
from callboard.config import load
from callboard.config.model import CatalogConfig
from callboard.config.settings import settings
from callboard.diagnostics import CODES, Report
from callboard.pages import explorer, views

ROOT = reference_pages.ROOT
DOCS = ROOT / "docs"
GUIDE = sorted(DOCS.rglob("*.md"))
FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>.*)\n(?P<body>(?:.*\n)*?)(?P=indent)(?P=ticks)$",
    re.MULTILINE,
)


class Example(NamedTuple):
    """A block of code of the guide."""

    page: str
    language: str
    title: str
    text: str
    number: int

    def __str__(self) -> str:
        return f"{self.page}-{self.number}"


def examples() -> Iterator[Example]:
    for page in GUIDE:
        for number, found in enumerate(FENCE.finditer(page.read_text("utf-8"))):
            language, _, rest = found["info"].strip().partition(" ")
            title = re.search(r'title="([^"]*)"', rest)
            text = re.sub(f"^{found['indent']}", "", found["body"], flags=re.MULTILINE)
            yield Example(
                page.relative_to(DOCS).as_posix(),
                language,
                title[1] if title else "",
                text,
                number,
            )


EXAMPLES = tuple(examples())
DESCRIPTORS = [e for e in EXAMPLES if e.language == "yaml" and re.search(r"^apiVersion:", e.text, re.MULTILINE)]
CONFIGS = [e for e in EXAMPLES if e.language == "yaml" and re.search(r"^sources:", e.text, re.MULTILINE)]
COMMANDS = [
    (example.page, line)
    for example in EXAMPLES
    if example.language in ("shell", "yaml")
    for line in example.text.splitlines()
    if re.search(r"(?:^|/|run: )callboard ", line)
] + [
    (page.relative_to(DOCS).as_posix(), found)
    for page in GUIDE
    for found in re.findall(r"`(callboard [a-z][^`]*)`", page.read_text("utf-8"))
]


def headings(page: Path) -> list[str]:
    text = FENCE.sub("", page.read_text("utf-8"))
    return [title.replace("`", "") for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]


def anchor(heading: str) -> str:
    """As Python-Markdown's toc makes it."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower())


# -- reference -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", reference_pages.PAGES)
def test_reference_pages_are_what_the_code_says(path):
    written = (ROOT / path).read_text("utf-8")

    assert written == reference_pages.PAGES[path](), "run python tests/reference_pages.py"


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("settings.md", [setting.name for setting in settings()]),
        ("problems.md", list(CODES)),
        ("commands.md", [context.command_path for context in reference_pages.commands()]),
        ("hooks.md", list(reference_pages.hooks())),
        ("views.md", [view.__name__ for view in views.VIEWS]),
    ],
)
def test_everything_that_users_can_name_has_a_heading(page, names):
    assert names
    assert set(names) <= set(headings(DOCS / "reference" / page))


# -- examples ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", DESCRIPTORS, ids=str)
def test_descriptors_of_the_guide_are_accepted(example, tmp_path):
    file = tmp_path / "catalog-info.yaml"
    file.write_text(example.text, "utf-8")
    for part in (
        "services",
        "libraries",
    ):  # a Location of the guide names what lies below them
        (tmp_path / part / "one").mkdir(parents=True)
        (tmp_path / part / "one/catalog-info.yaml").touch()
    (tmp_path / "api").mkdir()
    (tmp_path / "api/openapi.yaml").write_text("openapi: 3.1.0\n", "utf-8")  # and a placeholder this

    reports = check(
        [file],
        all=False,
        config=CatalogConfig(),
        base_url="https://git.acme.example/acme/shop/blob/main",
    )

    assert reports
    assert [str(problem) for report in reports for problem in report.problems] == []


@pytest.mark.parametrize("example", CONFIGS, ids=str)
def test_configurations_of_the_guide_load(example, tmp_path):
    file = tmp_path / "site_config.yml"
    file.write_text(example.text, "utf-8")
    report = Report()

    assert load(file, environ={"GIT_TOKEN": "secret", "GITHUB_TOKEN": "secret"}, report=report).sources
    assert list(report) == []


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_commands_of_the_guide_exist(page, line):
    words = shlex.split(line[line.index("callboard ") :])[1:]
    command: click.Command = cli
    while isinstance(command, click.Group) and words and words[0] != "--version":
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}

    assert {word for word in words if word.startswith("-")} <= known


def test_the_plugin_of_the_guide_is_a_plugin():
    (example,) = [e for e in EXAMPLES if e.page == "plugins.md" and e.language == "python"]
    plugin = ModuleType("acme_portal")
    exec(example.text, vars(plugin))  # noqa: S102 - it is our own page
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)

    manager.register(plugin)

    manager.check_pending()
    shop = SimpleNamespace(annotations={"acme.example/channel": "#shop"})
    assert [list(cards) for cards in manager.hook.entity_cards(entity=shop, portal=None)] == [
        [views.Card(title="Chat", facts=(views.Fact(label="Channel", text="#shop"),))]
    ]


def test_the_style_sheet_of_the_guide_changes_what_the_theme_has():
    (example,) = [e for e in EXAMPLES if e.page == "theming.md" and e.language == "css"]
    tokens = (ROOT / "theme/css/tokens.css").read_text("utf-8")

    names = re.findall(r"--[\w-]+(?=:)", example.text)

    assert names
    assert [name for name in names if f" {name}:" not in tokens] == []


def test_templates_that_the_guide_names_are_in_the_theme():
    names = re.findall(r"`((?:pages|parts|layouts)/[\w.]+)`", (DOCS / "theming.md").read_text("utf-8"))

    assert names
    assert [name for name in names if not (ROOT / "theme" / name).is_file()] == []


# -- the guide as a manual -----------------------------------------------------------------------------------------------


def nav_pages(items) -> Iterator[str]:
    for item in items:
        for value in item.values() if isinstance(item, dict) else [item]:
            if isinstance(value, list):
                yield from nav_pages(value)
            else:
                yield value


def test_every_page_is_in_the_navigation():
    nav = list(nav_pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]))
    pages = [page.relative_to(DOCS).as_posix() for page in GUIDE]

    assert sorted(nav) == [page for page in pages if not re.match(r"adr/\d", page)]


@pytest.mark.parametrize("page", GUIDE, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_every_link_of_the_guide_leads_somewhere(page):
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text("utf-8")))
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.is_file() or fragment and fragment not in {anchor(title) for title in headings(file)}:
            broken.append(target)

    assert broken == []


def test_the_page_about_the_catalog_names_every_facet_and_every_value_that_addresses_know():
    text = (ROOT / "docs/catalog.md").read_text("utf-8")

    assert [column.name for column in explorer.COLUMNS if f"`{column.name}=" not in text] == []
    assert [value for value in explorer.WORRIES if f"`problems={value}`" not in text] == []
    assert [value for value in explorer.YOURS if f"`user={value}`" not in text] == []
