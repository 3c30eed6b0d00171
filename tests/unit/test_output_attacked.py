"""What a repository can do to whoever reads the program's output: a terminal obeys escape sequences, the log of a
GitHub workflow obeys commands (``::add-mask::`` and, anywhere in a line, ``##[add-mask]``), a reader believes lines."""

import io
import json
import re
import unicodedata

import pytest
from portals import callboard, component, group, organisation
from rich.console import Console

from callboard.catalog import check as checking
from callboard.cli.console import JsonDisplay, LiveDisplay, PlainDisplay
from callboard.config.model import CatalogConfig
from callboard.diagnostics import Diagnostic, SourceLocation, legible, legible_json, one_line
from callboard.docs import confine
from docs_kit import write_tree

ATTACKS = {
    "cursor": "\x1b[2J\x1b[1;1H",
    "title": "\x1b]0;owned\x07",
    "clipboard": "\x1b]52;c;Y3VybCBldmlsfHNo\x07",
    "C1": "\x9b2J\x90q\x9c",
    "return": "fine\rerror: do as I say",
    "backspace": "rm\x08\x08",
    "line": "fine\nerror[x]: do as I say",
    "separator": "fine\u2028error\u2029x\x85y\x0bz\x0c",
    "turned": "\u202egnp.exe\u2066\u2069\u200f\u061c",
    "command": "\n::add-mask::public",
    "command at the beginning": "::stop-commands::x",
    "old command": "fine ##[add-mask]public",
    "half a character": "a\ud800b",
    "nothing": "a\x00b\x7f",
}
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|^\s*::|##\[", re.M)
WRITTEN = "".join(text for name, text in ATTACKS.items() if name not in {"half a character", "nothing"})
ASIDE = json.dumps(WRITTEN)  # YAML reads it the same


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_problem_is_printed_on_one_line_that_nothing_obeys(attack):
    """Fails without one_line in Diagnostic.__str__ and SourceLocation.__str__."""
    printed = str(Diagnostic("docs-failed", f"before {attack}", SourceLocation(attack, attack, 1, 1), hint=attack))

    head, hint = printed.split("\n")
    assert OBEYED.findall(legible(printed)) == []
    assert OBEYED.findall(f"x{head} x{hint}") == []
    assert "docs-failed" in head and hint.startswith("  hint: ")


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_what_is_harmless_in_a_log_stays_what_it_is_as_json(attack):
    text = legible_json(json.dumps([attack], ensure_ascii=False))

    assert OBEYED.findall(text) == [] and json.loads(text) == [attack]


def test_words_of_every_language_are_printed_as_they_are():
    text = "grün — 日本語 مرحبا שלום 👩‍🚀 a::b [x] #1 ## [x] C:\\new"

    assert (legible(text), one_line(text)) == (text, text)


def test_every_character_that_turns_text_around_or_begins_a_line_is_shown():
    harmful = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) in {"Cc", "Zl", "Zp"} or unicodedata.bidirectional(chr(n)) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}]

    assert [char for char in harmful if char in one_line(char)] == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_progress_is_a_line_that_nothing_obeys(attack):
    """Fails without legible and one_line in the displays."""
    for kind in (PlainDisplay, JsonDisplay):
        stream = io.StringIO()
        display = kind(stream)
        with display.stage("crawl"):
            display.progress(attack)

        assert OBEYED.findall(stream.getvalue()) == []
        assert len(stream.getvalue().splitlines()) == 3


def test_a_name_in_brackets_is_no_markup_of_the_terminal():
    """Fails without markup=False: [/b] is an error of markup, and ends the display of a build."""
    stream = io.StringIO()
    display = LiveDisplay(Console(file=stream, force_terminal=True, width=80))
    with display.stage("crawl"):
        display.progress("teams/[red]alarm[/b]")
        display._progress.refresh()
    display.close()

    assert "teams/[red]alarm[/b]" in stream.getvalue()


HOSTILE = {
    "shop/catalog-info.yaml": f"""\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  title: {ASIDE}
  description: {ASIDE}
  annotations: {{"backstage.io/techdocs-ref": "dir:.", "backstage.io/view-url": {ASIDE}, "x": {ASIDE}}}
  links: [{{url: "javascript:x", title: {ASIDE}}}]
spec:
  type: {ASIDE}
  lifecycle: {ASIDE}
  owner: crew
  system: "ns/{WRITTEN.encode('unicode_escape').decode()}"
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: {ASIDE}, namespace: {ASIDE}, tags: [{ASIDE}], labels: {{{ASIDE}: a}}}}
spec: {{type: a, lifecycle: a, owner: {ASIDE}, dependsOn: [{ASIDE}]}}
---
apiVersion: {ASIDE}
kind: {ASIDE}
metadata: {{name: a}}
{ASIDE}: 1
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {{name: elsewhere}}
spec: {{type: {ASIDE}, targets: [{ASIDE}, "./nowhere{WRITTEN.encode('unicode_escape').decode()}"]}}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {{name: calls}}
spec: {{type: openapi, lifecycle: a, owner: crew, definition: {{$text: {ASIDE}}}}}
---
{ASIDE}: [
""",
    "shop/mkdocs.yml": f"site_name: {ASIDE}\n{ASIDE}: 1\nnav:\n  - {ASIDE}: {ASIDE}\n  - Home: index.md\nplugins: [{ASIDE}, {{redirects: {{redirect_maps: {{{ASIDE}: '//x'}}}}}}]\n"
    f"markdown_extensions: [{ASIDE}, {{toc: {{{ASIDE}: 1}}}}]\n",
    "shop/docs/index.md": "# T\n\n[a](%1b%5b2J%0a::add-mask::x) ![b](%1b]0;x%07.png) [c](##[add-mask]x) [d](#%1b[2J)\n\n```graphviz dot a\n\x1b[2J ##[x] {\n```\n",
    "shop/docs/::error::x.md": "# \x1b[2J\n",
    "shop/docs/##[error]x/index.html": "<script>",
    "::warning::x/catalog-info.yaml": "kind: [\n",
    "##[add-mask]x/catalog-info.yaml": component("good", owner="nobody"),
    "crew/catalog-info.yaml": group(),
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Everything that the commands print about repositories that attack, by command; a broken build first and again."""
    folder = tmp_path_factory.mktemp("attacked")
    config = organisation(folder, {path: text for path, text in HOSTILE.items()})
    write_tree(folder / "repos", {"\x1b[2J/catalog-info.yaml": "kind: [\n", "shop/docs/\x1b]0;x\x07.md": "# x\n"})
    environ = {"XDG_CACHE_HOME": str(folder / "caches"), "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    commands = {
        "build": ("build", "--config", config),
        "explain": ("explain", "component:shop", "--config", config),
        "docs": ("docs", "build", "repos/shop", "--output", folder / "manual"),
    }
    done = {name: callboard(*command, cwd=folder, environ=environ) for name, command in commands.items()}
    assert [(one.returncode, "bug" in one.stderr) for one in done.values()] == [(0, False), (0, False), (1, False)]
    reports = checking.check([folder / "repos"], all=True, config=CatalogConfig(), base_url="")
    return {name: one.stdout + one.stderr for name, one in done.items()} | {form: write(reports) for form, write in checking.FORMATS.items()}


@pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")
@pytest.mark.parametrize("name", ["build", "explain", "docs", "text", "json", "sarif"])
def test_no_command_prints_what_a_terminal_or_a_log_would_obey(outputs, name):
    assert len(outputs[name]) > 500
    assert OBEYED.findall(outputs[name]) == []


def test_annotations_of_github_are_those_of_the_program(outputs):
    lines = outputs["github"].splitlines()

    assert len(lines) > 5
    assert [line for line in lines if not re.match(r"::(?:error|warning|notice) file=[^:]*,line=\d+,col=\d+,title=[a-z-]+::|and \d+ more", line)] == []
    assert [line for line in lines if OBEYED.findall(line.removeprefix("::"))] == []
