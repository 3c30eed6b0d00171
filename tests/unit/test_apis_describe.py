"""Which definitions are read, what becomes of what is wrong with them, and that no definition can cost more than others."""

from __future__ import annotations

import gzip
import json
import random
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from portals import ROOT, Site, build_site, component, group, organisation

from callboard.apis import describe, limits
from callboard.apis.describe import NAMES
from callboard.cli.serve import Server
from callboard.apis.limits import OPERATIONS, ROWS
from callboard.model import routes
from callboard.model.api import ApiDescription, Shape
from callboard.model.ref import EntityRef

ORDERS = EntityRef("api", "default", "orders")


def api(name: str, type: str, definition: str) -> str:
    """The descriptor of an API; *definition* is flow YAML or a block that is indented by four."""
    return f"apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{name: {name}}}\nspec:\n  type: {type}\n  lifecycle: production\n  owner: crew\n  definition: {definition}\n"


def portal(folder: Path, files: dict[str, str | bytes]) -> Site:
    return build_site(organisation(folder, {"crew/catalog-info.yaml": group(), **files}, "sources:\n  - folder: {path: repos}\nsearch: {full_text: false}\n"), folder / "site", jobs=1)


def rows(shape: Shape | None) -> int:
    return 0 if shape is None else 1 + sum(map(rows, shape.rows))


def parts(shape: Shape | None) -> Iterator[Shape]:
    if shape is not None:
        yield shape
        for row in shape.rows:
            yield from parts(row)


def depth(shape: Shape | None) -> int:
    return 0 if shape is None else 1 + max(map(depth, shape.rows), default=0)


# -- which format it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "text", "format"),
    [
        ("openapi", "swagger: '2.0'\npaths: {/a: {get: {}}}", "openapi"),
        ("openapi", "asyncapi: 2.0.0\nchannels: {a: {publish: {}}}", "asyncapi"),
        ("rest", "openapi: 3.0.0\npaths: {/a: {get: {}}}", "openapi"),
        ("grpc", "message A {}", "protobuf"),
        ("grpc/protobuf", "message A {}", "protobuf"),
        ("graphql", "type A { a: Int }", "graphql"),
    ],
)  # fmt: skip
def test_the_format_follows_from_the_type_and_from_what_is_written(type, text, format):
    found = describe(text, type)

    assert (found.format, found.shown, found.complaints) == (format, True, ())


@pytest.mark.parametrize("text", ["", "anything", "openapi: [", "type A { a: Int }", "{", "openapi"])
def test_of_a_type_that_nobody_knows_nothing_is_said_and_nothing_is_complained_of(text):
    assert describe(text, "trpc") is None


def test_a_definition_without_operations_is_no_mistake(tmp_path):
    site = portal(tmp_path, {"orders/catalog-info.yaml": api("orders", "openapi", "'{openapi: 3.1.0, paths: {}}'")})

    assert site.codes() == []
    assert "<h2>Definition" in site.text("catalog/default/api/orders/api/index.html")
    assert site.built.portal.apis.shown(ORDERS) is None


def test_the_guide_names_every_type_that_is_read_and_every_limit():
    guide = (ROOT / "docs/apis.md").read_text("utf-8")
    table = {format: set(re.findall(r"`([^`]+)`", row.split("|")[3])) for row in guide.splitlines() if row.startswith("| ") for format in [row.split("|")[1].strip()]}

    names = {"OpenAPI": "openapi", "AsyncAPI": "asyncapi", "GraphQL": "graphql", "Protocol Buffers": "protobuf"}
    assert {names[format]: types for format, types in table.items() if format in names} == {
        format: {type for type, found in NAMES.items() if found == format} for format in names.values()
    }
    for number in (limits.CHARACTERS, limits.OPERATIONS, limits.TYPES, limits.ROWS):
        assert f"{number:,}" in " ".join(guide.split())


@pytest.mark.parametrize(
    ("type", "text", "name", "media"),
    [
        ("openapi", "openapi: 3.0.0\npaths: {}\n", "orders.openapi.yaml", "application/yaml"),
        ("openapi", '{"openapi": "3.0.0", "paths": {}}', "orders.openapi.json", "application/json"),
        ("asyncapi", "asyncapi: 3.0.0\nchannels: {}\ncomponents: {schemas: {A: {}}}\n", "orders.asyncapi.yaml", "application/yaml"),
        ("graphql", "type A { a: Int }", "orders.graphql", "text/plain; charset=utf-8"),
        ("grpc", "message A {}", "orders.proto", "text/plain; charset=utf-8"),
        ("trpc", "<script>alert(1)</script>", "orders.txt", "text/plain"),
    ],
)  # fmt: skip
def test_the_file_of_a_definition_has_a_name_and_a_media_type_that_tell_what_it_is(type, text, name, media, tmp_path):
    site = portal(tmp_path, {"orders/catalog-info.yaml": api("orders", type, "{$text: ./definition}"), "orders/definition": text})
    folder = "catalog/default/api/orders/api"

    assert (site.folder / folder / name).read_text("utf-8") == text
    assert f'download="{name}"' in site.text(f"{folder}/index.html")
    server = Server(site.folder, 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{folder}/{name}", timeout=10) as answer:
        assert answer.headers["Content-Type"] == media
    server.shutdown()
    server.server_close()
    thread.join()


# -- where it is to be mended ---------------------------------------------------------------------------------------------


def test_what_is_wrong_is_reported_at_its_line_of_the_file_that_holds_it(tmp_path):
    files = {
        "orders/catalog-info.yaml": api("orders", "openapi", "{$text: ./api/openapi.yaml}"),
        "orders/api/openapi.yaml": "openapi: 3.1.0\npaths:\n  /a:\n    get: 3\n    post: {}\n",
        "inline/catalog-info.yaml": api("inline", "graphql", "|\n    type A {\n      b:\n    }"),
    }
    site = portal(tmp_path, files)

    assert [str(problem).splitlines()[0] for problem in site.problems if problem.code.startswith("api-")] == [
        "inline/catalog-info.yaml:11: error[api-invalid]: the definition is not valid GraphQL: expected Name, found '}'",
        "orders/api/openapi.yaml:4: error[api-invalid]: get /a is not a mapping",
    ]
    page = site.text("catalog/default/api/inline/api/index.html")
    assert "the definition is not valid GraphQL" in page
    assert "<i class=\"nf\">A</i>" in page


# -- the store --------------------------------------------------------------------------------------------------------------


def test_an_unchanged_definition_is_not_read_again_and_a_spoiled_record_is(tmp_path):
    files = {"orders/catalog-info.yaml": api("orders", "openapi", "'{openapi: 3.1.0, paths: {/a: {get: {summary: First}}}}'")}
    first = portal(tmp_path, files).built.portal.apis.by_entity[ORDERS]
    (record,) = (tmp_path / "site.state/apis").rglob("description.json.gz")
    kept = json.loads(gzip.decompress(record.read_bytes()))
    assert kept["groups"][0]["operations"][0]["summary"] == "First"

    kept["groups"][0]["operations"][0]["summary"] = "Kept"
    record.write_bytes(gzip.compress(json.dumps(kept).encode()))
    (operation,) = portal(tmp_path, files).built.portal.apis.by_entity[ORDERS].operations
    assert operation.summary == "Kept"

    for spoiled in (b"", b"rubbish", gzip.compress(b"[1]"), gzip.compress(b'{"groups": [{"nonsense": 1}]}'), gzip.compress(b'{"groups": 3}')):
        record.write_bytes(spoiled)
        assert portal(tmp_path, files).built.portal.apis.by_entity[ORDERS] == first

    portal(tmp_path, {"orders/catalog-info.yaml": component("orders")})
    assert list((tmp_path / "site.state/apis").rglob("*.gz")) == []


# -- definitions that attack ------------------------------------------------------------------------------------------------


def opening(**more: object) -> str:
    return json.dumps({"openapi": "3.1.0", "paths": {}, **more})


def links(make, length: int = 30) -> dict[str, object]:
    """Types each of which *make* makes of a reference to the next."""
    found = {f"T{n}": make({"$ref": f"#/components/schemas/T{n + 1}"}) for n in range(length)}
    return {"schemas": {**found, f"T{length}": {"type": "string"}}}


ASKS = {"/a": {"get": {"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/T0"}}}}}}}}
NESTED: dict[str, object] = {"type": "string"}
for _ in range(150):
    NESTED = {"type": "object", "properties": {"p": NESTED}}
ATTACKS = {
    "properties that multiply": ("openapi", opening(paths=ASKS, components=links(lambda ref: {"properties": {f"p{n}": ref for n in range(10)}}))),
    "alternatives that multiply": ("openapi", opening(paths=ASKS, components=links(lambda ref: {"oneOf": [ref] * 9}))),
    "parts that multiply": ("openapi", opening(paths=ASKS, components=links(lambda ref: {"allOf": [ref] * 9}))),
    "items that multiply": ("openapi", opening(paths=ASKS, components=links(lambda ref: {"prefixItems": [ref] * 9}))),
    "alternatives without a name": ("openapi", opening(components={"schemas": {"T": {"$ref": "#/x/T0"}}}, x=json.loads(json.dumps(links(lambda ref: {"oneOf": [ref] * 5})["schemas"]).replace("components/schemas", "x")))),
    "properties without a name": ("openapi", opening(components={"schemas": {"T": {"$ref": "#/x/T0"}}}, x=json.loads(json.dumps(links(lambda ref: {"properties": {f"p{n}": ref for n in range(9)}})["schemas"]).replace("components/schemas", "x")))),
    "deep nesting": ("openapi", opening(components={"schemas": {"T": NESTED}})),
    "deeper nesting": ("openapi", '{"openapi":"3.1.0","paths":' + '{"a":' * 100_000 + "1" + "}" * 100_001),
    "a huge enumeration": ("openapi", opening(components={"schemas": {"T": {"enum": [f"v{n}" for n in range(100_000)]}}})),
    "huge numbers": ("openapi", '{"openapi":"3.1.0","paths":{"/a":{"get":{}}},"x":' + "9" * 100_000 + "}"),
    "messages that multiply": ("asyncapi", json.dumps({"asyncapi": "2.6.0", "channels": {f"c{n}": {"subscribe": {"message": {"oneOf": [{"$ref": "#/components/messages/M"}] * 200}}} for n in range(200)}, "components": {"messages": {"M": {"payload": {"properties": {f"p{n}": {"type": "string"} for n in range(100)}}}}}})),
    "aliases of YAML that multiply": ("openapi", "openapi: 3.1.0\npaths: {}\na0: &a0 [x, x]\n" + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]\n" for n in range(9))),
    "lists of GraphQL": ("graphql", "type Query { a: " + "[" * 50_000 + "Int" + "]" * 50_000 + " }"),
    "an enumeration of GraphQL": ("graphql", "enum E { " + " ".join(f"V{n}" for n in range(50_000)) + " } type Query { e: E }"),
    "types of GraphQL": ("graphql", "type Query { a: T0 } " + "".join(f"type T{n} {{ {' '.join(f'f{k}: T{k}' for k in range(20))} }} " for n in range(1500))),
    "messages within messages": ("grpc", "message A { " * 2000 + "}" * 2000),
    "a comment without an end": ("grpc", "/*" + "*" * 1_000_000),
    "options without an end": ("grpc", "option a = " + "{ a: " * 50_000),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_definition_takes_long_or_becomes_large(name):
    """Fails without the limits: each of them alone would take minutes, or all memory."""
    type, text = ATTACKS[name]
    began = time.process_time()

    found = describe(text, type)

    assert time.process_time() - began < 10
    shown = [*(part.shape for operation in found.operations for part in operation.parts), *(each.shape for each in found.types)]
    assert sum(map(rows, shown)) < 2 * ROWS
    assert max(map(rows, shown), default=0) <= max(2 * limits.ROWS_OF_ONE, limits.VALUES_OF_TYPE + 1)
    assert max((len(each.values) for each in chain(*map(parts, shown))), default=0) <= limits.VALUES_OF_TYPE
    assert max(map(depth, shown), default=0) <= limits.DEPTH + 1
    assert max((len(example.text) for each in found.types for example in each.examples), default=0) < 10_000


def test_more_operations_than_are_shown_are_counted():
    found = describe(json.dumps({"openapi": "3.1.0", "paths": {f"/p{n}": {"get": {}} for n in range(OPERATIONS + 5)}}), "openapi")

    assert sum(1 for _ in found.operations) == OPERATIONS
    assert [(each.code, each.message) for each in found.complaints] == [("api-limit", "5 operations, types and fields of the definition are not shown")]


def test_a_definition_of_more_than_five_million_characters_is_text():
    found = describe("x" * 5_000_001, "openapi")

    assert found == ApiDescription(format="openapi", complaints=found.complaints)
    assert [each.message for each in found.complaints] == ["the definition has 5,000,001 characters; 5,000,000 are read"]


# -- pages that are too large for one -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An API of 480 operations and 300 types, whose words do not repeat as words do."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 11))) for _ in range(3000)]
    paths = {
        f"/things{n}/{{id}}": {
            method: {
                "tags": [f"Group {n % 6}"], "summary": f"Do {method} to thing {n}", "description": " ".join(chance.choices(words, k=60)),
                "parameters": [{"name": f"{chance.choice(words)}{k}", "in": "query", "description": " ".join(chance.choices(words, k=12)), "schema": {"type": "string"}} for k in range(6)],
                "responses": {"200": {"description": "Done.", "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/Type{n}"}}}}},
            }
            for method in ("get", "put", "post", "delete")
        }
        for n in range(120)
    }  # fmt: skip
    schemas = {f"Type{n}": {"type": "object", "properties": {f"{chance.choice(words)}{k}": {"type": "string", "description": " ".join(chance.choices(words, k=9))} for k in range(12)} | {"next": {"$ref": f"#/components/schemas/Type{(n + 1) % 300}"}}} for n in range(300)}
    folder = tmp_path_factory.mktemp("large")
    text = json.dumps({"openapi": "3.1.0", "info": {"title": "Large", "version": "1"}, "paths": paths, "components": {"schemas": schemas}}, indent=1)
    return portal(folder, {"orders/catalog-info.yaml": api("orders", "openapi", "{$text: ./openapi.json}"), "orders/openapi.json": text})


def test_a_large_api_comes_in_pages_within_the_budget(large):
    pages = {path.relative_to(large.folder / "catalog/default/api/orders/api").as_posix(): len(gzip.compress(path.read_bytes(), 6)) for path in (large.folder / "catalog/default/api/orders/api").rglob("index.html")}

    assert {"index.html", "group-0/index.html", "group-0/2/index.html", "types/index.html", "definition/index.html"} <= set(pages)
    assert {name: size for name, size in pages.items() if size > 60_000} == {}
    assert max(pages.values()) > 25_000


def test_every_operation_and_type_of_a_large_api_is_on_one_page_and_its_search_document_knows_which(large):
    from callboard.diagnostics import Report
    from callboard.plugins import load_plugins
    from callboard.search import documents

    found = [document for document in documents(large.built.portal, load_plugins(installed=False), Report()) if document.anchor]

    assert len(found) == 480
    missing = [document for document in found if f'id="{document.anchor}"' not in large.text(routes.file_of(document.route))]
    assert missing == []
    types = [type for type in large.built.portal.apis.by_entity[ORDERS].types if f'<h3 id="{type.id}">' not in large.text(routes.file_of(routes.api(ORDERS, type.page)))]
    assert types == []
