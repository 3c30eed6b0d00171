"""Confinement of the process that it is called in: Landlock, seccomp, resource limits; namespaces where they are allowed.

Needs no privilege and no package: the kernel is asked through ctypes. Landlock decides which files can be opened and
keeps TCP away; seccomp refuses every socket (Landlock does not know UDP), every new process, every change of modes,
owners, times and attributes (Landlock does not know these either, anywhere), and whatever reaches another process or
the kernel's less tested parts; resource limits bound time, memory and output. These three are the base. Namespaces are
a bonus, because many machines do not allow them.

What a machine does not offer is simply not in the answer; who calls decides what that means. macOS has resource limits
only, so that there just repositories which the configuration trusts are rendered; Windows cannot run the worker.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
from collections.abc import Iterable, Sequence

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

BASE = frozenset({"landlock", "seccomp", "rlimits"})
"""What has to be there before content of a repository that is not trusted may be rendered."""

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_PR_SET_DUMPABLE = 4
_SECCOMP_MODE_FILTER = 2
_LANDLOCK = (444, 445, 446)  # create_ruleset, add_rule, restrict_self: the same numbers on every architecture
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many file rights each ABI of Landlock knows; later ones know as many as the last."""
_NO_DEVICES = ~(1 << 6 | 1 << 11 | 1 << 15)
"""Of the rights in the private folder: everything but character and block devices and device control."""

_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000

# The words are man pages of section 2. Numbers: arch/x86/entry/syscalls/syscall_64.tbl and asm-generic/unistd.h.
_X86_64 = {
    "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "recvfrom": 45, "sendmsg": 46, "recvmsg": 47,
    "shutdown": 48, "bind": 49, "listen": 50, "socketpair": 53, "accept4": 288, "recvmmsg": 299, "sendmmsg": 307,
    "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "execveat": 322,
    "kill": 62, "tkill": 200, "tgkill": 234, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297,
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "setns": 308, "unshare": 272,
    "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "add_key": 248, "request_key": 249, "keyctl": 250,
    "kexec_load": 246, "kexec_file_load": 320, "init_module": 175, "finit_module": 313, "delete_module": 176,
    "reboot": 169, "swapon": 167, "swapoff": 168, "syslog": 103, "settimeofday": 164, "clock_settime": 227,
    "adjtimex": 159, "clock_adjtime": 305, "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173,
    "acct": 163, "quotactl": 179, "name_to_handle_at": 303, "open_by_handle_at": 304, "personality": 135,
    "prlimit64": 302, "setrlimit": 160, "setpriority": 141, "sched_setaffinity": 203, "memfd_create": 319,
    "shmget": 29, "shmat": 30, "shmctl": 31, "semget": 64, "semop": 65, "semctl": 66, "semtimedop": 220,
    "msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "mq_open": 240, "mq_unlink": 241,
    "inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300, "mknod": 133, "mknodat": 259,
    "chmod": 90, "fchmod": 91, "fchmodat": 268, "chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260, "truncate": 76,
    "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280, "ioctl": 16,
    "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199,
    "setsid": 112, "setpgid": 109, "sched_setparam": 142, "sched_setscheduler": 144, "sched_setattr": 314, "ioprio_set": 251,
    "migrate_pages": 256, "move_pages": 279, "vmsplice": 278, "modify_ldt": 154, "vhangup": 153, "uselib": 134,
}  # fmt: skip
_AARCH64 = {
    "socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "accept": 202, "connect": 203, "sendto": 206,
    "recvfrom": 207, "shutdown": 210, "sendmsg": 211, "recvmsg": 212, "accept4": 242, "recvmmsg": 243, "sendmmsg": 269,
    "clone": 220, "execve": 221, "execveat": 281,
    "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240,
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272,
    "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "setns": 268, "unshare": 97,
    "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "add_key": 217, "request_key": 218, "keyctl": 219,
    "kexec_load": 104, "kexec_file_load": 294, "init_module": 105, "delete_module": 106, "finit_module": 273,
    "reboot": 142, "swapon": 224, "swapoff": 225, "syslog": 116, "settimeofday": 170, "clock_settime": 112,
    "adjtimex": 171, "clock_adjtime": 266, "sethostname": 161, "setdomainname": 162,
    "acct": 89, "quotactl": 60, "name_to_handle_at": 264, "open_by_handle_at": 265, "personality": 92,
    "prlimit64": 261, "setrlimit": 164, "setpriority": 140, "sched_setaffinity": 122, "memfd_create": 279,
    "shmget": 194, "shmctl": 195, "shmat": 196, "semget": 190, "semctl": 191, "semtimedop": 192, "semop": 193,
    "msgget": 186, "msgctl": 187, "msgrcv": 188, "msgsnd": 189, "mq_open": 180, "mq_unlink": 181,
    "inotify_init1": 26, "fanotify_init": 262, "mknodat": 33,
    "fchmod": 52, "fchmodat": 53, "fchown": 55, "fchownat": 54, "truncate": 45, "utimensat": 88, "ioctl": 29,
    "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    "setsid": 157, "setpgid": 154, "sched_setparam": 118, "sched_setscheduler": 119, "sched_setattr": 274, "ioprio_set": 30,
    "migrate_pages": 238, "move_pages": 239, "vmsplice": 75, "vhangup": 58,
}  # fmt: skip
_EVERYWHERE = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_open": 434,
    "clone3": 435, "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442, "memfd_secret": 447,
    "quotactl_fd": 443, "process_mrelease": 448, "fchmodat2": 452, "setxattrat": 463, "removexattrat": 466,
    "open_tree_attr": 467, "file_setattr": 469,
}  # fmt: skip
_ARCHITECTURES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}
_X32_BIT = 0x40000000

_ALLOW, _KILL_PROCESS, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050001  # the last one answers EPERM


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _syscall(number: int, *arguments: object) -> int:
    result = int(_libc().syscall(ctypes.c_long(number), *arguments))
    return result if result >= 0 else -ctypes.get_errno()


def landlock_abi() -> int:
    """The version of Landlock that the kernel offers; 0 for none."""
    if platform.system() != "Linux":
        return 0
    return max(0, _syscall(_LANDLOCK[0], None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG)))


def seccomp_known() -> bool:
    """Whether this machine's architecture is in the table and its kernel filters system calls."""
    if platform.system() != "Linux" or platform.machine() not in _ARCHITECTURES:
        return False
    return os.path.exists("/proc/sys/kernel/seccomp/actions_avail")


def available() -> frozenset[str]:
    """What can be had on this machine, before anything is confined."""
    found = set()
    if landlock_abi() > 0:
        found.add("landlock")
    if seccomp_known():
        found.add("seccomp")
    if resource is not None:
        found.add("rlimits")
    return frozenset(found)


def no_new_privileges() -> None:
    """Nothing that this process runs gains rights; a condition of Landlock and seccomp. Raises OSError."""
    if _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_NO_NEW_PRIVS)")


def hide_memory() -> None:
    """Keep processes of the same user from reading this one's memory."""
    _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def restrict_files(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Let nothing be opened but what lies below these folders, from now on and for good. Raises OSError."""
    abi = landlock_abi()
    if abi < 1:
        raise OSError("this kernel has no Landlock")
    every = (1 << _FS_RIGHTS.get(abi, _FS_RIGHTS[5])) - 1
    network = 3 if abi >= 4 else 0  # bind and connect by TCP
    scopes = 3 if abi >= 6 else 0  # abstract sockets and signals
    attributes = struct.pack("QQQ", every, network, scopes)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _checked(_syscall(_LANDLOCK[0], ctypes.create_string_buffer(attributes, size), ctypes.c_size_t(size), ctypes.c_uint32(0)))
    try:
        for path in readable:
            rights = _READ_FILE | _READ_DIR if os.path.isdir(path) else _READ_FILE
            _allow_beneath(ruleset, path, rights)
        for path in writable:
            _allow_beneath(ruleset, path, every & _NO_DEVICES)
        _checked(_syscall(_LANDLOCK[2], ctypes.c_int(ruleset), ctypes.c_uint32(0)))
    finally:
        os.close(ruleset)


def _allow_beneath(ruleset: int, path: str, rights: int) -> None:
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, folder), 12)
        _checked(_syscall(_LANDLOCK[1], ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0)))
    finally:
        os.close(folder)


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(-result, os.strerror(-result))
    return result


def refuse_system_calls(allowed: Sequence[str] = ()) -> None:
    """Answer EPERM to every system call of the table but *allowed*, from now on and for good. Raises OSError.

    A call by the numbers of another architecture ends the process.
    """
    architecture, table = _ARCHITECTURES[platform.machine()]
    numbers = sorted(number for name, number in {**table, **_EVERYWHERE}.items() if name not in allowed)
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, _KILL_PROCESS), (load, 0, 0, 0)]
    program += [(at_least, 0, 1, _X32_BIT), (give, 0, 0, _REFUSE)]
    for number in numbers:
        program += [(equal, 0, 1, number), (give, 0, 0, _REFUSE)]
    program.append((give, 0, 0, _ALLOW))
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = _Program(len(program), ctypes.cast(buffer, ctypes.c_void_p))
    if _libc().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(header), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_SECCOMP)")


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def limit_resources(*, seconds: int, memory: int, output: int) -> None:
    """Bound CPU time, memory beyond what is in use now, and the size of any file written (both in bytes)."""
    assert resource is not None
    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: output,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    with contextlib.suppress(FileNotFoundError), open("/proc/self/statm", encoding="ascii") as status:  # Linux only
        limits[resource.RLIMIT_AS] = int(status.read().split()[0]) * resource.getpagesize() + memory
    for which, limit in limits.items():
        resource.setrlimit(which, (limit, limit))


def drop_capabilities() -> None:
    """Give up what root may do beside owning files, where it was had."""
    capset = {"x86_64": 126, "aarch64": 91}.get(platform.machine())
    if capset is not None:
        header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0), 8)
        _syscall(capset, header, ctypes.create_string_buffer(24))


def separate_network() -> tuple[str, ...]:
    """Leave the machine's network for an empty one, where that is allowed. Answers what was done."""
    user, group = os.geteuid(), os.getegid()
    libc = _libc()
    if user == 0 and libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) == 0:
        return ("netns",)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) != 0:
        return ()
    for file, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        try:
            with open(f"/proc/self/{file}", "w", encoding="ascii") as target:
                target.write(line)
        except OSError:
            return ("netns",)
    return ("netns", "userns")
