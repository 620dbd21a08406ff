"""A file that another program is writing at this moment is read again before it is called unreadable."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.io.bundle import read_bundle
from cloudscope_widgets.io.recording import open_recording
from cloudscope_widgets.io.settling import SETTLE_S, read_settled
from cloudscope_widgets.synthetic import kymograph


@dataclass
class FakeClock:
    """Time that passes only while somebody waits, and what happens meanwhile."""

    now: float = 1_000_000.0
    waits: int = 0
    meanwhile: Callable[[int], None] = field(default=lambda _waits: None)

    def now_s(self) -> float:
        """Seconds that have passed."""
        return self.now

    def wait(self, duration_s: float) -> None:
        """Let time pass, and what happens meanwhile happen."""
        self.now += duration_s
        self.waits += 1
        self.meanwhile(self.waits)


def changed(path: Path, text: str, at_s: float) -> None:
    path.write_text(text)
    os.utime(path, (at_s, at_s))


def whole(path: Path) -> str:
    text = path.read_text()
    if not text.endswith("}"):
        raise SidecarReadError(f"{path} cannot be read: it is cut off.")
    return text


def test_a_file_that_settles_is_read(tmp_path: Path) -> None:
    path, clock = tmp_path / "cell.tif.json", FakeClock()
    changed(path, "{", clock.now)
    clock.meanwhile = lambda waits: changed(path, "{}", clock.now) if waits == 3 else None
    assert read_settled(lambda: whole(path), [path], clock=clock) == "{}"
    assert clock.waits == 3


def test_an_old_damaged_file_is_refused_at_once(tmp_path: Path) -> None:
    path, clock = tmp_path / "cell.tif.json", FakeClock()
    changed(path, "{", clock.now - SETTLE_S)
    with pytest.raises(SidecarReadError, match=r"it is cut off\.$"):
        read_settled(lambda: whole(path), [path], clock=clock)
    assert clock.waits == 0


def test_a_fresh_damaged_file_is_refused_five_seconds_after_its_last_change(tmp_path: Path) -> None:
    path, clock = tmp_path / "cell.tif.json", FakeClock()
    changed(path, "{", clock.now - 2)
    with pytest.raises(SidecarReadError, match=r"it is cut off\.$"):
        read_settled(lambda: whole(path), [path, tmp_path / "none.csv"], clock=clock)
    assert clock.now - 1_000_000 == pytest.approx(SETTLE_S - 2, abs=0.11)


def test_a_file_that_never_rests_is_said_to_be_written_and_nobody_waits_longer_than_five_seconds(
    tmp_path: Path,
) -> None:
    path, clock = tmp_path / "cell.tif.json", FakeClock()
    changed(path, "{", clock.now)
    clock.meanwhile = lambda _waits: changed(path, "{", clock.now)
    with pytest.raises(SidecarReadError, match="Another program is writing it at this moment"):
        read_settled(lambda: whole(path), [path], clock=clock)
    assert clock.now - 1_000_000 == pytest.approx(SETTLE_S, abs=0.11)


@pytest.mark.real_clock
def test_the_clock_of_the_machine_waits_for_another_writer(tmp_path: Path) -> None:
    path, was_read = tmp_path / "cell.tif.json", threading.Event()
    path.write_text("{")

    def read() -> str:
        try:
            return whole(path)
        finally:
            was_read.set()

    def write() -> None:
        was_read.wait()
        path.write_text("{}")

    writer = threading.Thread(target=write)
    writer.start()
    assert read_settled(read, [path]) == "{}"
    writer.join()


def test_a_sidecar_that_is_being_written_opens_without_a_word_of_damage(tmp_path: Path) -> None:
    acq = cs.open(kymograph(800, 40).write(tmp_path / "cell.tif"))
    acq.add_rect()
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    image, clock = acq.path, FakeClock()
    files = {path: path.read_bytes() for path in tmp_path.glob("cell.tif.*")}
    order = sorted(files, key=lambda path: path.suffix == ".csv")
    for path in order:
        path.write_bytes(files[path][:100])
        os.utime(path, (clock.now, clock.now))

    def write_on(waits: int) -> None:
        if waits <= len(order):
            order[waits - 1].write_bytes(files[order[waits - 1]])
            os.utime(order[waits - 1], (clock.now, clock.now))

    clock.meanwhile = write_on
    recording = open_recording(image)
    found = read_bundle(image, recording.header, clock=clock)
    assert (found.damage, found.notices, clock.waits) == ("", (), len(order))
    assert found.snapshot == acq.snapshot
