"""What ships: the typed package with its bundles, in a wheel and a source distribution, with and without Node."""

from __future__ import annotations

import os
import runpy
import shutil
import tarfile
import zipfile
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

import hatchling.build
import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = (".gitignore", "LICENSE", "README.md", "cloudscope_widgets", "js", "pyproject.toml", "tests")
BUNDLE = "cloudscope_widgets/static/x.js"

pytestmark = pytest.mark.plants_files()  # the tests hold files of version 0.1, which the copies of the project have too


class Built(NamedTuple):
    """The two files that are published, and the names in them."""

    wheel: frozenset[str]
    sdist: frozenset[str]
    sdist_path: Path


def copied_project(folder: Path) -> Path:
    """Copy the repository with `x` as its one widget, a bundle of it, and a Node package that must not ship."""
    left_out = shutil.ignore_patterns("__pycache__", "node_modules", "src", "static")
    folder.mkdir(exist_ok=True)
    for name in SHIPPED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=left_out)
        else:
            shutil.copy2(source, target)
    for path in ("js/src/x/index.ts", "js/node_modules/left/index.js", BUNDLE):
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text("export default {};\n", encoding="utf-8")
    return folder


def age(file: Path) -> None:
    """Make a file older than any source."""
    os.utime(file, (1, 1))


def build_wheel(project: Path, target: Path) -> frozenset[str]:
    with chdir(project):
        name = hatchling.build.build_wheel(str(target))
    with zipfile.ZipFile(target / name) as wheel:
        return frozenset(wheel.namelist())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    project, target = copied_project(tmp_path_factory.mktemp("project")), tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOUDSCOPE_SKIP_JS", "1")
        wheel = build_wheel(project, target)
        with chdir(project):
            sdist_path = target / hatchling.build.build_sdist(str(target))
    with tarfile.open(sdist_path) as sdist:
        names = frozenset(name.partition("/")[2] for name in sdist.getnames())
    return Built(wheel, names, sdist_path)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, on a machine without Node."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CLOUDSCOPE_SKIP_JS", raising=False)
    return copied_project(tmp_path / "project")


def test_the_wheel_holds_the_typed_package_and_the_licence(built: Built) -> None:
    assert {"cloudscope_widgets/__init__.py", "cloudscope_widgets/py.typed"} <= built.wheel
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in built.wheel)


def test_the_wheel_holds_nothing_else(built: Built) -> None:
    tops = {name.partition("/")[0] for name in built.wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"cloudscope_widgets"}


def test_the_sdist_holds_all_sources_and_the_licence(built: Built) -> None:
    assert {"LICENSE", "js/hatch_build.py", "js/build.mjs", "js/package-lock.json", "js/src/x/index.ts"} <= built.sdist
    assert "tests/test_packaging.py" in built.sdist


def test_the_sdist_holds_no_node_modules(built: Built) -> None:
    assert not [name for name in built.sdist if "node_modules" in name]


def test_a_bundle_ships_in_both(built: Built) -> None:
    assert BUNDLE in built.wheel
    assert BUNDLE in built.sdist


def test_a_wheel_from_the_sdist_takes_its_bundles_without_node(built: Built, project: Path, tmp_path: Path) -> None:
    shutil.rmtree(project)
    with tarfile.open(built.sdist_path) as sdist:
        sdist.extractall(project, filter="data")
    (unpacked,) = project.iterdir()
    age(unpacked / BUNDLE)
    assert BUNDLE in build_wheel(unpacked, tmp_path)


def test_a_wheel_without_node_and_bundles_is_refused(project: Path, tmp_path: Path) -> None:
    (project / BUNDLE).unlink()
    with pytest.raises(RuntimeError, match=r"Node 20 or later is needed to build x\.js"):
        build_wheel(project, tmp_path)


def test_a_bundle_older_than_its_sources_does_not_ship(project: Path, tmp_path: Path) -> None:
    age(project / BUNDLE)
    with pytest.raises(RuntimeError, match="Node 20 or later"):
        build_wheel(project, tmp_path)


def test_an_editable_install_needs_no_node(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / BUNDLE).unlink()
    hook = runpy.run_path(str(project / "js/hatch_build.py"))["BundleHook"]
    hook(str(project), {}, None, None, "", "wheel").initialize("editable", {})
    assert "Node is absent, so these bundles are not built: x.js" in "".join(capsys.readouterr())
