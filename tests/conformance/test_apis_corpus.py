"""API definitions of real organisations: as many operations, types and rows as somebody counts who reads them otherwise."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, build_schema

from callboard.apis import describe
from callboard.model.api import ApiDescription

ROOT = Path(__file__).resolve().parents[2]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def definitions(shared: Path, *folders: str) -> list[Path]:
    """Those of the corpus, and the demo's own."""
    demo = [path for path in (ROOT / "examples").rglob("api/*") if path.is_file()]
    return sorted([path for folder in folders for path in (shared / "corpus/apis" / folder).glob("*")] + [path for path in demo if kind(path) in folders])


def kind(path: Path) -> str:
    if path.suffix in {".graphql", ".proto"}:
        return path.suffix[1:]
    return "asyncapi" if "asyncapi:" in path.read_text("utf-8")[:40] else "openapi"


class _Plain(yaml.SafeLoader):
    """Leaves dates as they are written, as JSON does."""

    yaml_implicit_resolvers = {first: [each for each in found if each[0] != "tag:yaml.org,2002:timestamp"] for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def plain_yaml(path: Path) -> dict:
    return yaml.load(path.read_text("utf-8"), _Plain)


def read(path: Path) -> ApiDescription:
    found = describe(path.read_text("utf-8"), kind(path))
    assert found is not None
    assert found.complaints == ()
    assert found.left_out == 0
    return found


def test_every_operation_and_schema_of_real_openapi_definitions_is_shown(shared):
    paths = definitions(shared, "openapi")
    for path in paths:
        plain = plain_yaml(path)
        items = {**plain.get("paths", {}), **plain.get("webhooks", {})}
        expected = sorted(f"{method.upper()} {address}" for address, item in items.items() for method in item if method in METHODS)
        codes = sum(len(item[method].get("responses", {})) for item in items.values() for method in item if method in METHODS)
        schemas = plain.get("definitions") or plain.get("components", {}).get("schemas", {})

        found = read(path)

        assert sorted(operation.title for operation in found.operations) == expected, path
        assert sum(len({part.code for part in operation.parts if part.code}) for operation in found.operations) == codes, path
        assert [type.name for type in found.types] == [str(name) for name in schemas], path
    assert len(paths) >= 7


def test_every_channel_and_message_of_real_asyncapi_definitions_is_shown(shared):
    paths = definitions(shared, "asyncapi")
    for path in paths:
        plain = plain_yaml(path)
        found = read(path)

        assert len(found.groups) == len(plain["channels"]), path
        if plain["asyncapi"].startswith("3"):
            expected = len(plain["operations"])
        else:
            expected = sum(verb in channel for channel in plain["channels"].values() for verb in ("publish", "subscribe"))
        assert sum(1 for _ in found.operations) == expected, path
        assert all(any(part.title.startswith("Message") for part in operation.parts) for operation in found.operations), path
        assert [type.name for type in found.types] == list(plain.get("components", {}).get("schemas", {})), path
    assert len(paths) >= 4


def test_every_field_and_type_of_real_graphql_schemas_is_shown(shared):
    paths = definitions(shared, "graphql")
    for path in paths:
        schema = build_schema(path.read_text("utf-8"), assume_valid_sdl=True)
        roots = [root for root in (schema.query_type, schema.mutation_type, schema.subscription_type) if root]
        own = {name: type for name, type in schema.type_map.items() if not name.startswith("__") and name not in {"String", "Int", "Float", "Boolean", "ID", *(root.name for root in roots)}}

        found = read(path)

        assert [operation.name for operation in found.operations] == [name for root in roots for name in root.fields], path
        assert sorted(type.name for type in found.types) == sorted(own), path
        rows = {type.name: [row.name for row in type.shape.rows] for type in found.types}
        for name, type in own.items():
            if isinstance(type, GraphQLObjectType | GraphQLInputObjectType | GraphQLInterfaceType):
                assert rows[name] == list(type.fields), path
            elif isinstance(type, GraphQLEnumType):
                assert rows[name] == list(type.values), path
    assert len(paths) >= 4


def test_every_call_message_and_field_of_real_protobuf_files_is_shown(shared):
    paths = definitions(shared, "proto")
    for path in paths:
        bare = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        found = read(path)

        assert sum(1 for _ in found.operations) == len(re.findall(r"^\s*rpc\s", bare, re.MULTILINE)), path
        kinds = [type.kind for type in found.types]
        assert kinds.count("message") == len(re.findall(r"\bmessage\s+\w+\s*\{", bare)), path
        assert kinds.count("enum") == len(re.findall(r"\benum\s+\w+\s*\{", bare)), path
        numbered = re.findall(r"^[^\"\n]*?[\w>]\s+\w+\s*=\s*-?\w+\s*(?:\[|;)", bare, re.MULTILINE)
        options = re.findall(r"^\s*option\s", bare, re.MULTILINE)
        values = re.findall(r"^\s*[A-Z][A-Z0-9_]*\s*=\s*-?\w+\s*(?:\[[^]]*\])?;", bare, re.MULTILINE)
        fields = sum(len(type.shape.rows) for type in found.types if type.kind == "message")
        assert fields + len(options) >= len(numbered) >= fields, path
        assert sum(len(type.shape.rows) for type in found.types if type.kind == "enum") == len(values), path
    assert len(paths) >= 6


def test_every_example_that_is_made_for_real_definitions_is_valid_by_its_schema(shared):
    """By an implementation of JSON Schema; patterns apart, for which nothing is made up."""
    from jsonschema import Draft202012Validator

    count = 0
    for path in definitions(shared, "openapi"):
        plain = plain_yaml(path)
        schemas = plain.get("definitions") or plain.get("components", {}).get("schemas", {})
        prefix = "definitions" if plain.get("definitions") else "components/schemas"
        for type in read(path).types:
            for example in (each for each in type.examples if each.made):
                validator = Draft202012Validator({"$ref": f"#/{prefix}/{type.name}", **plain})
                wrong = [error for error in validator.iter_errors(json.loads(example.text)) if error.validator not in {"pattern", "nullable"}]
                assert wrong == [], (path, type.name, schemas[type.name])
                count += 1
    assert count >= 15
