"""What a child of the docs worker can still do, tried from inside a confined process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callboard.docs import confine
from callboard.docs.renderer import ENVIRONMENT, Renderer

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine a process")

INSIDE = """
import ctypes, json, os, signal, socket, sys
from callboard.docs import confine
from callboard.docs.limits import Limits
from callboard.docs.worker import confine_child
folder, code = sys.argv[1], sys.argv[2]
import subprocess, http.client, pathlib, threading, resource  # what an attacker would need is there
confine_child(folder, Limits(5, 256 << 20, 1 << 20), confine.available())
try:
    answer = eval(compile(code, "attack", "eval"))
except BaseException as error:
    answer = "refused: " + type(error).__name__
os.write(1, json.dumps(str(answer)).encode())
os._exit(0)
"""


def attempt(tmp_path, code: str) -> str:
    own = tmp_path / "own"
    own.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", INSIDE, str(own), code],
        capture_output=True,
        timeout=60,
        check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    return json.loads(done.stdout) if done.stdout else f"ended: {done.returncode}"


@pytest.mark.parametrize(
    "code",
    [
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(('127.0.0.1', 9))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX)",
        "socket.socketpair()",
        "http.client.HTTPConnection('127.0.0.1', 9).request('GET', '/')",
    ],
    ids=["tcp", "udp", "udp6", "unix", "pair", "http"],
)
def test_no_connection_can_be_made(tmp_path, code):
    """Fails without seccomp; TCP without seccomp and Landlock, each of which alone keeps it away."""
    assert attempt(tmp_path, code) in ("refused: PermissionError", "refused: OSError")


@pytest.mark.parametrize(
    "code",
    [
        "os.system('true') == 0 or 1 / 0",
        "subprocess.run(['true'])",
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "ctypes.CDLL(None).vfork()",
    ],
)
def test_no_program_and_no_process_can_be_started(tmp_path, code):
    """Fails without seccomp (processes), and without seccomp and Landlock (programs)."""
    assert attempt(tmp_path, code) in {"refused: PermissionError", "refused: ZeroDivisionError", "-1"}


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/hostname", "/proc/self/environ", "/proc/1/environ", "/root", "/", "/tmp"])
def test_files_outside_are_not_read(tmp_path, path):
    """Fails without Landlock; another process in /proc is the kernel's to keep, too."""
    assert attempt(tmp_path, f"(os.listdir if os.path.isdir({path!r}) else open)({path!r})") == "refused: PermissionError"


def test_the_home_folder_is_not_read(tmp_path):
    """Fails without Landlock."""
    (tmp_path / "secret.txt").write_text("s3cret")

    assert attempt(tmp_path, f"open({str(tmp_path / 'secret.txt')!r}).read()") == "refused: PermissionError"


def test_only_the_own_folder_is_written(tmp_path):
    """Fails without Landlock."""
    assert attempt(tmp_path, f"open({str(tmp_path / 'marker')!r}, 'w')") == "refused: PermissionError"
    assert not (tmp_path / "marker").exists()


def test_the_own_folder_is_written(tmp_path):
    """The other tests mean something only because this is possible."""
    assert attempt(tmp_path, "open(folder + '/x', 'w').write('abc')") == "3"


def test_other_processes_are_not_touched(tmp_path):
    """Fails without seccomp and Landlock; where Landlock knows signals, each alone keeps them away."""
    assert attempt(tmp_path, f"os.kill({os.getpid()}, 0)") == "refused: PermissionError"


def test_memory_is_bounded(tmp_path):
    """Fails without RLIMIT_AS."""
    assert attempt(tmp_path, "len(bytearray(1 << 30))") == "refused: MemoryError"


def test_files_do_not_grow_without_bound(tmp_path):
    """Fails without RLIMIT_FSIZE."""
    assert attempt(tmp_path, "open(folder + '/x', 'wb').write(bytes(2 << 20))") in {"ended: -25", "refused: OSError"}


def test_time_is_bounded(tmp_path):
    """Fails without RLIMIT_CPU."""
    assert attempt(tmp_path, "[0 for _ in iter(int, 1)]") in {"ended: -24", "ended: -9", "refused: MemoryError"}


def test_limits_cannot_be_raised(tmp_path):
    """Fails without rlimits and seccomp; each alone refuses it."""
    assert attempt(tmp_path, "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))").startswith("refused:")


def test_secrets_of_the_build_are_not_inherited_by_the_worker(monkeypatch):
    """Fails where Renderer.start passes os.environ on."""
    monkeypatch.setenv("SECRET_TOKEN", "s3cret")

    with Renderer() as renderer:
        renderer.start()
        started = f"/proc/{renderer._process.pid}/environ"
        environment = dict(part.split("=", 1) for part in Path(started).read_text().split("\0") if part)

    assert set(environment) - {"LC_CTYPE"} == {*ENVIRONMENT, "HOME", "TMPDIR"}
