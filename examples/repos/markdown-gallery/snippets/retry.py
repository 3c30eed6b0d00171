"""How often we try again, and how long we wait."""

from collections.abc import Iterator


# --8<-- [start:policy]
def waits(attempts: int = 8, first: float = 0.5) -> Iterator[float]:
    """Seconds to wait before each further attempt: doubled every time, never more than a minute."""
    for attempt in range(attempts - 1):
        yield min(first * 2**attempt, 60.0)


# --8<-- [end:policy]
