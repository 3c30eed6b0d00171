"""``callboard serve``: the published folder on loopback, and a new build when a watched file changes."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from callboard.config import Config
from callboard.config.model import FileSource, FolderSource
from callboard.diagnostics import CallboardError

LOOPBACK = "127.0.0.1"
POLL = 1.0
"""Seconds between two looks at the watched files."""
UNWATCHED = frozenset({".git", "node_modules", ".venv", ".callboard"})


def watched_paths(config: Config) -> tuple[Path, ...]:
    """The configuration and what folder and file sources name: roots to watch."""
    found = [config.file]
    for source in config.sources:
        if isinstance(source, FolderSource | FileSource):
            found += sorted(config.folder.glob(source.path)) if any(c in source.path for c in "*?[") else [config.folder / source.path]
    for extra in (*config.site.css, config.site.theme, config.site.logo):
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


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Static files with the portal's own 404 page, never cached, so that a reload shows the newest build."""

    extensions_map = {  # noqa: RUF012  # the base class declares it this way
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".webp": "image/webp",
    }

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def list_directory(self, path: str | os.PathLike[str]) -> None:
        self.send_error(404)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a line each."""


def open_server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server of *folder* on loopback. Raises CallboardError if the port is taken."""
    handler = functools.partial(_Handler, directory=str(folder))
    try:
        return http.server.ThreadingHTTPServer((LOOPBACK, port), handler)
    except OSError as error:
        raise CallboardError(f"port {port} cannot be used: {(error.strerror or str(error)).lower()}; name another one with --port") from None


def serve(
    folder: Path,
    *,
    port: int,
    watched: tuple[Path, ...],
    rebuild: Callable[[], None] | None,
    say: Callable[[str], None],
) -> None:
    """Serve until interrupted. With *rebuild*, build first and again after each change of *watched*."""
    if rebuild:
        rebuild()
    if not (folder / "index.html").is_file():
        raise CallboardError(f"{folder} holds no portal; run callboard build")
    server = open_server(folder, port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(f"serving {folder} at http://{LOOPBACK}:{server.server_port}/ (Ctrl-C stops)")
    try:
        _watch(watched, folder, rebuild, say)
    finally:
        server.shutdown()
        server.server_close()


def _watch(watched: tuple[Path, ...], folder: Path, rebuild: Callable[[], None] | None, say: Callable[[str], None]) -> None:
    pause = threading.Event()
    before = look(watched, folder)
    while True:
        pause.wait(POLL)
        if rebuild is None or (now := look(watched, folder)) == before:
            continue
        changed = sorted(path for path in {*before, *now} if before.get(path) != now.get(path))
        say(f"{changed[0]} changed" + (f", and {len(changed) - 1} more" if len(changed) > 1 else ""))
        before = now
        rebuild()
