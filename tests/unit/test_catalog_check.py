"""``callboard check``: which files it looks at, and the four ways it writes what it found."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from portals import build_site, callboard

from callboard.apis import judge
from callboard.catalog.check import FORMATS, DocumentReport, as_github, as_json, as_sarif, as_text, check
from callboard.config.model import CatalogConfig, CustomKind
from callboard.diagnostics import CODES, Diagnostic, SourceLocation

GOOD = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Shop
spec:
  type: service
  lifecycle: production
  owner: team
  dependsOn: [resource:db]
"""
BAD = GOOD.replace("owner: team", "owner:")


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def reports(
    *paths: Path, all: bool = False, config: CatalogConfig | None = None, base_url: str = ""
) -> list[tuple[str, int, bool, list[str]]]:
    """File (relative to the first path), document, verdict and codes of each report."""
    top = paths[0] if paths[0].is_dir() else paths[0].parent
    found = check(paths, all=all, config=config or CatalogConfig(), base_url=base_url)
    return [
        (str(Path(one.file).relative_to(top)), one.document, one.ok, [problem.code for problem in one.problems])
        for one in found
    ]


def test_in_a_folder_files_named_like_descriptors_are_checked(tmp_path):
    write(
        tmp_path,
        {
            "catalog-info.yaml": GOOD,
            "deep/down/catalog-info.yml": BAD,
            "other.yaml": BAD,
            ".git/catalog-info.yaml": BAD,
        },
    )

    assert reports(tmp_path) == [
        ("catalog-info.yaml", 0, True, []),
        ("deep/down/catalog-info.yml", 0, False, ["bad-field"]),
    ]


def test_the_names_of_descriptors_are_configured(tmp_path):
    write(tmp_path, {"catalog-info.yaml": GOOD, "a/backstage.yaml": GOOD, "a/x.entity.yaml": GOOD})

    config = CatalogConfig(descriptors=("**/backstage.yaml", "*.entity.yaml"))

    assert [file for file, *_ in reports(tmp_path, config=config)] == ["a/backstage.yaml", "a/x.entity.yaml"]


def test_a_file_that_is_given_is_checked_whatever_its_name(tmp_path):
    write(tmp_path, {"notes.txt": BAD})

    assert reports(tmp_path / "notes.txt") == [("notes.txt", 0, False, ["bad-field"])]


def test_with_all_every_document_of_the_catalog_is_checked(tmp_path):
    files = {
        "a.yaml": f"{GOOD}---\nkind: Deployment\napiVersion: apps/v1\n",
        "b.yml": "openapi: 3.0.0\n",
        "c.yaml": "apiVersion: v1\nkind: Pod\n",
        "d.yaml": f"{GOOD}---\na: [\n",
        "e.yaml": "a: [\n",
        "f.yaml": "apiVersion: acme.example/v1\nkind: Dataset\nmetadata: {name: x}\n",
        "g.json": GOOD,
        "h.yaml": b"\xff",
    }
    write(tmp_path, files)

    config = CatalogConfig(kinds=(CustomKind("acme.example/v1", "Dataset"),))

    assert reports(tmp_path, all=True, config=config) == [
        ("a.yaml", 0, True, []),
        ("d.yaml", 0, True, []),
        ("d.yaml", 1, False, ["yaml-syntax"]),
        ("f.yaml", 0, True, []),
    ]


def test_documents_count_from_zero_and_empty_ones_are_passed_over(tmp_path):
    write(tmp_path, {"catalog-info.yaml": f"---\n---\n{GOOD}---\n- a list\n---\n"})

    assert reports(tmp_path) == [("catalog-info.yaml", 1, True, []), ("catalog-info.yaml", 2, False, ["not-a-mapping"])]


def test_skeletons_of_templates_are_left_out_of_folders(tmp_path):
    template = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: t}
spec:
  type: service
  steps: [{action: 'fetch:template', input: {url: ./content}}]
"""
    filled = GOOD.replace("name: Shop", "name: ${{ values.name }}")
    files = {
        "t/template.yaml": template,
        "t/content/catalog-info.yaml": BAD,
        "u/catalog-info.yaml": filled,
        "v/catalog-info.yaml": BAD,
    }
    write(tmp_path, files)

    assert reports(tmp_path) == [("v/catalog-info.yaml", 0, False, ["bad-field"])]
    assert reports(tmp_path / "t/content/catalog-info.yaml") == [("catalog-info.yaml", 0, False, ["bad-field"])]


def test_a_broken_document_spares_its_neighbours(tmp_path):
    write(tmp_path, {"catalog-info.yaml": f"a: [\n---\n{GOOD}"})

    assert reports(tmp_path) == [("catalog-info.yaml", 0, False, ["yaml-syntax"]), ("catalog-info.yaml", 1, True, [])]


@pytest.mark.parametrize(
    ("content", "code"), [(b"a: \xff\xfe", "file-not-utf8"), (b"#" * 20_000_001, "file-too-large")]
)
def test_a_file_that_cannot_be_read_is_one_problem(tmp_path, content, code):
    write(tmp_path, {"catalog-info.yaml": content})

    assert reports(tmp_path) == [("catalog-info.yaml", 0, False, [code])]


def test_a_path_that_is_not_there_is_a_problem(tmp_path):
    (report,) = check([tmp_path / "nothing"], all=False, config=CatalogConfig(), base_url="")

    assert (report.ok, [problem.code for problem in report.problems]) == (False, ["file-unreadable"])


def test_a_file_is_checked_once(tmp_path):
    write(tmp_path, {"catalog-info.yaml": GOOD})

    assert len(check([tmp_path, tmp_path / "catalog-info.yaml"], all=False, config=CatalogConfig(), base_url="")) == 1


def test_placeholders_are_read_from_the_repository_that_the_file_is_in(tmp_path):
    api = GOOD.replace("Component", "API").replace("dependsOn: [resource:db]", "definition: {$text: /api.yaml}")
    write(tmp_path, {".git/config": "", "api.yaml": "x", "services/shop/catalog-info.yaml": api})

    assert reports(tmp_path / "services/shop/catalog-info.yaml") == [("catalog-info.yaml", 0, True, [])]
    assert reports(tmp_path / "services") == [("shop/catalog-info.yaml", 0, True, [])]


def test_a_link_out_of_the_repository_is_not_read(tmp_path):
    api = GOOD.replace("Component", "API").replace("dependsOn: [resource:db]", "definition: {$text: ./secret}")
    write(tmp_path, {"secret": "x", "repo/catalog-info.yaml": api})
    (tmp_path / "repo/secret").symlink_to(tmp_path / "secret")

    assert reports(tmp_path / "repo") == [("catalog-info.yaml", 0, False, ["bad-placeholder"])]


def test_an_absolute_address_of_the_same_repository_is_read_from_the_checkout(tmp_path):
    url = "https://github.com/acme/shop/blob/main/api.yaml"
    api = GOOD.replace("Component", "API").replace("dependsOn: [resource:db]", f"definition: {{$text: '{url}'}}")
    config = '[remote "origin"]\n\turl = git@github.com:acme/shop.git\n'
    write(tmp_path, {".git/config": config, "api.yaml": "x", "catalog-info.yaml": api})

    assert reports(tmp_path) == [("catalog-info.yaml", 0, True, [])]


def location(spec: str) -> str:
    return f"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: all}}\nspec: {spec}\n"


@pytest.mark.parametrize(
    ("spec", "codes"),
    [
        ("{targets: [./good.yaml, '*/catalog-info.yaml']}", []),
        ("{target: ./nothing.yaml}", ["location-unreadable"]),
        ("{target: './no*.yaml'}", ["location-unreadable"]),
        ("{target: ./nothing.yaml, presence: optional}", []),
        ("{target: ../out.yaml}", ["bad-location"]),
        ("{target: ./broken.yaml, presence: optional}", ["bad-location"]),
        ("{target: ./nameless.yaml}", ["bad-location"]),
        ("{target: ./unknown-kind.yaml}", []),
        ("{target: sub/}", ["bad-location"]),
        ("{type: file, target: ./good.yaml}", ["bad-location"]),
        ("{target: 'https://github.com/acme/other/blob/main/catalog-info.yaml'}", []),
    ],
)
def test_s13_what_a_location_leads_to_is_looked_at(tmp_path, spec, codes):
    files = {
        "catalog-info.yaml": location(spec),
        "good.yaml": GOOD,
        "sub/catalog-info.yaml": GOOD,
        "broken.yaml": f"{GOOD}---\na: [\n",
        "nameless.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {}\n",
        "unknown-kind.yaml": "apiVersion: x\nkind: y\nmetadata: {name: z}\n",
    }
    write(tmp_path, files)

    assert reports(tmp_path / "catalog-info.yaml") == [("catalog-info.yaml", 0, not codes, codes)]


def test_json_is_one_object_a_line(tmp_path, monkeypatch):
    monkeypatch.chdir(write(tmp_path, {"catalog-info.yaml": f"{GOOD}---\n{BAD}---\n5\n"}))

    lines = as_json(check([Path()], all=False, config=CatalogConfig(), base_url="")).splitlines()

    assert [json.loads(line) for line in lines] == [
        {
            "file": "catalog-info.yaml",
            "document": 0,
            "kind": "Component",
            "ref": "component:default/shop",
            "ok": True,
            "relations": [
                {"type": "ownedBy", "target": "group:default/team"},
                {"type": "dependsOn", "target": "resource:default/db"},
            ],
            "problems": [],
        },
        {
            "file": "catalog-info.yaml",
            "document": 1,
            "kind": "Component",
            "ref": "component:default/shop",
            "ok": False,
            "relations": [],
            "problems": [
                {
                    "code": "bad-field",
                    "severity": "error",
                    "message": "spec.owner is empty, not text",
                    "line": 18,
                    "column": 3,
                    "hint": "owner: group:my-team",
                }
            ],
        },
        {
            "file": "catalog-info.yaml",
            "document": 2,
            "kind": None,
            "ref": None,
            "ok": False,
            "relations": [],
            "problems": [
                {
                    "code": "not-a-mapping",
                    "severity": "error",
                    "message": "the document is a single value, not a mapping",
                    "line": 21,
                    "column": 1,
                    "hint": "begin with apiVersion: backstage.io/v1alpha1",
                }
            ],
        },
    ]


def test_text_is_what_compilers_print(tmp_path, monkeypatch):
    monkeypatch.chdir(write(tmp_path, {"catalog-info.yaml": BAD, "good/catalog-info.yaml": GOOD}))

    assert as_text(check([Path("good"), Path()], all=False, config=CatalogConfig(), base_url="")) == (
        "catalog-info.yaml:8:3: error[bad-field]: spec.owner is empty, not text\n"
        "  hint: owner: group:my-team\n2 documents: 1 refused\n"
    )
    assert (
        as_text(check([Path("good")], all=False, config=CatalogConfig(), base_url="")) == "1 document: all accepted\n"
    )
    assert as_text(()) == "no document to check\n"


API = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders}
spec:
  type: %s
  lifecycle: production
  owner: team
  definition: %s
"""
WRONG = {
    "svc/catalog-info.yaml": API % ("openapi", "{$text: ./api/openapi.yaml}"),
    "svc/api/openapi.yaml": "openapi: 3.1.0\npaths:\n  /a:\n    get: 3\n    post: {responses: {'200': {$ref: '#/nowhere'}}}\n",
    "inline/catalog-info.yaml": API.replace("orders", "tills") % ("graphql", "|\n    type A {\n      b:\n    }"),
}


@pytest.mark.parametrize(("below", "prefix"), [("", "svc/"), ("svc", "")])
def test_what_a_build_would_report_of_a_definition_is_said_at_its_line_of_its_file(tmp_path, monkeypatch, below, prefix):
    """Backstage reads no definition, so the document is accepted all the same."""
    monkeypatch.chdir(write(tmp_path, {**WRONG, ".git/config": ""}) / below)

    found = check([Path(f"{prefix}catalog-info.yaml")], all=False, config=CatalogConfig(), base_url="", judge=judge)

    assert as_text(found) == (
        f"{prefix}api/openapi.yaml:4: error[api-invalid]: get /a is not a mapping\n  hint: write summary: and responses: below it\n"
        f"{prefix}api/openapi.yaml:5: warning[api-reference]: the reference #/nowhere leads nowhere\n  hint: refer to what is written in this definition\n"
        "1 document: all accepted, 1 error in definitions of APIs\n"
    )
    (record,) = [json.loads(line) for line in as_json(found).splitlines()]
    assert record["ok"] and record["file"] == f"{prefix}catalog-info.yaml"
    assert [(one["code"], one["file"], one["line"]) for one in record["problems"]] == [
        ("api-invalid", f"{prefix}api/openapi.yaml", 4),
        ("api-reference", f"{prefix}api/openapi.yaml", 5),
    ]
    assert as_github(found).startswith(f"::error file={prefix}api/openapi.yaml,line=4,")


def test_check_and_the_build_say_the_same_of_definitions(tmp_path):
    repository = write(tmp_path / "repos/shop", WRONG)
    config = write(tmp_path, {"site_config.yml": "sources: [{folder: {path: repos, descriptors: ['**/catalog-info.yaml']}}]\nsearch: {full_text: false}\n"}) / "site_config.yml"

    checked = check([repository], all=False, config=CatalogConfig(), base_url="", judge=judge)
    built = build_site(config, tmp_path / "site").problems

    said = {(one.code, one.message, one.hint, str(Path(one.location.path).relative_to(repository)), one.location.line) for report in checked for one in report.problems}
    assert {name for name, *_ in said} == {"api-invalid", "api-reference"} and len(said) == 3
    assert {(one.code, one.message, one.hint, one.location.path, one.location.line) for one in built if one.code.startswith("api-")} == said


def test_the_command_fails_for_a_wrong_definition(tmp_path):
    done = callboard("check", ".", cwd=write(tmp_path, WRONG))

    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "2 documents: all accepted, 2 errors in definitions of APIs")


def report(*problems: Diagnostic) -> DocumentReport:
    return DocumentReport(file="a.yaml", document=0, kind=None, ref=None, ok=False, problems=problems)


def test_github_annotations_are_escaped():
    problem = Diagnostic("bad-field", "50% of\r\nit: a,b", SourceLocation("", "a,b:c.yaml", 2, 3), "say: x")

    assert as_github([report(problem)]) == (
        "::error file=a%2Cb%3Ac.yaml,line=2,col=3,title=bad-field::50%25 of\\x0d%0Ait: a,b%0Ahint: say: x\n"
    )


def test_github_shows_ten_of_each_severity():
    errors = [Diagnostic("bad-field", f"problem {number}", SourceLocation("", "a.yaml", 1, 1)) for number in range(12)]
    warnings = [
        Diagnostic("rejected-link", f"link {number}", SourceLocation("", "a.yaml", 1, 1)) for number in range(10)
    ]

    lines = as_github([report(*errors, *warnings)]).splitlines()

    assert [line.split(" ")[0] for line in lines] == ["::error"] * 10 + ["and"] + ["::warning"] * 10
    assert lines[10] == "and 2 more errors"


SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "required": ["tool"],
                "properties": {
                    "tool": {"required": ["driver"], "properties": {"driver": {"required": ["name", "rules"]}}},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "items": {
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"required": ["text"], "properties": {"text": {"type": "string"}}},
                                "locations": {
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {"uri": {"format": "uri-reference"}}
                                                    },
                                                    "region": {
                                                        "properties": {
                                                            "startLine": {"minimum": 1},
                                                            "startColumn": {"minimum": 1},
                                                        }
                                                    },
                                                },
                                            }
                                        }
                                    }
                                },
                            },
                        }
                    },
                },
            },
        },
    },
}


def test_sarif_has_a_rule_for_each_code_and_a_place_for_each_problem():
    problems = (
        Diagnostic("bad-field", "wrong", SourceLocation("", "a b.yaml", 2, 3), "right"),
        Diagnostic("file-unreadable", "gone", SourceLocation("", "c.yaml")),
    )

    log = json.loads(as_sarif([report(*problems)]))

    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    assert [(rule["id"], rule["help"]["text"]) for rule in run["tool"]["driver"]["rules"]] == [
        (code, CODES[code].sentence) for code in ("bad-field", "file-unreadable")
    ]
    assert [
        (result["ruleId"], result["message"]["text"], result["locations"][0]["physicalLocation"])
        for result in run["results"]
    ] == [
        (
            "bad-field",
            "wrong (hint: right)",
            {"artifactLocation": {"uri": "a%20b.yaml"}, "region": {"startLine": 2, "startColumn": 3}},
        ),
        ("file-unreadable", "gone", {"artifactLocation": {"uri": "c.yaml"}}),
    ]


def test_every_format_writes_nothing_and_something():
    assert sorted(FORMATS) == ["github", "json", "sarif", "text"]
    assert all(isinstance(render(()), str) for render in FORMATS.values())
