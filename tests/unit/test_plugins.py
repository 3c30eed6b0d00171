"""Plugins join in by hooks, and one that fails never stops the build."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pluggy
import pytest

from callboard import build as building
from callboard import hookspecs
from callboard.config import parse
from callboard.diagnostics import Report
from callboard.hookspecs import hookimpl
from callboard.model.output import OutputFile
from callboard.model.search import SearchDocument
from callboard.pages.views import Card, Fact
from callboard.plugins import load_plugins
from callboard.tools import Tools

DESCRIPTOR = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop, description: Sells things.}
spec: {type: service, lifecycle: production, owner: group:sales}
"""
HOOKS = sorted(name for name, value in vars(hookspecs).items() if hasattr(value, "callboard_spec"))


def build(folder: Path, *plugins: object) -> tuple[Path, list[str]]:
    """The portal of one component with *plugins*, and the problems that are the plugins'."""
    (folder / "repos" / "shop").mkdir(parents=True, exist_ok=True)
    (folder / "repos" / "shop" / "catalog-info.yaml").write_text(DESCRIPTOR)
    report = Report()
    text = "sources: [{folder: {path: repos}}]\nsearch: {full_text: false}\n"
    config = parse(text, file=folder / "site_config.yml", environ={}, report=report)
    tools = Tools(now=dt.datetime(2026, 1, 2, tzinfo=dt.UTC), state=folder / "state", jobs=1)
    tools.state.mkdir(exist_ok=True)
    building.build(config, folder / "site", tools, load_plugins(plugins, installed=False), report)
    return folder / "site", [str(problem) for problem in report if problem.code in {"plugin-failed", "path-conflict"}]


class Rota:
    """A plugin with every hook."""

    @hookimpl
    def entity_cards(self, entity, portal):
        yield Card(f"On call for {entity.name}", (Fact("Today", "A. Roe"),), source="rota, 6 hours ago")

    @hookimpl
    def search_documents(self, portal):
        yield SearchDocument(route="rota/", title="Rota of everyone", section="catalog")

    @hookimpl
    def extra_files(self, portal):
        yield OutputFile("rota/index.txt", b"A. Roe", "rota", guest=True)


class Broken:
    @hookimpl
    def entity_cards(self, entity, portal):
        raise RuntimeError("the rota is down")

    @hookimpl
    def search_documents(self, portal):
        yield SearchDocument(route="half/", title="Half", section="catalog")
        raise RuntimeError("the rota is down")

    @hookimpl
    def extra_files(self, portal):
        return 5


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_test(hook):
    assert any(name.startswith(f"test_hook_{hook}") for name in globals())


def test_hook_entity_cards_adds_a_card_to_the_page_of_the_entity(tmp_path):
    site, problems = build(tmp_path, Rota())

    page = (site / "catalog/default/component/shop/index.html").read_text()
    assert "<h2>On call for shop</h2>" in page
    assert "rota, 6 hours ago" in page
    assert problems == []


def test_hook_search_documents_adds_something_to_find(tmp_path):
    site, _ = build(tmp_path, Rota())

    assert "Rota of everyone" in (site / "assets/search/titles.js").read_text()


def test_hook_extra_files_adds_files(tmp_path):
    site, _ = build(tmp_path, Rota())

    assert (site / "rota/index.txt").read_bytes() == b"A. Roe"


def test_a_plugin_that_fails_is_named_and_the_others_go_on(tmp_path):
    site, problems = build(tmp_path, Broken(), Rota())

    name = problems[0].split(":")[0]
    assert name.startswith("plugin ")
    assert problems == [
        f"{name}: warning[plugin-failed]: entity_cards raised RuntimeError: the rota is down\n"
        "  hint: update or remove the plugin",
        f"{name}: warning[plugin-failed]: extra_files raised TypeError: 'int' object is not iterable\n"
        "  hint: update or remove the plugin",
        f"{name}: warning[plugin-failed]: search_documents raised RuntimeError: the rota is down\n"
        "  hint: update or remove the plugin",
    ]
    assert (site / "rota/index.txt").is_file()
    assert "On call for shop" in (site / "catalog/default/component/shop/index.html").read_text()


def test_a_file_of_a_plugin_never_takes_the_place_of_a_page(tmp_path):
    class Greedy:
        @hookimpl
        def extra_files(self, portal):
            yield OutputFile("Index.html", b"mine", "greedy")
            yield OutputFile("../outside.txt", b"mine", "greedy")

    site, problems = build(tmp_path, Greedy())

    assert b"mine" not in (site / "index.html").read_bytes()
    assert not (tmp_path / "outside.txt").exists()
    assert problems == [
        "greedy: error[path-conflict]: Index.html is written by both pages/home.html and greedy\n"
        "  hint: rename one of them; case does not count",
        "greedy: warning[plugin-failed]: '../outside.txt' is not a path below the portal's root",
    ]


def test_a_hook_that_does_not_exist_is_refused_when_plugins_are_loaded():
    class Misspelt:
        @hookimpl
        def entity_card(self, entity):
            return []

    with pytest.raises(pluggy.PluginValidationError, match="entity_card"):
        load_plugins([Misspelt()], installed=False)
