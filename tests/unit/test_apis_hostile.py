"""Random definitions that attack: real ones in which any text, name or value is another's code, address or disguise.

One portal is built of all of them, as of one organisation. Whatever they say, their pages have only the elements, attributes
and kinds of addresses that pages of peaceful definitions have, they stay within a page's budget, and nothing takes long.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from portals import DEMO, ROOT, Site, build_site, group, organisation

from callboard import yamlsource
from callboard.apis import describe, limits
from callboard.sanitize import _PLAIN_TAGS

COUNT = int(os.environ.get("CALLBOARD_HOSTILE_APIS", "48"))
"""With a large number here, and another CALLBOARD_HOSTILE_SEED, new attacks are looked for."""
SEED = int(os.environ.get("CALLBOARD_HOSTILE_SEED", "20260304"))
BUDGET = 60_000
EVIL = "https://evil.example/x"
TEXTS = (
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "' onfocus='alert(1)' autofocus='",
    "<style>*{display:none}</style>", f"<base href={EVIL}>", f"<iframe src={EVIL}>", f"<form action={EVIL}><button>go", f"<link rel=stylesheet href={EVIL}>",
    f"<meta http-equiv=refresh content='0;url={EVIL}'>", f"![x]({EVIL}.png)", "[x](javascript:alert(1))", "<a href='jav&#x09;ascript:alert(1)' onclick=alert(1) style=color:red id=cb-main>x</a>",
    f"[x](<{EVIL}> 'a\" onclick=\"alert(1)')", "[x]: javascript:alert(1)\n\n[x]", "<javascript:alert(1)>", "<details open ontoggle=alert(1)>", "<table background=x><tr><td style=x>y</table>",
    "```html\n<script>\n```", "</code></pre></div></main></body>", "<!--", "<![CDATA[", "]]>", "<textarea>", "<plaintext>", "<math><mtext><mglyph><style><img src=x onerror=alert(1)>",
    "<cb-palette></cb-palette>", "{{ 7*7 }}", "{% raw %}", "${x}", "\u202egnp.exe\u2066", "a\x00b\x1b[2J\x7f", "\ud800", "\u2028\u2029", "x" * 5000, "W" * 300 + " ", "",
)  # fmt: skip
ADDRESSES = ("javascript:alert(1)", "JaVaScRiPt:alert(1)", " \x01javascript:alert(1)", "java\tscript:x", "vbscript:x", "data:text/html,<script>alert(1)</script>", "blob:x", "file:///etc/passwd", "//evil.example/x", "\\\\evil.example", EVIL, "mailto:a@b.example?subject=<x>")  # fmt: skip
REFERENCES = ("#", "#/", "#/components/schemas/Nowhere", "#/paths", "other.yaml#/x", f"{EVIL}#/y", "file:///etc/passwd", "../../secret.yaml", "#/components/schemas/%E0%A4%A", "javascript:alert(1)")
VALUES = (None, True, -1, 1e308, 10**400, [], {}, [[]], {"$ref": "#"}, {"": {}}, "__proto__", "constructor")
KEPT = frozenset({"openapi", "swagger", "asyncapi"})
"""Keys whose value tells the format; without it there would be nothing to attack by."""


def _poisoned(node: Any, chance: random.Random, share: float, key: str = "") -> Any:
    if key in KEPT:
        return node
    if chance.random() < share:
        return chance.choice(REFERENCES if key == "$ref" else ADDRESSES if "url" in key.lower() and chance.random() < 0.8 else (*TEXTS, *ADDRESSES, *VALUES))
    if isinstance(node, dict):
        return {(name if name in KEPT or chance.random() > share / 2 else chance.choice(TEXTS)): _poisoned(value, chance, share, name) for name, value in node.items()}
    if isinstance(node, list):
        return [_poisoned(item, chance, share) for item in node]
    return node


def _quoted(text: str, mark: str, chance: random.Random, share: float) -> str:
    """*text* in which what stands between two marks is, here and there, an attack."""
    pieces = text.split(mark)
    for n in range(1, len(pieces), 2):
        if chance.random() < share:
            pieces[n] = chance.choice([each for each in TEXTS if '"' not in each and "\n" not in each]).replace("\\", "")
    return mark.join(pieces)


def _definitions() -> Iterator[tuple[str, str]]:
    """Type and text of each."""
    files = sorted(path for path in (ROOT / "examples").rglob("api/*") if path.is_file())
    trees = [yamlsource.read_documents(path.read_text("utf-8"))[0].value for path in files if path.suffix in {".yaml", ".json"}]
    old = {"swagger": "2.0", **{key: value for key, value in trees[0].items() if key != "openapi"}, "host": "example.org", "schemes": ["https"], "consumes": ["application/json"], "produces": ["application/json"]}
    texts = {path.suffix: path.read_text("utf-8") for path in files if path.suffix in {".graphql", ".proto"}}
    chance = random.Random(SEED)
    for n in range(COUNT):
        share = chance.choice((0.01, 0.04, 0.15))
        if n % 8 == 6:
            yield "graphql", _quoted(texts[".graphql"], '"', chance, share * 4)
        elif n % 8 == 7:
            lines = [f"// {chance.choice(TEXTS)}".splitlines()[0] + f"\n{line}" if chance.random() < share else line for line in texts[".proto"].splitlines()]
            yield "grpc", _quoted("\n".join(lines), '"', chance, share)
        else:
            peaceful = old if n % 8 == 5 else trees[n % len(trees)]
            tree = {key: _poisoned(value, chance, share, key) for key, value in peaceful.items()}
            yield ("asyncapi" if "asyncapi" in tree else "openapi"), json.dumps(tree)


class _Seen(HTMLParser):
    """Elements with their attributes, and the scheme of every address, of pages."""

    def __init__(self, folder: Path, pattern: str) -> None:
        super().__init__()
        self.found: dict[tuple[str, str], str] = {}
        self.schemes: dict[str, str] = {}
        self.heavy: dict[str, int] = {}
        for page in sorted(folder.glob(pattern)):
            self.page = page.relative_to(folder).as_posix()
            self.feed(page.read_text("utf-8"))
            self.reset()
            if (size := len(gzip.compress(page.read_bytes(), 6))) > BUDGET:
                self.heavy[self.page] = size

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in [("", ""), *attrs]:
            self.found.setdefault((tag, name), f"{self.page}: {value or ''}"[:200])
            if name in {"href", "src", "action", "data", "poster", "srcset", "data-url", "data-definition", "data-folder", "data-script"}:
                parts = urlsplit("".join((value or "").split()))
                self.schemes.setdefault("//" if parts.netloc and not parts.scheme else parts.scheme.lower(), f"{self.page}: {value}"[:200])


PAGES = "catalog/default/api/*/**/*.html"


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("hostile")
    files: dict[str, str | bytes] = {"crew/catalog-info.yaml": group()}
    for n, (type, text) in enumerate(_definitions()):
        files[f"a{n}/catalog-info.yaml"] = f"apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{name: a{n}}}\nspec: {{type: {type}, lifecycle: production, owner: crew, definition: {{$text: ./definition}}}}\n"
        files[f"a{n}/definition"] = text.encode("utf-8", "replace")
    return build_site(organisation(folder, files, "sources:\n  - folder: {path: repos}\nsearch: {full_text: false}\n"), folder / "site")


def test_most_of_the_attacks_are_read_and_shown(attacked):
    shown = [description for description in attacked.built.portal.apis.by_entity.values() if description.shown]

    assert len(shown) > COUNT * 0.6
    assert {description.format for description in shown} == {"openapi", "asyncapi", "graphql", "protobuf"}
    assert {problem.code for problem in attacked.problems} <= {"api-invalid", "api-reference", "api-limit"}


def test_pages_of_attacks_have_only_what_pages_of_peaceful_definitions_have(attacked, tmp_path_factory):
    """Fails without the sanitiser, without safe_url, and for each place where a template would take a text for HTML."""
    peaceful = _Seen(build_site(DEMO, tmp_path_factory.mktemp("peace") / "site", links="folders").folder, PAGES)
    ours = {("cb-palette", "data-full-text"), ("ul", "data-pagefind-ignore")}  # without full text; of an API on several pages
    written = ours | {(tag, "") for tag in _PLAIN_TAGS} | {("a", "href"), ("a", "rel"), ("ol", "start"), ("td", "colspan"), ("td", "rowspan"), ("th", "colspan"), ("th", "rowspan")}

    seen = _Seen(attacked.folder, PAGES)

    assert {what: where for what, where in seen.found.items() if what not in {*peaceful.found, *written}} == {}
    assert {scheme: where for scheme, where in seen.schemes.items() if scheme not in {"", "http", "https", "mailto"}} == {}
    assert seen.heavy == {}


def test_scripts_that_hold_a_definition_end_where_they_should(attacked):
    for script in attacked.folder.glob("catalog/default/api/*/api/reference/definition.js"):
        text = script.read_text("utf-8")

        assert text.startswith('callboard.take("definition","",{') and text.endswith("});\n") and text.count("\n") == 1
        assert not any(mark in text for mark in ("<", "\u2028", "\u2029"))
        definition = json.loads(text.removeprefix('callboard.take("definition","",').removesuffix(");\n"))
        assert not [ref for ref in _references(definition) if not ref.startswith("#")]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


@pytest.mark.parametrize("n", range(0, COUNT, 6))
def test_no_attack_takes_long(n):
    type, text = list(_definitions())[n]
    began = time.process_time()

    describe(text, type)

    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("graphql", "type Query { " + "a: Int " * (limits.TOKENS // 3 + 1) + "}"),
        ("graphql", "{" * (limits.TOKENS + 1)),
        ("grpc", "message A { " + "int32 a = 1; " * (limits.TOKENS // 5 + 1) + "}"),
    ],
)
def test_a_definition_of_more_words_than_are_read_is_text_and_is_not_called_wrong(type, text):
    """Fails without the count of words: it was said to be no valid GraphQL, after ten seconds."""
    began = time.process_time()

    found = describe(text, type)

    assert time.process_time() - began < 3
    assert not found.shown
    assert [(each.code, each.message) for each in found.complaints] == [("api-limit", "the definition has more than 400,000 words and signs")]


@pytest.mark.parametrize("text", ['"' + '\\"' * 1_000_000, '"""' * 1_000_001, '"""' + '"" ' * 1_000_000, "#" * 3_000_000, '\\"""' * 500_000, ", " * 1_500_000])
def test_words_are_counted_in_one_look_at_each_character(text):
    began = time.process_time()

    describe(text, "graphql")

    assert time.process_time() - began < 3
