"""A site is written aside and swapped in whole."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from callboard.diagnostics import CallboardError, GuardError, Report
from callboard.model.output import OutputFile
from callboard.publish import Written, replace_folder

RECORD = OutputFile("api/build.json", b"{}", "build")


def page(path: str, text: str = "x", *, origin: str = "pages", guest: bool = False) -> OutputFile:
    return OutputFile(path, text.encode(), origin, guest)


def nothing(folder: Path, published: Path | None) -> None:
    """A build without an index."""


def publish(output: Path, *files: OutputFile, finish=nothing, report: Report | None = None) -> Written:
    return replace_folder([RECORD, *files], output, report=Report() if report is None else report, finish=finish)


def content(output: Path) -> dict[str, str]:
    return {str(path.relative_to(output)): path.read_text() for path in sorted(output.rglob("*")) if path.is_file()}


def test_what_changed_is_told_and_what_is_gone_is_removed(tmp_path):
    output = tmp_path / "site"
    publish(output, page("a.html", "a"), page("b.html", "b"), page("c.html", "c"))

    written = publish(output, page("a.html", "a"), page("b.html", "new"), page("d.html", "d"))

    assert written == Written(4, ("b.html", "d.html"), ("c.html",))
    assert content(output) == {"a.html": "a", "api/build.json": "{}", "b.html": "new", "d.html": "d"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_unchanged_file_keeps_its_time(tmp_path):
    output = tmp_path / "site"
    publish(output, page("a.html"))
    before = (output / "a.html").stat()

    publish(output, page("a.html"))

    assert (output / "a.html").stat().st_mtime_ns == before.st_mtime_ns


def test_an_interrupted_build_leaves_the_published_site_as_it_was(tmp_path):
    output = tmp_path / "site"
    publish(output, page("a.html", "old"))

    def interrupted(folder: Path, published: Path | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(output, page("a.html", "new"), finish=interrupted)
    assert content(output) == {"a.html": "old", "api/build.json": "{}"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_swap_that_was_cut_in_two_is_repaired_by_the_next_build(tmp_path):
    output = tmp_path / "site"
    publish(output, page("a.html", "old"))
    output.rename(tmp_path / ".site.old-x")
    (tmp_path / ".site.making-y").mkdir()

    written = publish(output, page("a.html", "old"))

    assert written == Written(2, (), ())
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("make", [lambda p: (p / "thesis.tex").write_text("x"), lambda p: (p / "api").mkdir()])
def test_a_folder_that_no_build_made_is_not_replaced(tmp_path, make):
    output = tmp_path / "home"
    output.mkdir()
    make(output)

    with pytest.raises(GuardError, match="holds files that are not a portal's"):
        publish(output, page("a.html"))
    assert len(list(output.iterdir())) == 1


def test_a_symbolic_link_is_not_replaced(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(GuardError, match="is not a folder"):
        publish(tmp_path / "site", page("a.html"))


def test_two_of_our_own_pages_that_want_one_path_are_a_bug_and_nothing_is_published(tmp_path):
    with pytest.raises(CallboardError, match=r"A\.html is written by both pages and twins"):
        publish(tmp_path / "site", page("a.html"), page("A.html", origin="twins"))
    assert list(tmp_path.iterdir()) == []


def test_repository_content_yields_where_a_path_is_taken(tmp_path):
    report = Report()

    publish(tmp_path / "site", page("a.html", "ours"), page("a.html", "theirs", origin="acme/shop", guest=True), report=report)

    assert content(tmp_path / "site")["a.html"] == "ours"
    assert [str(problem) for problem in report] == [
        "acme/shop: error[path-conflict]: a.html is written by both pages and acme/shop\n"
        "  hint: rename one of them; case does not count"
    ]


@pytest.mark.parametrize(
    ("first", "second"), [("a/b", "A/b/c.html"), ("a/b/c.html", "a/B"), ("a/b/c/d.html", "a/b"), ("a", "a/b/c/d.html")]
)
def test_a_file_where_another_needs_a_folder_yields_too(tmp_path, first, second):
    report = Report()

    publish(tmp_path / "site", page(first, "ours"), page(second, "theirs", origin="acme/shop", guest=True), report=report)

    assert content(tmp_path / "site") == {"api/build.json": "{}", first: "ours"}
    assert [problem.message for problem in report] == [f"{second} is written by both pages and acme/shop"]


def test_what_finishing_adds_is_published_too(tmp_path):
    def index(folder: Path, published: Path | None) -> None:
        (folder / "index.bin").write_text(f"over {len(list(folder.rglob('*.html')))} pages")

    publish(tmp_path / "site", page("a.html"), finish=index)

    assert content(tmp_path / "site")["index.bin"] == "over 1 pages"


def test_a_site_is_written_file_by_file_and_never_held_as_a_whole(tmp_path):
    pages = (OutputFile(f"{n}.html", bytes(1_000_000), "pages") for n in range(40))
    tracemalloc.start()
    try:
        replace_folder((file for part in ([RECORD], pages) for file in part), tmp_path / "site", report=Report(), finish=nothing)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 5_000_000
