"""A git repository kept in the state folder: commits and folders whole, contents of files only where needed.

There is no work tree, so that nothing is ever checked out: no filter, hook, submodule or link of a repository has
anything to act on. Contents come through ``git cat-file``, and are fetched many at a time.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from callboard.model.repository import Change, ReadError
from callboard.sources.checkout import Problem, usable_name
from callboard.sources.disk import too_large, unusable_names
from callboard.sources.gitrun import FETCH_TIMEOUT, LIST_TIMEOUT, Git, GitError, Remote
from callboard.sources.history import ARGUMENTS, History
from callboard.sources.links import View, follow_links

CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
"""All that a mirror's own configuration ever holds: address, token and filter come with each call."""
NEXT, GOOD = "refs/callboard/next", "refs/callboard/good"
BATCH = 5_000
"""How many contents are asked for at once."""
MEMORY = 32 << 20
"""How many bytes of contents are held at once."""
KEPT = 64 << 10
"""Contents up to this size stay in memory once they were read."""
PACKS = 40
NOTHING: Mapping[str, str] = MappingProxyType({})
NEIGHBOURS = 200
TEXTS = (".yaml", ".yml", ".json", ".graphql", ".graphqls", ".proto", ".md")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The last good state of a mirror."""

    commit: str
    branch: str
    committed_at: dt.datetime
    read_at: dt.datetime

    def to_json(self) -> str:
        return json.dumps(
            {
                "commit": self.commit,
                "branch": self.branch,
                "committed_at": self.committed_at.isoformat(),
                "read_at": self.read_at.isoformat(),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Snapshot:
        """Raises ValueError or KeyError."""
        data = json.loads(text)
        times = (dt.datetime.fromisoformat(data[name]) for name in ("committed_at", "read_at"))
        return cls(str(data["commit"]), str(data["branch"]), *times)


class Mirror:
    """One repository in the folder *place*, at one branch. Used by one thread until it is read."""

    def __init__(self, place: Path, remote: Remote, git: Git, *, history: bool) -> None:
        self.place = place
        self.remote = remote
        self.git = git
        self.history = history
        self.offline = False
        """Whether the server is left alone: it failed, and asking it again for every file would take all night."""

    @property
    def snapshot(self) -> Snapshot | None:
        """What the last good refresh left, or None."""
        try:
            return Snapshot.from_json((self.place / "callboard.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def last_good(self) -> tuple[Snapshot, GitContent] | None:
        """The last good state, for reading without the server, or None where there is none that can be read."""
        snapshot = self.snapshot
        if snapshot is None:
            return None
        self.offline = True
        try:
            return snapshot, GitContent(self, snapshot.commit)
        except GitError:
            return None

    def refresh(
        self,
        branch: str,
        now: dt.datetime,
        prefetch: Callable[[GitContent], None],
        *,
        ask: bool = True,
    ) -> tuple[Snapshot, bool, GitContent]:
        """Bring the mirror up to date: its state, whether that is the one of the last time, and its content.

        *prefetch* is given the content and fetches what will be needed, so that a snapshot is whole or is not one.
        Without *ask* the server is only asked where there is no snapshot. A mirror in which git finds something that
        is nobody's fault is made anew, once. Raises GitError.
        """
        with self._alone():
            return self._refresh_or_renew(branch, now, prefetch, ask)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads and other builds off this mirror."""
        locks = self.place.parent.with_name("locks")
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / self.place.name).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _refresh_or_renew(
        self, branch: str, now: dt.datetime, prefetch: Callable[[GitContent], None], ask: bool
    ) -> tuple[Snapshot, bool, GitContent]:
        existed = (self.place / "HEAD").is_file()
        try:
            return self._refresh(branch, now, prefetch, ask)
        except GitError as error:
            if error.known or not existed:
                raise
        aside = self.place.with_name(f"{self.place.name}.aside")
        shutil.rmtree(aside, ignore_errors=True)
        os.rename(self.place, aside)
        try:
            renewed = self._refresh(branch, now, prefetch, ask)
        except GitError:
            shutil.rmtree(self.place, ignore_errors=True)
            os.rename(aside, self.place)
            raise
        shutil.rmtree(aside, ignore_errors=True)
        return renewed

    def _refresh(
        self,
        branch: str,
        now: dt.datetime,
        prefetch: Callable[[GitContent], None],
        ask: bool,
    ) -> tuple[Snapshot, bool, GitContent]:
        self._prepare()
        old = self.snapshot
        name, commit = self._ask(branch) if ask or old is None else (old.branch, old.commit)
        if old is not None and old.commit == commit and old.branch == name:
            content = GitContent(self, commit)
            prefetch(content)  # costs nothing, unless the configuration asks for other files than before
            self._save(replace(old, read_at=now if ask else old.read_at))
            return old, True, content
        source = f"refs/heads/{name}" if name else "HEAD"
        depth = () if self.history else ("--depth=1",)
        self._fetch(*depth, "origin", f"+{source}:{NEXT}")
        commit, _, seconds = (
            self.git.run(self.place, "log", "-1", "--format=%H %ct", NEXT).decode().strip().partition(" ")
        )
        new = Snapshot(commit, name, dt.datetime.fromtimestamp(int(seconds), dt.UTC), now)
        content = GitContent(self, commit)
        prefetch(content)
        self.git.run(self.place, "update-ref", GOOD, commit)
        self._save(new)
        self._tidy()
        return new, False, content

    def _save(self, snapshot: Snapshot) -> None:
        staged = self.place / "callboard.json.new"
        staged.write_text(snapshot.to_json(), encoding="utf-8")
        staged.replace(self.place / "callboard.json")

    def _prepare(self) -> None:
        if (self.place / "HEAD").is_file():
            # the state folder may come out of somebody's cache: nothing in it decides what git runs
            (self.place / "config").write_text(CONFIG, encoding="utf-8")
            return
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix="making-", dir=self.place.parent))
        for folder in ("objects/info", "objects/pack", "refs"):
            (staging / folder).mkdir(parents=True)
        (staging / "config").write_text(CONFIG, encoding="utf-8")
        (staging / "HEAD").write_text("ref: refs/callboard/nothing\n", encoding="utf-8")
        os.rename(staging, self.place)

    def _ask(self, branch: str) -> tuple[str, str]:
        """Branch and commit at the server, in one round trip."""
        wanted = f"refs/heads/{branch}" if branch else "HEAD"
        output = self.git.run(
            self.place,
            "ls-remote",
            "--symref",
            "origin",
            wanted,
            remote=self.remote,
            timeout=LIST_TIMEOUT,
        ).decode(errors="replace")
        commit = re.search(rf"^([0-9a-f]{{40,64}})\t{re.escape(wanted)}$", output, re.MULTILINE)
        if commit is None:
            if branch:
                raise GitError(
                    f"has no branch {branch}",
                    "take branch out to read the one that the server calls HEAD",
                )
            raise GitError(
                "is empty, or its HEAD names a branch that is not there", "push a first commit, or set branch"
            )
        symbolic = re.search(r"^ref: refs/heads/(.+)\tHEAD$", output, re.MULTILINE)
        return branch or (symbolic[1] if symbolic else ""), commit[1]

    def _fetch(self, *arguments: str, input: bytes | None = None, settings: Mapping[str, str] = NOTHING) -> None:
        self.git.run(
            self.place,
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--filter=blob:none",
            *arguments,
            remote=self.remote,
            input=input,
            timeout=FETCH_TIMEOUT,
            partial=True,
            settings=settings,
        )

    def fetch_objects(self, ids: Sequence[str]) -> None:
        """Fetch the contents *ids*, in as few calls as can be. Raises GitError."""
        if self.offline:
            raise GitError("did not answer, and this was not fetched earlier")
        for start in range(0, len(ids), BATCH):
            asked = "".join(f"{one}\n" for one in ids[start : start + BATCH]).encode()
            # without telling which commits are here: their contents are not, as the server would conclude
            self._fetch("--stdin", "origin", input=asked, settings={"fetch.negotiationAlgorithm": "noop"})

    def _tidy(self) -> None:
        """Join packs once there are many. What fails here fails another day."""
        if len(list((self.place / "objects" / "pack").glob("*.pack"))) > PACKS:
            try:
                self.git.run(
                    self.place,
                    "repack",
                    "-a",
                    "-d",
                    "-q",
                    partial=True,
                    timeout=FETCH_TIMEOUT,
                )
            except GitError:
                return


class GitContent:
    """Reads one commit of a mirror."""

    def __init__(self, mirror: Mirror, commit: str) -> None:
        self._mirror = mirror
        self._commit = commit
        self._objects: dict[str, str] = {}
        self._sizes: dict[str, int] = {}
        self._kept: dict[str, bytes] = {}
        self._texts: dict[str, list[str]] = {}
        self._lock = threading.RLock()
        unusable: list[str] = []
        linked: dict[str, str] = {}
        for line in mirror.git.run(mirror.place, "ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            about, _, name = line.partition(b"\t")
            mode, _, rest = about.partition(b" ")
            path = name.decode("utf-8", "surrogateescape")
            if mode not in {b"100644", b"100755", b"100664", b"120000"}:
                continue  # a submodule, or nothing that a repository should hold
            if not usable_name(path):
                unusable.append(path)
                continue
            (linked if mode == b"120000" else self._objects)[path] = rest.split(b" ")[1].decode()
        self._link_objects = linked
        self._view: View | None = None
        self.problems: Sequence[Problem] = unusable_names(unusable)
        boundary = frozenset(_read_or_empty(mirror.place / "shallow").split())
        self._history = History(
            lambda spec: mirror.git.run(mirror.place, *ARGUMENTS, commit, "--", spec) if mirror.history else b"",
            boundary,
        )

    @property
    def names(self) -> Sequence[str]:
        """Paths of regular files and links, sorted; known without any content."""
        return sorted((*self._objects, *self._link_objects))

    @property
    def links(self) -> Sequence[str]:
        """Paths of links; where they lead is content."""
        return sorted(self._link_objects)

    @property
    def view(self) -> View:
        with self._lock:
            if self._view is None:
                targets: dict[str, str] = {}
                if self._link_objects:
                    self.fetch(self._link_objects)
                    for path, data in self._contents(self._link_objects):
                        targets[path] = os.fsdecode(data)
                self._view = follow_links(self._objects, targets)
            return self._view

    def fetch(self, paths: Iterable[str]) -> None:
        """See that the contents of *paths* are here, with at most one call for many. Raises GitError."""
        with self._lock:
            ids = {oid: None for path in paths if (oid := self._oid(path)) and oid not in self._sizes}
            self._look(ids)
            missing = [oid for oid in ids if oid not in self._sizes]
            if missing:
                self._mirror.fetch_objects(missing)
                self._look(missing)

    def _oid(self, path: str) -> str:
        return self._objects.get(path) or self._link_objects.get(path) or ""

    def _look(self, ids: Iterable[str]) -> None:
        """Learn the sizes of those *ids* that are here."""
        asked = "".join(f"{oid}\n" for oid in ids).encode()
        if not asked:
            return
        output = self._mirror.git.run(
            self._mirror.place,
            "cat-file",
            "--batch-check=%(objectname) %(objectsize)",
            input=asked,
        )
        for line in output.decode().splitlines():
            oid, _, size = line.partition(" ")
            if size.isdigit():
                self._sizes[oid] = int(size)

    def _need(self, paths: Sequence[str], beside: Sequence[str] = ()) -> None:
        """See that *paths* are here, and *beside* where the server has them. Raises ReadError."""
        try:
            self.fetch((*paths, *beside))
        except GitError as error:
            raise ReadError(
                "file-unreadable",
                f"{paths[0]} cannot be fetched: the repository {error}",
                error.hint,
            ) from None
        for path in paths:
            if self._oid(path) not in self._sizes:
                raise ReadError(
                    "file-unreadable",
                    f"{path} is not in what the server gives",
                    "try again; if it stays, run git fsck there",
                )

    def _contents(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Each path with its content, as much at a time as memory allows. All of them are here."""
        batch: list[str] = []
        size = 0
        for path in paths:
            batch.append(path)
            size += self._sizes.get(self._oid(path), 0)
            if size > MEMORY or len(batch) >= BATCH:
                yield from self._batch(batch)
                batch, size = [], 0
        yield from self._batch(batch)

    def _batch(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        wanted: dict[str, None] = {}
        for path in paths:
            if (oid := self._oid(path)) not in self._kept:
                wanted[oid] = None
        found: dict[str, bytes] = {}
        if wanted:
            asked = "".join(f"{oid}\n" for oid in wanted).encode()
            output = memoryview(self._mirror.git.run(self._mirror.place, "cat-file", "--batch", input=asked))
            at = 0
            for oid in wanted:
                end = at + bytes(output[at : at + 200]).index(b"\n")
                size = int(bytes(output[at:end]).split(b" ")[2])
                found[oid] = bytes(output[end + 1 : end + 1 + size])
                at = end + size + 2
        for path in paths:
            oid = self._oid(path)
            yield path, found[oid] if oid in found else self._kept[oid]

    def keep(self, paths: Iterable[str]) -> None:
        """Read small contents now, in one go, because they will be asked for one by one. Those of *paths* are here."""
        with self._lock:
            small = [path for path in paths if self._sizes.get(self._oid(path), KEPT + 1) <= KEPT]
            for path, data in self._contents(small):
                self._kept[self._oid(path)] = data

    def read(self, path: str, limit: int) -> bytes:
        with self._lock:
            oid = self._oid(path)
            if oid not in self._kept:
                beside = self._neighbours(path)
                self._need([path], beside)
                if self._sizes[oid] > limit:
                    raise too_large(path, self._sizes[oid], limit)
                self.keep([path, *beside] if self._sizes[oid] <= KEPT else ())
            if oid in self._kept:
                data = self._kept[oid]
                if len(data) > limit:
                    raise too_large(path, len(data), limit)
                return data
            return next(self._contents([path]))[1]

    def _neighbours(self, path: str) -> Sequence[str]:
        """Texts beside *path*: who reads one of them is likely to read the next, and each call costs a round trip."""
        if not self._texts:
            for one in sorted(self._objects):
                if one.endswith(TEXTS):
                    self._texts.setdefault(one.rpartition("/")[0], []).append(one)
        return [one for one in self._texts.get(path.rpartition("/")[0], ())[:NEIGHBOURS] if one != path]

    def ids(self, paths: Sequence[str]) -> Sequence[str]:
        return [self._objects[path] for path in paths]

    def each(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        with self._lock:
            if paths:
                self._need(paths)
            yield from self._contents(paths)

    def last_change(self, path: str) -> Change | None:
        return self._history.last_change(path)


def _read_or_empty(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except OSError:
        return ""
