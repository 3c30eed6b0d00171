"""The docs worker: a process that imported MkDocs once and forks a confined child for every manual.

Started by callboard.docs.renderer with an environment of its own (no secret is in it) and one socket. Each request on
that socket brings three descriptors: a file with the job, a file for the result, and a socket. When the child ends,
its wait status is written to that socket; when the other end of it closes, the child is ended. The parent of the
children does nothing but that: it never reads a job.

The child reads its job, gives up every right that rendering does not need, and only then looks at what a repository
wrote.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import struct
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from callboard.docs import confine, scratch
from callboard.docs.limits import LANGUAGES, REQUEST, Limits


@dataclass(slots=True)
class _Child:
    pid: int
    status: socket.socket
    folder: str


def readable_folders() -> list[str]:
    """Where Python's own modules are: what is imported late (highlighting of one language, say) comes from here."""
    paths = sysconfig.get_paths()
    found = {os.path.realpath(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return sorted(path for path in found if os.path.isdir(path))


def confine_child(folder: str, limits: Limits, have: frozenset[str]) -> None:
    """Give up everything but reading Python's modules and writing in *folder*."""
    confine.limit_resources(seconds=limits.seconds, memory=limits.memory, output=limits.output)
    if "landlock" in have or "seccomp" in have:
        confine.no_new_privileges()
    if "landlock" in have:
        confine.restrict_files(readable_folders(), [folder])
    if "seccomp" in have:
        confine.hide_memory()
        confine.drop_capabilities()
        confine.refuse_system_calls()


def _run(job_file: int, result_file: int, folder: str, limits: Limits, have: frozenset[str], base: Any) -> None:
    """The life of a child."""
    from callboard.docs import render

    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.dup2(job_file, 3)
    os.dup2(result_file, 4)
    os.closerange(5, 4096)
    os.lseek(3, 0, os.SEEK_SET)
    with open(3, "rb", closefd=False) as file:
        data = file.read()
    os.close(3)
    tempfile.tempdir = folder
    os.chdir(folder)
    confine_child(folder, limits, have)
    job = json.loads(data)
    if job["snippets"]:
        os.mkdir("source")
        os.chdir("source")
    for path, text in job["snippets"].items():
        target = os.path.join(os.curdir, *PurePosixPath(path).parts)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8", newline="") as snippet:
            snippet.write(text)
    with open(4, "wb", buffering=1 << 18) as output:

        def write(record: Any) -> None:
            output.write(json.dumps(record, ensure_ascii=True).encode("ascii") + b"\n")

        render.render(base, job, write)


class Zygote:
    """Accepts requests, forks, ends children that nobody waits for, and says how each one ended."""

    def __init__(self, control: socket.socket, root: str) -> None:
        self.control = control
        self.root = root
        self.children: dict[int, _Child] = {}
        self.folders: list[str] = []
        """Private folders that their children left as they were: making and removing one may wait for a disk."""
        self.prepared = 0
        self.have = confine.available()
        self.selector = selectors.DefaultSelector()
        self.wake_read, self.wake_write = os.pipe()
        for end in (self.wake_read, self.wake_write):
            os.set_blocking(end, False)

    def prepare(self) -> tuple[str, ...]:
        """Import everything, leave the network; answer what will confine the children."""
        bonus = confine.separate_network() if "seccomp" in self.have else ()
        from callboard.docs import render, speed

        speed.apply()
        self.prepare_language = render.prepare_language
        self.base = render.base_config()
        self._warm_up(render)
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        return (*sorted(self.have), *bonus)

    def _warm_up(self, render: Any) -> None:
        """Render one small page in a child's way, so that every module that pages usually need is there."""
        settings: dict[str, Any] = {
            "site_name": "", "nav": None, "use_directory_urls": True, "exclude_docs": "", "draft_docs": "", "not_in_nav": "",
            "extensions": [], "options": {}, "use_pymdownx_blocks": False,
        }  # fmt: skip
        text = "---\na: b\n---\n# A :smile:\n\n- [ ] a\n\n```text\n1\n```\n\n!!! note\n    a\n\n| a |\n|---|\n| b |\n\na[^1]\n\n[^1]: b\n"
        job = {"settings": settings, "pages": [["index.md", text]], "assets": [], "page_seconds": 60}
        render.render(self.base, job, lambda record: None)

    def serve(self) -> None:
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self.wake_write, warn_on_full_buffer=False)
        self.selector.register(self.control, selectors.EVENT_READ, None)
        self.selector.register(self.wake_read, selectors.EVENT_READ, None)
        try:
            while True:
                for key, _ in self.selector.select():
                    if key.fileobj is self.control:
                        if not self._accept():
                            return
                    elif key.fileobj == self.wake_read:
                        with contextlib.suppress(BlockingIOError):
                            os.read(self.wake_read, 4096)
                        self._reap()
                    else:
                        self._abandon(key.data)
        finally:
            for child in self.children.values():
                os.kill(child.pid, signal.SIGKILL)

    def _accept(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self.control, REQUEST.size, 3)
        if not data:
            return False
        while len(data) < REQUEST.size:
            data += self.control.recv(REQUEST.size - len(data))
        job_file, result_file, status = descriptors
        *bounds, languages = REQUEST.unpack(data)
        limits = Limits(*bounds)
        self._prepare_languages(languages)
        folder = self.folders.pop() if self.folders else tempfile.mkdtemp(prefix="manual-", dir=self.root)
        pid = os.fork()
        if pid == 0:
            self._child(job_file, result_file, folder, limits)
        os.close(job_file)
        os.close(result_file)
        child = _Child(pid, socket.socket(fileno=status), folder)
        self.children[pid] = child
        self.selector.register(child.status, selectors.EVENT_READ, child)
        return True

    def _prepare_languages(self, wanted: int) -> None:
        """Load the highlighting of *wanted* languages, each once, so that every later child has it."""
        for number, name in enumerate(LANGUAGES):
            if wanted & ~self.prepared & 1 << number:
                self.prepared |= 1 << number
                self.prepare_language(name)
                gc.freeze()

    def _child(self, job_file: int, result_file: int, folder: str, limits: Limits) -> None:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _run(job_file, result_file, folder, limits, self.have, self.base)
            code = 0
        except MemoryError:
            code = 3
        except BaseException as error:
            code = 2 if isinstance(error, OSError) else 1
            with contextlib.suppress(BaseException):
                os.write(4, json.dumps({"crash": f"{type(error).__name__}: {error}"[:500]}).encode() + b"\n")
        finally:
            os._exit(code)

    def _reap(self) -> None:
        while self.children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self.children.pop(pid)
            self.selector.unregister(child.status)
            with contextlib.suppress(OSError):
                child.status.sendall(struct.pack("!i", status))
            child.status.close()
            self._take_back(child.folder)

    def _take_back(self, folder: str) -> None:
        """Keep *folder* for another child where the last one left no trace in it and no process; else remove it.

        What is too much to be removed now goes when the build removes the worker's own folder.
        """
        if "seccomp" in self.have and scratch.is_as_made(folder):
            self.folders.append(folder)
        else:
            scratch.remove(folder, scratch.AT_ONCE)

    def _abandon(self, child: _Child) -> None:
        if child.pid in self.children:
            os.kill(child.pid, signal.SIGKILL)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    zygote = Zygote(control, sys.argv[2])
    active = ",".join(zygote.prepare()).encode()
    control.sendall(len(active).to_bytes(2, "big") + active)
    zygote.serve()


if __name__ == "__main__":
    main()
