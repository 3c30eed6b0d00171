"""A whole build on bad input: one diagnostic with its place, and everything else is built."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from git_remotes import git, make_repository
from portals import MARCH, PROGRAM, Site, build_site, component, group, organisation, program_environment

from callboard.config import load
from callboard.diagnostics import CallboardError, GuardError, Report

GOOD = {"shop/catalog-info.yaml": component("shop"), "crew/catalog-info.yaml": group()}
TUESDAY = MARCH + dt.timedelta(days=1)


def built(tmp_path: Path, files: dict[str, str | bytes], config: str = "") -> Site:
    return build_site(organisation(tmp_path, GOOD | files, config), tmp_path / "site")


def entities(site: Site) -> list[str]:
    return [str(ref) for ref in site.built.portal.catalog.entities]


def problems(site: Site) -> list[str]:
    """``place: code`` of every problem but notes."""
    return [f"{problem.location}: {problem.code}" for problem in site.problems if problem.severity.word != "info"]


SHOWN = ["component:default/shop", "group:default/crew"]


def test_a_broken_document_is_one_problem_and_spares_its_neighbours(tmp_path):
    text = f"{component('till')}---\nkind: [Component\nmetadata: {{}}\n---\n{component('door')}"

    site = built(tmp_path, {"till/catalog-info.yaml": text})

    assert [line.split(": ")[1] for line in problems(site)] == ["yaml-syntax"]
    assert problems(site)[0].startswith("till/catalog-info.yaml:1")
    assert entities(site) == ["component:default/door", "component:default/shop", "component:default/till", "group:default/crew"]


def test_a_repository_that_cannot_be_cloned_is_one_problem(tmp_path):
    config = f"sources:\n  - folder: {{path: repos}}\n  - git: {{url: {tmp_path}/nowhere.git, name: acme/nowhere}}\n"

    site = built(tmp_path, {}, config)

    assert problems(site) == ["acme/nowhere: repository-failed"]
    assert entities(site) == SHOWN
    assert "acme/nowhere" in site.text("health/index.html")


def test_what_a_failing_repository_gave_before_stays_and_is_marked(tmp_path):
    remote = make_repository(tmp_path / "remote", {"catalog-info.yaml": component("till")})
    config = organisation(tmp_path, GOOD, f"sources:\n  - folder: {{path: repos}}\n  - git: {{url: {remote}, name: acme/till}}\n")
    build_site(config, tmp_path / "site")
    shutil.rmtree(remote)

    site = build_site(config, tmp_path / "site", now=TUESDAY)

    assert "repository-failed" in site.codes()
    assert entities(site) == ["component:default/shop", "component:default/till", "group:default/crew"]
    assert "This is the last good version" in site.text("catalog/default/component/till/index.html")
    assert "2026-03-04" in site.text("catalog/default/component/till/index.html")


def test_a_document_that_became_invalid_keeps_its_last_good_version_until_it_is_removed(tmp_path):
    config = organisation(tmp_path, GOOD | {"till/catalog-info.yaml": component("till")})
    build_site(config, tmp_path / "site")
    (tmp_path / "repos/till/catalog-info.yaml").write_text(component("till").replace("type: service", "type: 3"))

    broken = build_site(config, tmp_path / "site", now=TUESDAY)
    (tmp_path / "repos/till/catalog-info.yaml").unlink()
    removed = build_site(config, tmp_path / "site", now=TUESDAY)

    assert sorted(broken.codes()) == ["bad-field", "stale-entity"]
    assert entities(broken) == ["component:default/shop", "component:default/till", "group:default/crew"]
    assert entities(removed) == SHOWN
    assert not (removed.folder / "catalog/default/component/till").exists()


def test_a_folder_without_permission_is_one_problem(tmp_path):
    """Run as somebody else, because permissions do not bind root."""
    config = organisation(tmp_path, GOOD | {"closed/catalog-info.yaml": component("closed")})
    (tmp_path / "repos/closed").chmod(0)
    command = [PROGRAM, "--log-format", "json", "build", "--config", config, "--output", tmp_path / "out/site", "--state", tmp_path / "out/kept"]
    (tmp_path / "out").mkdir(mode=0o777)
    (tmp_path / "out").chmod(0o777)
    environment = program_environment({"HOME": str(tmp_path / "out"), "TMPDIR": str(tmp_path / "out")})
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("tests run as root, whom permissions do not bind, and there is no setpriv")
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        for folder in (tmp_path, *tmp_path.parents):
            if folder.is_relative_to(tempfile.gettempdir()) and folder.stat().st_mode & 0o005 != 0o005:
                folder.chmod(0o755)
        allowed = subprocess.run([*command[:4], PROGRAM, "--version"], capture_output=True, env=environment, cwd=tmp_path, check=False)
        if allowed.returncode:
            pytest.skip("tests run as root, and nobody else can start the program here")
    try:
        done = subprocess.run(list(map(str, command)), cwd=tmp_path / "out", env=environment, capture_output=True, text=True, timeout=120, check=False)
    finally:
        (tmp_path / "repos/closed").chmod(0o755)

    assert done.returncode == 0, done.stderr
    record = (tmp_path / "out/site/api/problems.json").read_text("utf-8")
    assert record.count('"severity":"error"') == 1
    assert '"code":"file-unreadable"' in record or '"code":"repository-failed"' in record
    assert (tmp_path / "out/site/catalog/default/component/shop/index.html").is_file()


def test_a_document_of_20_megabytes_is_one_problem(tmp_path):
    site = built(tmp_path, {"till/catalog-info.yaml": component("till") + "# " + "x" * 20_000_000})

    assert problems(site) == ["till/catalog-info.yaml: file-too-large"]
    assert entities(site) == SHOWN


def test_an_alias_bomb_is_one_problem(tmp_path):
    levels = "".join(f"  {chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9))
    text = component("till") + "extra:\n  a: &a [lol]\n" + levels

    site = built(tmp_path, {"till/catalog-info.yaml": text})

    assert [line.split(": ")[1] for line in problems(site)] == ["yaml-syntax"]
    assert problems(site)[0].startswith("till/catalog-info.yaml:")
    assert entities(site) == SHOWN


def test_a_file_that_is_not_utf_8_is_one_problem(tmp_path):
    site = built(tmp_path, {"till/catalog-info.yaml": component("till", metadata="  title: Kasse für Käse\n").encode("latin-1")})

    assert [line.split(": ")[1] for line in problems(site)] == ["file-not-utf8"]
    assert problems(site)[0].startswith("till/catalog-info.yaml")
    assert entities(site) == SHOWN


def test_a_cycle_of_locations_is_read_once_and_told(tmp_path):
    def location(name: str, target: str) -> str:
        return f"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: {name}}}\nspec: {{type: url, targets: [{target}]}}\n"

    files = {"ring/catalog-info.yaml": location("one", "./two.yaml"), "ring/two.yaml": location("two", "./catalog-info.yaml")}

    site = built(tmp_path, files)

    assert [f"{problem.location}: {problem.code}" for problem in site.problems] == ["ring/catalog-info.yaml:4:29: location-cycle"]
    assert entities(site) == ["component:default/shop", "group:default/crew", "location:default/one", "location:default/two"]


def test_of_two_entities_with_one_name_the_first_is_shown_and_the_other_told(tmp_path):
    site = built(tmp_path, {"zweite/catalog-info.yaml": component("shop", metadata="  title: The other\n")})

    assert problems(site) == ["zweite/catalog-info.yaml:4:3: duplicate-entity"]
    assert entities(site) == SHOWN
    assert "The other" not in site.text("catalog/default/component/shop/index.html")


def test_a_docs_folder_that_does_not_exist_is_one_problem(tmp_path):
    till = component("till", metadata="  annotations:\n    backstage.io/techdocs-ref: dir:./handbook\n")

    site = built(tmp_path, {"till/catalog-info.yaml": till})

    assert [line.split(": ")[1] for line in problems(site)] == ["docs-missing"]
    assert problems(site)[0].startswith("till/catalog-info.yaml:6:")
    assert entities(site) == ["component:default/shop", "component:default/till", "group:default/crew"]
    assert not (site.folder / "docs").exists()


def test_a_source_that_does_not_exist_is_one_problem(tmp_path):
    site = built(tmp_path, {}, "sources:\n  - folder: {path: repos}\n  - folder: {path: nowhere}\n")

    assert len(problems(site)) == 1
    assert site.codes()[0] in {"source-failed", "source-empty"}
    assert entities(site) == SHOWN


def test_documents_that_are_no_entities_are_problems_and_spare_their_neighbours(tmp_path):
    texts = ("- a list\n", "just text\n", "42\n", "kind: {a: b}\n", "{}\n", "apiVersion: backstage.io/v1alpha1\nkind: Component\n", component("till"))

    site = built(tmp_path, {"till/catalog-info.yaml": "---\n".join(texts)})

    assert {problem.location.repo for problem in site.problems} == {"till"}
    assert len(problems(site)) >= 6
    assert entities(site) == ["component:default/shop", "component:default/till", "group:default/crew"]


def test_nothing_is_written_where_files_lie_that_are_no_portal(tmp_path):
    config = organisation(tmp_path, GOOD)
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/letters.txt").write_text("dear")

    with pytest.raises(GuardError, match="holds files that are not a portal's"):
        build_site(config, tmp_path / "precious")

    assert [path.name for path in (tmp_path / "precious").iterdir()] == ["letters.txt"]


def test_a_build_that_breaks_leaves_what_is_published(tmp_path):
    config = organisation(tmp_path, GOOD)
    before = build_site(config, tmp_path / "site").text("index.html")
    config.write_text("site: {logo: nowhere.svg}\nsources: [{folder: {path: repos}}]\n")

    with pytest.raises(CallboardError, match=r"nowhere.svg cannot be read"):
        build_site(config, tmp_path / "site", now=TUESDAY)

    assert (tmp_path / "site/index.html").read_text("utf-8") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["repos", "site", "site.state", "site_config.yml"]


def test_a_repository_that_wants_a_path_of_another_yields(tmp_path):
    """Case does not count, because some hosts do not count it."""
    till = component("till", metadata="  annotations: {backstage.io/techdocs-ref: dir:.}\n")
    files = {"till/catalog-info.yaml": till, "till/docs/index.md": "# Till\n", "till/docs/One.png": b"one", "till/docs/one.png": b"two"}

    site = built(tmp_path, files)

    assert set(site.codes()) <= {"path-conflict", "docs-file-skipped", "docs-broken-link"}
    assert entities(site) == ["component:default/shop", "component:default/till", "group:default/crew"]


def test_a_commit_on_a_remote_is_in_the_next_build(tmp_path):
    remote = make_repository(tmp_path / "remote", {"catalog-info.yaml": component("till")})
    config = organisation(tmp_path, GOOD, f"sources:\n  - folder: {{path: repos}}\n  - git: {{url: {remote}, name: acme/till}}\n")
    build_site(config, tmp_path / "site")
    (remote / "catalog-info.yaml").write_text(component("door"))
    git(remote, "commit", "-q", "-a", "-m", "renamed")

    site = build_site(config, tmp_path / "site", now=TUESDAY)

    assert entities(site) == ["component:default/door", "component:default/shop", "group:default/crew"]
    assert "catalog/default/component/till/index.html" in site.built.written.removed


def test_a_portal_that_moved_elsewhere_is_written_there_whole(tmp_path):
    config = organisation(tmp_path, GOOD)
    first = build_site(config, tmp_path / "one", state=tmp_path / "kept")

    second = build_site(config, tmp_path / "two", state=tmp_path / "kept", now=TUESDAY)

    assert second.built.written.files == first.built.written.files
    assert (tmp_path / "two/index.html").read_bytes() == (tmp_path / "one/index.html").read_bytes()


def test_a_published_file_that_somebody_changed_is_put_right(tmp_path):
    config = organisation(tmp_path, GOOD)
    before = build_site(config, tmp_path / "site").text("index.html")
    (tmp_path / "site/index.html").write_text("defaced")

    build_site(config, tmp_path / "site", now=TUESDAY)

    assert (tmp_path / "site/index.html").read_text("utf-8") == before


def test_a_changed_setting_of_the_site_changes_its_pages(tmp_path):
    config = organisation(tmp_path, GOOD, "site: {title: Before}\nsources: [{folder: {path: repos}}]\n")
    build_site(config, tmp_path / "site")
    config.write_text("site: {title: After}\nsources: [{folder: {path: repos}}]\n")
    assert load(config, environ={}, report=Report()).site.title == "After"

    site = build_site(config, tmp_path / "site", now=TUESDAY)

    assert "<title>After</title>" in site.text("index.html")
