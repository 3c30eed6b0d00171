"""From one declaration to one entity, exactly as Backstage's processing does it.

The one function that ``callboard check`` and the build share: envelope, placeholders, annotations, policies, the
schema of the kind, relations. Allow rules, following Locations and comparing entities are not done here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callboard.config.model import CatalogConfig
from callboard.diagnostics import Diagnostic
from callboard.model.catalog import Relation
from callboard.model.entity import Declaration, Entity
from callboard.model.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What became of one declaration.

    *entity* is None where the document is refused. *ok* says whether Backstage's own pipeline would accept it (allow
    rules apart); then there is an entity, and no diagnostic of the severity error.
    """

    entity: Entity | None
    ok: bool
    relations: tuple[Relation, ...] = ()
    """What the document declares, in its own direction, distinct, in the order of the relation table."""
    diagnostics: tuple[Diagnostic, ...] = ()
    ref: str | None = None
    """Full lower-case ref where the document has kind and name, whether it is accepted or not."""


def process(
    declaration: Declaration,
    *,
    repository: Repository,
    read: Callable[[str], bytes],
    config: CatalogConfig,
    origin: str = "",
    via: tuple[str, ...] = (),
) -> Processed:
    """Make an entity of *declaration*, or say everything that is wrong with it.

    *read* takes a path of the repository and returns the file's content, or raises ReadError. *origin* is the ref of
    the location at whose root this came in (``url:https://...``); where it is empty, it is the document's own.
    *via* are the Locations that led here, outermost first. Nothing is raised for what a repository wrote.
    """
    raise NotImplementedError
