"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cloudscope_widgets.store import settling

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def no_patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for somebody to finish a file that the test itself has damaged, unless the test is marked so."""
    if request.node.get_closest_marker("patient") is None:
        monkeypatch.setattr(settling, "UNREADABLE_AFTER_S", 0.0)
        monkeypatch.setattr(settling, "QUIET_S", 0.0)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Reference recordings and saved files, read-only; never part of the project."""
    folder = Path(os.environ.get("CLOUDSCOPE_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"not run: the reference data folder {folder} is absent")
    return folder


def _private_copy(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return target


@pytest.fixture
def real(shared_data: Path, tmp_path: Path) -> Path:
    """A private, writable copy of the real recordings."""
    return _private_copy(shared_data / "real", tmp_path / "real")


@pytest.fixture
def golden(shared_data: Path, tmp_path: Path) -> Path:
    """A private, writable copy of what CloudScope wrote for Capillary1."""
    return _private_copy(shared_data / "golden" / "capillary1", tmp_path / "capillary1")
