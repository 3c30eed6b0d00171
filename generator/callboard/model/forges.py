"""How the web pages of code hosts are addressed: one table, and functions that read it.

Addresses of files in a repository are written and understood here and nowhere else. What is written holds no
credentials, and every part of it is escaped. Where Backstage has an opinion (``@backstage/integration``: view, edit and
source-location of each host), the addresses are the ones that it would make.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from callboard.model.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Forge:
    """How one kind of code host writes addresses, with ``{url}``, ``{ref}``, ``{path}``, ``{line}``, ``{next}``,
    ``{project}``, ``{title}`` and ``{body}`` to be filled in. An empty form means that the host has no such page."""

    title: str
    view: str
    edit: str
    raw: str
    folder: str
    line: str
    """What is appended to *view* for a line."""
    issue: str
    branch: str = "{ref}"
    """How a branch is written as *ref*."""
    commit: str = "{ref}"
    token_user: str = "x-access-token"
    """The user name that goes with an access token over https."""


_GITEA = Forge(
    title="Gitea",
    view="{url}/src/{ref}/{path}",
    edit="{url}/_edit/{branch}/{path}",
    raw="{url}/raw/{ref}/{path}",
    folder="{url}/src/{ref}/{path}",
    line="#L{line}",
    issue="{url}/issues/new?title={title}&body={body}",
    branch="branch/{ref}",
    commit="commit/{ref}",
)

_FORGES = {
    "github": Forge(
        title="GitHub",
        view="{url}/blob/{ref}/{path}",
        edit="{url}/edit/{ref}/{path}",
        raw="{url}/raw/{ref}/{path}",
        folder="{url}/tree/{ref}/{path}",
        line="#L{line}",
        issue="{url}/issues/new?title={title}&body={body}",
    ),
    "gitlab": Forge(
        title="GitLab",
        view="{url}/-/blob/{ref}/{path}",
        edit="{url}/-/edit/{ref}/{path}",
        raw="{url}/-/raw/{ref}/{path}",
        folder="{url}/-/tree/{ref}/{path}",
        line="#L{line}",
        issue="{url}/-/issues/new?issue[title]={title}&issue[description]={body}",
        token_user="oauth2",
    ),
    "bitbucket": Forge(
        title="Bitbucket",
        view="{url}/src/{ref}/{path}",
        edit="{url}/src/{ref}/{path}?mode=edit&at={query_ref}",
        raw="{url}/raw/{ref}/{path}",
        folder="{url}/src/{ref}/{path}",
        line="#lines-{line}",
        issue="",
        token_user="x-token-auth",
    ),
    "bitbucketServer": Forge(
        title="Bitbucket Data Center",
        view="{url}/browse/{path}?at={query_ref}",
        edit="{url}/browse/{path}",
        raw="{url}/raw/{path}?at={query_ref}",
        folder="{url}/browse/{path}?at={query_ref}",
        line="#{line}",
        issue="",
        token_user="x-token-auth",
    ),
    "gitea": _GITEA,
    "forgejo": _GITEA,
    "azure": Forge(
        title="Azure DevOps",
        view="{url}?path={query_path}&version={query_ref}",
        edit="{url}?path={query_path}&version={query_ref}",
        raw="",
        folder="{url}?path={query_path}&version={query_ref}",
        line="&line={line}&lineEnd={next}&lineStartColumn=1&lineEndColumn=1",
        issue="{project}/_workitems/create/Task?[System.Title]={title}&[System.Description]={body}",
        branch="GB{ref}",
        commit="GC{ref}",
    ),
    "harness": Forge(
        title="Harness Code",
        view="{url}/files/{ref}/~/{path}",
        edit="{url}/files/{ref}/~/{path}",
        raw="",
        folder="{url}/files/{ref}/~/{path}",
        line="",
        issue="",
    ),
}
FORGES: Mapping[str, Forge] = MappingProxyType(_FORGES)
"""Every kind of code host by the word that the configuration uses."""

ISSUE_LIMIT = 8000
"""Longest address of a new issue; GitHub answers longer ones with an error."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What no path has: an address that holds it, however encoded, was made to look like something else."""
_PATH_SAFE = "/!$&'()*+,;=:@"
"""What stays as it is in a path, so that addresses look as the host itself writes them (WHATWG URL)."""


def _fill(form: str, repository: Repository, path: str, *, folder: bool = False) -> str:
    """*form* filled for *path*; empty where the host is not known or the path is none."""
    forge = FORGES.get(repository.forge)
    if forge is None or not form or not repository.url:
        return ""
    full = posixpath.join(repository.prefix, path.strip("/")) if path.strip("/") else repository.prefix
    if any(part in {".", ".."} for part in full.split("/")):
        return ""
    if folder:
        full = f"{full}/" if full else ""
    name = repository.branch or repository.commit or "HEAD"
    written = (forge.commit if not repository.branch and repository.commit else forge.branch).format(ref=name)
    return form.format(
        url=repository.url.rstrip("/"),
        ref=quote(written, safe=_PATH_SAFE),
        branch=quote(name, safe=_PATH_SAFE),
        query_ref=quote(written, safe="/"),
        path=quote(full, safe=_PATH_SAFE),
        query_path=quote(f"/{full}", safe=""),
    )


def view_url(repository: Repository, path: str, line: int = 0) -> str:
    """The page that shows *path*, at *line* where that is not 0. Empty where there is none."""
    forge = FORGES.get(repository.forge)
    if forge is None:
        return ""
    address = _fill(forge.view, repository, path)
    return address + forge.line.format(line=line, next=line + 1) if address and line > 0 else address


def edit_url(repository: Repository, path: str) -> str:
    """The page that edits *path*. Empty where there is none, and where a commit and no branch was read."""
    forge = FORGES.get(repository.forge)
    if forge is None or (repository.commit and not repository.branch):
        return ""
    return _fill(forge.edit, repository, path)


def raw_url(repository: Repository, path: str) -> str:
    """Where *path* is downloaded. Empty where there is no such address."""
    forge = FORGES.get(repository.forge)
    return _fill(forge.raw, repository, path) if forge else ""


def tree_url(repository: Repository, path: str = "") -> str:
    """The page of the folder *path*, with a final ``/`` as in ``backstage.io/source-location`` (backstage.md 1.5)."""
    forge = FORGES.get(repository.forge)
    return _fill(forge.folder, repository, path, folder=True) if forge else ""


def issue_url(repository: Repository, title: str, body: str) -> str:
    """The page that opens an issue, filled in. A long *body* is cut; empty where there is no such page."""
    forge = FORGES.get(repository.forge)
    if forge is None or not forge.issue or not repository.url:
        return ""
    url = repository.url.rstrip("/")
    head = forge.issue.format(url=url, project=_project(url), title=quote(title[:200], safe=""), body="")
    room = ISSUE_LIMIT - len(head)
    written = quote(body, safe="")
    if len(written) > room:
        cut = body.encode()[: room // 3].decode(errors="ignore")  # a byte becomes three characters at most
        written = quote(cut, safe="")
    return head + written


def _project(url: str) -> str:
    """The project that the Azure DevOps repository at *url* is in; a repository alone in its project has its name."""
    before, _, name = url.partition("/_git/")
    parts = urlsplit(before)
    organised = parts.path.strip("/").count("/") if parts.hostname == "dev.azure.com" else len(parts.path.strip("/")) > 0
    return before if organised else f"{before}/{name}"


class BlobAddress(NamedTuple):
    """What the address of a file or folder in a repository says."""

    repository_url: str
    """The web address of the repository, as :attr:`Repository.url` has it."""
    ref: str
    """Branch, tag or commit; empty where the address names none."""
    path: str
    """Relative to the repository's root; a final ``/`` is kept."""


def _decoded_path(text: str) -> str | None:
    """*text* without percent encoding, or None where it would leave the repository however often it is decoded
    (CVE-2026-29185)."""
    path = unquote(text)
    seen, previous = path, text
    while seen != previous:
        if any(part in {".", ".."} for part in re.split(r"[/\\]", seen)) or _CONTROL.search(seen):
            return None
        seen, previous = unquote(seen), seen
    return None if any(part in {".", ".."} for part in path.split("/")) or _CONTROL.search(path) else path.lstrip("/")


def _split_ref(text: str, known: Iterable[str]) -> tuple[str, str]:
    """Divide ``ref/path``: the longest of the *known* refs that fits, else the first segment."""
    for ref in sorted(known, key=len, reverse=True):
        if ref and (text == ref or text.startswith(f"{ref}/")):
            return ref, text[len(ref) + 1 :]
    ref, _, path = text.partition("/")
    return ref, path


_MARKED = (
    # GitLab projects may lie in any number of groups, its marker is unmistakable
    re.compile(r"(?P<repo>/.+?)/-/(?:blob|tree|raw|edit|blame)/(?P<rest>.+)"),
    re.compile(r"(?P<repo>/ng/account/.+?/repos/[^/]+)/(?:files|edit)/(?P<ref>.+?)/~(?:/(?P<path>.*))?"),
    re.compile(r"(?P<repo>/[^/]+/[^/]+)/(?:src|raw|_edit)/(?:branch|tag|commit)/(?P<rest>.+)"),
    re.compile(r"(?P<repo>/[^/]+/[^/]+)/(?:blob|tree|raw|edit|blame|src|_edit)/(?P<rest>.+)"),
    re.compile(r"(?P<repo>/.+?)/(?:blob|tree)/(?P<rest>.+)"),  # GitLab of before 2020
)
_SERVER = re.compile(r"(?P<repo>/.*?(?:projects|users)/[^/]+/repos/[^/]+)/(?:browse|raw)(?:/(?P<path>.*))?")
_RAW_GITHUB = re.compile(r"(?P<repo>/[^/]+/[^/]+)/(?:refs/heads/)?(?P<rest>.+)")


def parse_blob_url(url: str, known_refs: Iterable[str] = ()) -> BlobAddress | None:
    """Read the address of a file or folder of any host in the table; None where it is not one.

    A ref with slashes is recognised where it is one of *known_refs* (the branches of configured repositories);
    otherwise the ref is one segment, as in Backstage. Credentials in the address are dropped.
    """
    parts = _web_parts(url)
    if parts is None:
        return None
    base = _base(parts)
    query = parse_qs(parts.query)
    if "/_git/" in parts.path:
        return _parse_azure(parts.path, query, base)
    if match := _SERVER.fullmatch(parts.path):
        path = _decoded_path(match["path"] or "")
        ref = query.get("at", [""])[0].removeprefix("refs/heads/")
        return None if path is None else BlobAddress(base + _requote(match["repo"]), ref, path)
    if parts.hostname == "raw.githubusercontent.com":
        return _parsed(_RAW_GITHUB.fullmatch(parts.path), "https://github.com", known_refs)
    for form in _MARKED:
        if match := form.fullmatch(parts.path):
            return _parsed(match, base, known_refs)
    return None


def _parsed(match: re.Match[str] | None, base: str, known_refs: Iterable[str]) -> BlobAddress | None:
    if match is None:
        return None
    groups = match.groupdict()
    if "rest" in groups:
        text = _decoded_path(groups["rest"])
        if text is None:
            return None
        ref, path = _split_ref(text, known_refs)
    else:
        ref = unquote(groups["ref"])
        decoded = _decoded_path(groups["path"] or "")
        if decoded is None:
            return None
        path = decoded
    if _decoded_path(groups["repo"].removeprefix("/")) is None:
        return None
    return BlobAddress(base + _requote(groups["repo"]), ref, path)


def _parse_azure(path: str, query: Mapping[str, list[str]], base: str) -> BlobAddress | None:
    repo = re.fullmatch(r"(/.*/_git/[^/]+|/_git/[^/]+)/?", path)
    inside = _decoded_path(quote(query.get("path", [""])[0]))
    if repo is None or inside is None or "path" not in query:
        return None
    version = query.get("version", [""])[0]
    return BlobAddress(
        base + _requote(repo[1]),
        version[2:] if version[:2] in {"GB", "GT", "GC"} else "",
        inside,
    )


_HOSTS = {
    "github.com": "github",
    "gitlab.com": "gitlab",
    "bitbucket.org": "bitbucket",
    "dev.azure.com": "azure",
    "ssh.dev.azure.com": "azure",
    "codeberg.org": "gitea",
    "gitea.com": "gitea",
    "git.harness.io": "harness",
    "app.harness.io": "harness",
}
_SUFFIXES = {".ghe.com": "github", ".visualstudio.com": "azure"}
_LABELS = {
    "github": "github",
    "gitlab": "gitlab",
    "gitea": "gitea",
    "forgejo": "forgejo",
    "bitbucket": "bitbucketServer",
    "stash": "bitbucketServer",
}


def guess_forge(url: str) -> str:
    """The key of :data:`FORGES` that a web or clone address suggests, or empty: known hosts, then telling names."""
    host, path = _host_and_path(url)
    if host in _HOSTS:
        return _HOSTS[host]
    for suffix, forge in _SUFFIXES.items():
        if host.endswith(suffix):
            return forge
    for label in host.split("."):
        if label in _LABELS:
            return _LABELS[label]
    if re.match(r"/?(?:scm/|(?:projects|users)/[^/]+/repos/)", path):
        return "bitbucketServer"
    return ""


_SCP = re.compile(r"(?:(?P<user>[^@:/\s]+)@)?(?P<host>\[[0-9a-fA-F:.]+\]|[^@:/\s]+):(?P<path>(?!//).+)")
_HOST = re.compile(r"\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SSH_ONLY_HOSTS = {
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}
_CLONE_SCHEMES = frozenset({"http", "https", "ssh", "git", "git+ssh", "ssh+git"})


def _host_and_path(url: str) -> tuple[str, str]:
    """Host (lower case, without port) and path of a web address or of any way to write a clone address."""
    if "://" in url:
        try:
            parts = urlsplit(url)
            return (parts.hostname or "").lower(), parts.path
        except ValueError:
            return "", ""
    match = _SCP.fullmatch(url)
    return (match["host"].lower(), f"/{match['path'].lstrip('/')}") if match else ("", "")


def web_url(clone_url: str, forge: str = "") -> str:
    """The web address of the repository that is cloned from *clone_url*; empty where it has none.

    Understands https, ssh and ``user@host:path``. User names, passwords, queries and ``.git`` are dropped, a port is
    kept where it is the web's. *forge* decides where the host does not tell (Bitbucket Data Center).
    """
    text = clone_url.strip()
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return ""
    scheme, port = "https", ""
    if "://" in text:
        try:
            parts = urlsplit(text)
            number = parts.port
        except ValueError:
            return ""
        if parts.scheme not in _CLONE_SCHEMES:
            return ""
        user = parts.username or ""
        if parts.scheme in {"http", "https"}:
            scheme = parts.scheme
            if number not in {None, {"http": 80, "https": 443}[scheme]}:
                port = f":{number}"
    else:
        match = _SCP.fullmatch(text)
        if match is None or match["path"].startswith(":") or not (match["user"] or "." in match["host"]):
            return ""
        user = match["user"] or ""
    host, path = _host_and_path(text)
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    if not _HOST.fullmatch(host):
        return ""
    host = _SSH_ONLY_HOSTS.get(host, host)
    path = unquote(path).strip("/").removesuffix(".git").rstrip("/")
    if not path or _CONTROL.search(path) or any(part in {"", ".", ".."} for part in path.split("/")):
        return ""
    host, path = _web_place(host, path, user, forge or guess_forge(text))
    return f"{scheme}://{host}{port}/{quote(path, safe=_PATH_SAFE)}"


def _web_place(host: str, path: str, user: str, forge: str) -> tuple[str, str]:
    """Where the web pages are, for hosts that clone from another place than they show."""
    segments = path.split("/")
    if forge == "azure" and segments[0] == "v3" and len(segments) == 4:
        _, organization, project, name = segments
        if host == "vs-ssh.visualstudio.com":
            return f"{organization}.visualstudio.com", f"{project}/_git/{name}"
        return "dev.azure.com", f"{organization}/{project}/_git/{name}"
    if forge == "bitbucketServer" and "repos" not in segments:
        if "scm" in segments:
            segments = segments[: segments.index("scm")] + segments[segments.index("scm") + 1 :]
        if len(segments) >= 2:
            *context, owner, name = segments
            kind = f"users/{owner[1:]}" if owner.startswith("~") else f"projects/{owner}"
            return host, "/".join((*context, kind, "repos", name))
    if forge == "harness" and host == "git.harness.io" and 2 <= len(segments) <= 4:
        account, *scopes, name = segments
        words = [f"{word}/{scope}" for word, scope in zip(("orgs", "projects"), scopes, strict=False)]
        return "app.harness.io", "/".join(("ng/account", account, "module/code", *words, "repos", name))
    return host, path


def repository_name(url: str) -> str:
    """What people call the repository at the web address *url*: ``owner/name``, with every group where there are
    more. Empty where the address has no path."""
    parts = _web_parts(url)
    if parts is None:
        return ""
    path = unquote(parts.path).strip("/")
    if match := re.fullmatch(r"(?:.*/)?(projects|users)/([^/]+)/repos/([^/]+)", path):
        if account := re.match(r"ng/account/[^/]+/module/code/(?:orgs/([^/]+)/)?", path):
            return "/".join(part for part in (account[1], match[2], match[3]) if part)
        return f"{'~' if match[1] == 'users' else ''}{match[2]}/{match[3]}"
    return "/".join(part for part in path.split("/") if part not in {"", "_git"})


def _web_parts(url: str) -> SplitResult | None:
    """The parts of an http(s) address, or None."""
    if any(ord(char) < 33 or ord(char) == 127 for char in url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname and _HOST.fullmatch(_bare(parts)) else None


def _bare(parts: SplitResult) -> str:
    """The host as it stands in an address, without user and port."""
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host


def _base(parts: SplitResult) -> str:
    return f"{parts.scheme}://{_bare(parts)}{f':{parts.port}' if parts.port else ''}"


def _requote(path: str) -> str:
    """*path* with one way of escaping, so that equal places are equal texts."""
    return quote(unquote(path), safe=_PATH_SAFE).removesuffix(".git")
