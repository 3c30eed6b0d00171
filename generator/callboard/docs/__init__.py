"""TechDocs from repositories that are not trusted: plan, worker, sandbox, adopt (architecture, decision 3)."""

from callboard.docs.announce import announce
from callboard.docs.build import build_manuals, forget_others
from callboard.docs.engines.exchange import Setup
from callboard.docs.renderer import Renderer, WorkerError

__all__ = ["Renderer", "Setup", "WorkerError", "announce", "build_manuals", "forget_others"]
