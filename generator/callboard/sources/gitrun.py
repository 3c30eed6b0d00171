"""Runs git so that nothing of a repository, of a server, or of the machine's own settings can make it do more.

No hooks, filters, submodules, pagers or prompts; only the transport that is asked for; a token only in the
environment, for one host, and scrubbed from whatever git says (backstage.md 3.1, CVE-2024-53983).
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from callboard.config.model import Secret
from callboard.model.forges import FORGES
from callboard.process import ToolError, run

OLDEST = (2, 32)
"""The first git that takes settings from the environment (2.31) and leaves out a user's own (2.32)."""
INSTALL = "install git 2.32 or newer"
LOCAL_TIMEOUT = 120.0
LIST_TIMEOUT = 60.0
FETCH_TIMEOUT = 900.0

PASSED_ON = (
    "PATH",
    "TMPDIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
)
"""What git sees of the environment. HOME and the ssh agent are added for ssh only: over https neither ``.netrc`` nor
anybody's settings count."""
PASSED_TO_SSH = ("HOME", "USER", "SSH_AUTH_SOCK")

_ALWAYS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.attributesFile": "/dev/null",
    "core.excludesFile": "/dev/null",
    "core.pager": "cat",
    "core.quotePath": "false",
    "credential.helper": "",
    "fetch.recurseSubmodules": "false",
    "fetch.showForcedUpdates": "false",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "gpg.program": "/bin/false",
    "gpg.ssh.program": "/bin/false",
    "gpg.x509.program": "/bin/false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "log.mailmap": "false",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "protocol.version": "2",
    "submodule.recurse": "false",
}
# The shell runs this inside git: printf is part of every shell, so that no program gets the token as an argument.
_HELPER = """!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$CALLBOARD_GIT_USER" "$CALLBOARD_GIT_TOKEN"; }; f"""


class GitError(Exception):
    """git could not do it; message and hint are for the user and hold no secret."""

    def __init__(self, message: str, hint: str = "", *, known: bool = True) -> None:
        super().__init__(message)
        self.hint = hint
        self.known = known
        """Whether the cause is understood and lies with server, network or configuration."""


@dataclass(frozen=True, slots=True)
class Remote:
    """Where to fetch from. *url* has no credentials."""

    url: str
    transport: str
    """``https``, ``http``, ``ssh`` or ``file``."""
    token: Secret | None = field(default=None, repr=False)
    forge: str = ""

    @property
    def host(self) -> str:
        """Scheme, host and port, to which alone the token goes."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def credentials(self) -> tuple[str, str]:
        """User name and password; a token with a colon is both."""
        text = self.token.reveal() if self.token else ""
        user, colon, password = text.partition(":")
        if colon:
            return user, password
        return (FORGES[self.forge].token_user if self.forge in FORGES else "x-access-token"), text

    def secrets(self) -> tuple[str, ...]:
        """Everything that must not be repeated, in the forms in which it could be."""
        if self.token is None:
            return ()
        user, password = self.credentials()
        found = {
            password,
            self.token.reveal(),
            quote(password, safe=""),
            quote(password),
        }
        for text in (f"{user}:{password}", password, f":{password}"):
            encoded = base64.b64encode(text.encode()).decode()
            found |= {encoded, encoded.rstrip("=")}
        return tuple(sorted((secret for secret in found if secret), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git with the environment that the build allows. *home* is an empty folder of the state."""

    environ: Mapping[str, str] = field(repr=False)
    home: Path
    refusal: str = ""
    """Why this git is not used, if it is not."""

    def run(
        self,
        folder: Path,
        *arguments: str,
        bare: bool = True,
        remote: Remote | None = None,
        input: bytes | None = None,
        timeout: float = LOCAL_TIMEOUT,
        partial: bool = False,
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> bytes:
        """What ``git *arguments*`` says in the mirror *folder*, or in the checkout *folder* where it is not *bare*.

        Without *remote* git reaches nothing. With *partial* it knows that the mirror holds a
        part. *settings* are git's own. Raises GitError.
        """
        if self.refusal:
            raise GitError(self.refusal, INSTALL)
        settings = {**_ALWAYS, **settings}
        environment = {name: self.environ[name] for name in PASSED_ON if name in self.environ}
        environment.setdefault("PATH", os.defpath)
        environment |= {
            "HOME": str(self.home),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.home / "trust"),
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "/bin/false",
            "SSH_ASKPASS": "/bin/false",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_PROTOCOL_FROM_USER": "0",
        }
        if bare:
            environment["GIT_DIR"] = str(folder)
        if remote is not None:
            settings["remote.origin.url"] = remote.url
            environment["GIT_ALLOW_PROTOCOL"] = "http:https" if remote.transport == "http" else remote.transport
            if remote.transport == "ssh":
                environment |= {name: self.environ[name] for name in PASSED_TO_SSH if name in self.environ}
                ssh = self.environ.get("GIT_SSH_COMMAND", "ssh")
                environment["GIT_SSH_COMMAND"] = (
                    f"{ssh} -oBatchMode=yes -oConnectTimeout=20 -oForwardAgent=no -oPermitLocalCommand=no"
                )
                environment["GIT_SSH_VARIANT"] = "ssh"
            if remote.token is not None:
                user, password = remote.credentials()
                environment |= {
                    "CALLBOARD_GIT_USER": user,
                    "CALLBOARD_GIT_TOKEN": password,
                }
                settings[f"credential.{remote.host}.helper"] = _HELPER
                settings["http.proactiveAuth"] = "basic"
        if partial:
            settings |= {
                "remote.origin.promisor": "true",
                "remote.origin.partialCloneFilter": "blob:none",
            }
        environment["GIT_CONFIG_COUNT"] = str(len(settings))
        for index, (key, value) in enumerate(settings.items()):
            environment |= {
                f"GIT_CONFIG_KEY_{index}": key,
                f"GIT_CONFIG_VALUE_{index}": value,
            }
        try:
            return run(
                ("git", *arguments),
                cwd=folder,
                env=environment,
                timeout=timeout,
                input=input,
            )
        except ToolError as error:
            raise understood(error, remote, folder) from None
        except FileNotFoundError:
            if folder.is_dir():
                raise GitError("cannot be read: git is not installed", INSTALL) from None
            raise GitError("the mirror is gone", known=False) from None


def find_git(environ: Mapping[str, str], home: Path) -> Git:
    """The git on the PATH of *environ*; one that would not heed what protects us is refused."""
    git = Git(environ, home)
    try:
        said = git.run(home, "version", bare=False).decode(errors="replace")
    except GitError as error:
        return Git(environ, home, str(error))
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        return Git(environ, home, f"cannot be read: {scrub(said, None)} is too old")
    return git


def make_home(home: Path) -> None:
    """The folder that stands in for a home: empty but for the one setting that cannot come from anywhere else.

    ``safe.directory`` lets git read folders of another user, as in containers; it was the configuration that named
    them, and what git could be made to run there is switched off.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / "trust").write_text("[safe]\n\tdirectory = *\n", encoding="utf-8")


def scrub(text: str, remote: Remote | None, folder: Path | None = None) -> str:
    """*text* on one line, without secrets, credentials in addresses, or places of this machine."""
    for secret in remote.secrets() if remote else ():
        text = text.replace(secret, "***")
    if folder is not None:
        text = text.replace(str(folder), "the mirror")
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    text = re.sub(r"(\w+://)[^/@\s]+@", r"\1", text)
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", text).strip()


_TOKEN = 'set token: "${GIT_TOKEN}" at the source, and that variable to a token that may read it'
_CAUSES: tuple[tuple[str, str, str], ...] = (
    (
        r"took longer than",
        "does not answer in time",
        "try again, or look whether the server is slow or down",
    ),
    (
        r"Authentication failed|returned error: 40[13]|could not read (?:Username|Password)|terminal prompts disabled|Access denied",
        "refuses to be read without credentials",
        _TOKEN,
    ),
    (
        r"Permission denied \((?:publickey|password)|Permission denied \(",
        "refuses the ssh key",
        "load a key that may read it into the ssh agent",
    ),
    (
        r"Host key verification failed|REMOTE HOST IDENTIFICATION",
        "has an ssh host key that is not known here",
        "check the key and add it with ssh-keyscan HOST >> ~/.ssh/known_hosts",
    ),
    (
        r"Could not resolve host",
        "is at a host that has no address",
        "look for a typing error in the url, and at the network",
    ),
    (
        r"SSL certificate problem|certificate verif|server certificate",
        "has a certificate that is not trusted here",
        "set SSL_CERT_FILE to the certificates of your company",
    ),
    (
        r"transport '[^']*' not allowed|Unsupported protocol|Protocol \"?[^ ]*\"? (?:not supported|disabled)",
        "leads to a transport that is not allowed",
        "write the address to which it moved",
    ),
    (
        r"Repository not found|error: 404|repository '[^']*' not found|not (?:appear to be )?a git repository|does not exist|could not be found",
        "is not there, or may not be seen",
        "look for a typing error in the url; a private one needs a token that may read it",
    ),
    (
        r"couldn't find remote ref",
        "has no such branch any more",
        "take branch out to read the one that the server calls HEAD",
    ),
    (
        r"unable to update url base from redirection",
        "redirects to something that is no git repository",
        "write the address to which it moved",
    ),
    (
        (
            r"Connection |onnect to|Couldn't connect|unreachable|No route to host|unexpected disconnect|early EOF|RPC failed"
            r"|too slow|Empty reply|error: (?:429|5\d\d)|Could not read from remote repository|hung up"
        ),
        "cannot be reached",
        "try again later, or look at the network and the server",
    ),
    (
        r"No space left on device",
        "does not fit on this disk",
        "make room for the state folder",
    ),
)


def understood(error: ToolError, remote: Remote | None, folder: Path) -> GitError:
    """What a failure of git means, and what to do about it."""
    text = f"{error}\n{error.output}"
    for pattern, meaning, hint in _CAUSES:
        if re.search(pattern, text):
            if hint == _TOKEN and remote is not None and remote.token is not None:
                return GitError(
                    "refuses the token",
                    "give the token the right to read this repository, or a new one if it has expired",
                )
            if hint == _TOKEN and remote is not None and remote.transport == "http":
                hint = "use its https address, with a token"
            return GitError(meaning, hint)
    said = [
        line for line in error.output.splitlines() if re.match(r"(?:fatal|error|remote|ssh):", line)
    ] or error.output.splitlines()
    tail = scrub(said[-1] if said else "no message", remote, folder)[:300]
    return GitError(f"cannot be read: git {error.command[1]} says {tail!r}", known=False)
