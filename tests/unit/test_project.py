"""What holds of the project itself: what it is made of, where that comes from, and that what we ship works alone."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

from callboard import resources
from callboard.cli.init import ACTIONS

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-test.lock")
PINNED = re.compile(r"([a-z0-9][a-z0-9.-]*)==(\S+)(?: ; [^\\]+?)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
BY_TECHDOCS = {"markdown", "mkdocs-github-admonitions-plugin", "pymdown-extensions", "python-slugify"}
"""Packages that mkdocs-techdocs-core pins exactly, so that we say nothing beside it."""
HOSTS = re.compile(
    "|".join(("files[.]pythonhosted", r"\bpypi[.]org", "registry[.]npmjs", "registry[.]yarnpkg", "unpkg[.]com", "jsdelivr", "crates[.]io", r"\bghcr[.]io"))
)
MACHINE = re.compile(r"(?<![\w./-])/(?:root|work|opt|home/\w+|Users/\w+|tmp/\w+)/\w")


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def pins(lock: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / lock).read_text("utf-8")))


@pytest.fixture(scope="module")
def committed() -> list[str]:
    """Paths of what is committed, and of what could be."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return sorted(path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file())


def lines_with(pattern: re.Pattern[str], paths: list[str]) -> list[str]:
    found = []
    for path in paths:
        data = (ROOT / path).read_bytes()
        if b"\0" not in data:
            text = data.decode("utf-8", "replace")
            found += [f"{path}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return found


def test_no_committed_file_names_the_host_of_a_registry(committed):
    assert lines_with(HOSTS, [path for path in committed if path != "tests/unit/test_project.py"]) == []


def test_no_committed_file_names_a_place_on_somebodys_machine(committed):
    built = ("generator/", "theme/", "templates/", ".ci/", ".github/", "benchmarks/", "Makefile", "pyproject.toml", "hatch_build.py", "requirements", "README.md")
    assert lines_with(MACHINE, [path for path in committed if path.startswith(built)]) == []


def test_nothing_that_is_made_or_fetched_is_committed(committed):
    made = re.compile(r"(?:^|/)(?:node_modules|__pycache__|dist|site|\.venv|\.callboard)/|\.pyc$")

    assert [path for path in committed if made.search(path)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_by_version_and_hash_and_name_no_address(lock):
    lines = (ROOT / lock).read_text("utf-8").splitlines()

    assert [line for line in lines if not PINNED.fullmatch(line) and not HASH.fullmatch(line)] == []
    assert all(HASH.fullmatch(after) for line, after in zip(lines, [*lines[1:], ""], strict=True) if PINNED.fullmatch(line))


def test_no_two_locks_pin_a_package_differently():
    seen: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in pins(lock).items():
            seen.setdefault(name, set()).add(version)

    assert {name: versions for name, versions in seen.items() if len(versions) > 1} == {}


def test_every_dependency_is_locked():
    wanted = {name_of(line) for line in PROJECT["project"]["dependencies"]}
    built = {name_of(line) for line in PROJECT["build-system"]["requires"]}

    assert wanted - pins("requirements.lock").keys() == set()
    assert built - pins("requirements-build.lock").keys() == set()


def test_every_package_that_the_program_imports_is_a_dependency():
    names = {name_of(line) for line in PROJECT["project"]["dependencies"]} | BY_TECHDOCS
    modules = set()
    for file in (ROOT / "generator").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    providers = packages_distributions()
    foreign = modules - sys.stdlib_module_names - {"callboard"}

    assert {module for module in foreign if not names & {name_of(name) for name in providers.get(module, [])}} == set()


def test_browser_libraries_are_pinned_by_hash_and_without_an_address():
    lock = json.loads((ROOT / "theme/vendor/package-lock.json").read_text("utf-8"))
    wanted = json.loads((ROOT / "theme/vendor/package.json").read_text("utf-8"))["dependencies"]
    packages = {path.removeprefix("node_modules/"): entry for path, entry in lock["packages"].items() if path}

    assert {name: packages[name]["version"] for name in wanted} == wanted
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages.values())


def test_imports_point_down():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )

    assert "Contracts: 1 kept, 0 broken." in done.stdout, done.stdout + done.stderr


def test_actions_are_pinned_by_commit_everywhere():
    used = []
    for file in [*sorted((ROOT / ".github").rglob("*.yml")), ROOT / "action.yml"]:
        used += re.findall(r"uses: *(\S+)(?: # (\S+))?", file.read_text("utf-8"))
    known = {f"actions/{name}@{commit}": release for name, (commit, release) in ACTIONS.items()}

    assert used != []
    assert {action: known.get(action) for action, _ in used} == dict(used)


def test_the_hook_for_pull_requests_is_a_command_of_the_program():
    from callboard.cli.main import cli

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))

    assert [hook["entry"].split() for hook in hooks] == [["callboard", "check"]]
    assert "check" in cli.commands
    assert all(re.search(hook["files"], path) for hook in hooks for path in ("catalog-info.yaml", "a/template.yml"))


def test_files_stand_where_the_program_looks_for_them():
    assert resources.root() == ROOT
    assert resources.demo_config().is_file()
    assert (resources.vendored() / "minisearch.js").is_file()
    assert (resources.vendored() / "minisearch.LICENSE.txt").is_file()


@pytest.fixture(scope="module")
def packaged(tmp_path_factory, committed) -> tuple[Path, Path]:
    """The wheel and the archive of sources, made in a copy of what is committed; the browser libraries are those that are here."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    for path in [*committed, *(file.relative_to(ROOT).as_posix() for file in (ROOT / "theme/vendor/dist").iterdir())]:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes((ROOT / path).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder / "made")],
        cwd=source, check=True, capture_output=True, timeout=120,
    )
    (wheel,), (archive,) = folder.glob("made/*.whl"), folder.glob("made/*.tar.gz")
    return wheel, archive


def test_the_wheel_holds_everything_that_the_program_shows(packaged):
    with zipfile.ZipFile(packaged[0]) as wheel:
        names = set(wheel.namelist())
    version = packaged[0].name.split("-")[1]
    data = {name.removeprefix("callboard/_data/") for name in names if name.startswith("callboard/_data/")}

    assert {
        "site_config.yml", "requirements.lock", "requirements-build.lock", "catalog-info.yaml", "mkdocs.yml", "README.md",
        "docs/index.md", "theme/layouts/base.html", "theme/css/tokens.css", "theme/js/theme.js", "theme/js/lazy/palette.js",
        "theme/vendor/dist/minisearch.js", "theme/vendor/dist/minisearch.LICENSE.txt", "theme/vendor/dist/NOTICE",
        "examples/repos/company/catalog-info.yaml", "templates/service/template.yaml",
    } <= data
    assert {"callboard/cli/starter/portal.yml", "callboard/cli/starter/site_config.yml"} <= names
    assert {f"callboard-{version}.dist-info/licenses/{name}" for name in ("LICENSE", "NOTICE")} <= names
    assert {name.partition("/")[0] for name in names} == {"callboard", f"callboard-{version}.dist-info"}


def test_the_archive_of_sources_can_make_the_wheel_again(packaged):
    with tarfile.open(packaged[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {
        "pyproject.toml", "hatch_build.py", "LICENSE", "NOTICE", "README.md", "requirements.lock", "requirements-build.lock",
        "theme/vendor/package-lock.json", "generator/callboard/cli/starter/portal.yml", "site_config.yml",
    } <= names


def test_the_wheel_builds_the_demo_portal_where_there_is_no_source_tree(packaged, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    with zipfile.ZipFile(packaged[0]) as wheel:
        wheel.extractall(packages)
    # Dependencies are those that run this test; of the source tree, which is installed among them, nothing is seen.
    foreign = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "dependencies.pth").write_text("\n".join(foreign) + "\n")
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "GITHUB_STEP_SUMMARY")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = "from callboard.cli import main; main()"
        return subprocess.run(
            [tmp_path / "venv/bin/python", "-c", code, *arguments], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )

    where = subprocess.run(
        [tmp_path / "venv/bin/python", "-c", "from callboard import resources; print(resources.root())"],
        cwd=tmp_path, env=environ, capture_output=True, text=True, check=True,
    )
    demo, started = run("demo", "portal"), run("init", "mine")

    assert Path(where.stdout.strip()) == packages / "callboard/_data"
    assert (demo.returncode, (tmp_path / "portal/index.html").is_file()) == (0, True), demo.stderr
    assert "error" not in demo.stderr
    assert started.returncode == 0, started.stderr
    assert "wrote mine/site_config.yml" in started.stderr


def test_the_pictures_of_the_readme_are_there_and_small():
    named = re.findall(r"!\[[^\]]+\]\((docs/img/[^)]+)\)", (ROOT / "README.md").read_text())

    assert len(named) == 3
    assert [name for name in named if (ROOT / name).stat().st_size > 60_000] == []
