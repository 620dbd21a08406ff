"""Following every open recording, shown or not."""

from __future__ import annotations

from pathlib import Path

from cloudscope_widgets.store.open_recordings import OpenedRecordings
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.synthetic import kymograph


def test_a_recording_is_followed_after_another_one_is_shown(tmp_path: Path) -> None:
    for name in ("cell1.tif", "cell2.tif"):
        kymograph(100, 40).write(tmp_path / name)
    session = Session(tmp_path)
    first = session.select("cell1.tif")
    told: list[str] = []
    opened = OpenedRecordings(session, lambda acquisition: told.append(acquisition.path.name), "dirty")
    second = session.select("cell2.tif")
    first.add_rect()
    second.add_rect()
    assert told == ["cell1.tif", "cell2.tif"]
    opened.close()
    opened.close()
    first.undo()
    assert len(told) == 2


def test_a_session_of_one_file_stays_one_when_it_is_read_again(tmp_path: Path) -> None:
    for name in ("cell1.tif", "cell2.tif"):
        kymograph(100, 40).write(tmp_path / name)
    session = Session(tmp_path / "cell1.tif")
    session.refresh()
    assert [entry.name for entry in session.wait_for_scan(20)] == ["cell1.tif"]
