"""What belongs to a software template's skeleton is skipped, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawls import TEAM, assembled, checkout, component, crawl, documents, location

from callboard import yamlsource
from callboard.catalog.skeletons import NO_SKELETONS, Skeletons, skeleton_reason, skeletons_of
from callboard.diagnostics import SourceLocation
from callboard.model.catalog import Skipped
from callboard.model.repository import Repository

EVERYWHERE = ("**/catalog-info.yaml", "**/template.yaml")
HERE = Repository(
    name="acme/templates", source="sources[0]", url="https://github.com/acme/templates", forge="github", branch="main"
)


def template(*urls: str, name: str = "service", action: str = "fetch:template") -> str:
    steps = "".join(f"    - {{id: s{n}, action: '{action}', input: {{url: '{url}'}}}}\n" for n, url in enumerate(urls))
    return (
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\n"
        f"metadata:\n  name: {name}\nspec:\n  owner: group:team\n  type: service\n  steps:\n{steps}"
    )


def places(path: str, *urls: str, action: str = "fetch:template") -> list[str]:
    (document,) = yamlsource.read_documents(template(*urls, action=action))
    return sorted(skeletons_of([(path, document.value)], HERE).places)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("./skeleton", ["t/skeleton"]),
        ("./skeleton/", ["t/skeleton"]),
        ("skeleton", ["t/skeleton"]),
        ("../shared/skeleton", ["shared/skeleton"]),
        ("/shared", ["shared"]),
        ("https://github.com/acme/templates/tree/main/shared/", ["shared"]),
        ("./skeletons/${{ parameters.language }}", ["t/skeletons"]),
        ("./skeletons/${{ parameters.language }}/x", ["t/skeletons"]),
        ("./base-${{ parameters.language }}", []),
        ("${{ parameters.url }}", []),
        ("./", []),
        (".", []),
        ("..", []),
        ("../..", []),
        ("https://github.com/other/templates/tree/main/shared", []),
    ],
)
def test_a_template_says_which_folder_is_its_skeleton(url: str, place: list[str]) -> None:
    assert places("t/template.yaml", url) == place


@pytest.mark.parametrize(
    "action", ["fetch:template", "fetch:plain", "fetch:plain:file", "fetch:template:file", "fetch:cookiecutter"]
)
def test_every_way_to_fetch_counts(action: str) -> None:
    assert places("t/template.yaml", "./skeleton", action=action) == ["t/skeleton"]


def test_other_actions_do_not_make_skeletons() -> None:
    assert places("t/template.yaml", "./catalog", action="catalog:register") == []


def test_a_template_inside_a_skeleton_says_nothing() -> None:
    values = [yamlsource.read_documents(template(url))[0].value for url in ("./skeleton", "../../catalog")]

    found = skeletons_of([("t/skeleton/template.yaml", values[1]), ("t/template.yaml", values[0])], HERE)

    assert found == Skeletons({"t/skeleton": "t/template.yaml"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "kind: Component\nmetadata:\n  name: ${{ values.name }}\n",
            "has a metadata.name that a software template fills in",
        ),
        (
            "kind: Component\nmetadata:\n  name: x-${{ values.name }}-y\n",
            "has a metadata.name that a software template fills in",
        ),
        (
            "kind: Component\nmetadata:\n  name: {{ cookiecutter.name }}\n",
            "has a metadata.name that a software template fills in",
        ),
        (
            "kind: Component\nmetadata:\n  name: {{cookiecutter.name}}\n",
            "has a metadata.name that a software template fills in",
        ),
        ("kind: Component\nmetadata:\n  name: '{% raw %}x'\n", "has a metadata.name that a software template fills in"),
        ("kind: ${{ values.kind }}\nmetadata:\n  name: x\n", "has a kind that a software template fills in"),
        ("kind: Component\nmetadata:\n  name: x\n  description: ${{ values.d }}\n", ""),
        ("kind: Component\nmetadata:\n  name: {a: b}\n", ""),
        ("kind: Component\nmetadata:\n  name: {}\n", ""),
        ("kind: Component\nmetadata: 5\n", ""),
        ("- a\n", ""),
    ],
)
def test_a_document_that_has_yet_to_be_filled_in_is_a_skeletons(text: str, reason: str) -> None:
    (document,) = yamlsource.read_documents(text)

    assert document.errors == ()
    assert skeleton_reason("catalog-info.yaml", NO_SKELETONS, value=document.value) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("kind: Component\n{%- if values.x %}\nmetadata: [\n", "has lines of a template language"),
        ("kind: Component\nmetadata:\n  {% if x %}\n  name: a\n", "has lines of a template language"),
        (
            "kind: Component\nmetadata:\n  title: a: b\n  name: ${{ values.x }}\n",
            "has a kind or a metadata.name that a software template fills in",
        ),
        ("kind: {{ x }}\nmetadata: [\n", "has a kind or a metadata.name that a software template fills in"),
        ("kind: Component\nmetadata: [\n", ""),
        ("kind: Component\nmetadata:\n  name: a: b\nspec:\n  name: ${{ x }}\n", ""),
        ("apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nspec: [\n{% raw %}\n", ""),
    ],
)
def test_a_document_that_is_no_yaml_is_a_skeletons_if_a_template_language_broke_it(text: str, reason: str) -> None:
    assert yamlsource.read_documents(text)[0].errors
    assert skeleton_reason("catalog-info.yaml", NO_SKELETONS, text=text) == reason


def test_a_path_may_have_to_be_filled_in() -> None:
    assert (
        skeleton_reason("a/${{values.x}}/catalog-info.yaml", NO_SKELETONS)
        == "has a path that a software template fills in"
    )
    assert (
        skeleton_reason("a/{{cookiecutter.x}}/catalog-info.yaml", NO_SKELETONS)
        == "has a path that a software template fills in"
    )


def test_skeletons_are_skipped_with_a_note_even_when_their_yaml_is_broken(tmp_path: Path) -> None:
    templates = checkout(
        "acme/templates",
        {
            "go/template.yaml": template("./skeleton"),
            "go/skeleton/catalog-info.yaml": "{%- if values.x %}\nkind: [\n",
            "go/skeleton/docs/catalog-info.yaml": component("plain"),
            "loose/catalog-info.yaml": component("${{ values.name }}"),
            "catalog-info.yaml": TEAM,
        },
    )

    found = assembled(crawl(templates, descriptors=EVERYWHERE), tmp_path)

    assert found.refs == ["group:default/team", "template:default/service"]
    assert found.catalog.skipped == (
        Skipped(
            SourceLocation("acme/templates", "go/skeleton/catalog-info.yaml"),
            "belongs to the skeleton of go/template.yaml",
        ),
        Skipped(
            SourceLocation("acme/templates", "go/skeleton/docs/catalog-info.yaml"),
            "belongs to the skeleton of go/template.yaml",
        ),
        Skipped(
            SourceLocation("acme/templates", "loose/catalog-info.yaml", 1, 1),
            "has a metadata.name that a software template fills in",
        ),
    )
    assert found.problems == (
        "acme/templates/go/skeleton/catalog-info.yaml: info[skeleton-skipped]: go/skeleton/catalog-info.yaml belongs to the"
        " skeleton of go/template.yaml, and is not read\n"
        "acme/templates/go/skeleton/docs/catalog-info.yaml: info[skeleton-skipped]: go/skeleton/docs/catalog-info.yaml belongs to"
        " the skeleton of go/template.yaml, and is not read\n"
        "acme/templates/loose/catalog-info.yaml:1:1: info[skeleton-skipped]: loose/catalog-info.yaml has a metadata.name that a"
        " software template fills in, and is not read"
    )


@pytest.mark.parametrize("name", ["a-all.yaml", "z-all.yaml"])
def test_a_template_of_any_file_name_counts_whether_it_is_read_before_or_after_its_skeleton(
    tmp_path: Path, name: str
) -> None:
    templates = checkout(
        "acme/templates",
        {
            f"catalog/{name}": documents(TEAM, template("../parts/skeleton")),
            "catalog/m.yaml": location("m", "../parts/skeleton/more.yaml"),
            "parts/skeleton/catalog-info.yaml": component("plain"),
            "parts/skeleton/more.yaml": component("more"),
        },
    )

    found = assembled(crawl(templates, descriptors=("catalog/*.yaml", "**/catalog-info.yaml")), tmp_path)

    assert found.refs == ["group:default/team", "location:default/m", "template:default/service"]
    assert set(found.codes()) == {"skeleton-skipped"}


def test_repositories_without_folders_of_descriptors_are_not_searched_for_templates(tmp_path: Path) -> None:
    shop = checkout("acme/shop", {"catalog-info.yaml": TEAM, "charts/template.yaml": "a: b"})

    assembled(crawl(shop), tmp_path)

    assert shop.reads == ["catalog-info.yaml"]
