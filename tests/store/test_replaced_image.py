"""An image that is replaced or changed while it is open: no result names another image than the one that was read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.io.images import file_lines, opened
from cloudscope_widgets.synthetic import kymograph

LINES, COLUMNS = 1200, 24
Change = Callable[[Path, bytes], None]


def other_bytes(folder: Path) -> bytes:
    """Another image of the same size."""
    return kymograph(LINES, COLUMNS, flow=-0.6, seed=9).write(folder / "other.tif").read_bytes()


def renamed(path: Path, raw: bytes) -> None:
    part = path.with_name("part")
    part.write_bytes(raw)
    part.replace(path)


def in_place(path: Path, raw: bytes) -> None:
    status = path.stat()
    with path.open("r+b") as file:
        file.write(raw)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # as some tools do


def deleted(path: Path, _raw: bytes) -> None:
    path.unlink()


def cut_off(path: Path, raw: bytes) -> None:
    with path.open("r+b") as file:
        file.truncate(len(raw) // 2)


def reshaped(path: Path, _raw: bytes) -> None:
    renamed(path, kymograph(LINES // 2, COLUMNS // 2).write(path.with_name("small.tif")).read_bytes())


CHANGES = [renamed, in_place, deleted, cut_off, reshaped]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Folder of one recording."""
    (tmp_path / "data").mkdir()
    kymograph(LINES, COLUMNS, flow=1.37, seed=1).write(tmp_path / "data" / "cell.tif")
    return tmp_path / "data"


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("is_read", [True, False], ids=["read", "not read"])
def test_nothing_is_measured_once_the_image_has_changed(
    folder: Path, tmp_path: Path, change: Change, *, is_read: bool
) -> None:
    acq = cs.open(folder / "cell.tif")
    acq.add_rect()
    if is_read:
        acq.analyze("radon_velocity", roi_id=1)
    before = acq.records
    change(acq.path, other_bytes(tmp_path))
    with pytest.raises(
        cs.ImageReadError, match=r"cell\.tif (has been (replaced or changed|cut short)|is not there any more)"
    ):
        acq.analyze("radon_velocity", roi_id=1, window_width=32)
    assert acq.records == before
    assert acq.notices[-1] == acq.image_change != ""
    with pytest.raises(cs.ImageReadError):
        acq.analyze("radon_velocity", roi_id=1, window_width=16)
    assert len(set(acq.notices)) == len(acq.notices)


@pytest.mark.parametrize("change", [renamed, in_place])
def test_nothing_is_stored_of_a_run_under_which_the_image_changed(folder: Path, tmp_path: Path, change: Change) -> None:
    acq = cs.open(folder / "cell.tif")
    acq.add_rect()
    raw = other_bytes(tmp_path)

    def while_running(_fraction: float, _what: str) -> None:
        if not acq.image_change:
            change(acq.path, raw)

    with pytest.raises(cs.ImageReadError):
        acq.analyze("radon_velocity", roi_id=1, progress=while_running)
    assert len(acq.records) == 0


def test_a_copy_of_the_same_bytes_is_the_same_image(folder: Path) -> None:
    acq = cs.open(folder / "cell.tif")
    acq.add_rect()
    acq.look_at_disk()
    renamed(acq.path, acq.path.read_bytes())
    acq.path.chmod(0o600)
    record = acq.analyze("radon_velocity", roi_id=1)
    assert (acq.image_change, record.is_stale(acq)) == ("", False)


@pytest.mark.parametrize("channel", [0, 1])
def test_each_file_of_a_recording_in_several_is_looked_at(folder: Path, tmp_path: Path, channel: int) -> None:
    (folder / "cell.tif").unlink()
    paths = [kymograph(LINES, COLUMNS, seed=seed).write(folder / f"cell_C00{seed + 1}T001.tif") for seed in range(2)]
    acq = cs.open(paths[0])
    acq.add_rect()
    for number in range(2):
        acq.analyze("radon_velocity", roi_id=1, channel=number)
    acq.save()
    names = [record.provenance["image"]["name"] for record in acq.records]
    assert names == [path.name for path in paths]
    renamed(paths[channel], other_bytes(tmp_path))
    for number in range(2):
        with pytest.raises(cs.ImageReadError, match=paths[channel].name):
            acq.analyze("radon_velocity", roi_id=1, channel=number, window_width=32)
    stale = [record.stale_reasons(acq) for record in acq.records]
    assert [reasons == ("the image",) for reasons in stale] == [number == channel for number in range(2)]
    again = cs.open(paths[0])
    assert [record.is_stale(again) for record in again.records] == [number == channel for number in range(2)]


def test_what_stands_on_a_velocity_names_the_image_of_that(folder: Path, tmp_path: Path) -> None:
    acq = cs.open(folder / "cell.tif")
    acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.5)
    acq.add_rect()
    velocity = acq.analyze("radon_velocity", roi_id=1, window_width=16)
    acq.update_roi(1, row_start=100)
    renamed(acq.path, other_bytes(tmp_path))
    rate, events = acq.analyze("heart_rate", roi_id=1), acq.detect_events(roi_id=1)
    for name in ("image", "roi", "calibration"):
        assert rate.provenance[name] == velocity.provenance[name]
    for record in (velocity, rate, events):
        assert record.stale_reasons(acq) == ("the region", "the image")


def test_a_session_says_so_and_opens_the_new_image_when_it_is_chosen_again(folder: Path, tmp_path: Path) -> None:
    session = cs.Session(folder)
    acq = session.select("cell.tif")
    acq.add_rect()
    first = acq.analyze("radon_velocity", roi_id=1)
    renamed(acq.path, other_bytes(tmp_path))
    session.look_at_disk()
    assert any("has been replaced" in notice for notice in session.notices)
    assert session.select("cell.tif") is acq  # its edits are not saved
    acq.save()
    again = session.select("cell.tif")
    assert again is not acq
    (record,) = again.records
    assert record.stale_reasons(again) == ("the image",)
    second = again.analyze("radon_velocity", roi_id=1)
    assert second.summary["velocity_median"] < 0 < first.summary["velocity_median"]
    assert second.provenance["image"]["fingerprint"] == again.fingerprint
    assert not second.is_stale(again)
    session.close()


def test_an_image_put_back_is_measured_again(folder: Path, tmp_path: Path) -> None:
    kept = shutil.copy2(folder / "cell.tif", tmp_path / "kept.tif")
    acq = cs.open(folder / "cell.tif")
    acq.add_rect()
    acq.look_at_disk()
    renamed(acq.path, other_bytes(tmp_path))
    assert acq.image_change
    renamed(acq.path, Path(kept).read_bytes())
    assert not acq.analyze("radon_velocity", roi_id=1).is_stale(acq)


def test_a_handle_may_tell_other_numbers_of_a_file_than_its_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp_of: Any = opened.stamp_of
    monkeypatch.setattr(file_lines, "stamp_of", lambda status: replace(stamp_of(status), number=7, status_changed_ns=7))
    acq = cs.open(folder / "cell.tif")
    expected = acq.lines()[:].tobytes()
    assert (acq.lines()[5:900].tobytes(), acq.notices) == (expected[5 * 2 * COLUMNS : 900 * 2 * COLUMNS], ())
    cut_off(acq.path, bytes(2000))
    with pytest.raises(cs.ImageReadError, match="cut short"):
        acq.lines()[5:900]


def test_what_is_put_back_is_read_again(folder: Path, tmp_path: Path) -> None:
    kept = shutil.copy2(folder / "cell.tif", tmp_path / "kept.tif")
    acq = cs.open(folder / "cell.tif")
    acq.look_at_disk()
    expected = acq.pixels().copy()
    renamed(acq.path, other_bytes(tmp_path))
    with pytest.raises(cs.ImageReadError):
        acq.lines()[3:9]
    renamed(acq.path, Path(kept).read_bytes())
    assert (acq.lines()[:] == expected).all()
