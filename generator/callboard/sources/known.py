"""What the sources gave when they last answered, so that a source that fails is told from one that became empty."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callboard.model.repository import Repository

VERSION = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source gave the last time that it answered."""

    read_at: dt.datetime
    repositories: tuple[Repository, ...]
    appearances: tuple[str, ...] = ()
    """What its folders looked like, to count those that did not change."""


def read_known(file: Path) -> Mapping[str, Answer]:
    """The answers of earlier builds by source; none where there is no such file, or it is of another version."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            return {}
        return {key: _answer(value) for key, value in data["sources"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_known(file: Path, answers: Mapping[str, Answer]) -> None:
    """Keep *answers* for the next build; a reader sees the old file or the new one."""
    sources = {key: _written(answer) for key, answer in sorted(answers.items())}
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_name(f"{file.name}.new")
    staged.write_text(json.dumps({"version": VERSION, "sources": sources}, indent=1), encoding="utf-8")
    staged.replace(file)


def _answer(value: Mapping[str, Any]) -> Answer:
    return Answer(
        dt.datetime.fromisoformat(value["read_at"]),
        tuple(_repository(one) for one in value["repositories"]),
        tuple(value["appearances"]),
    )


def _written(answer: Answer) -> Mapping[str, Any]:
    return {
        "read_at": answer.read_at.isoformat(),
        "repositories": [
            {
                "name": one.name,
                "url": one.url,
                "forge": one.forge,
                "branch": one.branch,
                "commit": one.commit,
                "prefix": one.prefix,
                "committed_at": one.committed_at.isoformat() if one.committed_at else None,
            }
            for one in answer.repositories
        ],
        "appearances": list(answer.appearances),
    }


def _repository(value: Mapping[str, Any]) -> Repository:
    at = value["committed_at"]
    return Repository(
        name=value["name"],
        source="",
        url=value["url"],
        forge=value["forge"],
        branch=value["branch"],
        commit=value["commit"],
        prefix=value["prefix"],
        committed_at=dt.datetime.fromisoformat(at) if at else None,
    )
