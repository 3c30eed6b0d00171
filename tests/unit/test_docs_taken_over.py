"""What Python that runs within the docs worker, as if MkDocs could be made to run it, can do to anybody else.

Each attack runs in a real child of the real worker (docs_kit.taken_over). The advisories behind them let a repository
run code while its documentation was built: CVE-2026-25153, CVE-2026-29186, CVE-2026-106509, CVE-2026-106510,
CVE-2026-106556, CVE-2026-106558 (backstage.md 3.1). Here is what that would be worth.
"""

import os
import socket
import stat
import struct
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from callboard.docs import confine, scratch
from callboard.docs.renderer import Renderer
from callboard.docs.limits import Limits
from docs_kit import TAKEN_OVER, build, checkout_of, entity_of, taken_over, write_tree

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

REFUSED = "refused: PermissionError"
SHORT = Limits(1, 256 << 20, 1 << 20)


@pytest.fixture(scope="module")
def shared_worker():
    with taken_over() as worker:
        yield worker


@pytest.fixture
def worker(shared_worker):
    """A worker that was taken over; after the attack it still serves others, from an empty folder."""
    yield shared_worker
    assert shared_worker.run("import os; said = os.listdir()") == "[]"


# -- reading and writing elsewhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/hostname", "/proc/self/environ", "/proc/self/maps", "/proc/1/environ", "/dev/null", "/dev/shm"])
def test_files_of_the_machine_are_not_read(worker, path):
    """Fails without Landlock."""
    assert worker.run(f"import os; said = (os.listdir if os.path.isdir({path!r}) else open)({path!r})") == REFUSED


def test_the_home_folder_the_state_the_store_and_the_checkouts_are_not_read(tmp_path):
    """Fails without Landlock. CVE-2026-25153: what ran in the build could read whatever the build could."""
    root = write_tree(tmp_path / "repo", {"docs/index.md": "# A\n", "secret.txt": "s3cret"})
    build([checkout_of(root)], [entity_of()], tmp_path / "state")
    kept = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert kept
    with taken_over() as worker:
        wanted = [*kept, root / "secret.txt", root / "docs/index.md", Path.home() / ".profile", tmp_path]
        answers = {worker.run(f"import os; path = {str(path)!r}; said = os.listdir(path) if os.path.isdir(path) else open(path).read()") for path in wanted if path.exists()}

    assert answers == {REFUSED}


def test_the_folder_of_another_manual_is_not_read_while_both_are_rendered(worker):
    """Fails without Landlock."""
    heard: list[str] = []
    first = threading.Thread(
        target=lambda: heard.append(worker.run("import os, time; open('mine', 'w').write('x'); time.sleep(1.5); said = os.listdir()"))
    )
    first.start()
    time.sleep(0.5)
    root = worker.renderer._root
    (other,) = [name for name in os.listdir(root) if (Path(root) / name / "mine").exists()]

    assert worker.run(f"import os; said = os.listdir({root!r})") == REFUSED
    assert worker.run(f"import os; said = os.listdir({root + '/' + other!r})") == REFUSED
    assert worker.run(f"said = open({f'{root}/{other}/mine'!r}).read()") == REFUSED
    assert worker.run(f"open({f'{root}/{other}/planted'!r}, 'w')") == REFUSED
    first.join()
    assert heard == ["['mine']"]


@pytest.mark.parametrize(
    "code",
    [
        "open(target, 'w')",
        "open(target, 'a')",
        "os.truncate(target, 0)",
        "os.unlink(target)",
        "os.rename(target, 'taken')",
        "os.link(target, 'taken')",
        "os.chmod(target, 0o777)",
        "os.chown(target, os.getuid(), os.getgid())",
        "os.utime(target, (1, 1))",
        "os.setxattr(target, 'user.note', b'x')",
        "os.rename('own', target)",
        "os.mkdir(os.path.dirname(target) + '/made')",
        "os.symlink('own', os.path.dirname(target) + '/made')",
    ],
)
def test_a_file_outside_is_not_changed_in_any_way(worker, tmp_path, code):
    """Fails without Landlock (contents and names) or without seccomp (modes, owners, times and attributes)."""
    target = tmp_path / "victim.txt"
    target.write_text("as it was")
    before = target.stat()

    said = worker.run(f"import os; target = {str(target)!r}; open('own', 'w').close(); {code}; said = 'done'")

    after = target.stat()
    assert said in {REFUSED, "refused: OSError"}
    assert (target.read_text(), after.st_mode, after.st_mtime, after.st_ctime) == ("as it was", before.st_mode, before.st_mtime, before.st_ctime)
    assert os.listdir(tmp_path) == ["victim.txt"] and os.listxattr(target) == []


def test_a_link_in_the_own_folder_opens_nothing_outside(worker):
    """Fails without Landlock."""
    assert worker.run("import os; os.symlink('/etc/passwd', 'link'); said = open('link').read()") == REFUSED
    assert worker.run("import os; os.symlink('/etc', 'link'); said = os.listdir('link')") == REFUSED


# -- the network ---------------------------------------------------------------------------------------------------------


@contextmanager
def listeners(folder: Path):
    """Every kind of listener on loopback; gives their addresses, and what they heard."""
    heard: list[str] = []
    sockets = {
        "tcp": socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "unix": socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "abstract": socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    }
    addresses: dict[str, object] = {"tcp": ("127.0.0.1", 0), "udp": ("127.0.0.1", 0), "unix": str(folder / "s"), "abstract": f"\0{folder}"}
    for name, sock in sockets.items():
        sock.bind(addresses[name])
        sock.settimeout(0.2)
        addresses[name] = sock.getsockname()
        if sock.type == socket.SOCK_STREAM:
            sock.listen()
    yield addresses, heard
    for name, sock in sockets.items():
        try:
            sock.accept() if sock.type == socket.SOCK_STREAM else sock.recv(1)
            heard.append(name)
        except TimeoutError:
            pass
        sock.close()


CONNECT = """
import socket
addresses = {addresses!r}
said = []
for name, family, kind in (("tcp", socket.AF_INET, socket.SOCK_STREAM), ("udp", socket.AF_INET, socket.SOCK_DGRAM),
                           ("unix", socket.AF_UNIX, socket.SOCK_STREAM), ("abstract", socket.AF_UNIX, socket.SOCK_DGRAM)):
    try:
        with socket.socket(family, kind) as probe:
            probe.connect(addresses[name])
            probe.send(b"x")
        said.append(name)
    except PermissionError:
        pass
for family in (socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK, socket.AF_ALG, socket.AF_INET6):
    try:
        socket.socket(family, socket.SOCK_RAW)
        said.append(family.name)
    except PermissionError:
        pass
"""


def test_no_listener_of_the_machine_hears_anything(worker, tmp_path):
    """Fails without seccomp. A listener on each kind of socket waits on loopback while the worker tries to reach it."""
    with listeners(tmp_path) as (addresses, heard):
        assert worker.run(CONNECT.format(addresses=addresses)) == "[]"
    assert heard == []


def test_a_listener_would_hear_a_worker_without_a_wall(tmp_path):
    """The same attack outside of the worker, so that its silence means something."""
    with listeners(tmp_path) as (addresses, heard):
        exec(CONNECT.format(addresses=addresses).partition("for family in")[0], {})
    assert heard == ["tcp", "udp", "unix", "abstract"]


def test_no_descriptor_but_the_own_result_is_inherited(worker):
    """What the build or the worker holds open (sockets, files, the terminal) is closed before anything is rendered.

    Fails without os.closerange, or without the null device for 0, 1 and 2, in worker._run.
    """
    code = """
    import os, stat
    said = []
    for number in range(1024):
        try:
            said.append((number, stat.filemode(os.fstat(number).st_mode)[0]))
        except OSError:
            pass
    """

    assert worker.run(code) == str([(0, "c"), (1, "c"), (2, "c"), (4, "-")])


# -- other processes, secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), 9)",
        "os.killpg(0, 9)",
        "os.setsid()",
        "os.setpgid(0, 0)",
        "os.sched_setaffinity(os.getppid(), {0})",
        "os.sched_setscheduler(os.getppid(), os.SCHED_BATCH, os.sched_param(0))",
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
        "os.memfd_create('x')",
        "os.pidfd_open(os.getppid())",
        "os.chroot('.')",
        "os.mkfifo('/tmp/x')",
        "os.mknod('device', 0o20600, os.makedev(1, 3))",
    ],
)
def test_other_processes_are_not_touched_and_none_is_started(worker, code):
    """What cannot be started cannot outlive the manual either.

    Fails without seccomp; programs, pipes and what needs root also without Landlock and confine.drop_capabilities.
    """
    assert worker.run(f"import os; {code}; said = 'done'") == REFUSED


def test_no_thread_outlives_the_manual(worker):
    """Fails without seccomp."""
    assert worker.run("import threading; threading.Thread(target=print).start(); said = 'done'") == "refused: RuntimeError"


def test_the_environment_of_the_worker_holds_no_secret(monkeypatch):
    """Fails without engine.ENVIRONMENT: the worker would inherit what the build was started with."""
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    with taken_over() as worker:
        said = worker.run("import os; said = sorted(os.environ)")
        memory = worker.run("import ctypes; said = ctypes.c_char_p.in_dll(ctypes.CDLL(None), 'program_invocation_name').value")

    assert "GITHUB_TOKEN" not in said and "s3cret" not in said + memory
    assert eval(said) == sorted({"HOME", "TMPDIR", "LC_ALL", "TZ", "SOURCE_DATE_EPOCH", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE",
                                 "PYTHONUTF8", "NO_MKDOCS_2_WARNING", "DISABLE_MKDOCS_2_WARNING"})  # fmt: skip


def test_a_job_is_not_seen_by_the_child_that_comes_after_it(worker):
    """The worker that forks never reads a job, so its memory holds none. Fails where Zygote._accept reads it and keeps it, and
    without scratch.is_as_made, which keeps its folder from the next.
    """
    worker.run("secret = 'of another' + ' manual'", snippets={"secret.txt": "text-of-another-manual"})

    assert worker.run("import gc; said = [o for o in gc.get_objects() if isinstance(o, dict) and 'secret.txt' in repr(o.get('snippets'))]") == "[]"
    assert worker.run("import os; said = os.path.exists('source'), os.listdir()") == "(False, [])"


# -- time, memory, output, and what is left behind -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("while True: pass", "ended: the documentation takes longer than 1 s to build"),
        ("import time; time.sleep(60)", "ended: the documentation takes longer than 1 s to build"),
        ("import signal; signal.signal(24, signal.SIG_IGN)\nwhile True: pass", "ended: the documentation takes longer than 1 s to build"),
        ("said = len(bytearray(1 << 30))", "refused: MemoryError"),
        ("write('x' * (2 << 20))", "ended: the documentation becomes larger than 1 MiB"),
        ("open('big', 'wb').write(bytes(2 << 20))", "ended: the documentation becomes larger than 1 MiB"),
        ("import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))", "refused: ValueError"),
        ("import os; [os.open('.', 0) for _ in range(100)]", "refused: OSError"),
    ],
    ids=["cpu", "sleep", "cpu, signal ignored", "memory", "answer", "file", "limits", "descriptors"],
)
def test_time_memory_and_output_are_bounded(worker, code, said):
    """Fails without rlimits (memory, file, descriptors) and without the engine's patience (sleep). Two walls each: what computes
    is ended by RLIMIT_CPU and by patience, an answer by RLIMIT_FSIZE and renderer._judge, limits by rlimits and seccomp.
    """
    started = time.monotonic()

    assert worker.run(code, SHORT) in {said, "ended: the docs worker ended by SIGXFSZ", "refused: OSError"}
    assert time.monotonic() - started < 15


LEFT_BEHIND = {
    "a file": "open('left', 'w').write('x')",
    "a hidden file": "open('.left', 'w').write('x')",
    "a link out": "os.symlink(target, 'left')",
    "a link to a folder out": "os.symlink(os.path.dirname(target), 'left')",
    "a folder that nobody may open": "os.mkdir('left'); open('left/x', 'w').close(); os.mkdir('left/y', 0); os.mkdir('z', 0)",
    "folders 3,000 levels deep": "[(os.mkdir('left'), os.chdir('left')) for _ in range(3000)]",
    "ten thousand files": "[open(f'left{n}', 'w').close() for n in range(10_000)]",
    "odd names": "[open(name, 'w').close() for name in (' ', '-rf', 'a\\nb', '\\u202ex', '.0', '.1', 'x' * 250)]; os.mkdir('.2'); open('.2/.0', 'w').close()",
    "another working folder": "os.mkdir('left'); os.chdir('left')",
}


@pytest.mark.parametrize("what", LEFT_BEHIND)
def test_nothing_that_a_manual_leaves_behind_meets_the_next(worker, tmp_path, what):
    """Fails without scratch.is_as_made in Zygote._take_back; the fixture says that the next child starts in an empty folder."""
    victim = tmp_path / "victim.txt"
    victim.write_text("as it was")
    mode = stat.S_IMODE(tmp_path.stat().st_mode)

    said = worker.run(f"import os; target = {str(victim)!r}; {LEFT_BEHIND[what]}; said = 'done'")

    assert said == "done"
    assert worker.run("said = 'still here'") == "still here"
    assert victim.read_text() == "as it was" and stat.S_IMODE(tmp_path.stat().st_mode) == mode


MARKS = {
    "mode": "os.chmod('.', 0)",
    "wider mode": "os.chmod('.', 0o777)",
    "attribute": "os.setxattr('.', 'user.note', b'from another manual')",
    "access list": "os.setxattr('.', 'system.posix_acl_default', acl)",
    "flags": "fcntl.ioctl(os.open('.', 0), 0x40086602, (0x80048).to_bytes(8, 'little'))",
    "time": "os.utime('.', (1, 1))",
    "rename": "os.rename(os.getcwd(), os.getcwd() + 'x')",
    "removal": "os.rmdir(os.getcwd())",
    "replacement": "os.rmdir(os.getcwd()); os.symlink('/etc', os.getcwd())",
}


@pytest.mark.parametrize("what", MARKS)
def test_the_folder_that_the_next_manual_gets_cannot_be_marked(worker, what):
    """Fails without seccomp (modes, attributes, flags, times) and without Landlock (its name).

    A default access list would make every file of the next manual unreadable to itself.
    """
    acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, 0, 0xFFFFFFFF) for tag in (1, 4, 0x20))
    code = f"import fcntl, os; acl = {acl!r}; {MARKS[what]}; said = 'done'"

    assert worker.run(code) in {REFUSED, "refused: OSError"}
    assert worker.run("import os; said = oct(os.stat('.').st_mode), os.listxattr('.'), open('a', 'w').write('b'), open('a').read()") == "('0o40700', [], 1, 'b')"


@pytest.mark.parametrize("spoil", [lambda p: p.chmod(0o755), lambda p: os.setxattr(p, "user.note", b"x"), lambda p: (p / "x").touch(), lambda p: p.rmdir()])
def test_a_folder_is_used_again_only_as_it_was_made(tmp_path, spoil):
    """The second layer: should a mark be possible after all, the folder is thrown away.

    Fails without each of what scratch.is_as_made looks at: mode, attributes, files, and that it is there.
    """
    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    assert scratch.is_as_made(str(folder))

    spoil(folder)

    assert not scratch.is_as_made(str(folder))


def test_a_link_in_the_place_of_a_folder_is_not_used_again(tmp_path):
    """Fails with os.stat for os.lstat in scratch.is_as_made."""
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("real")

    assert not scratch.is_as_made(str(tmp_path / "link"))


def test_nothing_is_left_on_the_disk_when_the_worker_ends():
    """Fails with shutil.rmtree for scratch.remove: it does not get to the end of deep folders."""
    with taken_over() as worker:
        root = Path(worker.renderer._root)
        for code in ("[(os.mkdir('d'), os.chdir('d')) for _ in range(3000)]", "[open(str(n), 'w').close() for n in range(5000)]", "os.mkdir('d', 0)"):
            worker.run(f"import os; {code}")

    assert not root.exists()


# -- what the build believes -----------------------------------------------------------------------------------------------

NO_JSON = "the docs worker answered what is not JSON"
NOTHING = "the documentation cannot be rendered: the worker says nothing"
ANSWERS = {
    "no JSON": ("os.write(4, b'{')", NO_JSON),
    "bytes that are no text": ("os.write(4, b'\"\\xff\"\\n')", NO_JSON),
    "text that is not ASCII": ("os.write(4, '\"é\"\\n'.encode())", NO_JSON),
    "nesting": ("os.write(4, b'[' * 100_000)", NO_JSON),
    "a page that nobody asked for": ("write({'uri': '../../etc/passwd', 'title': '', 'html': ''})", "the docs worker answered with a page that nobody asked for"),
    "no page": ("os._exit(0)", "the docs worker did not finish"),
    "an odd end": ("os._exit(77)", NOTHING),
    "an answer that cannot be read": (
        "os.write(4, b' ' * 4095 + b'\\n'); fcntl.fcntl(4, fcntl.F_SETFL, os.O_DIRECT); os._exit(0)",
        "what the docs worker wrote cannot be read: [Errno 22] Invalid argument",
    ),
    "an answer that is taken back": ("os.ftruncate(4, 0); os.close(4)", NOTHING),
    "a crash that lies": ("os.write(4, b'{\"crash\": {\"a\": [\"b\"]}}\\n'); os._exit(1)", NOTHING),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_a_worker_that_answers_nonsense_fails_its_own_manual_only(tmp_path, what):
    """Fails without the checks of renderer.render, _judge and _records, adopt.adopt and adopt._page: each has its own words."""
    root = write_tree(tmp_path / "repo", {"docs/index.md": "# A\n"})
    good = write_tree(tmp_path / "good", {"docs/index.md": "# Unharmed\n"})

    class Attacked(Renderer):
        def render(self, job, limits):
            attack = {"attack": f"import fcntl, os; {ANSWERS[what][0]}"} if job["pages"] == [("index.md", "# A\n")] else {}
            return super().render({**job, **attack}, limits)

    with Attacked(("-c", TAKEN_OVER)) as renderer:
        manuals, report = build(
            [checkout_of(root), checkout_of(good, "acme/good")],
            [entity_of(), entity_of("good", repo="acme/good")],
            tmp_path / "state",
            renderer=renderer,
        )

    assert [manual.pages[0].title for manual in manuals.by_entity.values()] == ["Unharmed"]
    assert [(problem.code, problem.message) for problem in report] == [
        ("docs-failed", f"the documentation of component:default/shop: {ANSWERS[what][1]}")
    ]


def test_half_a_character_does_not_reach_a_page(worker):
    """No file can hold it: the whole build would end when the page is written. Fails without renderer._record."""
    assert worker.run("said = 'a\\ud800b \\U0001f600'") == "a?b \U0001f600"
