"""TechDocs from repositories that are not trusted: plan, worker, sandbox, adopt (architecture, decision 3)."""

from callboard.docs.build import build_manuals

__all__ = ["build_manuals"]
