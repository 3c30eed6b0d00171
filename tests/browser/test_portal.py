"""What we publish, judged by a browser and by programs that are not ours."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from git_remotes import git
from oracle_runs import PageOracles
from page_types import GALLERY, PAGE_TYPES
from portals import MARCH, Site, build_site, callboard, differing

from callboard.model import routes

REST_OF_THE_GALLERY = (GALLERY, *(f"{GALLERY}{name}/" for name in ("diagrams", "formulas", "lists", "pictures", "reuse", "tables", "text", "writing/links", "writing/straßen")))
HOURS_LATER = MARCH + dt.timedelta(hours=9)


@pytest.fixture(scope="session")
def judges(oracles: Path) -> PageOracles:
    return PageOracles(oracles)


def test_every_page_of_the_gallery_is_judged(demo_site):
    manuals = demo_site("folders").built.portal.manuals.by_entity
    gallery = {f"{GALLERY}{page.path}" for ref, manual in manuals.items() if ref.name == "markdown-gallery" for page in manual.pages}

    assert gallery - {*REST_OF_THE_GALLERY, *(each.route for each in PAGE_TYPES)} == set()


@pytest.mark.parametrize("variant", ["dark", "mobile"])
def test_whatever_markdown_can_say_is_shown_without_a_barrier_a_shift_or_a_sideways_scroll(variant, demo_site, judges):
    assert judges.complaints(demo_site("folders").folder, REST_OF_THE_GALLERY, variant) == []


@pytest.mark.parametrize("links", ["folders", "files"])
def test_every_link_and_every_anchor_of_the_demo_leads_somewhere(links, demo_site, judges):
    assert judges.links(demo_site(links).folder) == []


def test_every_page_of_the_demo_is_valid_html(demo_site, judges):
    """Tables of Markdown have their headers in ``thead``, which needs no ``scope``; the checker asks for it all the same."""
    found = judges.validity(demo_site("folders").folder)

    articles = [one for one in found if one["rule"] == "wcag/h63" and one["file"].startswith("docs/")]
    assert sorted({(one["rule"], one["message"], one["file"]) for one in found if one not in articles}) == []


@dataclass(frozen=True)
class Remotes:
    """The organisation of the corpus as git repositories, and a configuration that names them."""

    folder: Path
    config: Path


@pytest.fixture(scope="session")
def remotes(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Remotes:
    folder = tmp_path_factory.mktemp("remotes")
    entries = []
    for top in sorted(path for path in (shared / "corpus/org").glob("*/*") if path.is_dir()):
        name = top.relative_to(shared / "corpus/org").as_posix()
        work, bare = folder / "work" / name, folder / f"{name}.git"
        shutil.copytree(top, work, symlinks=True)
        for path in (work, *work.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() else 0o644)
        git(work, "init", "-q", "-b", "main")
        git(work, "add", "-A", "-f")
        git(work, "commit", "-q", "--allow-empty", "-m", "as it is", date="2026-01-02T03:04:05Z")
        git(folder, "clone", "-q", "--bare", str(work), str(bare))
        git(bare, "config", "uploadpack.allowFilter", "true")
        git(bare, "config", "uploadpack.allowAnySHA1InWant", "true")
        entries.append(f"  - git: {{url: {bare}, name: {name}, forge: github}}\n")
    config = folder / "site_config.yml"
    config.write_text("site: {title: Organisation}\nsources:\n" + "".join(entries), "utf-8")
    return Remotes(folder, config)


@pytest.fixture(scope="session")
def organisation_site(remotes: Remotes, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The portal of the organisation of the corpus, read from its git repositories."""
    return build_site(remotes.config, tmp_path_factory.mktemp("organisation") / "site")


WHOLE = """\
site: {{title: Corpus}}
sources:
  - folder: {{path: "{corpus}/catalog", repository: true, descriptors: ["*.yaml"]}}
  - folder: {{path: "{corpus}/org/*/*", repository: true}}
  - folder: {{path: "{corpus}/techdocs/*", repository: true, descriptors: ["**/catalog-info.yaml", "**/catalog-info.yml"]}}
  - folder: {{path: "{corpus}/templates/*", repository: true, descriptors: ["**/template.yaml"]}}
"""


@pytest.fixture(scope="session")
def corpus_site(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The portal of the whole corpus, read from folders."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "site_config.yml").write_text(WHOLE.format(corpus=shared / "corpus"), "utf-8")
    return build_site(folder / "site_config.yml", folder / "site")


def sample(site: Site) -> list[str]:
    """A page of each type: lists, the first entity of each kind, definitions, templates, some pages of manuals."""
    portal = site.built.portal
    firsts = {ref.kind: ref for ref in reversed(portal.catalog.entities)}
    found = ["", "catalog/", "owners/", "search/", "health/", "docs/", "apis/", "create/", "404.html"]
    found += [routes.entity(ref) for ref in firsts.values()]
    found += [routes.entity(ref, "api") for ref in portal.catalog.entities if ref.kind == "api"][:2]
    found += [routes.template(ref) for ref in portal.catalog.entities if ref.kind == "template"][:2]
    manuals = [routes.manual(ref, page.path) for ref, manual in portal.manuals.by_entity.items() for page in manual.pages]
    found += manuals[:: max(1, len(manuals) // 4)][:4]
    return [page for page in found if (site.folder / routes.file_of(page)).is_file() and "," not in page]


@pytest.mark.xdist_group("organisation")
def test_every_repository_of_an_organisation_is_read_from_git(organisation_site):
    portal = organisation_site.built.portal

    assert [source.error for source in portal.sources if source.error] == []
    assert len(portal.repositories) == len(portal.sources)
    assert all(repository.commit for repository in portal.repositories.values())


@pytest.mark.xdist_group("organisation")
def test_every_link_of_an_organisation_s_portal_leads_somewhere(organisation_site, judges):
    assert judges.links(organisation_site.folder) == []


@pytest.mark.xdist_group("organisation")
def test_no_page_type_of_an_organisation_s_portal_has_an_error_or_a_barrier(organisation_site, judges):
    assert judges.complaints(organisation_site.folder, sample(organisation_site), "light,dark") == []


@pytest.mark.xdist_group("corpus")
def test_every_link_of_the_corpus_s_portal_leads_somewhere(corpus_site, judges):
    assert judges.links(corpus_site.folder) == []


@pytest.mark.xdist_group("corpus")
def test_no_page_type_of_the_corpus_s_portal_has_an_error_or_a_barrier(corpus_site, judges):
    assert judges.complaints(corpus_site.folder, sample(corpus_site), "light,dark") == []


@pytest.mark.xdist_group("organisation")
def test_two_builds_from_two_clones_give_the_same_bytes(remotes, tmp_path):
    for name, seed, jobs in (("one", "1", "1"), ("other", "77", "2")):
        done = callboard(
            "build", "--config", remotes.config, "--output", tmp_path / name / "site", "--state", tmp_path / f"{name}.kept", "--jobs", jobs,
            cwd=tmp_path, environ={"PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    assert differing(tmp_path / "one/site", tmp_path / "other/site") == []


@pytest.mark.xdist_group("organisation")
def test_an_unchanged_night_changes_the_records_of_the_build_and_the_health_page_and_builds_nothing(remotes, tmp_path):
    first = build_site(remotes.config, tmp_path / "site", state=tmp_path / "kept")
    before = {path: path.read_bytes() for path in sorted(first.folder.rglob("*")) if path.is_file()}

    second = build_site(remotes.config, tmp_path / "site", state=tmp_path / "kept", now=HOURS_LATER)

    after = {path: path.read_bytes() for path in sorted(second.folder.rglob("*")) if path.is_file()}
    changed = sorted(path.relative_to(second.folder).as_posix() for path in {*before, *after} if before.get(path) != after.get(path))
    assert changed == ["api/build.json", "api/built.json", "health/index.html"]
    assert list(second.built.written.changed) == changed
    assert (second.built.portal.manuals.built, second.built.index_reused) == (0, True)
    assert second.built.portal.manuals.reused == first.built.portal.manuals.built > 0


def test_nothing_that_is_published_names_a_folder_of_this_machine(demo_site):
    site = demo_site("files")
    machine = [str(site.folder.parent).encode(), os.fsencode(Path.home())]

    assert [str(path.relative_to(site.folder)) for path in sorted(site.folder.rglob("*")) if path.is_file() and any(name in path.read_bytes() for name in machine)] == []
