"""What one manual may take, and how it is said to the worker."""

from __future__ import annotations

import struct
from typing import NamedTuple

REQUEST = struct.Struct("!IQQ")


class Limits(NamedTuple):
    """Seconds of time, bytes of memory, bytes of output."""

    seconds: int
    memory: int
    output: int
