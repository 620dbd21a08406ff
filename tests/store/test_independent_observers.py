"""An observer that raises keeps no other from being told."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import traitlets

import cloudscope_widgets as cs
from cloudscope_widgets.store.snapshot_store import EDIT_WAS_MADE
from cloudscope_widgets.synthetic import kymograph


def fail(_change: object) -> None:
    raise RuntimeError("my plot is gone")


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    return cs.open(kymograph(200, 40).write(tmp_path / "cell.tif"))


def test_the_others_and_all_other_traits_are_told_before_the_error_is_raised(
    acq: cs.Acquisition, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    acq.observe(fail, "rois")
    acq.observe(lambda change: told.append(change.name), ["rois", "dirty", "can_undo"])
    acq.observe(fail, "dirty")
    with pytest.raises(RuntimeError, match="my plot is gone") as raised:
        acq.add_rect()
    assert raised.value.__notes__ == [EDIT_WAS_MADE]
    assert (len(acq.rois), sorted(told)) == (1, ["can_undo", "dirty", "rois"])
    assert "An observer of 'dirty' failed" in caplog.text


def test_an_observer_that_fails_can_be_taken_away(acq: cs.Acquisition, caplog: pytest.LogCaptureFixture) -> None:
    acq.observe(fail, "rois")
    acq.observe(fail, "rois")
    acq.unobserve(fail, "rois")
    with pytest.raises(ValueError, match="not in list"):
        acq.unobserve(fail, "rois")
    acq.add_rect()
    assert not caplog.records


def test_sessions_and_what_they_select_and_show_tell_each_on_its_own_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kymograph(200, 40).write(tmp_path / "cell.tif")
    session = cs.Session(tmp_path)
    told: list[str] = []
    for target, name in ((session, "acquisition"), (session.selection, "roi_id"), (session.view, "time_stop")):
        target.observe(fail, name)
        target.observe(lambda change: told.append(change.name), name)
    acq = session.select("cell.tif")
    acq.add_rect()
    session.selection.roi_id = 1
    assert set(told) == {"acquisition", "roi_id", "time_stop"}
    assert {record.levelno for record in caplog.records} == {logging.ERROR}
    session.close()


def test_links_of_traitlets_work_and_can_be_undone(acq: cs.Acquisition) -> None:
    class Mirror(traitlets.HasTraits):
        dirty = traitlets.Bool()

    mirror = Mirror()
    link = traitlets.dlink((acq, "dirty"), (mirror, "dirty"))
    acq.add_rect()
    assert mirror.dirty
    link.unlink()
    acq.undo()
    assert mirror.dirty
