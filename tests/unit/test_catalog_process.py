"""From declarations to entities: what Backstage accepts, and what is said about the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from callboard.catalog.process import Processed, process
from callboard.config.model import CatalogConfig, CustomKind
from callboard.model.entity import Declaration
from callboard.model.repository import ReadError, Repository
from callboard.yamlsource import read_documents

SHOP = Repository(
    name="acme/shop", source="sources[0]", url="https://github.com/acme/shop", forge="github", branch="main"
)


def process_text(
    text: str,
    files: Mapping[str, bytes] | None = None,
    *,
    repository: Repository = SHOP,
    config: CatalogConfig | None = None,
    path: str = "catalog-info.yaml",
) -> Processed:
    """Process the only document of *text* as a file of the shop's repository that also holds *files*."""

    def read(wanted: str) -> bytes:
        if files is None or wanted not in files:
            raise ReadError("file-unreadable", f"there is no file {wanted}")
        return files[wanted]

    (document,) = read_documents(text)
    assert document.errors == ()
    declaration = Declaration(document.value, document.marks, repository.name, path, document.index)
    return process(declaration, repository=repository, read=read, config=config or CatalogConfig())


def component(spec: str = "", *, metadata: str = "name: x", root: str = "") -> str:
    """A good component, with lines added."""
    lines = "".join(f"  {line}\n" for line in spec.splitlines())
    about = "".join(f"  {line}\n" for line in metadata.splitlines())
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\n{root}metadata:\n{about}"
        f"spec:\n  type: service\n  lifecycle: production\n  owner: team\n{lines}"
    )


def of_kind(kind: str, spec: str, metadata: str = "name: x") -> str:
    version = "scaffolder.backstage.io/v1beta3" if kind == "Template" else "backstage.io/v1alpha1"
    lines = "".join(f"  {line}\n" for line in spec.splitlines())
    return f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  {metadata}\nspec:{' {}' if not spec else ''}\n{lines}"


def relations(text: str, **options: Any) -> list[str]:
    processed = process_text(text, **options)
    assert processed.ok, processed.diagnostics
    return [f"{relation.type} {relation.target}" for relation in processed.relations]


def problems(text: str, **options: Any) -> str:
    """What is printed about the only document of *text*, which is refused."""
    processed = process_text(text, **options)
    assert not processed.ok
    assert processed.entity is None
    return "\n".join(str(diagnostic) for diagnostic in processed.diagnostics)


def accepted(text: str, **options: Any) -> bool:
    return process_text(text, **options).ok


def test_s1_identity_is_lower_case_and_display_is_as_written():
    processed = process_text(component(metadata="name: My-Service"))

    assert processed.ref == "component:default/my-service"
    assert processed.entity is not None
    assert (str(processed.entity.ref), processed.entity.name) == ("component:default/my-service", "My-Service")


def test_s1_the_kind_of_a_document_is_case_sensitive():
    assert problems(component().replace("Component", "component")) == (
        "acme/shop/catalog-info.yaml:2:1: error[unknown-kind]: kind component with apiVersion backstage.io/v1alpha1"
        " is not in the catalog's model\n  hint: kind: Component"
    )


def test_s2_references_default_to_the_namespace_of_the_entity():
    assert relations(component("system: pay", metadata="name: x\nnamespace: team-a")) == [
        "ownedBy group:team-a/team",
        "partOf system:team-a/pay",
    ]


def test_s3_depends_on_without_a_kind_refuses_the_whole_entity():
    assert problems(component("dependsOn: [resource:db, queue]")) == (
        "acme/shop/catalog-info.yaml:9:28: error[bad-ref]: spec.dependsOn[1]: 'queue' does not say which kind it means\n"
        "  hint: component:queue"
    )
    assert not accepted(component("dependencyOf: 5"))
    assert not accepted(component("dependencyOf: {}"))
    assert accepted(component("dependencyOf: {kind: API, name: a}"))
    assert accepted(component("dependencyOf: 0"))


def test_s4_both_directions_are_said_whether_the_target_exists_or_not():
    processed = process_text(component("dependsOn: [resource:nowhere]"))

    assert [tuple(map(str, relation)) for relation in processed.emitted] == [
        ("component:default/x", "ownedBy", "group:default/team"),
        ("group:default/team", "ownerOf", "component:default/x"),
        ("component:default/x", "dependsOn", "resource:default/nowhere"),
        ("resource:default/nowhere", "dependencyOf", "component:default/x"),
    ]


def test_s5_duplicates_collapse():
    assert relations(of_kind("User", "memberOf: [team, Team, group:default/team]")) == ["memberOf group:default/team"]


def test_s6_groups_need_children_and_users_need_groups_even_if_empty():
    assert "spec.children is missing\n  hint: children: []" in problems(of_kind("Group", "type: team"))
    assert "spec.memberOf is missing\n  hint: memberOf: []" in problems(of_kind("User", "profile: {}"))
    assert accepted(of_kind("Group", "type: team\nchildren: []"))
    assert accepted(of_kind("User", "memberOf: []"))


def test_s7_empty_values_are_refused_and_empty_lists_are_not():
    assert "spec.system is empty, not text" in problems(component("system:"))
    assert "spec.owner is an empty text" in problems(component().replace("owner: team", 'owner: ""'))
    assert accepted(component("dependsOn: []"))


@pytest.mark.parametrize(
    ("version", "kind", "hint"),
    [
        ("backstage.io/v1", "Component", "apiVersion: backstage.io/v1alpha1"),
        ("scaffolder.backstage.io/v1beta2", "Template", "apiVersion: scaffolder.backstage.io/v1beta3"),
        ("backstage.io/v1alpha1", "Componnt", "kind: Component"),
    ],
)
def test_s8_an_unknown_kind_or_version_says_which_is_known(version, kind, hint):
    text = component().replace("backstage.io/v1alpha1", version).replace("Component", kind)

    assert problems(text).endswith(
        f"kind {kind} with apiVersion {version} is not in the catalog's model\n  hint: {hint}"
    )


def test_s8_both_core_versions_are_equal():
    assert accepted(component().replace("v1alpha1", "v1beta1"))


def test_s9_only_the_kind_of_the_document_judges_its_spec():
    assert accepted(component("children: 5\nmemberOf: x\ndefinition: 3"))


@pytest.mark.parametrize("name", ["a\n", "a\u2028", "-a", "a-", "", "a b", "ä", "a" * 64, "a" * 62 + "😀"])
def test_s11_a_name_ends_where_it_ends(name):
    text = component().replace("name: x", "name: X")
    (document,) = read_documents(text)
    document.value["metadata"]["name"] = name

    processed = process(
        Declaration(document.value, {}, "acme/shop", "catalog-info.yaml"),
        repository=SHOP,
        read=lambda path: b"",
        config=CatalogConfig(),
    )

    assert not processed.ok


@pytest.mark.parametrize("name", ["a", "A.b_c-D", "a..b", "1", "a" * 63])
def test_names_that_backstage_accepts(name):
    assert accepted(component(metadata=f'name: "{name}"'))


def test_s12_a_skeleton_fails_at_its_name_only():
    assert problems(component(metadata="name: ${{ values.name }}")).startswith(
        "acme/shop/catalog-info.yaml:4:3: error[bad-envelope]: metadata.name '${{ values.name }}' is not 1 to 63 letters"
    )


def test_s13_from_a_repository_only_web_targets_are_followed():
    assert accepted(of_kind("Location", "target: ./a.yaml"))
    assert accepted(of_kind("Location", "type: url\ntargets: [./a.yaml]"))
    assert problems(of_kind("Location", "type: file\ntarget: ./a.yaml")).endswith(
        "error[bad-location]: spec.type is 'file', and from a repository only targets of the type url are followed\n  hint: type: url"
    )


def test_s15_a_definition_from_yaml_is_an_object_and_refused():
    text = of_kind("API", "type: openapi\nlifecycle: production\nowner: team\ndefinition: {$yaml: ./api.yaml}")

    assert "spec.definition is a mapping, not text" in problems(text, files={"api.yaml": b"openapi: 3.0.0\n"})


def test_s17_where_an_entity_came_from_is_written_down():
    processed = process_text(component(), path="services/shop/catalog-info.yaml")

    assert processed.entity is not None
    assert processed.entity.annotations == {
        "backstage.io/managed-by-location": "url:https://github.com/acme/shop/blob/main/services/shop/catalog-info.yaml",
        "backstage.io/managed-by-origin-location": "url:https://github.com/acme/shop/blob/main/services/shop/catalog-info.yaml",
        "backstage.io/view-url": "https://github.com/acme/shop/blob/main/services/shop/catalog-info.yaml",
        "backstage.io/edit-url": "https://github.com/acme/shop/edit/main/services/shop/catalog-info.yaml",
        "backstage.io/source-location": "url:https://github.com/acme/shop/tree/main/services/shop/",
    }


def test_s17_what_the_author_wrote_wins():
    processed = process_text(
        component(metadata="name: x\nannotations: {backstage.io/source-location: 'url:https://example.org/'}")
    )

    assert processed.entity is not None
    assert processed.entity.annotations["backstage.io/source-location"] == "url:https://example.org/"


def test_s17_where_an_entity_was_read_is_not_for_authors_to_say():
    processed = process_text(component(metadata="name: x\nannotations: {backstage.io/managed-by-location: 5}"))

    assert processed.entity is not None
    assert processed.entity.annotations["backstage.io/managed-by-location"].startswith(
        "url:https://github.com/acme/shop/"
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "java\\nscript:alert(1)", " jAvAsCrIpT:x", "data:text/html,x", "x"]
)
def test_s18_a_link_of_an_annotation_that_could_run_code_is_warned_about(url):
    processed = process_text(component(metadata=f'name: x\nannotations: {{backstage.io/view-url: "{url}"}}'))

    assert processed.ok
    assert [diagnostic.code for diagnostic in processed.diagnostics] == ["rejected-link"]


def test_s17_without_a_web_address_there_is_no_link():
    bare = Repository(name="shop", source="sources[0]")

    processed = process_text(component(), repository=bare)

    assert processed.entity is not None
    assert processed.entity.annotations == {
        "backstage.io/managed-by-location": "file:shop/catalog-info.yaml",
        "backstage.io/managed-by-origin-location": "file:shop/catalog-info.yaml",
    }


def test_s19_lists_of_references_are_kept_sorted_and_tags_as_written():
    processed = process_text(
        component("dependsOn: [resource:b, resource:B, component:a]", metadata="name: x\ntags: [b, a]")
    )

    assert processed.entity is not None
    assert processed.entity.spec["dependsOn"] == ["component:a", "resource:B", "resource:b"]
    assert processed.entity.tags == ("b", "a")


def test_s19_a_problem_in_a_sorted_list_is_where_it_is_written():
    assert ":9:15: error[bad-ref]: spec.dependsOn[0]: 'z' does not" in problems(
        component("dependsOn: [z, component:a]")
    )


def test_s20_uid_and_etag_of_the_author_are_not_kept():
    processed = process_text(component(metadata="name: x\nuid: abc\netag: def"))

    assert processed.entity is not None
    assert "uid" not in processed.entity.metadata
    assert "etag" not in processed.entity.metadata


def test_s23_a_definition_may_be_huge():
    text = of_kind("API", "type: openapi\nlifecycle: production\nowner: team\ndefinition: {$text: ./api.yaml}")

    processed = process_text(text, files={"api.yaml": b"x" * 5_000_000})

    assert processed.entity is not None
    assert len(processed.entity.spec["definition"]) == 5_000_000


def test_s24_an_owner_may_be_a_user_or_an_address():
    assert relations(component().replace("owner: team", "owner: user:jo")) == ["ownedBy user:default/jo"]
    assert relations(component().replace("owner: team", "owner: a@b.c")) == ["ownedBy group:default/a@b.c"]


def test_s25_a_profile_is_free_text():
    assert accepted(of_kind("User", "memberOf: []\nprofile: {picture: 'javascript:alert(1)', email: nobody}"))


def test_every_problem_of_a_document_is_reported_at_its_place():
    text = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: my service
  namespace: Team
  tags: [Java]
  labels: {"a b": "c d"}
  links:
    - title: " "
      url: example.org
spec:
  type: 5
  owner: [team]
  dependsOn: resource:db
owner: me
"""

    assert problems(text) == (
        "acme/shop/catalog-info.yaml:4:3: error[bad-envelope]: metadata.name 'my service' is not 1 to 63 letters, digits"
        " and - _ . with a letter or digit at both ends\n  hint: name: my-service\n"
        "acme/shop/catalog-info.yaml:5:3: error[bad-envelope]: metadata.namespace 'Team' is not 1 to 63 lower-case letters"
        " and digits with - between\n  hint: namespace: team\n"
        "acme/shop/catalog-info.yaml:6:10: error[bad-field]: the tag 'Java' is not lower-case letters, digits and : + # with"
        " single - between (at most 63)\n  hint: java\n"
        "acme/shop/catalog-info.yaml:7:12: error[bad-field]: the label a b has the value 'c d', which is not letters, digits"
        " and - _ . (at most 63)\n  hint: take it to annotations, where values are free\n"
        "acme/shop/catalog-info.yaml:7:12: error[bad-field]: the label key 'a b' is not of the form name or example.org/name\n"
        "  hint: use letters, digits and - _ . after an optional lower-case domain and one /\n"
        "acme/shop/catalog-info.yaml:9:7: error[bad-field]: metadata.links[0].title is blank\n"
        "  hint: write a value, or take the line out\n"
        "acme/shop/catalog-info.yaml:10:7: error[bad-field]: the link 'example.org' is not an absolute address\n"
        "  hint: url: https://example.org\n"
        "acme/shop/catalog-info.yaml:11:1: error[bad-field]: spec.lifecycle is missing\n  hint: lifecycle: production\n"
        "acme/shop/catalog-info.yaml:12:3: error[bad-field]: spec.type is the number 5, not text\n"
        '  hint: type: "5"\n'
        "acme/shop/catalog-info.yaml:13:3: error[bad-field]: spec.owner is a list, not text\n  hint: owner: team\n"
        "acme/shop/catalog-info.yaml:14:3: error[bad-field]: spec.dependsOn is text, not a list\n"
        "  hint: dependsOn: [resource:db]\n"
        "acme/shop/catalog-info.yaml:15:1: error[foreign-field]: owner may not stand at the root of a document\n"
        "  hint: indent owner to put it below spec or metadata"
    )


def test_a_misspelt_field_is_recognised():
    assert "spec.lifecycle is missing\n  hint: did you mean lifecycle instead of lifeCycle?" in problems(
        component().replace("lifecycle", "lifeCycle")
    )


def test_relations_and_status_are_not_for_authors():
    assert "relations may not stand at the root" in problems(component(root="relations: []\n"))


def test_empty_annotations_are_none_and_empty_labels_are_an_error():
    assert accepted(component(metadata="name: x\nannotations:"))
    assert not accepted(component(metadata="name: x\nlabels:"))


def test_a_link_that_could_run_code_is_accepted_and_warned_about():
    processed = process_text(component(metadata="name: x\nlinks: [{url: 'javascript:alert(1)'}]"))

    assert processed.ok
    assert [diagnostic.code for diagnostic in processed.diagnostics] == ["rejected-link"]


def test_keys_of_the_prototype_pollute_nothing():
    processed = process_text(component("__proto__: {a: 1}", metadata="name: x\n__proto__: 5"))

    assert processed.entity is not None
    assert "__proto__" not in processed.entity.spec
    assert processed.entity.metadata["__proto__"] == 5


def test_numbers_without_an_end_are_stored_as_json_has_them():
    processed = process_text(component("weight: .inf"))

    assert processed.entity is not None
    assert processed.entity.spec["weight"] is None


def test_ai_forms_are_known_unless_they_are_switched_off():
    skill = of_kind(
        "AiResource", "type: skill\nlifecycle: production\nowner: team\ndependsOn: [other]\nsystem: group:x"
    )
    server = of_kind(
        "API", "type: mcp-server\nlifecycle: production\nowner: component:x\nremotes: [{type: sse, url: u}]"
    )

    assert relations(skill) == ["ownedBy group:default/team", "dependsOn airesource:default/other"]
    assert relations(server) == []
    assert not accepted(skill, config=CatalogConfig(ai=False))
    assert not accepted(server, config=CatalogConfig(ai=False))


def test_a_rule_for_ai_needs_a_category_and_a_reason():
    text = of_kind("AiResource", "type: rule\nlifecycle: production\nowner: team")

    assert "spec.category is missing" in problems(text)
    assert "spec.rationale is missing" in problems(text)


DATASET = CustomKind(
    api_version="acme.example/v1",
    kind="Dataset",
    schema={
        "type": "object",
        "properties": {"spec": {"required": ["rows"], "properties": {"rows": {"type": "integer"}}}},
    },
    relations=({"field": "storedIn", "forward": "storedIn", "backward": "stores", "target": "Resource"},),
)


def test_kinds_of_the_organisation_have_their_own_schema_and_relations():
    config = CatalogConfig(kinds=(DATASET,))
    text = of_kind("Dataset", "rows: 5\nstoredIn: db").replace("backstage.io/v1alpha1", "acme.example/v1")

    assert relations(text, config=config) == ["storedIn resource:default/db"]
    assert [relation.type for relation in process_text(text, config=config).emitted] == ["storedIn", "stores"]
    assert "spec.rows: 'x' is not of type 'integer'" in problems(text.replace("rows: 5", "rows: x"), config=config)
    assert not accepted(text)


def test_a_schema_of_the_organisation_reaches_no_other_place():
    config = CatalogConfig(
        kinds=(CustomKind("acme.example/v1", "Dataset", {"$ref": "https://example.org/schema.json"}),)
    )
    text = of_kind("Dataset", "rows: 5").replace("backstage.io/v1alpha1", "acme.example/v1")

    assert "the schema of Dataset cannot be used" in problems(text, config=config)


def test_the_problems_of_one_document_are_bounded():
    processed = process_text(component(metadata="name: x\ntags: [" + "A," * 1000 + "]"))

    assert len(processed.diagnostics) == 100
    assert processed.diagnostics[-1].message == "the document has 901 more problems"


def test_a_document_is_processed_without_being_changed():
    (document,) = read_documents(component("dependsOn: [b:c, a:b]", metadata="name: x\nannotations:"))
    before = repr(document.value)

    process(
        Declaration(document.value, document.marks, "acme/shop", "catalog-info.yaml"),
        repository=SHOP,
        read=lambda path: b"",
        config=CatalogConfig(),
    )

    assert repr(document.value) == before
