"""An organisation of N repositories, made up: the same for the same N and seed, on every machine.

    python benchmarks/organisation.py N [DIR]

writes DIR/repos/* and DIR/site_config.yml. Sizes follow what real organisations have: most repositories have one component and a few
pages of documentation, a few have many; every third describes an API; people are in teams, teams in departments.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

SEED = 20260102
PEOPLE = 6
"""In each team."""
SUBJECTS = """account address audit basket billing booking campaign catalogue claim contract courier customer delivery device
discount document fleet fraud image inventory invoice label ledger licence location loyalty media meter notification offer order
parcel partner payment permit policy price profile quote rating receipt refund report return review route sensor session shipment
stock subscription survey tariff tax ticket tracking transfer user vehicle voucher wallet warehouse""".split()
ROLES = "api service worker gateway importer exporter scheduler store website app library console agent bridge".split()
TYPES = {"library": "library", "website": "website", "app": "website", "console": "website"}
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ra so tu va we xi yo za bre cla dri flo gra plo stra tri vel mon dar lin tes cor".split()
GLUE = "the a of to and in is for that with on as by are be this from it at or can when which not one each if into after more than".split()
LANGUAGES = ("python", "java", "go", "yaml", "bash")


class Prose:
    """Sentences over a vocabulary as uneven as that of real text: a few words are everywhere, most are rare."""

    def __init__(self, chance: random.Random, size: int) -> None:
        self.chance = chance
        made = {"".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3, 3, 4)))) for _ in range(size)}
        self.words = [*GLUE, *SUBJECTS, *sorted(made)]
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def sentence(self) -> str:
        words = self.chance.choices(self.words, cum_weights=self.weights, k=self.chance.randint(6, 22))
        return " ".join(words).capitalize() + "."

    def paragraph(self) -> str:
        return " ".join(self.sentence() for _ in range(self.chance.randint(2, 6)))

    def title(self) -> str:
        return " ".join(self.chance.choices(SUBJECTS, k=2) + self.chance.choices(ROLES, k=1)).capitalize()

    def section(self) -> Iterator[str]:
        yield f"## {self.title()}\n"
        for _ in range(self.chance.randint(1, 4)):
            yield self.paragraph() + "\n"
        match self.chance.randrange(7):
            case 0:
                language = self.chance.choice(LANGUAGES)
                lines = [f'{self.chance.choice(SUBJECTS)} = "{self.chance.choice(self.words)}"  # {self.sentence()}' for _ in range(self.chance.randint(3, 14))]
                yield "\n".join([f"```{language}", *lines, "```", ""])
            case 1:
                yield "\n".join(f"- **{self.chance.choice(SUBJECTS)}**: {self.sentence()}" for _ in range(self.chance.randint(3, 8))) + "\n"
            case 2:
                rows = [f"| {self.chance.choice(SUBJECTS)} | {self.chance.randint(1, 900)} | {self.sentence()} |" for _ in range(self.chance.randint(3, 9))]
                yield "\n".join(["| Name | Limit | Meaning |", "|---|---|---|", *rows, ""])
            case 3:
                yield f"!!! note\n    {self.sentence()}\n"
            case _:
                pass

    def page(self, links: list[str]) -> str:
        parts = [f"# {self.title()}\n", self.paragraph() + "\n"]
        for _ in range(self.chance.randint(2, 7)):
            parts += self.section()
        if links:
            parts.append(f"See also [{self.title()}]({self.chance.choice(links)}).\n")
        return "\n".join(parts)


def entity(kind: str, name: str, description: str, spec: Mapping[str, Any], **metadata: Any) -> str:
    """One document; JSON is YAML, and needs no quoting rules of our own."""
    head = {"name": name, "description": description, **metadata}
    return json.dumps({"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": head, "spec": spec}, indent=2)


def openapi(prose: Prose, name: str) -> str:
    """An OpenAPI description of some operations."""
    chance = prose.chance
    paths = {
        f"/{subject}s/{{id}}": {
            method: {
                "operationId": f"{method}-{subject}",
                "summary": prose.sentence(),
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"description": prose.sentence()}, "404": {"description": prose.sentence()}},
            }
            for method in chance.sample(("get", "put", "delete", "patch"), chance.randint(1, 4))
        }
        for subject in chance.sample(SUBJECTS, chance.randint(2, 14))
    }
    return json.dumps({"openapi": "3.0.3", "info": {"title": name, "version": "1.0.0"}, "paths": paths}, indent=2)


def company(prose: Prose, count: int, people: int) -> tuple[dict[str, str], list[str], list[str]]:
    """The repository of what belongs to no other one, *people* in each team; with it the names of teams and of systems."""
    chance = prose.chance
    teams = [f"team-{SUBJECTS[n % len(SUBJECTS)]}-{n // len(SUBJECTS)}" for n in range(max(3, count // 8))]
    departments = [f"department-{n}" for n in range(max(1, len(teams) // 6))]
    domains = [f"domain-{SUBJECTS[n]}" for n in range(max(1, min(40, count // 40)))]
    systems = [f"{SUBJECTS[n % len(SUBJECTS)]}-system-{n // len(SUBJECTS)}" for n in range(max(2, count // 6))]
    documents = [entity("Group", "company", prose.sentence(), {"type": "organization", "children": departments})]
    documents += [entity("Group", name, prose.sentence(), {"type": "department", "parent": "company", "children": []}) for name in departments]
    documents += [
        entity("Group", team, prose.sentence(), {"type": "team", "parent": chance.choice(departments), "children": [], "profile": {"email": f"{team}@acme.example"}})
        for team in teams
    ]
    for number in range(len(teams) * people):
        user = f"{chance.choice(SYLLABLES)}{chance.choice(SYLLABLES)}{number}"
        documents.append(entity("User", user, "", {"memberOf": [chance.choice(teams)], "profile": {"displayName": user.title(), "email": f"{user}@acme.example"}}))
    documents += [entity("Domain", name, prose.sentence(), {"owner": chance.choice(departments)}) for name in domains]
    documents += [entity("System", name, prose.sentence(), {"owner": chance.choice(teams), "domain": chance.choice(domains)}) for name in systems]
    return {"catalog-info.yaml": "\n---\n".join(documents) + "\n"}, teams, systems


def repository(prose: Prose, name: str, earlier: list[str], apis: list[str], teams: list[str], systems: list[str]) -> dict[str, str]:
    """The files of one repository, by path."""
    chance = prose.chance
    role = name.rsplit("-", 2)[1]
    spec: dict[str, Any] = {
        "type": TYPES.get(role, "service"),
        "lifecycle": chance.choices(("production", "experimental", "deprecated"), (8, 2, 1))[0],
        "owner": chance.choice(teams),
        "system": chance.choice(systems),
        "dependsOn": [f"component:{other}" for other in sorted(chance.sample(earlier, min(len(earlier), chance.randint(0, 4))))],
        "consumesApis": sorted(chance.sample(apis, min(len(apis), chance.randint(0, 3)))),
    }
    place = {"owner": spec["owner"], "system": spec["system"]}
    files, documents, annotations = {"README.md": prose.page([])}, [], {}
    if chance.random() < 0.33:
        spec["providesApis"] = [f"{name}-api"]
        files["api/openapi.json"] = openapi(prose, name)
        api = {"type": "openapi", "lifecycle": spec["lifecycle"], **place, "definition": {"$text": "./api/openapi.json"}}
        documents.append(entity("API", f"{name}-api", prose.sentence(), api, tags=["rest"]))
    if chance.random() < 0.25:
        spec["dependsOn"].append(f"resource:{name}-db")
        documents.append(entity("Resource", f"{name}-db", prose.sentence(), {"type": "database", **place}))
    if chance.random() < 0.8:
        annotations["backstage.io/techdocs-ref"] = "dir:."
        files |= manual(prose, name)
    tags = sorted(set(chance.choices(LANGUAGES, k=2)))
    documents.insert(0, entity("Component", name, prose.sentence(), spec, annotations=annotations, tags=tags))
    return {**files, "catalog-info.yaml": "\n---\n".join(documents) + "\n"}


def manual(prose: Prose, name: str) -> dict[str, str]:
    """A configuration and some pages: four in the middle, rarely forty."""
    pages = min(40, max(1, round(prose.chance.lognormvariate(1.4, 0.8))))
    paths = ["index.md", *(f"{prose.chance.choice(('guides', 'adr', 'runbooks'))}/{number:02}-{prose.chance.choice(SUBJECTS)}.md" for number in range(1, pages))]
    files = {"mkdocs.yml": f"site_name: {name}\nplugins: [techdocs-core]\n"}
    for path in paths:
        above = "../" * path.count("/")
        files[f"docs/{path}"] = prose.page([above + other for other in paths if other != path])
    return files


def organisation(count: int, seed: int = SEED, people: int = PEOPLE) -> Iterator[tuple[str, Mapping[str, str]]]:
    """*count* repositories, each a name and its files; teams have so many *people*."""
    prose = Prose(random.Random(seed), 4_000 + 20 * count)
    files, teams, systems = company(prose, count, people)
    yield "company", files
    names: list[str] = []
    apis: list[str] = []
    for number in range(1, count):
        name = f"{prose.chance.choice(SUBJECTS)}-{prose.chance.choice(ROLES)}-{number}"
        files = repository(prose, name, names[-200:], apis[-200:], teams, systems)
        names.append(name)
        if "api/openapi.json" in files:
            apis.append(f"{name}-api")
        yield name, files


def write(count: int, folder: Path, seed: int = SEED, people: int = PEOPLE) -> None:
    """Write the organisation and the configuration of its portal into *folder*."""
    for name, files in organisation(count, seed, people):
        for path, text in files.items():
            file = folder / "repos" / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    (folder / "site_config.yml").write_text(f"site:\n  title: {count} repositories\nsources:\n  - folder: {{path: repos}}\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make up an organisation.")
    parser.add_argument("count", type=int, help="how many repositories")
    parser.add_argument("folder", type=Path, nargs="?", help="where to write it; by default organisation-N")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--people", type=int, default=PEOPLE, help="how many are in each team")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(f"organisation-{arguments.count}")
    write(arguments.count, folder, arguments.seed, arguments.people)
    print(f"callboard build --config {folder / 'site_config.yml'}")


if __name__ == "__main__":
    main()
