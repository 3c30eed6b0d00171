"""Sources of the type ``git``: one repository, over https, ssh, or from a folder of this machine."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from callboard.config.model import GitSource
from callboard.model.forges import guess_forge, repository_name, web_url
from callboard.model.globs import select
from callboard.model.repository import ReadError, Repository, Stale
from callboard.sources.gitrun import GitError, Remote
from callboard.sources.kinds import Context, Found, Lost, SourceError
from callboard.sources.mirror import GitContent, Mirror, Snapshot
from callboard.store import fingerprint

DESCRIPTOR_LIMIT = 16 << 20
_SCP = re.compile(r"(?:[A-Za-z0-9._-]+@)?(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*):(?!:)(?P<path>.+)")
_HOST = re.compile(r"\[[0-9a-fA-F:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*")
_BRANCH = re.compile(
    r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)|/\.|/$|\.$))[^-/.\s~^:?*\[\\\x00-\x20\x7f][^\s~^:?*\[\\\x00-\x20\x7f]*"
)
_DOCS = re.compile(r"(?:(?P<folder>.*)/)?mkdocs\.ya?ml")
_TOKEN_HINT = 'take it out of url (and revoke it), and write token: "${GIT_TOKEN}" beside it'


class GitRepositories:
    """A mirror in the state folder, brought up to date by each build."""

    def describe(self, source: GitSource) -> str:
        return f"git {_without_credentials(source.url)}" + (f" ({source.branch})" if source.branch else "")

    def read(self, source: GitSource, id: str, context: Context) -> Sequence[Found | Lost]:
        remote = remote_of(source, context.folder)
        if source.branch and not _BRANCH.fullmatch(source.branch):
            raise SourceError(
                f"{source.branch!r} is no name of a branch",
                "write the branch as git branch shows it",
            )
        history = context.config.docs.enabled and context.config.docs.last_change
        mirror = Mirror(
            mirror_place(remote, source.branch, context.state, history=history),
            remote,
            context.git,
            history=history,
        )
        repository = _repository(source, remote, id)
        names = _names(source, repository, remote)
        patterns = source.descriptors if source.descriptors is not None else context.config.catalog.descriptors
        docs = context.config.docs.enabled

        def prefetch(content: GitContent) -> None:
            fetch_needed(content, patterns, docs=docs)

        untouched = bool(context.tools.only) and context.tools.only not in names
        stale, hint = None, ""
        try:
            snapshot, reused, content = mirror.refresh(source.branch, context.tools.now, prefetch, ask=not untouched)
        except GitError as error:
            last = mirror.last_good()
            if last is None:
                return [
                    Lost(
                        repository=repository,
                        names=names,
                        error=str(error),
                        hint=error.hint,
                    )
                ]
            snapshot, content = last
            reused, stale, hint = True, Stale(snapshot.read_at, str(error)), error.hint
        context.tools.progress(f"{'kept' if stale else 'unchanged' if reused else 'fetched'} {names[0]}")
        return [
            Found(
                repository=_with_snapshot(repository, snapshot, stale),
                names=names,
                content=content,
                patterns=patterns,
                identity=fingerprint(remote.url, source.branch),
                reused=reused,
                hint=hint,
            )
        ]


def mirror_place(remote: Remote, branch: str, state: Path, *, history: bool) -> Path:
    """Where the mirror lies: one for each address, branch and depth."""
    return state / "mirrors" / fingerprint(remote.url, branch, "history" if history else "shallow")[:32]


def _with_snapshot(repository: Repository, snapshot: Snapshot, stale: Stale | None) -> Repository:
    return replace(
        repository,
        branch=snapshot.branch,
        commit=snapshot.commit,
        committed_at=snapshot.committed_at,
        stale=stale,
    )


def _repository(source: GitSource, remote: Remote, id: str) -> Repository:
    url = web_url(remote.url, remote.forge) if remote.transport != "file" else ""
    return Repository(
        name="",
        source=id,
        url=url,
        forge=remote.forge,
        branch=source.branch,
        trusted=source.trusted,
    )


def _names(source: GitSource, repository: Repository, remote: Remote) -> tuple[str, ...]:
    if source.name:
        return (source.name,)
    if name := repository_name(repository.url):
        return (name, f"{urlsplit(repository.url).hostname}/{name}")
    place = Path(remote.url)
    name = place.name.removesuffix(".git") or place.parent.name
    return (name, f"{place.parent.name}/{name}")


def fetch_needed(content: GitContent, patterns: Sequence[str], *, docs: bool) -> None:
    """Fetch, in at most two calls, what the stages after this one read of nearly every repository. Raises GitError.

    First descriptors and links; then, if a descriptor speaks of documentation, what mkdocs would read.
    """
    names = content.names
    configs = [path for path in names if _DOCS.fullmatch(path)] if docs else []
    content.fetch((*select(patterns, names), *configs, *content.links))
    files = content.view.files
    descriptors = [files[path] for path in select(patterns, tuple(files))]
    content.fetch(descriptors)
    content.keep((*descriptors, *configs))
    if not docs or not any(_speaks_of_docs(content, path) for path in descriptors):
        return
    roots = {
        "",
        *((match["folder"] or "") for path in configs if (match := _DOCS.fullmatch(path))),
    }
    wanted = tuple(f"{root}/docs/" if root else "docs/" for root in sorted(roots))
    readme = {f"{root}/readme.md".lstrip("/") for root in roots}
    content.fetch([path for path in names if path.startswith(wanted) or path.lower() in readme])


def _speaks_of_docs(content: GitContent, path: str) -> bool:
    try:
        return b"backstage.io/techdocs-ref" in content.read(path, DESCRIPTOR_LIMIT)
    except ReadError:
        return False


def remote_of(source: GitSource, folder: Path) -> Remote:
    """Where *source* is fetched from. Raises SourceError where the address could do more than name a repository."""
    url = source.url.strip()
    if not url or url.startswith("-") or re.search(r"[\x00-\x20\x7f]", url):
        raise SourceError(
            "is no address of a repository",
            "write an https or ssh address, or a folder",
        )
    if re.match(r"[A-Za-z0-9+.-]+::", url):
        raise SourceError(
            f"has the transport {url.partition('::')[0]}::, which could run programs",
            "write an https or ssh address",
        )
    forge = source.forge or guess_forge(url)
    if "://" in url:
        return _by_scheme(url, source, forge, folder)
    if _SCP.fullmatch(url) and not (folder / url).exists():
        return Remote(url, "ssh", None, forge)
    return Remote(os.path.normpath(folder / url), "file", None, forge)


def _by_scheme(url: str, source: GitSource, forge: str, folder: Path) -> Remote:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SourceError("is no address of a repository", "look for a typing error in url") from None
    if parts.scheme == "file":
        if parts.netloc not in {"", "localhost"}:
            raise SourceError(
                "names a host, which file:// cannot reach",
                "write file:///folder, or the folder itself",
            )
        return Remote(os.path.normpath(parts.path), "file", None, forge)
    if parts.scheme not in {"https", "http", "ssh"}:
        raise SourceError(
            f"has the transport {parts.scheme}, which is neither https nor ssh",
            "write an https or ssh address",
        )
    if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        raise SourceError("holds credentials", _TOKEN_HINT)
    if parts.query or parts.fragment:
        raise SourceError(
            "has a ? or #, which no address of a repository has",
            "take it out; a token belongs into token",
        )
    host = parts.hostname or ""
    if not _HOST.fullmatch(f"[{host}]" if ":" in host else host) or (parts.username or "").startswith("-"):
        raise SourceError("has no usable host", "look for a typing error in url")
    if parts.scheme == "http" and source.token is not None and not _is_loopback(host):
        raise SourceError("would send the token unencrypted", "write https://")
    return Remote(url, parts.scheme, source.token if parts.scheme != "ssh" else None, forge)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _without_credentials(url: str) -> str:
    """*url* as it may be shown, whatever was written into it."""
    if "://" in url:
        try:
            parts = urlsplit(url)
            shown = SplitResult(parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "").geturl()
        except ValueError:
            return "(not an address)"
        return shown
    return re.sub(r"^[^@/\s]*:[^@/\s]*@", "", url)
