"""Sanitising pages in time that no page can stretch.

A browser's parser, which sanitising needs, takes time that grows with the square of how deeply elements are nested and
of how many attributes one has. A page that is long enough for that to matter is therefore sanitised by a process of its
own, which can be ended.
"""

from __future__ import annotations

import os
import re
import sys
import time
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path

from callboard import sanitize
from callboard.docs.renderer import ENVIRONMENT, WorkerError
from callboard.process import ToolError, run

LONG = 100_000
"""So many characters take a second at worst."""
PAGE_SECONDS = 30.0


@dataclass(slots=True)
class Patience:
    """How long one manual may be worked on by the thread that made this; waiting for other threads does not count."""

    seconds: float
    started: float = field(default_factory=time.thread_time)
    outside: float = 0.0
    """What processes of its own took."""

    def check(self) -> None:
        """Raises WorkerError when it is over."""
        if time.thread_time() - self.started + self.outside > self.seconds:
            raise WorkerError(f"the documentation takes longer than {self.seconds:g} s to build")

    def clean(self, html: str, name: str) -> str:
        """:func:`clean`, in what time there is. Raises WorkerError."""
        self.check()
        if len(html) <= LONG:
            return clean(html, name)
        started = time.monotonic()
        try:
            return clean(html, name)
        finally:
            self.outside += time.monotonic() - started


def clean(html: str, name: str, seconds: float = PAGE_SECONDS) -> str:
    """What sanitize.clean makes of *html*, the article of *name*. Raises WorkerError where that takes too long."""
    if len(html) <= LONG:
        return sanitize.clean(html)
    command = [sys.executable, "-P", "-s", "-c", "import sys\nfrom callboard.sanitize import clean\nsys.stdout.write(clean(sys.stdin.read()))"]
    try:
        return run(command, cwd=Path(os.sep), env=ENVIRONMENT, timeout=seconds, input=html.encode("utf-8", "replace")).decode()
    except ToolError:
        raise WorkerError(f"{name} cannot be sanitised in {seconds:g} s: write it in parts") from None


_FRAME = re.compile(r"""<i?frame\b[^<>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))[^<>]*>""", re.I)
_END = re.compile(r"</i?frame\s*>", re.I)


def without_frames(html: str) -> str:
    """*html* in which a frame is a link to what it shows: nothing foreign is framed."""
    if "frame" not in html.lower():
        return html
    ends = [match.span() for match in _END.finditer(html)]
    starts = [start for start, _ in ends]
    parts, at = [], 0
    for match in _FRAME.finditer(html):
        if match.start() >= at:
            address = match[1] or match[2] or match[3] or ""
            parts += [html[at : match.start()], f'<a href="{address}">{address}</a>'.replace("\n", " ")]
            following = bisect_left(starts, match.end())
            at = ends[following][1] if following < len(ends) else match.end()
    return "".join([*parts, html[at:]])
