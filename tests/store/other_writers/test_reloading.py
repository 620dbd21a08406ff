"""Saved files that another program changes, or is writing, while a recording is open."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.io.commit import displaced_files as displaced
from cloudscope_widgets.io.commit.backups import backups_folder, kept_backups
from cloudscope_widgets.io.paths import own_path, sidecar_path, table_path
from cloudscope_widgets.store.acquisition import Acquisition, open_acquisition
from tests.saved_files import FakeClock, in_place, settle, write_long_ago

pytestmark = pytest.mark.patient


def test_a_clean_recording_follows_the_disk(acq: Acquisition, other: Acquisition, time_s: FakeClock) -> None:
    other.update_experiment(species="rat")
    other.save()
    settle(acq, time_s)
    assert (acq.experiment.species, acq.dirty) == ("rat", False)
    assert acq.reloaded == "cell.tif was changed by another program and is up to date: species."


def test_ones_own_save_is_no_news(acq: Acquisition, time_s: FakeClock) -> None:
    acq.update_experiment(species="rat")
    acq.save()
    before = acq.snapshot
    settle(acq, time_s)
    assert (acq.snapshot is before, acq.reloaded) == (True, "")


def test_unsaved_edits_wait_for_the_user_and_undoing_them_follows_the_disk(
    acq: Acquisition, other: Acquisition, time_s: FakeClock
) -> None:
    acq.update_experiment(species="mouse")
    other.update_experiment(sex="f")
    other.save()
    settle(acq, time_s)
    assert acq.disk_change is not None
    assert (acq.disk_change.conflicts, acq.disk_change.theirs, acq.experiment.sex) == ((), "sex", "")
    acq.undo()
    settle(acq, time_s)
    assert (acq.save_state, acq.experiment.sex, acq.trait_values()["disk_change"]) == ("saved", "f", None)


def theirs_as_bytes(other: Acquisition) -> dict[Path, bytes]:
    """What the other program is about to write, in its order: JSON, then tables."""
    paths = sidecar_path(other.path), own_path(other.path), table_path(other.path, "radon_velocity")
    before = {path: path.read_bytes() for path in paths}
    other.analyze("radon_velocity", roi_id=1, window_width=32)
    other.update_experiment(species="rat")
    other.save()
    after = {path: path.read_bytes() for path in paths}
    for path, raw in before.items():
        path.write_bytes(raw)
    return after


def test_a_file_that_is_being_written_in_place_is_never_called_damaged(
    acq: Acquisition, other: Acquisition, time_s: FakeClock
) -> None:
    files = theirs_as_bytes(other)
    seen: list[object] = []
    acq.observe(lambda change: seen.append(change["new"]), ["notices", "disk_change", "save_state"])
    for _ in in_place(files, sleeps_between=8)():
        acq.look_at_disk()
        time_s.sleep(0.1)
    settle(acq, time_s)
    assert (seen, acq.experiment.species) == ([], "rat")
    record = acq.record("radon_velocity", roi_id=1)
    assert record is not None
    assert record.params["window_width"] == 32


def test_a_save_waits_until_a_slow_writer_has_finished(acq: Acquisition, other: Acquisition, time_s: FakeClock) -> None:
    files = theirs_as_bytes(other)
    time_s.steps = in_place(files)()
    next(time_s.steps)
    acq.update_experiment(sex="f")
    acq.save()
    again = cs.open(acq.path)
    assert (again.experiment.species, again.experiment.sex, again.notices) == ("rat", "f", ())


def test_opening_waits_until_a_slow_writer_has_finished(image: Path, other: Acquisition, time_s: FakeClock) -> None:
    time_s.steps = in_place(theirs_as_bytes(other))()
    next(time_s.steps)
    acq = open_acquisition(image, clock=time_s.clock)
    record = acq.record("radon_velocity", roi_id=1)
    assert record is not None
    assert (acq.save_state, acq.experiment.species, record.params["window_width"]) == ("saved", "rat", 32)
    assert record.stale_reasons(acq) == ()


def test_what_stays_unreadable_is_said_after_five_seconds_and_not_overwritten(
    acq: Acquisition, time_s: FakeClock
) -> None:
    whole = sidecar_path(acq.path).read_bytes()
    sidecar_path(acq.path).write_bytes(whole[:300])
    acq.look_at_disk()
    time_s.sleep(4.5)
    acq.look_at_disk()
    assert acq.disk_change is None
    time_s.sleep(1)
    acq.look_at_disk()
    assert acq.disk_change is not None
    assert "cell.tif.json cannot be read" in acq.disk_change.damage
    acq.update_experiment(species="mouse")
    with pytest.raises(cs.SaveError, match=r"was not saved: .*cannot be read.* Mend this file or move it away"):
        acq.save()
    with pytest.raises(cs.SaveError, match="cannot be read"):
        acq.resolve("take_theirs")
    assert sidecar_path(acq.path).read_bytes() == whole[:300]
    sidecar_path(acq.path).write_bytes(whole)
    settle(acq, time_s)
    assert acq.disk_change is None
    acq.save()
    assert cs.open(acq.path).experiment.species == "mouse"


def test_an_unreadable_file_can_be_overwritten_when_the_user_says_so(acq: Acquisition) -> None:
    write_long_ago(sidecar_path(acq.path), "{")
    acq.update_experiment(species="mouse")
    acq.resolve("overwrite")
    assert cs.open(acq.path).experiment.species == "mouse"


def test_a_recording_opens_for_saving_when_its_file_was_mended(image: Path, time_s: FakeClock) -> None:
    whole = sidecar_path(image).read_text()
    write_long_ago(sidecar_path(image), whole[:300])
    acq = open_acquisition(image, clock=time_s.clock)
    assert acq.save_state == "blocked"
    acq.update_experiment(species="mouse")
    sidecar_path(image).write_text(whole)
    acq.save()
    again = cs.open(image)
    assert (acq.save_state, again.experiment.species, again.rois.ids) == ("saved", "mouse", (1, 2))


@pytest.mark.plants_files("layout", "top")
def test_files_written_all_the_time_are_taken_in_the_end(acq: Acquisition, time_s: FakeClock) -> None:
    document = json.loads(sidecar_path(acq.path).read_text())

    def scribble() -> Any:  # noqa: ANN401  (a generator)
        while True:
            document["note"] = document.get("note", 0) + 1
            sidecar_path(acq.path).write_text(json.dumps(document))
            yield

    steps = scribble()
    next(steps)
    time_s.steps = steps
    acq.update_experiment(species="mouse")
    with pytest.raises(cs.SaveError, match=r"changing its files all the time\. Your edits are still here"):
        acq.save()
    assert acq.dirty


@pytest.mark.plants_files
def test_a_file_of_a_newer_version_is_not_waited_for(image: Path, time_s: FakeClock) -> None:
    sidecar = sidecar_path(image)
    document = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps({**document, "version": 3}))
    began_s = time_s.clock.now_s()
    assert "newer program" in open_acquisition(image, clock=time_s.clock).notices[0]
    assert time_s.clock.now_s() - began_s < 2  # a second of quiet, as for any file written in place


def test_what_a_program_writes_into_a_file_that_was_just_displaced_is_kept_and_told(
    acq: Acquisition, other: Acquisition, time_s: FakeClock
) -> None:
    theirs = theirs_as_bytes(other)[sidecar_path(acq.path)].replace(b"rat", b"pig")
    with sidecar_path(acq.path).open("r+b") as foreign:
        acq.update_experiment(sex="f")
        acq.save()
        foreign.truncate(0)
        foreign.write(theirs)
        foreign.flush()
        ago_s = time.time() - displaced.QUIET_S
        os.utime(foreign.fileno(), (ago_s, ago_s))
        settle(acq, time_s)
    (notice,) = acq.notices
    assert "Another program was writing" in notice
    assert theirs in {backup.path.read_bytes() for backup in kept_backups(backups_folder(acq.path))}
    assert (acq.experiment.sex, acq.save_state) == ("f", "saved")
