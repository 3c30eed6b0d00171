"""YAML 1.2 as Backstage reads it, with places and errors that spare the neighbours."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.yamlsource import MAX_CHARACTERS, MAX_DEPTH, MAX_ERRORS, MAX_NODES, Document, YamlError, read_documents


def value(text: str) -> object:
    """The value of the only document of *text*."""
    (document,) = read_documents(text)
    assert document.errors == ()
    return document.value


def errors(text: str) -> tuple[YamlError, ...]:
    (document,) = read_documents(text)
    return document.errors


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("~", None),
        ("", None),
        ("null", None),
        ("nULL", "nULL"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-0x1", "-0x1"),
        ("1_000", "1_000"),
        ("1e3", 1000),
        ("1.50", 1.5),
        (".5", 0.5),
        (".inf", math.inf),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("0b11", "0b11"),
        ("9007199254740993", 9007199254740992.0),
        ("1" * 5000, math.inf),
        ('"5"', "5"),
        ("'on'", "on"),
        ("!foo 5", "5"),
        ("!!python/name:os.system", ""),
        ("!!python/object/apply:os.system ['x']", ["x"]),
        ("!!str 5", "5"),
        ('!!int "5"', 5),
        ("!!int x", "x"),
        ("!!timestamp 2001-12-14", "2001-12-14T00:00:00.000Z"),
        ('"\\ud83d\\ude00"', "😀"),
        ("'\\ud83d\\ude00'", "\\ud83d\\ude00"),
        ("a\u2028b", "a\u2028b"),
        ("a\x07b", "a\x07b"),
    ],
)
def test_s10_plain_text_means_what_yaml_1_2_says(written, meant):
    assert value(f"a: {written}\n") == {"a": meant}


def test_s10_merge_keys_are_plain_keys():
    assert value("a: &x {b: 1}\nc:\n  <<: *x\n") == {"a": {"b": 1}, "c": {"<<": {"b": 1}}}


def test_s10_the_directive_for_yaml_1_1_switches_the_meaning_until_another_one():
    documents = read_documents(
        "%YAML 1.1\n---\na: yes\nb: 010\nc: &x {d: 1}\ne: {<<: *x}\n---\na: off\n...\n%YAML 1.2\n---\na: yes\n"
    )

    assert [document.value for document in documents] == [
        {"a": True, "b": 8, "c": {"d": 1}, "e": {"d": 1}},
        {"a": False},
        {"a": "yes"},
    ]


def test_s10_a_key_written_twice_is_an_error_at_its_second_place():
    assert errors("a: 1\nb:\n  c: 1\n  'c': 2\na: 3\n") == (
        YamlError("the key 'c' is written twice in one mapping", 4, 3, "take one of the two out"),
        YamlError("the key 'a' is written twice in one mapping", 5, 1, "take one of the two out"),
    )


def test_keys_of_different_types_are_not_the_same_key():
    assert value("1: a\n'1': b\n") == {"1": "b"}


def test_s10_an_alias_bomb_is_an_error():
    text = "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c]\n"

    assert [error.message for error in errors(text)] == ["*c is used so often that the document grows out of bounds"]


def test_an_alias_may_be_used_99_times():
    assert len(value("a: &a x\nb: [" + ", ".join(["*a"] * 99) + "]")["b"]) == 99
    assert errors("a: &a x\nb: [" + ", ".join(["*a"] * 100) + "]") != ()


def test_an_alias_of_what_it_is_in_is_an_error():
    assert [error.message for error in errors("a: &a [*a]\n")] == [
        "*a stands for something that it is itself a part of"
    ]


def test_an_alias_of_nothing_says_so():
    assert errors("a: *b\n") == (
        YamlError("*b is an alias of nothing", 1, 4, "put &b before what it stands for, or quote it"),
    )


def test_deep_nesting_is_an_error_and_no_crash():
    for depth in (MAX_DEPTH + 1, 5_000, 100_000):
        assert [error.message.split(" is ")[1] for error in errors("[" * depth + "]" * depth)] in (
            ["nested more than 200 levels deep"],
            ["nested too deeply"],
        )


def test_what_is_nested_as_deep_as_allowed_is_read():
    assert errors("[" * MAX_DEPTH + "]" * MAX_DEPTH) == ()


def test_a_huge_file_is_one_error():
    assert len(errors("a" * (MAX_CHARACTERS + 1))) == 1


def test_the_errors_of_one_document_are_bounded():
    assert len(errors("a: 1\n" * 1000)) == MAX_ERRORS


def test_too_many_values_are_an_error():
    assert [error.message for error in errors("[" + "a," * MAX_NODES + "]")] == [
        "the document has more than 500,000 values"
    ]


def test_lines_of_tabs_are_blank():
    assert value("a: 1\n\t\nb: 2\n \t# why\nc:\n  -\td\n" + "\t\n" * 50) == {"a": 1, "b": 2, "c": ["d"]}


def test_keys_of_the_prototype_are_plain_keys():
    assert value("__proto__: {a: 1}\nconstructor: 2\n") == {"__proto__": {"a": 1}, "constructor": 2}


def test_a_broken_document_spares_its_neighbours_and_keeps_their_lines():
    documents = read_documents("a: 1\n---\nb: [\n---\nc: 3\n")

    assert documents == [
        Document(0, {"a": 1}, {(): (1, 1), ("a",): (1, 1)}),
        Document(1, errors=documents[1].errors),
        Document(2, {"c": 3}, {(): (5, 1), ("c",): (5, 1)}),
    ]
    assert documents[1].errors != ()


def test_empty_documents_are_counted_and_empty():
    documents = read_documents("---\n# nothing\n---\na: 1\n---\n")

    assert [(document.index, document.empty) for document in documents] == [(0, True), (1, False), (2, True)]


def test_no_document_is_in_a_file_of_comments():
    assert read_documents("# nothing\n") == []
    assert read_documents("") == []


def test_every_key_and_item_knows_its_place():
    (document,) = read_documents("# first\na: 1\nb:\n  - x\n  - y: 2\n    z:\n")

    assert document.marks == {
        (): (2, 1),
        ("a",): (2, 1),
        ("b",): (3, 1),
        ("b", 0): (4, 5),
        ("b", 1): (5, 5),
        ("b", 1, "y"): (5, 5),
        ("b", 1, "z"): (6, 5),
    }


def test_a_byte_order_mark_is_no_content():
    assert value("\ufeffa: 1\n") == {"a": 1}


def test_a_quote_that_is_never_closed_reaches_to_the_end_of_the_file():
    assert [bool(document.errors) for document in read_documents("a: 'x\n---\nb: 1\n")] == [True]
    assert [bool(document.errors) for document in read_documents("a: 'x\n---\nb: 'c'\n")] == [True, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b: c\n", (1, 5, "a key stands where a value is still being written")),
        ("a:\n\tb: 1\n", (2, 1, "a tab is used to indent")),
        ("a: @b\n", (1, 4, "a value begins with a character that means something else in YAML")),
        ("a: 'b\nc: d\n", (1, 4, "a quoted text is not closed")),
        ("a:\n  b: 'x\n  y'\n", (3, 3, "a line of a quoted text begins left of the value that it belongs to")),
        ("a: 'b'#c\n", (1, 7, "a comment begins without a space before its #")),
    ],
)
def test_a_syntax_error_says_what_is_wrong_in_words(text, expected):
    (error,) = errors(text)

    assert (error.line, error.column, error.message) == expected
    assert error.hint


def test_templates_of_other_engines_are_errors_or_maps():
    assert value("{{ x }}: b\n") == {"{ { x } }": "b"}
    assert errors("{%- if x %}\na: 1\n{%- endif %}\n") != ()


KEY = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
PLAIN_DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN_DATA)
def test_json_is_yaml(data):
    (document,) = read_documents(json.dumps(data, ensure_ascii=False))

    assert (document.value, document.errors) == (data, ())


@given(PLAIN_DATA)
def test_json_with_escapes_is_yaml(data):
    (document,) = read_documents(json.dumps(data, ensure_ascii=True))

    assert (document.value, document.errors) == (data, ())


@given(st.text())
def test_no_text_makes_reading_fail(text):
    for number, document in enumerate(read_documents(text)):
        assert document.index == number
        assert all(error.line >= 1 and error.column >= 1 for error in document.errors)


@given(
    st.lists(
        st.sampled_from(
            [
                "a: 1\n",
                "---\n",
                "b: [\n",
                "'",
                "- x\n",
                "  c: d\n",
                "\t",
                "...\n",
                "? ",
                "*a ",
                "&a ",
                "%YAML 1.1\n",
                "|\n",
                "}",
                "#",
            ]
        )
    )
)
def test_no_order_of_pieces_makes_reading_fail(pieces):
    read_documents("".join(pieces))
