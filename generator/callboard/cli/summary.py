"""What a build says at its end: what was read, built and reused, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from callboard.build import Built
from callboard.diagnostics import Diagnostic, Severity

SHOWN = 20
"""Problems that are printed; the others are counted and on the health page."""


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 page``, ``2 pages``; thousands are set apart."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def problem_counts(problems: Iterable[Diagnostic]) -> str:
    """Such as ``2 errors, 1 warning, 3 notes``, or ``none``."""
    found = Counter(problem.severity for problem in problems)
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    return ", ".join(count(found[severity], word) for severity, word in words.items() if found[severity]) or "none"


def facts(built: Built, output: Path, problems: tuple[Diagnostic, ...]) -> tuple[tuple[str, str], ...]:
    """The rows of the summary: a word and what there is to say."""
    portal = built.portal
    pages = sum(len(manual.pages) for manual in portal.manuals.by_entity.values())
    relations = sum(len(found) for found in portal.catalog.relations.values())
    unchanged = sum(source.reused for source in portal.sources)
    changed, removed = len(built.written.changed), len(built.written.removed)
    parts = {
        "read": f"{count(len(portal.repositories), 'repository', 'repositories')} from {count(len(portal.sources), 'source')}"
        + (f" ({unchanged:,} unchanged)" if unchanged else ""),
        "catalog": f"{count(len(portal.catalog.entities), 'entity', 'entities')}, {count(relations, 'relation')}"
        + (f", {count(len(portal.catalog.skipped), 'skeleton')} skipped" if portal.catalog.skipped else ""),
        "docs": f"{count(len(portal.manuals.by_entity), 'manual')}, {count(pages, 'page')}"
        f" ({portal.manuals.built:,} built, {portal.manuals.reused:,} reused)",
        "search": f"{count(built.documents, 'document')}" + (" (index reused)" if built.index_reused else ""),
        "written": f"{count(built.written.files, 'file')} to {output}"
        f" ({changed:,} changed{f', {removed:,} removed' if removed else ''})",
        "problems": problem_counts(problems),
    }
    return tuple(parts.items())


def text(built: Built, output: Path, problems: tuple[Diagnostic, ...], seconds: float) -> str:
    """The summary for people: facts, then the worst problems as compilers print them."""
    lines = [f"{built.portal.title}: built in {seconds:.1f} s"]
    lines += [f"  {word:<9} {fact}" for word, fact in facts(built, output, problems)]
    shown = [problem for problem in problems if problem.severity > Severity.INFO]
    shown.sort(key=lambda problem: (-problem.severity, problem.order))
    if shown:
        lines += ["", *(str(problem) for problem in shown[:SHOWN])]
    if len(shown) > SHOWN:
        lines.append(f"and {count(len(shown) - SHOWN, 'more problem')}: open {output / 'health' / 'index.html'}")
    return "\n".join(lines)


def markdown(built: Built, output: Path, problems: tuple[Diagnostic, ...], seconds: float) -> str:
    """The summary of a run of GitHub Actions. Far below the 1 MiB at which GitHub drops it."""
    lines = [f"### {_plain(built.portal.title)}: built in {seconds:.1f} s", "", "| | |", "|---|---|"]
    lines += [f"| {word} | {_plain(fact)} |" for word, fact in facts(built, output, problems)]
    shown = [problem for problem in problems if problem.severity > Severity.INFO]
    shown.sort(key=lambda problem: (-problem.severity, problem.order))
    if shown:
        lines += ["", "```", *(str(problem).replace("```", "'''")[:500] for problem in shown[:SHOWN]), "```"]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return "".join("\\" + char if char in "\\|<>[]*_`#" else char for char in text)
