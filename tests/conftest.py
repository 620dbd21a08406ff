"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cloudscope_widgets.io.catalog import summary as facts
from cloudscope_widgets.store.disk import stable_read as settling
from tests.format_rules import described, violations_below
from tests.soak import IS_SOAK

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CLOUDSCOPE_REFERENCE_DATA", ROOT.parent / "shared" / "data"))

# what hypothesis tries is judged by what comes out, never by the time that a busy machine takes for it
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave what is marked ``slow`` to the long runs, and say so."""
    for item in items:
        if item.get_closest_marker("slow") and not IS_SOAK:
            item.add_marker(pytest.mark.skip(reason="not run: repetition, which make soak does"))


@pytest.fixture(autouse=True)
def _saved_files_obey_the_format(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check all that a test saved against the rules of the shared format.

    Files that are byte for byte those of CloudScope are left out. A test that puts broken files there itself is marked
    ``plants_files`` with the rules they break, or with none for all rules.
    """
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    marks = list(request.node.iter_markers("plants_files"))
    planted = {rule for mark in marks for rule in mark.args}
    if folder is None or any(not mark.args for mark in marks):
        return
    found = [broken for broken in violations_below(folder, _reference_hashes()) if broken.rule not in planted]
    assert not found, described(found)


@lru_cache
def _reference_hashes() -> frozenset[str]:
    """SHA-256 of the files that CloudScope wrote."""
    folder = DATA / "golden" / "capillary1"
    files = [path for path in folder.iterdir() if path.suffix in {".json", ".csv"}] if folder.is_dir() else []
    return frozenset(sha256(path.read_bytes()).hexdigest() for path in files)


@pytest.fixture(autouse=True)
def no_patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for somebody to finish a file that the test itself has damaged, unless the test is marked so."""
    if request.node.get_closest_marker("patient") is None:
        monkeypatch.setattr(settling, "UNREADABLE_AFTER_S", 0.0)
        monkeypatch.setattr(settling, "QUIET_S", 0.0)
        monkeypatch.setattr(facts, "_WRITTEN_WITHIN_S", 0.0)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Reference recordings and saved files, read-only; never part of the project."""
    if not DATA.is_dir():
        pytest.skip(f"not run: the reference data folder {DATA} is absent")
    return DATA


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
