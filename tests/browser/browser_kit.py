"""A static host on loopback that remembers what was asked of it."""

from __future__ import annotations

import mimetypes
import os
import posixpath
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

PREFIX = "/portal/"
SLOWDOWN = int(os.environ.get("CALLBOARD_TEST_SLOWDOWN", "1"))
"""How many times slower the browser's processor shall be; each answer of a host then takes that many times 50 ms longer. What a
test does not wait for shows itself so (CONTRIBUTING.md)."""
TYPES = {".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass
class Host:
    """A site as a static host serves it below a prefix: index documents, and the site's own page for what is missing."""

    folder: Path
    origin: str = ""
    requests: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.origin}{PREFIX}"

    def file(self, path: str) -> Path | None:
        """The file for a request, or None where there is none."""
        if not path.startswith(PREFIX):
            return None
        wanted = posixpath.normpath(f"/{path.removeprefix(PREFIX)}").lstrip("/")
        found = self.folder / wanted
        if found.is_dir() and (path.endswith("/") or not wanted):
            found = found / "index.html"
        return found if found.is_file() else None


class _Handler(BaseHTTPRequestHandler):
    host: Host

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.host.requests.append(path)
        found = self.host.file(path)
        if found is None:
            self.host.missing.append(path)
        page = found or self.host.folder / "404.html"
        body = page.read_bytes()
        if SLOWDOWN > 1:
            time.sleep(SLOWDOWN * 0.05)
        self.send_response(200 if found else 404)
        kind = TYPES.get(page.suffix) or mimetypes.guess_type(page.name)[0] or "application/octet-stream"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # the browser has left already
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests look at the host's lists."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """What does not fit is asked for again after a second or more: pages would seem to hang."""


@contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    """Serve *folder* on a free port until the end of the block."""
    host = Host(folder)
    handler = type("Handler", (_Handler,), {"host": host})
    server = _Server(("127.0.0.1", 0), handler)
    host.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
