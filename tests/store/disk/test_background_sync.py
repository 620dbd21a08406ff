"""What a session does by itself, and when."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from weakref import ref

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.disk.background_sync import Upkeep
from cloudscope_widgets.store.disk.drafts import Drafts
from cloudscope_widgets.synthetic import kymograph


class Looked(Acquisition):
    """A recording that counts how often it looked at the disk."""

    looks = 0
    is_busy = False

    def look_at_disk(self) -> bool:
        """Count."""
        self.looks += 1
        return self.is_busy


@dataclass
class OneRecording:
    """A session of one recording."""

    acquisition: Looked = field(default_factory=lambda: Looked(Path("cell.tif"), Snapshot(Header((100, 40), "uint8"))))
    drafts: Drafts = field(default_factory=Drafts)

    def recordings(self) -> Sequence[Acquisition]:
        """All of it."""
        return (self.acquisition,)


def test_the_disk_is_looked_at_every_two_seconds_and_sooner_while_somebody_writes() -> None:
    session, times = OneRecording(), iter([0.0, 0.5, 1.5, 2.0, 2.0, 2.5, 2.5, 3.0, 3.0, 4.0])
    upkeep = Upkeep(session, lambda: next(times))
    upkeep.round()  # at 0.5 s
    upkeep.round()
    assert session.acquisition.looks == 0
    session.acquisition.is_busy = True
    upkeep.round()  # at 2 s
    upkeep.round()  # at 2.5 s
    session.acquisition.is_busy = False
    upkeep.round()  # at 3 s
    assert session.acquisition.looks == 3
    upkeep.round()
    assert session.acquisition.looks == 3


def test_what_goes_wrong_is_logged_once_and_keeps_nothing_else_from_its_turn(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, times = OneRecording(), iter(range(0, 100, 3))
    upkeep = Upkeep(session, lambda: next(times))

    def fail(_acquisition: Acquisition) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(session.drafts, "keep", fail)
    with caplog.at_level(logging.WARNING):
        upkeep.round()
        upkeep.round()
    assert (len(caplog.records), session.acquisition.looks) == (1, 2)
    assert "the disk is full" in caplog.text


def threads() -> int:
    return sum(thread.name == "cloudscope-upkeep" for thread in threading.enumerate())


def test_a_session_has_one_thread_from_the_first_recording_until_it_is_closed(tmp_path: Path) -> None:
    for name in ("cell1.tif", "cell2.tif"):
        kymograph(100, 40).write(tmp_path / name)
    gc.collect()
    before = threading.enumerate()
    session = cs.Session(tmp_path)
    session.wait_for_scan()
    assert not [thread for thread in threading.enumerate() if thread not in before]
    session.select("cell1.tif")
    session.select("cell2.tif")
    (own,) = (thread for thread in threading.enumerate() if thread not in before)
    assert (own.name, own.daemon) == ("cloudscope-upkeep", True)
    session.close()
    assert not own.is_alive()


def test_the_thread_of_a_forgotten_session_ends(tmp_path: Path) -> None:
    kymograph(100, 40).write(tmp_path / "cell.tif")
    before = threading.enumerate()
    session = cs.Session(tmp_path)
    session.select("cell.tif")
    (own,) = (thread for thread in threading.enumerate() if thread.name == "cloudscope-upkeep" and thread not in before)
    forgotten = ref(session)
    del session
    gc.collect()
    own.join(timeout=10)
    assert (forgotten(), own.is_alive()) == (None, False)


def test_an_open_recording_follows_another_program_by_itself(tmp_path: Path) -> None:
    image = kymograph(100, 40).write(tmp_path / "cell.tif")
    session = cs.Session(tmp_path)
    acq = session.select("cell.tif")
    followed = threading.Event()
    acq.observe(lambda _change: followed.set(), "reloaded")
    other = cs.open(image)
    other.update_experiment(species="rat")
    other.save()
    assert followed.wait(timeout=20)
    assert acq.experiment.species == "rat"
    session.close()
