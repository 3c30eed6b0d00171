"""Placeholders and targets: what is read, and what can never be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.catalog.placeholders import resolve_placeholders
from callboard.catalog.targets import BadTarget, resolve
from callboard.model.repository import ReadError, Repository

SHOP = Repository(
    name="acme/shop",
    source="sources[0]",
    url="https://github.com/acme/shop",
    forge="github",
    branch="main",
    commit="0" * 40,
)
FILES = {
    "api.yaml": b"openapi: 3.0.0\n",
    "services/shop/api.yaml": b"a: [1, on]\n",
    "services/shop/two.yaml": b"a: 1\n---\nb: 2\n",
    "services/shop/broken.yaml": b"a: [\n",
    "services/shop/data.json": b'{"a": [1, 2.0], "b": null}',
    "services/shop/nan.json": b"[NaN]",
    "services/shop/deep.json": b"[" * 500 + b"]" * 500,
    "services/shop/deeper.json": b"[" * 100_000 + b"]" * 100_000,
    "services/shop/half.json": b'"\\ud800"',
    "services/shop/latin.txt": b"caf\xe9",
    "services/shop/space name.txt": b"x",
}


def read(path: str) -> bytes:
    if path not in FILES:
        raise ReadError("file-unreadable", f"there is no file {path}")
    return FILES[path]


def resolved(value: object) -> tuple[object, list[str]]:
    found, problems = resolve_placeholders(
        {"spec": {"x": value}}, base="services/shop/catalog-info.yaml", repository=SHOP, read=read
    )
    return found["spec"]["x"], [problem.message for problem in problems]


def path_of(target: str, base: str = "services/shop/catalog-info.yaml") -> str:
    return resolve(target, base=base, repository=SHOP)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"$text": "./api.yaml"}, "a: [1, on]\n"),
        ({"$yaml": "api.yaml"}, {"a": [1, "on"]}),
        ({"$json": "data.json"}, {"a": [1, 2], "b": None}),
        ({"$text": "/api.yaml"}, "openapi: 3.0.0\n"),
        ({"$text": "../../api.yaml"}, "openapi: 3.0.0\n"),
        ({"$text": "space%20name.txt"}, "x"),
        ({"$text": "latin.txt"}, "caf\ufffd"),
        ({"$json": "half.json"}, "\ufffd"),
        ([1, {"deep": {"$text": "/api.yaml"}}], [1, {"deep": "openapi: 3.0.0\n"}]),
        ({"$text": "https://github.com/acme/shop/blob/main/api.yaml"}, "openapi: 3.0.0\n"),
        ({"$text": "https://github.com/Acme/Shop/tree/main/api.yaml"}, "openapi: 3.0.0\n"),
        ({"$text": f"https://github.com/acme/shop/blob/{'0' * 40}/api.yaml"}, "openapi: 3.0.0\n"),
    ],
)
def test_a_placeholder_becomes_what_its_file_holds(written, meant):
    assert resolved(written) == (meant, [])


@pytest.mark.parametrize(
    "written",
    [
        {"$ref": "#/x"},
        {"$env": "HOME"},
        {"$text": "./api.yaml", "more": 1},
        {"a": {"$text": "./api.yaml"}, "$b": 1},
        {"text": "./api.yaml"},
    ],
)
def test_s15_what_is_no_placeholder_is_left_alone(written):
    assert resolved(written) == (written, [])


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"$text": 5}, "$text is not followed by the path of a file"),
        (
            {"$text": "nothing.yaml"},
            "$text: 'nothing.yaml' cannot be read: there is no file services/shop/nothing.yaml",
        ),
        ({"$yaml": "two.yaml"}, "$yaml: 'two.yaml' holds 2 documents, not one"),
        ({"$json": "nan.json"}, "$json: 'nan.json' is not JSON: NaN is not JSON"),
        ({"$json": "deep.json"}, "$json: 'deep.json' is nested more than 200 levels deep"),
        ({"$json": "api.yaml"}, "$json: 'api.yaml' is not JSON: line 1, column 1: Expecting value"),
        ({"$text": "../../../x"}, "$text: '../../../x' leads out of the repository"),
        ({"$text": "https://example.org/x"}, "$text: 'https://example.org/x' is not the address of a file"),
    ],
)
def test_a_placeholder_that_cannot_be_resolved_says_why(written, message):
    assert resolved(written) == (written, [message])


def test_json_that_is_nested_without_end_is_a_problem_and_no_crash():
    _, problems = resolved({"$json": "deeper.json"})

    assert len(problems) == 1


def test_placeholders_where_the_envelope_is_are_not_resolved():
    value = {"$text": "./api.yaml"}
    document = {"kind": value, "metadata": {"name": value, "namespace": value, "annotations": value}}

    assert resolve_placeholders(document, base="catalog-info.yaml", repository=SHOP, read=read) == (document, ())


def test_the_files_of_one_document_are_bounded_together():
    def huge(path: str) -> bytes:
        return b"x" * 20_000_000

    _, problems = resolve_placeholders(
        {"a": {"$text": "x"}, "b": {"$text": "x"}}, base="c.yaml", repository=SHOP, read=huge
    )

    assert [problem.keys for problem in problems] == [("b", "$text")]


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("./a.yaml", "services/shop/a.yaml"),
        ("a/b.yaml", "services/shop/a/b.yaml"),
        ("../x.yaml", "services/x.yaml"),
        ("%2e%2e/x.yaml", "services/x.yaml"),
        ("/x.yaml", "x.yaml"),
        ("//x.yaml", "x.yaml"),
        ("a\\b.yaml", "services/shop/a/b.yaml"),
        ("a.yaml?x=1", "services/shop/a.yaml"),
        ("", "services/shop/catalog-info.yaml"),
        ("./", "services/shop/"),
        ("*/catalog-info.yaml", "services/shop/*/catalog-info.yaml"),
        ("/**/catalog-info.yaml", "**/catalog-info.yaml"),
        ("ä.yaml", "services/shop/ä.yaml"),
    ],
)
def test_s16_a_target_is_resolved_like_a_link_and_a_slash_is_the_repository(target, path):
    assert path_of(target) == path


@pytest.mark.parametrize(
    "target",
    [
        "../../../x",
        "/../x",
        "..%2f..%2f..%2fx",
        "a/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e/x",
        "a/%252e%252e/%252e%252e/x",
        "..\\..\\..\\x",
        "https://github.com/acme/other/blob/main/x",
        "https://github.com/acme/shop/blob/main/%2e%2e/x",
        "https://github.com/acme/shop/blob/other/x",
        "https://github.com.evil.example/acme/shop/blob/main/x",
        "https://user@evil.example/acme/shop/blob/main/x",
        "https://raw.githubusercontent.com/acme/shop/main/x",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "a:b.yaml",
        "a%00b",
        "\\\\evil.example\\x",
    ],
)
def test_nothing_outside_of_the_repository_is_a_target(target):
    with pytest.raises(BadTarget):
        path_of(target)


def test_a_repository_without_an_address_has_relative_targets_only():
    bare = Repository(name="shop", source="sources[0]")

    assert resolve("./a.yaml", base="x/catalog-info.yaml", repository=bare) == "x/a.yaml"
    with pytest.raises(BadTarget):
        resolve("https://github.com/acme/shop/blob/main/a.yaml", base="catalog-info.yaml", repository=bare)


@given(st.text(alphabet="./\\%2eEfF5ab?#:@ \t\n\x00*ä\ud800", max_size=24))
def test_no_target_leaves_the_repository(target):
    try:
        path = path_of(target)
    except BadTarget:
        return
    parts = path.split("/")
    assert not path.startswith("/")
    assert ".." not in parts
    assert "." not in parts
    assert "\x00" not in path
