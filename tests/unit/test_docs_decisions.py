"""Records of decisions: recognised by their folder, read in every common form, listed with status and date."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from callboard.docs import confine
from callboard.docs.decisions import date_in, state_of
from callboard.docs.frontmatter import front_matter
from callboard.model.manual import Decision, DecisionLink, NavItem
from callboard.pages.docs_pages import STATES
from docs_kit import manual_of

confined = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

RECORDS = {
    "0001-nygard.md": "# 1. Record decisions\n\nDate: 2016-02-12\n\n## Status\n\nAccepted\n\nAmended by [2. Use MADR](0002-madr-two.md)\n\n## Context\n\nStatus: not this\n",
    "0002-madr-two.md": "# Use MADR\n\n* Status: superseded by [ADR-0004](0004-madr-four.md)\n* Deciders: Ada, Grace\n* Date: 2019-11-30\n\n## Context and Problem Statement\n\nx\n",
    "0003-replaced.md": "# 3. Use adr-tools\n\nDate: 12 March 2017\n\n## Status\n\nAccepted\n\nSuperceded by [5. Use definitions](0005-definitions.md)\n\nSupersedes [1. Record decisions](0001-nygard.md)\n",
    "0004-madr-four.md": '---\nstatus: "proposed"\ndate: 2025-01-31\ndecision-makers: [Ada, Grace]\n---\n\n# ADR-0004: Use MADR 4\n\n## Status quo\n\nRejected by nobody.\n',
    "0005-definitions.md": "# Use definitions\n\nStatus\n:   Rejected. It was not clear.\n\nDecided on\n:   2025/02/03\n",
    "0006-table.md": "# Use a table\n\n| Status | Deprecated |\n|---|---|\n| Date | 3.4.2025 |\n",
    "0007-bold.md": "# Bold\n\n**Status:** On ice until *spring*  \n**Date:** 2025-06-01\n\n## Context\n\nx\n",
    "0008-number.md": "---\nstatus: superseded by ADR-0004\n---\n# By number\n",
    "0009-silent.md": "# Nine says nothing\n",
    "0010-lines.md": "status: accepted\ndate: 2025-07-08\n\n# Lines before the title\n",
    "2025-08-09-by-date.md": "# By date\n\n## Status\n\nAccepted on a Saturday.\n",
    "adr-template.md": "---\nstatus: [proposed\n---\n# Short title\n",
    "how-we-decide.md": "# How we decide\n\nSlowly.\n",
}


@pytest.fixture(scope="module")
def manual(tmp_path_factory):
    files = {f"docs/architecture/decisions/{name}": text for name, text in RECORDS.items()}
    return manual_of(tmp_path_factory.mktemp("records"), {"docs/index.md": "# Home\n", **files})


FOLDER = "architecture/decisions/"


@confined
def test_records_are_read_in_the_forms_that_people_write(manual):
    pages, _ = manual
    found = {page.source.rpartition("/")[2]: page.decision for page in pages.pages if page.decision}

    def record(title, number="", state="", status="", date="", by=()):
        return Decision(folder=FOLDER, title=title, number=number, state=state, status=status, date=date, superseded_by=by)

    def link(label, place):
        return (DecisionLink(label, f"cb:page/{FOLDER}{place}/"),)

    assert found == {
        "0001-nygard.md": record("Record decisions", "1", "accepted", "Accepted", "2016-02-12"),
        "0002-madr-two.md": record("Use MADR", "2", "superseded", "superseded by ADR-0004", "2019-11-30", link("ADR-0004", "0004-madr-four")),
        "0003-replaced.md": record("Use adr-tools", "3", "superseded", "Superceded by 5. Use definitions", "2017-03-12", link("5. Use definitions", "0005-definitions")),
        "0004-madr-four.md": record("Use MADR 4", "4", "proposed", "proposed", "2025-01-31"),
        "0005-definitions.md": record("Use definitions", "5", "rejected", "Rejected", "2025-02-03"),
        "0006-table.md": record("Use a table", "6", "deprecated", "Deprecated", "2025-04-03"),
        "0007-bold.md": record("Bold", "7", "", "On ice until spring", "2025-06-01"),
        "0008-number.md": record("By number", "8", "superseded", "superseded by ADR-0004", "", link("ADR-0004", "0004-madr-four")),
        "0009-silent.md": record("Nine says nothing", "9"),
        "0010-lines.md": record("Lines before the title", "10", "accepted", "accepted", "2025-07-08"),
        "2025-08-09-by-date.md": record("By date", "", "accepted", "Accepted on a Saturday", "2025-08-09"),
    }


@confined
def test_a_folder_without_a_page_of_its_own_gets_one_before_its_first_record(manual):
    pages, _ = manual
    listing = [page for page in pages.pages if page.lists_decisions]

    assert [(page.path, page.title, page.html, page.source, page.change) for page in listing] == [(FOLDER, "All decisions", "", "", None)]
    after = pages.pages[pages.pages.index(listing[0]) + 1]
    assert after.source == "docs/architecture/decisions/0001-nygard.md"
    (section,) = (item for item in pages.nav if item.title == "Architecture")
    assert section.children[0].children[:2] == (NavItem("All decisions", FOLDER), NavItem("1. Record decisions", f"{FOLDER}0001-nygard/"))


@confined
def test_front_matter_that_cannot_be_read_is_a_problem_with_its_line_and_the_page_is_shown(manual):
    _, report = manual

    assert [str(problem) for problem in report] == [
        "acme/shop/docs/architecture/decisions/adr-template.md:3: warning[docs-front-matter]:"
        " docs/architecture/decisions/adr-template.md begins with front matter that cannot be read:"
        f" {front_matter(RECORDS['adr-template.md']).error}\n  hint: correct it, or leave it out"
    ]


@confined
@pytest.mark.parametrize(
    ("place", "index"),
    [("adr/README.md", "adr/"), ("adr/index.md", "adr/"), ("adr.md", "adr/"), ("ADRs/index.md", "ADRs/")],
)
def test_the_page_of_the_folder_lists_its_records(tmp_path, place, index):
    folder = "ADRs" if place.startswith("ADRs") else "adr"
    manual, report = manual_of(tmp_path, {"docs/index.md": "# Home\n", f"docs/{place}": "# Ours\n", f"docs/{folder}/1-first.md": "# First\n"})

    assert [page.path for page in manual.pages if page.lists_decisions] == [index]
    assert [page.decision.folder for page in manual.pages if page.decision] == [index]
    assert list(report) == []


@confined
def test_a_docs_folder_that_is_itself_one_of_decisions_is_recognised(tmp_path):
    manual, _ = manual_of(
        tmp_path, {"mkdocs.yml": "site_name: Ours\ndocs_dir: adr\n", "adr/index.md": "# Ours\n", "adr/0001-first.md": "# First\n\n- Status: draft\n"}
    )

    assert [(page.path, page.lists_decisions, page.decision and page.decision.state) for page in manual.pages] == [("", True, None), ("0001-first/", False, "proposed")]


@confined
def test_folders_of_other_names_hold_no_records(tmp_path):
    manual, _ = manual_of(tmp_path, {"docs/index.md": "# Home\n", "docs/guides/0001-first.md": "# First\n\n## Status\n\nAccepted\n"})

    assert [page.decision for page in manual.pages] == [None, None]
    assert [page.path for page in manual.pages] == ["", "guides/0001-first/"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Accepted", "accepted"),
        ("✅ approved", "accepted"),
        ("Draft, not yet agreed", "proposed"),
        ("in review", "proposed"),
        ("WITHDRAWN", "rejected"),
        ("Accepted, then superseded by 4", "superseded"),
        ("Superceded by 0004", "superseded"),
        ("Replaced", "superseded"),
        ("supersedes ADR-0003", ""),
        ("Accepted; supersedes ADR-0003", "accepted"),
        ("obsolete", "deprecated"),
        ("on ice", ""),
        ("", ""),
    ],
)
def test_words_of_a_status_mean_one_of_five_states_or_none(status, state):
    assert state_of(status) == state


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-02-29", dt.date(2024, 2, 29)),
        ("2023-02-29", None),
        ("on 2024/3/1, in Oslo", dt.date(2024, 3, 1)),
        ("31.12.2023", dt.date(2023, 12, 31)),
        ("1st March 2024", dt.date(2024, 3, 1)),
        ("March 1, 2024", dt.date(2024, 3, 1)),
        ("Sept. 9 2024", dt.date(2024, 9, 9)),
        ("12024-03-01", None),
        ("{YYYY-MM-DD}", None),
        ("", None),
    ],
)
def test_dates_are_read_in_the_usual_forms(text, date):
    assert date_in(text) == date


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("---\nStatus: accepted\ntags: [a, b]\n---\n# T\n", {"status": "accepted", "tags": ["a", "b"]}),
        ("\ufeff---\r\ndate: 2024-01-02\r\n---\r\n", {"date": "2024-01-02"}),
        ("title: A\nstatus: accepted\n  or so\n\n# T\n", {"title": "A", "status": "accepted"}),
        ("# T\n\nStatus: no\n", {}),
        ("", {}),
        ("---\n---\n", {}),
    ],
)
def test_front_matter_is_read_as_mkdocs_tells_it_from_the_text(text, values):
    assert (front_matter(text).values, front_matter(text).error) == (values, "")


@pytest.mark.parametrize(
    ("text", "line"),
    [("---\na: [\n---\n", 3), ("---\n- a\n---\n", 2), ("---\na: 1\nb: {c\nd: 1\n---\n", 4), ("---\n" + "a: &a [*a]\n---\n", 2)],
)
def test_broken_front_matter_is_an_error_with_its_line(text, line):
    assert (bool(front_matter(text).error), front_matter(text).line, front_matter(text).values) == (True, line, {})


GUIDE = Path(__file__).resolve().parents[2] / "docs" / "documentation.md"


def test_the_guide_s_words_of_a_status_are_shown_as_it_says():
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in GUIDE.read_text("utf-8").splitlines()]
    shown = {word: row[1].split(",")[0] for row in cells if len(row) == 2 and row[1].split(",")[0] in STATES.values() for word in row[0].split(", ")}

    assert {*shown.values()} == {*STATES.values()}
    assert {word: STATES[state_of(word)] for word in shown} == shown


@confined
def test_a_record_that_only_the_list_leads_to_is_not_lost(tmp_path):
    records = {f"docs/adr/000{n}-x.md": f"# {n}. X\n" for n in (1, 2)}
    nav = "site_name: Ours\nnav: [index.md, {}]\n"
    _, listed = manual_of(tmp_path, {"mkdocs.yml": nav.format("adr/0001-x.md"), "docs/index.md": "# Home\n", **records})
    _, lost = manual_of(tmp_path / "lost", {"mkdocs.yml": nav.format("other.md"), "docs/index.md": "# Home\n", "docs/other.md": "# O\n", **records})

    assert [problem.code for problem in listed] == []
    assert [(problem.code, problem.location.path) for problem in lost] == [("docs-orphan", "docs/adr/0001-x.md"), ("docs-orphan", "docs/adr/0002-x.md")]


@confined
def test_the_list_of_a_folder_takes_no_address_that_is_another_s(tmp_path):
    moved = "site_name: Ours\nplugins:\n  - redirects:\n      redirect_maps: {adr.md: index.md}\n"
    record = "# 1. X\n"
    redirected, _ = manual_of(tmp_path, {"mkdocs.yml": moved, "docs/index.md": "# Home\n", "docs/adr/0001-x.md": record})
    twice, _ = manual_of(tmp_path / "twice", {"docs/index.md": "# Home\n", "docs/adr/0001-x.md": record, "docs/ADR/0002-y.md": "# 2. Y\n"})

    assert [page.path for page in redirected.pages] == ["", "adr/0001-x/"] and redirected.redirects == (("adr/", ""),)
    assert [page.path for page in twice.pages if page.lists_decisions] == ["ADR/"]
