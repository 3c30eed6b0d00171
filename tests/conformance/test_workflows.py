"""Workflows hold against GitHub's schema, actionlint and zizmor: those that init writes, and our own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from test_cli_init import COMMIT, files, uncommented

from callboard.cli.init import WORKFLOW, Origin

ROOT = Path(__file__).parents[2]


def findings(oracles: Path, *paths: Path) -> list[object]:
    """What the three checkers say, without the summary; each of them must have run."""
    python, check = oracles / "venv/bin/python", oracles / "workflows/workflows_check.py"
    done = subprocess.run([python, check, *paths], capture_output=True, text=True, check=False)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert records, done.stderr
    assert set(records[-1]["summary"]) == {"schema", "actionlint", "zizmor"}, done.stderr
    return records[:-1]


@pytest.mark.parametrize("change", [str, uncommented], ids=["as-written", "with-a-token"])
@pytest.mark.parametrize("source", [Origin(""), Origin(f"callboard @ git+https://git.example.org/c.git@{COMMIT}")], ids=["open", "pinned"])
def test_the_workflow_that_init_writes_passes(oracles, tmp_path, source, change):
    file = tmp_path / ".github/workflows/portal.yml"
    file.parent.mkdir(parents=True)
    file.write_text(change(files(source)[WORKFLOW]))

    assert findings(oracles, file) == []


def test_the_workflows_of_this_repository_pass(oracles):
    assert findings(oracles, ROOT / ".github/workflows", ROOT / "action.yml") == []


def test_a_careless_workflow_does_not_pass(oracles, tmp_path):
    file = tmp_path / "careless.yml"
    file.write_text("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n")

    assert findings(oracles, file) != []
