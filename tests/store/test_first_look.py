"""The first look at a folder: the first lines of a recording, unless somebody has chosen one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.store import session as session_module
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.synthetic import kymograph


@pytest.fixture
def session(tmp_path: Path) -> Iterator[cs.Session]:
    kymograph(4000, 40, seconds_per_line=0.001).write(tmp_path / "long.tif")
    kymograph(300, 40, seconds_per_line=0.001).write(tmp_path / "short.tif")
    (tmp_path / "broken.tif").write_bytes(b"II*\0broken")
    session = cs.Session(tmp_path)
    session.wait_for_scan(20)
    yield session
    session.close()


def test_a_session_opens_nothing_by_itself(session: cs.Session) -> None:
    assert session.acquisition is None


def test_a_first_look_shows_as_many_lines_as_show_streaks(session: cs.Session) -> None:
    assert session.first_look("long.tif") is session.acquisition
    assert session.view.time_start == 0.0
    assert session.view.time_stop == pytest.approx(1.0)


def test_a_first_look_at_a_short_recording_shows_all_of_it(session: cs.Session) -> None:
    session.first_look("short.tif")
    assert session.view.time_stop == pytest.approx(0.3)


def test_what_is_selected_stays(session: cs.Session) -> None:
    chosen = session.select("short.tif")
    assert session.first_look("long.tif") is None
    assert session.acquisition is chosen


def test_what_is_selected_while_a_first_look_opens_stays(session: cs.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_late(path: Path) -> Acquisition:
        monkeypatch.undo()
        session.select("short.tif")
        return cs.open(path)

    monkeypatch.setattr(session_module, "open_silently", open_late)
    assert session.first_look("long.tif") is None
    assert session.acquisition is not None
    assert session.acquisition.path.name == "short.tif"


def test_after_a_choice_that_failed_a_first_look_is_shown(session: cs.Session) -> None:
    for wrong in ("broken.tif", "nowhere.tif"):
        with pytest.raises(cs.ImageReadError):
            session.select(wrong)
    assert session.first_look("long.tif") is session.acquisition


def test_a_closed_session_shows_nothing(session: cs.Session) -> None:
    session.close()
    assert session.first_look("long.tif") is None
    assert session.acquisition is None
