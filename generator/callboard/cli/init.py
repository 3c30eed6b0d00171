"""``callboard init``: the files that a portal's repository needs, and what to look at before they are used.

The workflow installs what this Callboard was itself installed from, by commit or by hash (PEP 610 tells which): a bare name
could be registered by somebody else. Where that is not known, the workflow refuses to run until its owner has said it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from callboard import __version__, resources
from callboard.config.settings import json_schema
from callboard.diagnostics import CallboardError

ACTIONS: Mapping[str, tuple[str, str]] = {
    "cache": ("27d5ce7f107fe9357f9df03efb73ab90386fccae", "v5.0.5"),
    "checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "create-github-app-token": ("1b10c78c7865c340bc4f6099eb2f838309f1e8c3", "v3.1.1"),
    "deploy-pages": ("cd2ce8fcbc39b97be8ca5fce6e763baed58fa128", "v5.0.0"),
    "setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "upload-pages-artifact": ("fc324d3547104276b827a68afc52ff2a11cc49c9", "v5.0.0"),
}
"""GitHub's own actions that the workflow uses: the commit, and the release that it is."""

CONFIG = "site_config.yml"
WORKFLOW = ".github/workflows/portal.yml"
PINS = ".github/callboard"
INSTALLED = f"{PINS}/callboard.txt"
SCHEMA = f"{PINS}/site_config.schema.json"

_STARTER = Path(__file__).with_name("starter")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PLAIN = re.compile(r"[\w.~:/@%+\-]+", re.ASCII)
"""What an address may consist of, so that it is one word for pip, for a shell and for YAML."""
_BRANCH = re.compile(r"[\w.\-/]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """What this Callboard was installed from."""

    requirement: str
    """A line for pip that names it by commit or hash, or empty where none can be written."""
    built: bool = True
    """Whether pip builds it from sources, so that what it is built with must be installed as well."""
    why: str = ""
    """Why there is no requirement."""


def origin(direct_url: Mapping[str, Any] | None) -> Origin:
    """Where an installation with this ``direct_url.json`` came from; None if it has no such file."""
    if direct_url is None:
        return Origin("", why=f"Callboard {__version__} was installed from a package index, which records no hash")
    if "dir_info" in direct_url:
        return Origin("", why="Callboard was installed from a folder of this machine")
    url = _address(str(direct_url.get("url", "")))
    inside = str(direct_url.get("subdirectory", ""))
    tail = f"#subdirectory={inside}" if inside else ""
    if inside and not _PLAIN.fullmatch(inside):
        return Origin("", why="Callboard was installed from a folder with an unusual name")
    if vcs := direct_url.get("vcs_info"):
        commit = str(vcs.get("commit_id", ""))
        if vcs.get("vcs") == "git" and url.startswith(("https://", "ssh://")) and _COMMIT.fullmatch(commit):
            return Origin(f"callboard @ git+{url}@{commit}{tail}")
        return Origin("", why="Callboard was installed from a repository that a workflow cannot read by commit")
    if archive := direct_url.get("archive_info"):
        digest = str((archive.get("hashes") or {}).get("sha256") or str(archive.get("hash", "")).removeprefix("sha256="))
        if url.startswith("https://") and _SHA256.fullmatch(digest):
            return Origin(f"callboard @ {url}{tail} --hash=sha256:{digest}", built=not url.endswith(".whl"))
        return Origin("", why="Callboard was installed from a file that no https address or no sha256 is recorded of")
    return Origin("", why="it is not recorded what Callboard was installed from")


def _address(url: str) -> str:
    """*url* without credentials, or empty where it is unusual. The user of ssh is part of the address."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2] if parts.scheme != "ssh" else re.sub(r":[^@]*@", "@", parts.netloc)
    clean = urlunsplit((parts.scheme, host, parts.path, "", ""))
    return clean if _PLAIN.fullmatch(clean) else ""


def starter_files(source: Origin, *, branch: str, minute: int, dependencies: str, build_dependencies: str) -> Mapping[str, str]:
    """What is written, by path. *branch* is the default branch; the two locks are those of this Callboard."""
    workflow = (_STARTER / "portal.yml").read_text("utf-8")
    for name, (commit, release) in ACTIONS.items():
        workflow = workflow.replace(f"@{name}@", f"actions/{name}@{commit} # {release}")
    workflow = workflow.replace("@MINUTE@", str(minute)).replace("@BRANCH@", json.dumps(branch))
    lock = dependencies
    if source.built:
        # One file, so that pip sees all hashes at once; pins that both locks have are the same.
        lock = _joined(dependencies, build_dependencies)
    return {
        CONFIG: (_STARTER / "site_config.yml").read_text("utf-8"),
        WORKFLOW: workflow,
        INSTALLED: _installed(source),
        f"{PINS}/requirements.lock": lock,
        SCHEMA: json.dumps(json_schema(), indent=2) + "\n",
    }


def _joined(*locks: str) -> str:
    """The entries of every lock, each once, by name."""
    entries = {entry.partition("==")[0]: entry for lock in locks for entry in re.split(r"\n(?=\S)", lock.rstrip("\n"))}
    return "\n".join(entries[name] for name in sorted(entries)) + "\n"


def _installed(source: Origin) -> str:
    if source.requirement:
        return f"# The Callboard that builds the portal. To take a newer one, install it and run callboard init in an empty folder.\n{source.requirement}\n"
    return (
        f"# COMPLETE THIS: {source.why},\n"
        "# so it is not known where a workflow can get this one. Until one of these lines is here without its comment mark, and with your\n"
        "# own values, the workflow refuses to run. Name a commit or a hash: a bare name could be registered by somebody else.\n"
        "# callboard @ git+https://HOST/OWNER/callboard.git@COMMIT\n"
        "# callboard @ https://HOST/callboard-VERSION-py3-none-any.whl --hash=sha256:HASH\n"
        f"# callboard=={__version__} --hash=sha256:HASH\n"
    )


def _direct_url() -> Mapping[str, Any] | None:
    """PEP 610's record of this installation."""
    try:
        text = metadata.distribution("callboard").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return {}
    return json.loads(text) if text else None


def default_branch(folder: Path) -> str:
    """The branch that git's server calls its HEAD, else the one that is checked out, else ``main``."""
    for name in ("refs/remotes/origin/HEAD", "HEAD"):
        try:
            reference = (folder / ".git" / name).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            continue
        branch = re.sub(r"^ref: refs/(?:heads|remotes/origin)/", "", reference)
        if branch != reference and _BRANCH.fullmatch(branch):
            return branch
    return "main"


def quiet_minute(name: str) -> int:
    """An odd minute away from the full hour, when everybody's schedules start; not the same for every portal."""
    return 7 + 2 * (hashlib.sha256(name.encode()).digest()[0] % 23)


def init(folder: Path) -> Iterable[str]:
    """Write what is not there into *folder*, and yield what there is to say. Raises CallboardError if it cannot be written."""
    source = origin(_direct_url())
    place = folder.resolve()
    files = starter_files(
        source,
        branch=default_branch(folder),
        minute=quiet_minute(place.name),
        dependencies=(resources.root() / "requirements.lock").read_text("utf-8"),
        build_dependencies=(resources.root() / "requirements-build.lock").read_text("utf-8"),
    )
    written = set()
    for path, text in files.items():
        if _write(folder / path, text):
            written.add(path)
            yield f"wrote {folder / path}"
        else:
            yield f"left {folder / path} as it is"
    yield from _advice(place, source, written)


def _write(path: Path, text: str) -> bool:
    """Write *path* if it is not there; whether it was written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise CallboardError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error
    return True


def _advice(place: Path, source: Origin, written: set[str]) -> Iterator[str]:
    yield ""
    yield "next: name your repositories in site_config.yml, then run callboard build and callboard serve"
    yield "keep .callboard/ and site/ out of git: add them to .gitignore"
    if INSTALLED in written and not source.requirement:
        yield f"warning: complete {INSTALLED}: {source.why}; the workflow refuses to run until then"
    if WORKFLOW in written:
        if not (place / ".git").exists() and any((parent / ".git").exists() for parent in place.parents):
            yield "warning: GitHub reads workflows at the repository's root only: move .github there, and give the build --config"
        yield "warning: everybody who can open the portal can read all of it, and the Pages site of a private repository is public"
        yield "  unless your plan has access control for Pages and it is switched on: look at Settings, Pages before the first run"
