"""Pictures of relations: what is around an entity, what a system holds, how the organisation hangs together."""

from callboard.graph.stage import draw

__all__ = ["draw"]
