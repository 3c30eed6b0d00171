"""TechDocs from repositories that are not trusted: plan, worker, sandbox, adopt (architecture, decision 3)."""

from callboard.docs.announce import announce
from callboard.docs.build import build_manuals, forget_others
from callboard.docs.engine import Engine, WorkerError

__all__ = ["Engine", "WorkerError", "announce", "build_manuals", "forget_others"]
