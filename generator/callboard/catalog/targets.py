"""Where an address in a descriptor leads: to a path of its own repository, or nowhere.

Targets of Locations and placeholders are resolved as Backstage resolves them against the web address of the file
(``defaultScmResolveUrl``): relative ones like links, ``/`` from the root of the repository. What leads out of the
repository, however it is encoded, is refused (CVE-2026-29185, CVE-2026-106498).
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import quote, unquote, urlsplit

import ada_url

from callboard.model.forges import parse_blob_url
from callboard.model.repository import Repository

_ROOT = "https://repository.invalid/root/"
_DOTS = frozenset({".", ".."})
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class BadTarget(ValueError):
    """The target leads to no file of the repository; the message says why, *hint* what to write."""

    def __init__(self, message: str, hint: str = "write a path of this repository, such as ./openapi.yaml") -> None:
        super().__init__(message)
        self.hint = hint


def is_url(text: str) -> bool:
    """Whether *text* is an absolute address as JavaScript's ``new URL`` takes it: any scheme."""
    try:
        return bool(ada_url.check_url(text))
    except UnicodeEncodeError:
        return False


def resolve(target: str, *, base: str, repository: Repository) -> str:
    """The path in *repository* that *target* leads to, as written in the file *base*. Raises BadTarget.

    Glob characters stay as they are. A folder ends with ``/``.
    """
    if "\x00" in target or any(0xD800 <= ord(character) <= 0xDFFF for character in target):
        raise BadTarget(f"{_short(target)} holds a character that no path has")
    if is_url(target):
        return _within(target, repository)
    if target.startswith("/"):
        address = _ROOT.rstrip("/") + quote(re.sub(r"/+", "/", target.replace("\\", "/")), safe="/%")
        return _decoded(_below_root(address, target, ""), target)
    return _decoded(_below_root(target, target, quote(base)), target)


def _below_root(address: str, target: str, base: str) -> str:
    try:
        joined = str(ada_url.join_url(f"{_ROOT}{base}", address))
    except (ValueError, UnicodeEncodeError):
        raise BadTarget(f"{_short(target)} is not an address") from None
    path = re.split(r"[?#]", joined, maxsplit=1)[0]
    if not path.startswith(_ROOT):
        raise BadTarget(f"{_short(target)} leads out of the repository")
    return path[len(_ROOT) :]


def _decoded(path: str, target: str) -> str:
    """*path* without percent-encoding. What is encoded twice may hide dots: that is refused as Backstage refuses it."""
    decoded, once = path, unquote(path)
    while (again := unquote(decoded)) != decoded:
        decoded = again
    parts = decoded.replace("\\", "/").split("/")
    if any(part in _DOTS for part in parts) or "\x00" in decoded or any(part in _DOTS for part in once.split("/")):
        raise BadTarget(f"{_short(target)} leads out of the repository")
    kept = posixpath.normpath(once) if once else ""
    if kept.startswith("/") or kept in _DOTS:
        kept = kept.lstrip("/") if kept not in _DOTS else ""
    return f"{kept}/" if once.endswith("/") and kept else kept


def _within(target: str, repository: Repository) -> str:
    """The path in *repository* that the absolute address *target* is of. Raises BadTarget."""
    address = parse_blob_url(target, filter(None, (repository.branch, repository.commit)))
    if address is None:
        raise BadTarget(f"{_short(target)} is not the address of a file")
    if _host(target) != _host(repository.url):  # raw.githubusercontent.com is another place than github.com
        raise BadTarget(f"{_short(target)} is not in the repository of this file")
    if not repository.url or address.repository_url.lower() != repository.url.rstrip("/").lower():
        raise BadTarget(f"{_short(target)} is not in the repository of this file")
    if repository.branch and address.ref not in (repository.branch, repository.commit, "HEAD", ""):
        raise BadTarget(f"{_short(target)} is on another branch than this file")
    prefix = f"{repository.prefix}/" if repository.prefix else ""
    if not address.path.startswith(prefix):
        raise BadTarget(f"{_short(target)} is in a part of the repository that is not read here")
    return address.path.removeprefix(prefix)


def _host(url: str) -> str:
    try:
        return (urlsplit(url.strip()).hostname or "").lower()
    except ValueError:
        return ""


def has_scheme(text: str) -> bool:
    return _SCHEME.match(text) is not None


def _short(text: str) -> str:
    return repr(text if len(text) <= 100 else f"{text[:97]}...")
