"""The relation table: every row, in both directions, and how relations are stitched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.catalog.relations import TYPES, emit, references, rules_for, stitch, target_of
from callboard.model.catalog import Relation
from callboard.model.ref import EntityRef

SELF = EntityRef("component", "own", "x")


def said(kind: str, field: str, written: object, type: str = "") -> list[str]:
    """What ``spec.<field>`` of an entity of *kind* says, both directions."""
    source = EntityRef(kind, "own", "x")
    found = references({field: written}, rules_for(kind, type, ai=True))
    return [f"{r.source} {r.type} {r.target}" for one in found for r in emit(one, source, target_of(one, "own"))]


@pytest.mark.parametrize(
    ("kind", "field", "target", "forward", "backward"),
    [
        *(
            (kind, "owner", "group", "ownedBy", "ownerOf")
            for kind in ("component", "api", "resource", "system", "domain", "template", "airesource")
        ),
        *((kind, "system", "system", "partOf", "hasPart") for kind in ("component", "api", "resource", "airesource")),
        ("component", "subcomponentOf", "component", "partOf", "hasPart"),
        ("component", "providesApis", "api", "providesApi", "apiProvidedBy"),
        ("component", "consumesApis", "api", "consumesApi", "apiConsumedBy"),
        ("system", "domain", "domain", "partOf", "hasPart"),
        ("domain", "subdomainOf", "domain", "partOf", "hasPart"),
        ("group", "parent", "group", "childOf", "parentOf"),
        ("group", "children", "group", "parentOf", "childOf"),
        ("group", "members", "user", "hasMember", "memberOf"),
        ("user", "memberOf", "group", "memberOf", "hasMember"),
    ],
)
def test_a_field_names_entities_of_its_kind_in_both_directions(kind, field, target, forward, backward):
    assert said(kind, field, "T") == [
        f"{kind}:own/x {forward} {target}:own/t",
        f"{target}:own/t {backward} {kind}:own/x",
    ]
    assert said(kind, field, ["T"]) == said(kind, field, "T")


@pytest.mark.parametrize("kind", ["component", "resource"])
def test_dependencies_need_a_kind(kind):
    assert said(kind, "dependsOn", ["api:a/b"]) == [
        f"{kind}:own/x dependsOn api:a/b",
        f"api:a/b dependencyOf {kind}:own/x",
    ]
    assert said(kind, "dependencyOf", ["api:a/b"]) == [
        f"{kind}:own/x dependencyOf api:a/b",
        f"api:a/b dependsOn {kind}:own/x",
    ]
    with pytest.raises(ValueError, match="does not say which kind"):
        said(kind, "dependsOn", ["b"])


@pytest.mark.parametrize(
    ("type", "field", "forward", "backward"),
    [
        ("skill", "dependsOn", "dependsOn", "dependencyOf"),
        ("plugin", "skills", "hasPart", "partOf"),
        ("marketplace", "plugins", "hasPart", "partOf"),
    ],
)
def test_ai_resources_name_each_other(type, field, forward, backward):
    assert said("airesource", field, ["y"], type) == [
        f"airesource:own/x {forward} airesource:own/y",
        f"airesource:own/y {backward} airesource:own/x",
    ]
    assert said("airesource", field, ["component:y"], type) == []
    assert said("airesource", field, ["y"], "other") == []


def test_the_owner_of_an_mcp_server_is_a_group_or_a_user():
    assert said("api", "owner", "component:y", "mcp-server") == []
    assert said("api", "system", "component:y", "mcp-server") == ["api:own/x partOf component:own/y"]


def test_users_locations_and_unknown_kinds_have_no_owner():
    assert [said(kind, "owner", "t") for kind in ("user", "location", "group", "dataset")] == [[], [], [], []]


def test_every_type_has_one_opposite():
    assert len(TYPES) == 14
    assert all(TYPES[TYPES[type]] == type for type in TYPES)


def test_stitched_relations_are_distinct_and_sorted_by_type_then_target():
    a, b, c = (EntityRef("component", "default", name) for name in "abc")
    relations = [
        Relation(a, "partOf", c),
        Relation(a, "dependsOn", c),
        Relation(a, "dependsOn", b),
        Relation(a, "partOf", c),
        Relation(b, "hasPart", a),
    ]

    assert stitch(relations) == {
        a: (Relation(a, "dependsOn", b), Relation(a, "dependsOn", c), Relation(a, "partOf", c)),
        b: (Relation(b, "hasPart", a),),
    }


@pytest.mark.parametrize(
    ("written", "kind", "meant"),
    [
        ("component:a", None, ("component", "default", "a")),
        ("Component:Default/A", None, ("component", "default", "a")),
        ("ns/a:b", "Group", ("group", "ns", "a:b")),
        ("a:b:c", None, ("a", "default", "b:c")),
        ("a:b/c/d", None, ("a", "b", "c/d")),
        (" group:x ", None, (" group", "default", "x ")),
        ("a", "Group", ("group", "default", "a")),
    ],
)
def test_reference_vectors(written, kind, meant):
    ref = EntityRef.parse(written, kind=kind)

    assert (ref.kind, ref.namespace, ref.name) == meant


@pytest.mark.parametrize("written", [":a", "a:", "a:/b", "/b", "group:default/", "", "a"])
def test_references_that_name_nothing(written):
    with pytest.raises(ValueError, match=r"form|kind"):
        EntityRef.parse(written)


def test_a_reference_is_written_in_lower_case():
    assert str(EntityRef.of("API", "Foo", "Bar.Baz")) == "api:foo/bar.baz"


PART = st.text(st.characters(categories=["Ll", "Nd"]), min_size=1).map(str.lower)


@given(PART, PART, PART)
def test_what_is_written_out_is_read_back(kind, namespace, name):
    ref = EntityRef.of(kind, namespace, name)

    assert EntityRef.parse(str(ref)) == ref


@given(st.text())
def test_any_text_is_a_complete_reference_or_an_error(text):
    try:
        ref = EntityRef.parse(text, kind="Group")
    except ValueError:
        return
    assert ref.kind
    assert ref.namespace
    assert ref.name
