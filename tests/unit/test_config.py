"""What site_config.yml may say, and what is said back when it says something else."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from callboard.config import Config, ConfigError, parse
from callboard.config.model import (
    CatalogConfig,
    CustomKind,
    FileSource,
    FolderSource,
    GitSource,
    Rule,
    Secret,
    SiteConfig,
)
from callboard.config.settings import json_schema, settings
from callboard.diagnostics import Report

FULL = """\
site:
  title: Acme developer portal
  url: https://acme.github.io/portal/
  links: files
sources:
  - folder: {path: repos}
  - folder: {path: "orgs/*/*", repository: true, descriptors: ["**/catalog-info.yaml"]}
  - git: {url: https://git.example.org/acme/shop.git, branch: main, token: "${GIT_TOKEN}", forge: github}
  - file: {path: catalog/*.yaml}
catalog:
  rules:
    - allow: [Component, {kind: API, spec.type: OpenAPI}]
      locations: [{type: url, pattern: https://github.com/acme/*}]
  kinds:
    - {apiVersion: acme.example/v1, kind: Dataset, schema: dataset.schema.json}
state: .state
"""


def read(text: str, folder: Path = Path("/portal"), **environ: str) -> Config:
    return parse(text, file=folder / "site_config.yml", environ=environ, report=Report())


def problems(text: str, **environ: str) -> str:
    """What is printed for a configuration that cannot be used."""
    report = Report()
    with pytest.raises(ConfigError):
        parse(text, file=Path("/portal/site_config.yml"), environ=environ, report=report)
    return "\n".join(map(str, report))


def test_a_whole_configuration_becomes_values(tmp_path):
    (tmp_path / "dataset.schema.json").write_text('{"type": "object"}')

    config = read(FULL, tmp_path, GIT_TOKEN="s3cret")

    assert config == Config(
        file=tmp_path / "site_config.yml",
        site=SiteConfig(title="Acme developer portal", url="https://acme.github.io/portal/", links="files"),
        sources=(
            FolderSource(path="repos"),
            FolderSource(path="orgs/*/*", repository=True, descriptors=("**/catalog-info.yaml",)),
            GitSource(
                url="https://git.example.org/acme/shop.git", branch="main", token=Secret("s3cret"), forge="github"
            ),
            FileSource(path="catalog/*.yaml"),
        ),
        catalog=CatalogConfig(
            rules=(
                Rule(
                    (("component", ""), ("api", "openapi")),
                    ({"type": "url", "pattern": "https://github.com/acme/*"},),
                ),
            ),
            kinds=(CustomKind("acme.example/v1", "Dataset", {"type": "object"}),),
        ),
        state=Path(".state"),
    )


def test_a_secret_is_not_in_any_representation_of_the_configuration():
    config = read(FULL.replace("schema: dataset.schema.json", ""), GIT_TOKEN="s3cret")

    assert "s3cret" not in repr(config)
    assert f"{config.sources[2].token}" == "***"
    assert config.sources[2].token.reveal() == "s3cret"


def test_an_unknown_key_is_named_at_its_place_with_the_nearest_known_one():
    assert problems("site:\n  titel: Acme\nsources:\n  - folder: {path: repos}\n") == (
        "site_config.yml:2:3: error[config-unknown-key]: site.titel is not a setting\n  hint: did you mean title?"
    )


def test_a_value_of_another_type_says_what_it_is_and_what_it_should_be():
    text = "site:\n  title: [Acme]\ndocs:\n  timeout: soon\n  enabled: yes\nsources:\n  - folder: {path: repos}\n"

    assert problems(text) == (
        "site_config.yml:2:3: error[config-wrong-type]: site.title is a list, not text\n"
        "site_config.yml:4:3: error[config-wrong-type]: docs.timeout is text, not a whole number\n"
        "site_config.yml:5:3: error[config-wrong-type]: docs.enabled is text, not true or false\n"
        "  hint: write true or false"
    )


def test_a_missing_value_is_named_where_it_should_stand():
    assert problems("sources:\n  - git: {branch: main}\n") == (
        "site_config.yml:2:5: error[config-missing]: sources[0].git.url is missing\n"
        "  hint: add url: Its address: https, ssh, or a folder of this machine; without credentials."
    )


def test_a_configuration_without_sources_shows_how_one_is_written():
    assert problems("site: {title: Acme}\n") == (
        "site_config.yml:1:1: error[config-missing]: sources is missing\n"
        "  hint: write sources: [{folder: {path: repos}}]"
    )


def test_one_source_is_one_item():
    assert problems("sources:\n  - folder: {path: a}\n    file: {path: b}\n") == (
        "site_config.yml:2:5: error[config-missing]: sources[0] names 2 types of source, not one\n"
        "  hint: write one source an item, such as - folder: {path: repos}"
    )


def test_a_variable_is_read_only_where_a_secret_stands():
    assert problems('site: {title: "${TITLE}"}\nsources:\n  - folder: {path: a}\n', TITLE="x") == (
        "site_config.yml:1:8: error[config-secret]: site.title names an environment variable, which only secrets may\n"
        "  hint: write the value itself, or set the variable of this setting (see the settings reference)"
    )


def test_a_token_that_stands_in_the_file_is_refused_and_not_repeated():
    said = problems("sources:\n  - git: {url: https://x.example/a/b, token: ghp_abcdef}\n")

    assert said.startswith(
        "site_config.yml:2:39: error[config-secret]: sources[0].git.token is not the name of an environment variable"
    )
    assert "ghp_abcdef" not in said


def test_a_secret_whose_variable_is_not_set_says_which():
    assert problems('sources:\n  - git: {url: https://x.example/a/b, token: "${GIT_TOKEN}"}\n') == (
        "site_config.yml:2:39: error[config-secret]: sources[0].git.token needs the environment variable GIT_TOKEN,"
        " which is not set\n"
        "  hint: set GIT_TOKEN where the build runs, or take the setting out"
    )


def test_a_choice_that_does_not_exist_gets_the_nearest_one():
    assert problems("site: {links: file}\nsources:\n  - folder: {path: a}\n") == (
        "site_config.yml:1:8: error[config-bad-value]: site.links is 'file', not one of folders, files\n"
        "  hint: write files"
    )


def test_the_engine_for_published_documentation_needs_to_know_where_it_is():
    text = "docs:\n  engine: prebuilt\nsources:\n  - folder: {path: repos}\n"

    assert problems(text) == (
        "site_config.yml:2:3: error[config-missing]: docs.engine is prebuilt, and docs.prebuilt does not say where\n"
        "  hint: add prebuilt: and a folder"
    )
    assert read(text, CALLBOARD_DOCS_PREBUILT="published").docs.prebuilt == Path("published")


def test_broken_yaml_is_a_problem_at_its_line():
    said = problems("site:\n  title: a: b\n")

    assert said.startswith("site_config.yml:2:")
    assert "error[config-syntax]" in said


def test_an_environment_variable_wins_over_the_file_for_every_setting_that_names_one():
    config = read(
        "site: {title: Acme}\nsources:\n  - folder: {path: a}\n",
        CALLBOARD_SITE_TITLE="Acme nightly",
        CALLBOARD_DOCS_ENABLED="false",
        CALLBOARD_DOCS_TIMEOUT="7",
        CALLBOARD_CATALOG_DESCRIPTORS="a.yaml, b.yaml",
        CALLBOARD_OUTPUT="out",
    )

    assert (config.site.title, config.docs.enabled, config.docs.timeout, config.catalog.descriptors, config.output) == (
        "Acme nightly",
        False,
        7,
        ("a.yaml", "b.yaml"),
        Path("out"),
    )


def test_a_wrong_environment_variable_is_named():
    text = "sources:\n  - folder: {path: a}\n"

    assert problems(text, CALLBOARD_DOCS_TIMEOUT="soon") == (
        "$CALLBOARD_DOCS_TIMEOUT:1:1: error[config-wrong-type]: CALLBOARD_DOCS_TIMEOUT is text, not a whole number"
    )


def test_the_schema_accepts_what_the_loader_accepts():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    accepted = {
        "site": {"title": "Acme", "links": "files"},
        "sources": [{"folder": {"path": "repos"}}, {"git": {"url": "https://x/a/b", "token": "${T}"}}],
        "catalog": {"rules": [{"allow": ["Component", {"kind": "API", "spec.type": "openapi"}]}]},
    }

    jsonschema.validate(accepted, json_schema())
    assert read(json.dumps(accepted), T="t").site.title == "Acme"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"sources": []},
        {"sources": [{"folder": {}}]},
        {"sources": [{"folder": {"path": "a"}, "file": {"path": "b"}}]},
        {"sources": [{"ftp": {"path": "a"}}]},
        {"sources": [{"folder": {"path": "a"}}], "site": {"titel": "x"}},
        {"sources": [{"folder": {"path": "a"}}], "docs": {"timeout": 0}},
        {"sources": [{"folder": {"path": "a"}}], "docs": {"engine": "prebuilt"}},
        {"sources": [{"git": {"url": "https://x/a", "token": "plain"}}]},
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, json_schema())
    problems(json.dumps(wrong))


def test_every_setting_has_a_sentence_and_a_name_of_its_own():
    rows = settings()

    assert [row.name for row in rows if not row.sentence.endswith(".")] == []
    assert len({row.name for row in rows}) == len(rows)
