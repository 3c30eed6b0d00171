"""Addresses and globs against the packages that Backstage itself uses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from callboard.model.forges import FORGES, edit_url, parse_blob_url, tree_url, view_url
from callboard.model.globs import match
from callboard.model.repository import Repository

HOSTS = {
    "github": ("https://github.com/acme/shop", "github", "github.com"),
    "gitlab": ("https://gitlab.com/acme/web/shop", "gitlab", "gitlab.com"),
    "bitbucket": ("https://bitbucket.org/acme/shop", "bitbucketCloud", "bitbucket.org"),
    "bitbucketServer": ("https://git.acme.example/projects/ACME/repos/shop", "bitbucketServer", "git.acme.example"),
    "gitea": ("https://gitea.acme.example/acme/shop", "gitea", "gitea.acme.example"),
    "azure": ("https://dev.azure.com/acme/web/_git/shop", "azure", "dev.azure.com"),
    "harness": (
        "https://app.harness.io/ng/account/A1/module/code/orgs/acme/projects/web/repos/shop",
        "harness",
        "app.harness.io",
    ),
}
SETTINGS: dict[str, list[dict[str, str]]] = {
    "bitbucketServer": [{"host": "git.acme.example", "apiBaseUrl": "https://git.acme.example/rest/api/1.0"}],
    "gitea": [{"host": "gitea.acme.example"}],
    "harness": [{"host": "app.harness.io"}],
}
PROGRAM = """
const { createRequire } = require('module');
const need = createRequire(process.argv[1] + '/package.json');
const { ScmIntegrations } = need('@backstage/integration');
const { ConfigReader } = need('@backstage/config');
const { minimatch } = need('minimatch');
const asked = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const scm = ScmIntegrations.fromConfig(new ConfigReader({ integrations: asked.settings }));
console.log(JSON.stringify({
  places: asked.views.map(view => [scm.resolveEditUrl(view), scm.resolveUrl({ url: './', base: view })]),
  globs: asked.patterns.map(pattern => asked.paths.map(path => minimatch(path, pattern))),
}));
"""


@pytest.fixture
def backstage():
    """Asks Backstage's packages; gives their answer as JSON has it."""
    folder = Path(os.environ.get("CALLBOARD_ORACLES", "nowhere")) / "catalog"
    if not folder.is_dir():
        pytest.skip("CALLBOARD_ORACLES does not name the installed oracles")
    node = next((str(path) for path in folder.parent.glob("node*/bin/node")), None) or shutil.which("node")
    if node is None:
        pytest.skip("there is no node")

    def ask(**question: Any) -> Any:
        asked = {"settings": SETTINGS, "views": [], "patterns": [], "paths": [], **question}
        done = subprocess.run(
            [node, "-e", PROGRAM, str(folder)], input=json.dumps(asked), capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    return ask


def repository(forge: str) -> Repository:
    return Repository(name="shop", source="", url=HOSTS[forge][0], forge=forge, branch="main")


def test_edit_and_folder_addresses_are_those_of_backstage(backstage):
    views = {forge: view_url(repository(forge), "deploy/catalog info.yaml") for forge in HOSTS}

    answers = dict(zip(HOSTS, backstage(views=list(views.values()))["places"], strict=True))

    ours = {
        forge: [edit_url(repository(forge), "deploy/catalog info.yaml"), tree_url(repository(forge), "deploy")]
        for forge in HOSTS
    }
    # GitLab shows folders below tree; Backstage leaves blob, from which GitLab leads on
    answers["gitlab"][1] = answers["gitlab"][1].replace("/-/blob/", "/-/tree/")
    # spaces in queries have two spellings
    assert {forge: [one.replace("%20", "+") for one in pair] for forge, pair in ours.items()} == {
        forge: [one.replace("%20", "+") for one in pair] for forge, pair in answers.items()
    }
    assert set(HOSTS) | {"forgejo"} == set(FORGES)


def test_what_backstage_resolves_is_understood(backstage):
    views = [view_url(repository(forge), "deploy/x.yaml") for forge in HOSTS]

    for forge, (_, folder) in zip(HOSTS, backstage(views=views)["places"], strict=True):
        found = parse_blob_url(folder)
        assert found is not None
        assert (found.repository_url, found.ref, found.path.rstrip("/")) == (HOSTS[forge][0], "main", "deploy")


PATTERNS = """
catalog-info.yaml *.yaml **/catalog-info.yaml **/*.y{a,}ml a/** ** * */* a/*/b a/**/b a/**b [a-c].yaml [!a-c].yaml
[^a].yaml ?.yaml .*/x.yaml .github/* **/.github/* {a,b}/catalog-info.yaml {a,b/c}/*.yaml x{1..3}.yaml x{01..03}
@(a|b).yaml !(a).yaml +(a|b).yaml *(a).yaml ?(a)b.yaml a/!(b)/c.yaml [[:alpha:]].yaml [[:digit:]]* !a.yaml !!a.yaml
\\*.yaml a\\{b.yaml {a}.yaml a{b,c [a.yaml []a].yaml [a]b **/ a/ a//b ./a.yaml *.{yaml,yml} **/**/x.yaml **/a/**
${{values.name}}/*.yaml skeleton/**/catalog-info.yaml a.* *a* **.yaml a/**.yaml *. .. ../* . .? ?a {.a,b} @(.a|b)
a,b {,a}b.yaml a{,/b}/c.yaml [z-a] [a-] [-a] [\\]] *[!.]* é* ?é [é] x+(y)z (a) a|b ^a a$ #a !(*.yaml) !(a|b)* *.!(yaml)
[[:upper:]][[:lower:]] {x,y}{1,2} {x{1,2},z}
""".split()
PATHS = """
catalog-info.yaml a/catalog-info.yaml b/catalog-info.yaml a/b/catalog-info.yaml .github/catalog-info.yaml x/.github/y.yaml
a.yaml b.yaml d.yaml ab.yaml aab.yaml .a .a.yaml a b a/b a/x/b a/x/y/b a/xb .github/x.yaml x1.yaml x3.yaml x01 x1 1 12a
*.yaml a{b.yaml {a}.yaml a{b,c [a.yaml ].yaml a/b/c.yaml a/c.yaml a/x/c.yaml x.yaml p/q/x.yaml x.yml
${{values.name}}/c.yaml skeleton/catalog-info.yaml skeleton/a/b/catalog-info.yaml - z z-a ] é éa aé xyyz (a) a|b ^a a$ #a
Ab b.yaml/ a/ a,b /a .. ../a . a/.. a/.b/c.yaml x2 y1 x1y2 x{1,2} ..a ab a//b ./a.yaml aaa .b foo.txt a/b/c
""".split()


def test_globs_match_as_minimatch_does(backstage):
    answers = backstage(patterns=PATTERNS, paths=PATHS)["globs"]

    differing = [
        (pattern, path, verdict)
        for pattern, row in zip(PATTERNS, answers, strict=True)
        for path, verdict in zip(PATHS, row, strict=True)
        if match(pattern, path) != verdict
    ]
    assert differing == []
