"""Bundles the widgets before hatchling packs them, so that an installed package needs neither Node nor a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP = "CLOUDSCOPE_SKIP_JS"


class BundleHook(BuildHookInterface[Any]):
    """Builds `static/<widget>.js` where it is absent or older than its sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling gives it
        """Run before each wheel, sdist and editable install."""
        root = Path(self.root)
        outdated = [bundle for bundle in _bundles(root) if _modified_s(bundle) < _sources_modified_s(root)]
        if not outdated:
            return
        names = ", ".join(bundle.name for bundle in outdated)
        node, npm = shutil.which("node"), shutil.which("npm")
        if os.environ.get(SKIP):
            self.app.display_warning(f"{SKIP} is set, so these bundles are not built: {names}")
        elif node and npm:
            _build(root / "js", node, npm)
        elif version == "editable":
            self.app.display_warning(f"Node is absent, so these bundles are not built: {names}")
        elif _is_sdist(root) and all(bundle.exists() for bundle in outdated):
            self.app.display_info(f"Node is absent; the source distribution brings these bundles: {names}")
        else:
            raise RuntimeError(f"Node 20 or later is needed to build {names}; to go without them, set {SKIP}=1")


def _bundles(root: Path) -> list[Path]:
    """Name the bundle of each widget, which is a folder of sources with an `index.ts`."""
    widgets = sorted(index.parent.name for index in (root / "js" / "src").glob("*/index.ts"))
    return [root / "cloudscope_widgets" / "static" / f"{name}.js" for name in widgets if name != "shared"]


def _modified_s(bundle: Path) -> float:
    return bundle.stat().st_mtime if bundle.exists() else 0.0


def _sources_modified_s(root: Path) -> float:
    folder = root / "js"
    sources = [folder / "build.mjs", folder / "package-lock.json", *folder.glob("src/**/*")]
    return max(path.stat().st_mtime for path in sources if path.is_file())


def _is_sdist(root: Path) -> bool:
    return (root / "PKG-INFO").exists()


def _build(folder: Path, node: str, npm: str) -> None:
    if not (folder / "node_modules").is_dir():
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)  # noqa: S603
    subprocess.run([node, "build.mjs"], cwd=folder, check=True)  # noqa: S603  # both programs are found on PATH
