"""``callboard init``: what it writes can be built at once, and installs nothing that somebody else could have put there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from callboard.cli.init import (
    ACTIONS,
    CONFIG,
    INSTALLED,
    WORKFLOW,
    Origin,
    default_branch,
    init,
    origin,
    quiet_minute,
    starter_files,
)
from callboard.config import load
from callboard.config.model import FolderSource
from callboard.diagnostics import Report

COMMIT = "0123456789abcdef0123456789abcdef01234567"
DIGEST = "5" * 64
LOCK = "click==8.1.8 \\\n    --hash=sha256:aa\npluggy==1.6.0 \\\n    --hash=sha256:bb\n"
BUILD = "hatchling==1.27.0 \\\n    --hash=sha256:cc\npluggy==1.6.0 \\\n    --hash=sha256:bb\n"


def files(source: Origin) -> dict[str, str]:
    return dict(starter_files(source, branch="main", minute=13, dependencies=LOCK, build_dependencies=BUILD))


def uncommented(workflow: str) -> str:
    """The workflow with the token's step and its use switched on."""
    lines = workflow.splitlines()
    first = next(number for number, line in enumerate(lines) if "# - name: Get a token" in line)
    for number, line in enumerate(lines):
        inside = first <= number < lines.index("", first)
        if inside or line.lstrip().startswith(("# env:", "#   GIT_TOKEN: ${{ steps.")):
            lines[number] = line.replace("# ", "", 1)
    return "\n".join(lines) + "\n"


def test_an_installation_from_git_is_named_by_its_commit():
    recorded = {"url": "https://git.example.org/acme/callboard.git", "vcs_info": {"vcs": "git", "requested_revision": "main", "commit_id": COMMIT}}

    assert origin(recorded) == Origin(f"callboard @ git+https://git.example.org/acme/callboard.git@{COMMIT}")


def test_an_installation_from_a_wheel_is_named_by_its_hash_and_builds_nothing():
    url = "https://files.example.org/callboard-0.1.0-py3-none-any.whl"

    assert origin({"url": url, "archive_info": {"hashes": {"sha256": DIGEST}}}) == Origin(f"callboard @ {url} --hash=sha256:{DIGEST}", built=False)
    assert origin({"url": url, "archive_info": {"hash": f"sha256={DIGEST}"}}) == Origin(f"callboard @ {url} --hash=sha256:{DIGEST}", built=False)


def test_credentials_of_an_address_are_not_written_down():
    https = {"url": "https://me:secret@git.example.org/callboard.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    ssh = {"url": "ssh://git:secret@git.example.org/callboard.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}

    assert origin(https).requirement == f"callboard @ git+https://git.example.org/callboard.git@{COMMIT}"
    assert origin(ssh).requirement == f"callboard @ git+ssh://git@git.example.org/callboard.git@{COMMIT}"


@pytest.mark.parametrize(
    "recorded",
    [
        None,
        {},
        {"url": "file:///home/me/callboard", "dir_info": {"editable": True}},
        {"url": "file:///home/me/callboard.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}},
        {"url": "https://git.example.org/callboard.git", "vcs_info": {"vcs": "git", "commit_id": "main"}},
        {"url": "https://hg.example.org/callboard", "vcs_info": {"vcs": "hg", "commit_id": COMMIT}},
        {"url": "https://files.example.org/callboard.whl", "archive_info": {}},
        {"url": "file:///tmp/callboard.whl", "archive_info": {"hashes": {"sha256": DIGEST}}},
        {"url": "https://files.example.org/a b\nevil", "archive_info": {"hashes": {"sha256": DIGEST}}},
    ],
    ids=["index", "nothing", "folder", "local-git", "branch", "mercurial", "no-hash", "local-file", "odd-address"],
)
def test_what_cannot_be_pinned_is_left_to_the_owner(recorded):
    source = origin(recorded)
    text = files(source)[INSTALLED]

    assert (source.requirement, bool(source.why)) == ("", True)
    assert source.why in text
    assert all(line.startswith("#") for line in text.splitlines())


def guard(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """The workflow's own refusal, run as a runner would: up to where pip comes in."""
    script = next(step for step in steps(files(Origin("")), "build") if "Install" in step["name"])["run"]
    (folder / ".github/callboard").mkdir(parents=True)
    (folder / INSTALLED).write_text(text)
    return subprocess.run(
        ["bash", "-e", "-c", script.partition("python -m venv")[0]], cwd=folder, capture_output=True, text=True, check=False
    )


def steps(written: dict[str, str], job: str) -> list[dict[str, str]]:
    return list(yaml.safe_load(written[WORKFLOW])["jobs"][job]["steps"])


def test_a_workflow_that_does_not_know_what_to_install_refuses_to_run(tmp_path):
    done = guard(tmp_path, files(origin(None))[INSTALLED])

    assert (done.returncode, "complete it as its comment says" in done.stdout) == (1, True)


def test_a_workflow_that_knows_what_to_install_runs(tmp_path):
    assert guard(tmp_path, files(Origin(f"callboard @ git+https://git.example.org/c.git@{COMMIT}"))[INSTALLED]).returncode == 0


def test_what_callboard_is_built_with_is_pinned_where_it_is_built():
    locks = {built: files(Origin("callboard @ x", built=built))[".github/callboard/requirements.lock"] for built in (False, True)}

    assert locks[False] == LOCK
    assert locks[True] == LOCK.replace("pluggy", BUILD.partition("pluggy")[0] + "pluggy")


def test_every_action_is_pinned_by_a_commit():
    workflow = files(Origin("callboard @ x"))[WORKFLOW]
    used = re.findall(r"uses: (\S+)(.*)", workflow)

    assert sorted(used) == sorted((f"actions/{name}@{commit}", f" # {release}") for name, (commit, release) in ACTIONS.items())
    assert all(re.fullmatch(r"[0-9a-f]{40}", commit) for commit, _ in ACTIONS.values())


def test_only_the_job_that_publishes_may_publish_and_only_the_build_has_the_token():
    workflow = uncommented(files(Origin("callboard @ x"))[WORKFLOW])
    parsed = yaml.safe_load(workflow)
    given = [step["name"] for job in parsed["jobs"].values() for step in job["steps"] if "steps.app.outputs.token" in str(step)]

    assert parsed["permissions"] == {"contents": "read"}
    assert {name: job.get("permissions") for name, job in parsed["jobs"].items()} == {
        "build": None,
        "deploy": {"pages": "write", "id-token": "write"},
    }
    assert parsed["jobs"]["build"]["steps"][0]["with"]["persist-credentials"] is False
    assert given == ["Build the portal"]


def test_the_portal_is_built_at_night_by_hand_and_when_its_repository_changes():
    parsed = yaml.safe_load(files(Origin("callboard @ x"))[WORKFLOW])

    assert parsed[True] == {"schedule": [{"cron": "13 3 * * *"}], "workflow_dispatch": None, "push": {"branches": ["main"]}}
    assert parsed["concurrency"] == {"group": "callboard-portal", "cancel-in-progress": False}
    assert all(quiet_minute(name) % 2 and 7 <= quiet_minute(name) <= 53 for name in ("portal", "acme", "", "ü"))


@pytest.mark.parametrize(
    ("written", "branch"),
    [
        ({}, "main"),
        ({"HEAD": "ref: refs/heads/work"}, "work"),
        ({"HEAD": "ref: refs/heads/work", "refs/remotes/origin/HEAD": "ref: refs/remotes/origin/trunk"}, "trunk"),
        ({"HEAD": COMMIT}, "main"),
        ({"HEAD": 'ref: refs/heads/"]\nevil'}, "main"),
    ],
    ids=["no-git", "checked-out", "of-the-server", "detached", "odd"],
)
def test_a_push_to_the_default_branch_builds(tmp_path, written, branch):
    for name, text in written.items():
        file = tmp_path / ".git" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")

    assert default_branch(tmp_path) == branch


def test_init_overwrites_nothing_and_names_what_it_left(tmp_path):
    (tmp_path / CONFIG).write_text("mine")

    first, second = list(init(tmp_path)), list(init(tmp_path))

    assert (tmp_path / CONFIG).read_text() == "mine"
    assert f"left {tmp_path / CONFIG} as it is" in first
    assert f"wrote {tmp_path / WORKFLOW}" in first
    assert [line for line in second if line.startswith("wrote")] == []
    assert any("private repository is public" in line for line in first)


def test_what_init_writes_loads_as_it_is_and_with_every_example_switched_on(tmp_path):
    list(init(tmp_path))
    report = Report()
    plain = load(tmp_path / CONFIG, environ={}, report=report)
    text = (tmp_path / CONFIG).read_text()
    everything = tmp_path / "everything.yml"
    everything.write_text(re.sub(r"^( *)# ((?: *- |  +)?(?:[a-z_]+:|- |[a-z]+: ?\{).*)$", r"\1\2", text, flags=re.MULTILINE))
    full = load(everything, environ={"GIT_TOKEN": "secret"}, report=report)

    assert tuple(report) == ()
    assert plain.sources == (FolderSource(path=".", repository=True),)
    assert len(full.sources) == 6
    assert (full.site.accent, full.docs.timeout, full.search.full_text) == ("#2f5d9f", 120, True)
    assert len(full.catalog.rules) == 2


def test_editors_find_the_schema_of_the_configuration_beside_it(tmp_path):
    list(init(tmp_path))
    first = (tmp_path / CONFIG).read_text().partition("\n")[0]
    schema = json.loads((tmp_path / first.removeprefix("# yaml-language-server: $schema=")).read_text())

    jsonschema.Draft202012Validator.check_schema(schema)
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(yaml.safe_load((tmp_path / CONFIG).read_text()))) == []
    assert list(jsonschema.Draft202012Validator(schema).iter_errors({"sources": [{"folder": {"paht": "."}}]})) != []


def test_what_init_writes_can_be_built_at_once(tmp_path):
    list(init(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", "from callboard.cli import main; main()", "build", "--strict"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, (tmp_path / "site/index.html").is_file()) == (0, True), done.stderr
