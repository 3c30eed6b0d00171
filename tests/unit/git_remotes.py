"""Real git repositories and a real git server on loopback, for tests of sources."""

from __future__ import annotations

import base64
import gzip
import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

AUTHOR = {
    "GIT_AUTHOR_NAME": "Ann Author",
    "GIT_AUTHOR_EMAIL": "ann@acme.example",
    "GIT_COMMITTER_NAME": "Cora Committer",
    "GIT_COMMITTER_EMAIL": "cora@acme.example",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
PATH = os.environ.get("PATH", os.defpath)
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec: {type: service, lifecycle: production, owner: shop}
"""


def git(folder: Path, *arguments: str, date: str = "2026-01-02T03:04:05Z", input: bytes | None = None) -> str:
    """What git says, run as a developer would."""
    environment = {"PATH": PATH, "HOME": str(folder), **AUTHOR, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, input=input, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode(errors="replace").strip()


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)


def make_repository(folder: Path, files: Mapping[str, str | bytes], *, partial: bool = True) -> Path:
    """A repository with one commit of *files*; *partial*: whether its server gives parts of it."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    if partial:
        git(folder, "config", "uploadpack.allowFilter", "true")
    write(folder, files)
    commit(folder, "first")
    return folder


def commit(folder: Path, message: str, date: str = "2026-01-02T03:04:05Z") -> str:
    git(folder, "add", "-A", "-f")
    git(folder, "commit", "-q", "--allow-empty", "-m", message, date=date)
    return git(folder, "rev-parse", "HEAD")


@dataclass
class Wrapper:
    """A git on the PATH that notes how it is called, each call in one write: several run at a time."""

    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def environ(self) -> dict[str, str]:
        return {"PATH": f"{self.folder}{os.pathsep}{PATH}"}

    @property
    def calls(self) -> list[list[str]]:
        if not self.log.exists():
            return []
        return [line.split("\x1f") for line in self.log.read_text().split("\x1e") if line]

    def commands(self) -> list[str]:
        """The subcommands that ran, in order of the log."""
        return [call[1] for call in self.calls]

    def forget(self) -> None:
        self.log.unlink(missing_ok=True)


def make_wrapper(folder: Path) -> Wrapper:
    folder.mkdir(parents=True)
    script = folder / "git"
    real = shutil.which("git", path=PATH)
    script.write_text(
        "#!/bin/sh\n"
        "sep=$(printf '\\037')\n"
        'call=git; for one in "$@"; do call="$call$sep$one"; done\n'
        f"printf '%s\\036' \"$call\" >> '{folder}/log'\n"
        f"exec '{real}' \"$@\"\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return Wrapper(folder)


@dataclass
class GitServer:
    """Serves the repositories below *root* over http. Remembers each request and who asked."""

    root: Path
    token: str = ""
    status: int = 0
    """If set, every answer has it."""
    message: str = ""
    """If set, answers of *status* carry it as text."""
    redirect: str = ""
    """If set, every request is sent there, its path kept."""
    url: str = ""
    requests: list[str] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    seen_arguments: set[str] = field(default_factory=set)
    """Arguments of running programs in which the token stood."""

    def note(self, handler: BaseHTTPRequestHandler) -> None:
        self.requests.append(f"{handler.command} {handler.path}")
        self.authorizations.append(handler.headers.get("Authorization", ""))
        if self.token:
            encoded = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
            for place in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    arguments = place.read_bytes().decode(errors="replace")
                except OSError:
                    continue
                if self.token in arguments or encoded in arguments:
                    self.seen_arguments.add(arguments)

    def allowed(self, authorization: str) -> bool:
        if not self.token:
            return True
        scheme, _, value = authorization.partition(" ")
        return scheme == "Basic" and base64.b64decode(value).decode().endswith(f":{self.token}")


def _handler(server: GitServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: object) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            self.answer(b"")

        def do_POST(self) -> None:
            if self.headers.get("Transfer-Encoding") == "chunked":
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            else:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            self.answer(body)

        def answer(self, body: bytes) -> None:
            server.note(self)
            if server.redirect:
                return self.say(301, b"", Location=server.redirect + self.path)
            if server.status:
                return self.say(server.status, server.message.encode())
            if not server.allowed(self.headers.get("Authorization", "")):
                return self.say(401, b"", **{"WWW-Authenticate": 'Basic realm="git"'})
            path, _, query = self.path.partition("?")
            environment = {
                "PATH": PATH,
                "GIT_PROJECT_ROOT": str(server.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": os.devnull,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            done = subprocess.run(
                ["git", "http-backend"], env=environment, input=body, capture_output=True, check=False
            )
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
            status = int(headers.pop("Status", "200").split()[0])
            self.say(status, content, **headers)

        def say(self, status: int, content: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


@contextmanager
def serving(server: GitServer, host: str = "127.0.0.1") -> Iterator[GitServer]:
    """Serve while the block runs."""
    listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    server.url = f"http://{host}:{listener.server_address[1]}"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
