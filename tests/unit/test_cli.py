"""The program as people and CI run it: what it prints, how it ends, and what an interruption leaves."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from portals import callboard, component, digests, fetch, group, organisation, program_environment, started, wait_for_line

GOOD = {"shop/catalog-info.yaml": component("shop"), "crew/catalog-info.yaml": group()}
WORRYING = {"shop/catalog-info.yaml": component("shop", owner="nobody")}
BROKEN = {"shop/catalog-info.yaml": "kind: [Component\n"}


def build(config: Path, *more: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return callboard("build", "--config", config, *more, cwd=config.parent, environ=environ)


# -- exit codes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [GOOD, WORRYING, BROKEN], ids=["good", "worrying", "broken"])
def test_a_build_ends_with_0_also_when_repositories_have_problems(files, tmp_path):
    done = build(organisation(tmp_path, files))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site/index.html").is_file()


@pytest.mark.parametrize(("files", "code"), [(GOOD, 0), (WORRYING, 1), (BROKEN, 1)], ids=["good", "worrying", "broken"])
def test_a_strict_build_ends_with_1_for_a_warning_and_publishes_all_the_same(files, code, tmp_path):
    done = build(organisation(tmp_path, files), "--strict")

    assert done.returncode == code, done.stderr
    assert (tmp_path / "site/index.html").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources: []\nsitte: {}\n", "site_config.yml:2:1: error[config-unknown-key]"),
        ("sources: [\n", "error[config-syntax]"),
        ("site: {title: 3}\nsources: [{folder: {path: repos}}]\n", "site_config.yml:1:8: error[config-wrong-type]"),
        ("site: {}\n", "error[config-missing]"),
    ],
)
def test_a_configuration_that_cannot_be_used_ends_with_2_and_says_where(text, said, tmp_path):
    done = build(organisation(tmp_path, GOOD, text))

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("arguments", [["build", "--config", "nowhere.yml"], ["build", "--jobs", "0"], ["nonsense"], ["explain"], ["check"]])
def test_a_wrong_call_ends_with_2(arguments, tmp_path):
    done = callboard(*arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_clock_that_is_no_number_ends_with_2(tmp_path):
    done = build(organisation(tmp_path, GOOD), environ={"SOURCE_DATE_EPOCH": "yesterday"})

    assert (done.returncode, done.stderr) == (2, "error: SOURCE_DATE_EPOCH is 'yesterday', not a number of seconds\n")


def test_a_theme_of_the_organisation_that_uses_an_unknown_name_ends_with_2_and_says_where(tmp_path):
    config = organisation(tmp_path, GOOD, "site: {theme: own}\nsources: [{folder: {path: repos}}]\n")
    (tmp_path / "own/pages").mkdir(parents=True)
    (tmp_path / "own/pages/owners.html").write_text("<h1>\n{{ nothing }}</h1>")

    done = build(config)

    assert done.returncode == 2, done.stderr
    assert "own/pages/owners.html:2: 'nothing' is undefined" in done.stderr
    assert not (tmp_path / "site").exists()


BREAK = """\
import importlib, os
module = importlib.import_module("callboard.cli.main")
@module.cli.command("break")
def broken():
    raise RuntimeError("no way past " + os.environ["ACME_TOKEN"])
module.main(["break"])
"""


def test_a_bug_ends_with_3_and_leaves_a_report_without_secrets(tmp_path):
    environment = program_environment({"ACME_TOKEN": "hunter2-and-more", "DB_PASSWORD": "abc"})

    done = subprocess.run([sys.executable, "-c", BREAK], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    (report,) = tmp_path.glob("callboard-bug-*.txt")
    assert done.returncode == 3
    assert "a report is in" in done.stderr
    assert "hunter2" not in report.read_text("utf-8") + done.stderr + done.stdout
    assert "RuntimeError: no way past ***" in report.read_text("utf-8")


def test_a_folder_with_other_files_is_refused_with_4(tmp_path):
    config = organisation(tmp_path, GOOD)
    (tmp_path / "site").mkdir()
    (tmp_path / "site/letter.txt").write_text("dear")

    done = build(config)

    assert done.returncode == 4
    assert done.stderr.splitlines()[-1].startswith("refused: ")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["letter.txt"]


def test_a_second_build_at_the_same_time_is_refused_with_4(tmp_path):
    config = organisation(tmp_path, GOOD)
    (tmp_path / ".callboard").mkdir()
    with (tmp_path / ".callboard/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = build(config)
    after = build(config)

    assert refused.returncode == 4
    assert "another build uses" in refused.stderr
    assert after.returncode == 0, after.stderr


# -- what it says --------------------------------------------------------------------------------------------------------


def test_the_summary_says_what_was_read_built_and_reused_and_what_is_wrong(tmp_path):
    config = organisation(tmp_path, WORRYING)
    build(config)

    done = build(config)

    lines = done.stdout.splitlines()
    assert re.fullmatch(r"Developer portal: built in \d+\.\d s", lines[0])
    assert lines[1:7] == [
        "  read      1 repository from 1 source (1 unchanged)",
        "  catalog   1 entity, 1 relation",
        "  docs      0 manuals, 0 pages (0 built, 0 reused)",
        "  search    1 document (index reused)",
        lines[5],
        "  problems  1 warning",
    ]
    assert lines[5].startswith("  written   ")
    assert "shop/catalog-info.yaml:8:3: warning[dangling-ref]: component:default/shop ownedBy group:default/nobody" in done.stdout


def test_json_is_a_line_for_each_event_and_one_object_at_the_end(tmp_path):
    config = organisation(tmp_path, GOOD)

    done = callboard("--log-format", "json", "build", "--config", config, cwd=tmp_path)

    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["stage"] for event in events if event["event"] == "stage-done"] == ["crawl", "catalog", "docs", "apis", "graph", "pages", "search"]
    outcome = json.loads(done.stdout)
    assert (outcome["repositories"], outcome["entities"], outcome["documents"], outcome["index_reused"]) == (2, 2, 2, False)
    assert outcome["problems"] == {"info": 0, "warning": 0, "error": 0}
    assert set(outcome["stages"]) == {"crawl", "catalog", "docs", "apis", "graph", "pages", "search"}


def test_a_run_of_github_actions_gets_its_summary(tmp_path):
    build(organisation(tmp_path, BROKEN), environ={"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")})

    assert (tmp_path / "summary.md").read_text("utf-8").startswith("### Developer portal: built in ")
    assert "error[yaml-syntax]" in (tmp_path / "summary.md").read_text("utf-8")


def test_a_secret_of_the_configuration_is_nowhere_in_what_is_written_or_said(tmp_path):
    config = organisation(
        tmp_path, GOOD, 'sources:\n  - folder: {path: repos}\n  - git: {url: "https://127.0.0.1:9/acme/till.git", token: "${ACME_TOKEN}"}\n'
    )

    done = build(config, environ={"ACME_TOKEN": "s3cret-of-acme"})

    assert done.returncode == 0, done.stderr
    assert "s3cret-of-acme" not in done.stdout + done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file() and b"s3cret-of-acme" in path.read_bytes()] == []


# -- check, explain, demo ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("files", "code"), [(GOOD, 0), (BROKEN, 1)], ids=["good", "broken"])
@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_check_ends_with_1_where_there_is_an_error_and_speaks_each_format(form, files, code, tmp_path):
    organisation(tmp_path, files)

    done = callboard("check", "--format", form, "repos", cwd=tmp_path)

    assert done.returncode == code, done.stderr
    if form == "json":
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert [one["ok"] for one in found] == [False] if code else [True, True]
    elif form == "sarif":
        assert len(json.loads(done.stdout)["runs"][0]["results"]) == code
    elif form == "github":
        assert done.stdout.startswith("::error file=repos/shop/catalog-info.yaml,line=2,") is bool(code)
    else:
        assert ("repos/shop/catalog-info.yaml:2:1: error" in done.stdout) is bool(code)


def test_explain_tells_where_an_entity_comes_from_and_an_unknown_one_ends_with_2(tmp_path):
    config = organisation(tmp_path, WORRYING)

    known = callboard("explain", "component:shop", "--config", config, cwd=tmp_path)
    unknown = callboard("explain", "component:shopp", "--config", config, cwd=tmp_path)

    assert known.returncode == 0, known.stderr
    assert "shop/catalog-info.yaml" in known.stdout
    assert "group:default/nobody" in known.stdout
    assert unknown.returncode == 2
    assert "component:shopp" in unknown.stderr or "component:default/shopp" in unknown.stderr


def test_the_demo_is_built_into_a_folder_without_any_configuration(tmp_path):
    done = callboard("demo", "board", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "board/index.html").is_file()
    assert done.stderr.splitlines()[-1] == f"open {(tmp_path / 'board/index.html').as_uri()}"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".board.state", "board"]


# -- interruptions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["Compiling the catalog ...", "Writing pages ...", "Indexing ..."])
def test_an_interruption_leaves_what_is_published_and_nothing_else_behind(stage, tmp_path):
    many = {f"r{n}/catalog-info.yaml": component(f"service-{n}") for n in range(300)}
    config = organisation(tmp_path, GOOD)
    build(config)
    before = digests(tmp_path / "site")
    organisation(tmp_path, many)

    with started("build", "--config", config, cwd=tmp_path) as process:
        wait_for_line(process, stage)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert said.splitlines()[-1] == "interrupted; what was published is as it was"
    assert digests(tmp_path / "site") == before
    assert build(config).returncode == 0
    assert len(digests(tmp_path / "site")) > len(before) + 300
    assert sorted(path.name for path in tmp_path.iterdir()) == [".callboard", "repos", "site", "site_config.yml"]


def test_a_killed_build_leaves_nothing_behind_after_the_next_one(tmp_path):
    config = organisation(tmp_path, GOOD)
    build(config)
    organisation(tmp_path, {f"r{n}/catalog-info.yaml": component(f"service-{n}") for n in range(300)})

    with started("build", "--config", config, cwd=tmp_path) as process:
        wait_for_line(process, "Writing pages ...")
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)

    assert (tmp_path / "site/catalog/default/component/shop/index.html").is_file()
    assert build(config).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [".callboard", "repos", "site", "site_config.yml"]


# -- serve ---------------------------------------------------------------------------------------------------------------


def test_serve_answers_on_loopback_and_builds_again_when_a_file_changes(tmp_path):
    config = organisation(tmp_path, GOOD)

    with started("serve", "--config", config, "--port", "0", cwd=tmp_path) as process:
        said = wait_for_line(process, "serving ")
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found
        url = found[0]
        assert fetch(url)[0] == 200
        status, page = fetch(f"{url}catalog/default/component/till/")
        assert (status, "Nothing is here" in page) == (404, True)
        assert fetch(f"{url}../../etc/passwd")[0] == 404
        assert fetch(f"{url}assets/")[0] == 404

        organisation(tmp_path, {"till/catalog-info.yaml": component("till")})
        deadline = time.monotonic() + 30
        while fetch(f"{url}catalog/default/component/till/")[0] == 404 and time.monotonic() < deadline:
            time.sleep(0.3)
        assert fetch(f"{url}catalog/default/component/till/")[0] == 200

        organisation(tmp_path, {}, "sources: 3\n")
        wait_for_line(process, "site_config.yml:1:")
        assert fetch(url)[0] == 200

        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130


def test_serve_without_a_build_says_that_there_is_nothing(tmp_path):
    done = callboard("serve", "--no-build", "--config", organisation(tmp_path, GOOD), cwd=tmp_path)

    assert done.returncode == 2
    assert "holds no portal; run callboard build" in done.stderr
