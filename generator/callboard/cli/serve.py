"""A published folder on loopback, a new build when a watched file changes, and a reload of the pages that show it."""

from __future__ import annotations

import functools
import http.server
import io
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from callboard.config import Config
from callboard.config.model import FileSource, FolderSource
from callboard.diagnostics import CallboardError

LOOPBACK = "127.0.0.1"
OWN_NAME = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?", re.IGNORECASE)
"""What a browser calls this server. Behind any other name stands a page that had it lead here, to read the portal."""
POLL = 0.2
"""Seconds between two looks at the watched files, of which there are few; a look takes a tenth of the time at most."""
SCRIPT, BUILDS = "/~reload/script.js", "/~reload/builds"
"""What the server itself answers: the script that reloads pages, and the number of builds, told again at each."""
ALIVE = 15.0
"""Seconds after which a page is told the number anyway: only so is it noticed that a page has gone."""
_RELOAD = Path(__file__).with_name("reload.js")
UNWATCHED = frozenset({".git", "node_modules", ".venv", ".callboard"})


def watched_paths(config: Config) -> tuple[Path, ...]:
    """The configuration, what folder and file sources name, and documentation that was published: roots to watch."""
    found = [config.file]
    for source in config.sources:
        if isinstance(source, FolderSource | FileSource):
            found += sorted(config.folder.glob(source.path)) if any(c in source.path for c in "*?[") else [config.folder / source.path]
    for extra in (*config.site.css, config.site.theme, config.site.logo, config.docs.prebuilt):
        if extra:
            found.append(config.folder / extra)
    return tuple(dict.fromkeys(found))


def _files(root: Path, without: str) -> Iterator[os.DirEntry[str]]:
    try:
        entries = list(os.scandir(root))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in UNWATCHED and entry.path != without:
                yield from _files(Path(entry.path), without)
        else:
            yield entry


def look(paths: Iterable[Path], without: Path) -> Mapping[str, tuple[int, int]]:
    """Size and time of every file at or below *paths*: two equal looks mean that nothing changed.

    *without* is the portal itself, which may lie inside a source: its change is no reason to build it again.
    """
    seen: dict[str, tuple[int, int]] = {}
    for root in paths:
        if root.is_dir():
            for entry in _files(root.resolve(), str(without.resolve())):
                stat = entry.stat(follow_symlinks=False)
                seen[entry.path] = (stat.st_size, stat.st_mtime_ns)
        elif root.exists():
            stat = root.stat()
            seen[str(root)] = (stat.st_size, stat.st_mtime_ns)
    return seen


class Server(http.server.ThreadingHTTPServer):
    """Serves one folder, and knows how often it was built again."""

    request_queue_size = 128
    """A page with many pictures asks for all of them at once; of those beyond the queue the browser would ask again a second later."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__((LOOPBACK, port), functools.partial(_Handler, directory=str(folder)))
        self._builds = 0
        self._news = threading.Condition()

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}/"

    @property
    def builds(self) -> int:
        return self._builds

    def built(self) -> None:
        """Tell every page that waits that there is something new."""
        with self._news:
            self._builds += 1
            self._news.notify_all()

    def wait(self, known: int) -> int:
        """The number of builds, as soon as it is not *known*, or after a while."""
        with self._news:
            self._news.wait_for(lambda: self._builds != known, ALIVE)
            return self._builds


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Static files with the portal's own 404 page, never cached, so that a reload shows the newest build.

    A portal of a private organisation is served here, in a browser that has pages of strangers open: it answers only to
    the names of this machine, and no page of another origin can take an answer in.
    """

    server: Server

    extensions_map = {  # noqa: RUF012  # the base class declares it this way
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".graphql": "text/plain; charset=utf-8",
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".proto": "text/plain; charset=utf-8",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".webp": "image/webp",
        ".yaml": "application/yaml",
    }

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        host = self.headers.get("Host")
        if host is None or OWN_NAME.fullmatch(host):
            return True
        super().send_error(403, "Forbidden", f"Callboard serves this portal at http://{LOOPBACK}:{self.server.server_port}/ only.")
        return False

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def do_GET(self) -> None:
        address = urlsplit(self.path).path
        if address == BUILDS:
            self._tell_builds()
        elif address == SCRIPT:
            self._send(200, "text/javascript", _RELOAD.read_bytes())
        else:
            super().do_GET()

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        if re.search(r"[\x00\\]", unquote(self.path)):  # no file is called so, and a browser takes \ for /
            self.send_error(404)
            return None
        path = self.translate_path(self.path)
        if os.path.isdir(path) and urlsplit(self.path).path.endswith("/"):
            path = os.path.join(path, "index.html")
        if path.endswith(".html") and os.path.isfile(path):
            self._send(200, "text/html; charset=utf-8", self._reloading(Path(path).read_bytes()))
            return None
        return super().send_head()

    def _reloading(self, page: bytes) -> bytes:
        """*page* with the script that reloads it, where its policy lets scripts of its own host run."""
        if b"script-src 'self'" not in page:
            return page
        script = f'<script src="{SCRIPT}" data-builds="{self.server.builds}" defer></script>\n</head>'
        return page.replace(b"</head>", script.encode(), 1)

    def _tell_builds(self) -> None:
        """Events without end: the number of builds now, and again whenever there was one."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        known = self.server.builds
        try:
            while True:
                self.wfile.write(f"data: {known}\n\n".encode())
                known = self.server.wait(known)
        except OSError:  # the page has gone
            self.close_connection = True

    def _send(self, code: int, type: str, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        self.send_error(404)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        self._send(404, "text/html; charset=utf-8", self._reloading(page.read_bytes()))

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a line each."""


def open_server(folder: Path, port: int) -> Server:
    """A server of *folder* on loopback. Raises CallboardError if the port is taken."""
    try:
        return Server(folder, port)
    except OSError as error:
        raise CallboardError(f"port {port} cannot be used: {(error.strerror or str(error)).lower()}; name another one with --port") from None


def serve(
    folder: Path,
    *,
    port: int,
    watched: tuple[Path, ...],
    rebuild: Callable[[], bool] | None,
    say: Callable[[str], None],
    serving: Callable[[str], None],
) -> None:
    """Serve until interrupted. With *rebuild*, build first and again after each change of *watched*.

    *rebuild* answers whether there is anything new to show; *serving* is told the address.
    """
    if rebuild:
        rebuild()
    if not (folder / "index.html").is_file():
        raise CallboardError(f"{folder} holds no portal; run callboard build")
    server = open_server(folder, port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    serving(server.address)
    try:
        _watch(watched, folder, rebuild, say, server)
    finally:
        server.shutdown()
        server.server_close()


def _watch(
    watched: tuple[Path, ...], folder: Path, rebuild: Callable[[], bool] | None, say: Callable[[str], None], server: Server
) -> None:
    pause = threading.Event()
    before = look(watched, folder)
    took = 0.0
    while True:
        pause.wait(max(POLL, 9 * took))
        if rebuild is None:
            continue
        started = time.monotonic()
        now = look(watched, folder)
        took = time.monotonic() - started
        if now == before:
            continue
        changed = sorted(path for path in {*before, *now} if before.get(path) != now.get(path))
        say(f"{os.path.relpath(changed[0])} changed" + (f", and {len(changed) - 1} more" if len(changed) > 1 else ""))
        before = now
        if rebuild():
            server.built()
