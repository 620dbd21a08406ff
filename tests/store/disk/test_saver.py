"""Saves that are decided on but not finished: what the user is told, and what comes of them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.io.platform import files as platform
from cloudscope_widgets.synthetic import kymograph


def test_a_table_held_open_by_excel_is_saved_and_finished_by_the_next_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acq = cs.open(kymograph(500, 40).write(tmp_path / "cell.tif"))
    acq.add_rect()
    acq.analyze("radon_velocity", roi_id=1, window_width=64)
    acq.save()
    table = tmp_path / "cell.tif.radon_velocity.csv"
    before = table.read_bytes()
    acq.analyze("radon_velocity", roi_id=1, window_width=32)
    replace = os.replace

    def hold_open(source: Path, target: Path) -> None:
        if Path(target) == table:
            raise PermissionError(errno.EACCES, "held open", str(target))
        replace(source, target)

    with monkeypatch.context() as held:
        held.setattr(platform, "REPLACE_PAUSES_S", (0.0,))
        held.setattr(os, "replace", hold_open)
        report = acq.save()
        again = cs.open(acq.path)
    assert (report.message, report.pending) == (f"Saved. Close Excel to finish {table.name}.", (table,))
    assert (acq.dirty, table.read_bytes(), again.snapshot) == (False, before, acq.snapshot)
    assert f"Close Excel to finish {table.name}." in again.notices
    finished = acq.save()
    assert (finished.files, finished.pending) == ((table,), ())
    assert finished.message == "cell.tif is saved, and all its files are in place."
    assert table.read_bytes() != before


def test_an_interruption_after_a_save_was_decided_on_leaves_it_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acq = cs.open(kymograph(200, 40).write(tmp_path / "cell.tif"))
    acq.add_rect()
    acq.save()
    acq.update_experiment(note="saved")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as pressed:
        pressed.setattr(os, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            acq.save()
    assert (acq.dirty, cs.open(acq.path).experiment.note) == (False, "saved")
    acq.update_experiment(note="later")
    assert acq.save().files == (tmp_path / "cell.tif.json",)
