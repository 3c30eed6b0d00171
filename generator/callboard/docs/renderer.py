"""The side of the docs worker that the build talks to: jobs in, records out, N at a time."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from callboard.docs import scratch
from callboard.docs.limits import REQUEST, Limits, languages

START_SECONDS = 60
GRACE_SECONDS = 5
_SAID = "said"

ENVIRONMENT: Mapping[str, str] = {
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "SOURCE_DATE_EPOCH": "0",
    "NO_MKDOCS_2_WARNING": "1",
    "DISABLE_MKDOCS_2_WARNING": "true",
}
"""Everything that the worker finds in its environment. Nothing of the build's own is passed on."""


class WorkerError(Exception):
    """A manual could not be rendered. The message is for its owner."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The records that a child wrote, as they are: data of a process that a repository may have taken over."""

    records: tuple[Any, ...]
    data: bytes
    """The same, one JSON value a line."""


def can_fork() -> bool:
    """Whether this system can run the worker at all."""
    return hasattr(os, "fork") and hasattr(socket, "send_fds")


class Renderer:
    """Starts the worker when the first job comes; safe to use from several threads. Use as a context manager."""

    def __init__(self, program: Sequence[str] = ("-m", "callboard.docs.worker")) -> None:
        self._lock = threading.Lock()
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._root = ""
        self.isolation: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and everything that it started, and remove its folder."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None
        if self._root:
            scratch.remove(self._root)
            self._root = ""

    def start(self) -> tuple[str, ...]:
        """Start the worker where it does not run; answer what confines its children. Raises WorkerError."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return self.isolation
            self.close()
            self._root = tempfile.mkdtemp(prefix="callboard-docs-")
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            command = [sys.executable, "-P", "-s", "-W", "ignore", *self._program, str(theirs.fileno()), self._root]
            with theirs, open(os.path.join(self._root, _SAID), "wb") as said:  # a pipe that nobody reads would stop who writes
                self._process = subprocess.Popen(
                    command,
                    env={**ENVIRONMENT, "HOME": self._root, "TMPDIR": self._root},
                    cwd=self._root,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            self._control = ours
            self.isolation = self._greeting(ours)
            return self.isolation

    def _greeting(self, control: socket.socket) -> tuple[str, ...]:
        control.settimeout(START_SECONDS)
        head = control.recv(2)
        if len(head) < 2:
            assert self._process is not None
            self._process.wait(START_SECONDS)
            with open(os.path.join(self._root, _SAID), encoding="utf-8", errors="replace") as said:
                lines = said.read().strip().splitlines()
            raise WorkerError(f"the docs worker does not start: {lines[-1] if lines else 'it says nothing'}")
        text = control.recv(int.from_bytes(head, "big")).decode()
        control.settimeout(None)
        return tuple(part for part in text.split(",") if part)

    def render(self, job: Mapping[str, Any], limits: Limits) -> Rendered:
        """Render *job* in a child of the worker. Raises WorkerError, with what went wrong, after *limits* at the latest."""
        self.start()
        ready = languages(text for _, text in job["pages"])
        with tempfile.TemporaryFile() as job_file, tempfile.TemporaryFile() as result_file:
            job_file.write(json.dumps(job).encode())
            job_file.flush()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            with ours:
                with theirs, self._lock:
                    if self._control is None:
                        raise WorkerError("the docs worker ended")
                    descriptors = [job_file.fileno(), result_file.fileno(), theirs.fileno()]
                    try:
                        socket.send_fds(self._control, [REQUEST.pack(*limits, ready)], descriptors)
                    except OSError as error:
                        self.close()  # the next manual starts another
                        raise WorkerError(f"the docs worker ended: {error}") from None
                status = _wait(ours, limits.seconds + GRACE_SECONDS, limits.seconds)
            try:
                result_file.seek(0)
                data = result_file.read(limits.output + 1)
            except OSError as error:  # the child had the same open file and could change how it is read
                raise WorkerError(f"what the docs worker wrote cannot be read: {error}") from None
        _judge(status, data, limits)
        records = tuple(_records(data))
        return Rendered(records, b"".join(json.dumps(record).encode("ascii") + b"\n" for record in records) if _HALF in data.lower() else data)


def _wait(status: socket.socket, patience: float, seconds: int) -> int:
    status.settimeout(patience)
    try:
        answer = status.recv(4)
    except TimeoutError:
        raise WorkerError(f"the documentation takes longer than {seconds} s to build") from None
    if len(answer) < 4:
        raise WorkerError("the docs worker ended")
    return int(struct.unpack("!i", answer)[0])


def _judge(status: int, data: bytes, limits: Limits) -> None:
    """Turn how the child ended into a sentence, where it did not end well."""
    if len(data) >= limits.output:
        raise WorkerError(f"the documentation becomes larger than {limits.output >> 20} MiB")
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU or number == signal.SIGKILL:
            raise WorkerError(f"the documentation takes longer than {limits.seconds} s to build")
        if number == signal.SIGXFSZ:
            raise WorkerError(f"the documentation becomes larger than {limits.output >> 20} MiB")
        raise WorkerError(f"the docs worker ended by {signal.Signals(number).name}")
    code = os.WEXITSTATUS(status)
    if code == 3:
        raise WorkerError(f"the documentation needs more than {limits.memory >> 20} MiB of memory")
    if code:
        crash = next((r["crash"] for r in _records(data) if isinstance(r, dict) and isinstance(r.get("crash"), str)), "")
        raise WorkerError(f"the documentation cannot be rendered: {crash or 'the worker says nothing'}")


def _records(data: bytes) -> list[Any]:
    if not data.isascii():
        raise WorkerError("the docs worker answered what is not JSON")
    try:
        return [_record(line) for line in data.splitlines()]
    except (ValueError, RecursionError):
        raise WorkerError("the docs worker answered what is not JSON") from None


_HALF = b"\\ud"
"""How JSON begins half of a character; a half without the other cannot be written to any file."""


def _record(line: bytes) -> Any:
    value = json.loads(line)
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) if _HALF in line.lower() else value
