"""Globs as minimatch reads them. The vectors are its verdicts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.model.globs import is_glob, match, select

VECTORS = (
    # pattern, what it matches, what it does not
    ("catalog-info.yaml", "catalog-info.yaml", "a/catalog-info.yaml"),
    (
        "**/catalog-info.yaml",
        "catalog-info.yaml a/catalog-info.yaml a/b/catalog-info.yaml",
        ".github/catalog-info.yaml",
    ),
    ("*.yaml", "a.yaml ab.yaml", ".a.yaml a/b.yaml"),
    ("*", "a a.yaml", ".a a/b"),
    ("?.yaml", "a.yaml é.yaml", "ab.yaml .yaml"),
    ("a/**", "a/b a/x/y/b", "a a/.b/c b/a"),
    ("a/**/b", "a/b a/x/b a/x/y/b", "a/xb a/.x/b"),
    ("a/**b", "a/b a/xb", "a/x/b"),
    (".*/x.yaml", ".github/x.yaml", "a/x.yaml"),
    ("**/.github/*", ".github/x.yaml x/.github/y.yaml", ".github/a/b"),
    ("{a,b/c}/*.yaml", "a/x.yaml b/c/x.yaml", "b/x.yaml"),
    ("**/*.y{a,}ml", "x.yml p/q/x.yaml", "x.yaaml"),
    ("{,a}b.yaml", "b.yaml ab.yaml", "a.yaml"),
    ("x{1..3}.yaml", "x1.yaml x3.yaml", "x4.yaml x01.yaml"),
    ("x{08..10}", "x08 x10", "x8"),
    ("{a}.yaml", "{a}.yaml", "a.yaml"),
    ("a{b,c", "a{b,c", "ab"),
    ("${{values.name}}/*.yaml", "${{values.name}}/c.yaml", "values.name/c.yaml"),
    ("[a-c].yaml", "a.yaml b.yaml", "d.yaml ab.yaml"),
    ("[!a-c].yaml", "d.yaml", "a.yaml"),
    ("[]a].yaml", "].yaml a.yaml", "b.yaml"),
    ("[a.yaml", "[a.yaml", "a.yaml"),
    ("[[:alpha:]].yaml", "a.yaml", "1.yaml"),
    ("@(a|b).yaml", "a.yaml b.yaml", "ab.yaml"),
    ("+(a|b).yaml", "a.yaml aab.yaml", "c.yaml"),
    ("*(a).yaml", "a.yaml", "b.yaml"),
    ("a/!(b)/c.yaml", "a/x/c.yaml", "a/b/c.yaml a/c.yaml"),
    ("?(a)b.yaml", "b.yaml ab.yaml", "aab.yaml"),
    ("!a.yaml", "b.yaml a/a.yaml", "a.yaml"),
    ("#a", "", "#a a"),
    ("\\*.yaml", "*.yaml", "a.yaml"),
    ("../*", "../a", "a"),
)


@pytest.mark.parametrize(("pattern", "yes", "no"), VECTORS)
def test_a_glob_matches_what_minimatch_matches(pattern, yes, no):
    assert {path: match(pattern, path) for path in yes.split()} == dict.fromkeys(yes.split(), True)
    assert {path: match(pattern, path) for path in no.split()} == dict.fromkeys(no.split(), False)


def test_dots_and_case_can_be_made_to_match():
    assert match("*/X.yaml", ".github/x.YAML", dot=True, nocase=True)
    assert match("https://github.com/acme/**", "https://GitHub.com/acme/shop/.x/y", dot=True, nocase=True)
    assert not match("https://github.com/acme/**", "https://github.com/acme.evil/x", dot=True, nocase=True)


def test_descriptors_come_in_the_order_of_the_globs_and_each_once():
    files = ("a/catalog-info.yaml", "b/x.yaml", "catalog-info.yaml", "catalog-info.yml")

    assert select(("catalog-info.yaml", "catalog-info.yml", "./**/*.yaml", "/b/*"), files) == (
        "catalog-info.yaml",
        "catalog-info.yml",
        "a/catalog-info.yaml",
        "b/x.yaml",
    )


def test_a_plain_path_is_no_glob():
    assert [text for text in ("a.yaml", "a-b/c (1).yaml", "*.yaml", "a?", "[a]", "{a,b}", "+(a)") if is_glob(text)] == [
        "*.yaml",
        "a?",
        "[a]",
        "{a,b}",
        "+(a)",
    ]


@pytest.mark.parametrize(
    "pattern",
    [
        "+(a|aa)",
        "+(+(+(a)))",
        "a*" * 100 + "b",
        "{a,b}" * 90,
        "{" * 490,
        "@(" * 240,
        "*(*(*(a)b)c)",
        "!(!(!(a*)))",
        "{1..9999999999}",
        "{1.." + "9" * 490 + "}",
    ],
)
def test_a_hostile_glob_takes_no_time(pattern):
    started = time.monotonic()

    match(pattern, "a" * 254 + "b")

    assert time.monotonic() - started < 2


@given(st.text(alphabet="ab*?[]{}(),|!@+\\/.-^:1", max_size=40), st.text(alphabet="ab/.*", max_size=20))
def test_no_glob_raises(pattern, path):
    match(pattern, path)
