"""Closing leaves nothing of a widget behind, and nothing that an open one could miss."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any
from weakref import ref

import bqplot
import ipywidgets
import numpy as np
import pytest
import traitlets
from ipywidgets.embed import embed_minimal_html

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.kit.closing import open_widgets
from cloudscope_widgets.widgets.kit.message_bar import MessageBar

PARTS = (
    *("Explorer", "FileBrowser", "ImageViewer", "ContrastBar", "SaveBar"),
    *("VelocityPanel", "DiameterPanel", "IntensityPanel"),
)


@pytest.fixture
def session(tmp_path: Path) -> cs.Session:
    kymograph(200, 40).write(tmp_path / "cell.tif")
    session = cs.Session(tmp_path)
    session.select("cell.tif").add_rect()
    return session


def names() -> list[str]:
    return sorted(type(widget).__name__ for widget in open_widgets())


def check_all_tell_their_state(tmp_path: Path) -> None:
    """Do what a page does when it is reloaded, and what export does."""
    ipywidgets.Widget.get_manager_state()
    embed_minimal_html(tmp_path / "export.html", views=[ipywidgets.IntSlider()])


@pytest.mark.parametrize("part", PARTS)
def test_a_closed_widget_leaves_only_the_time_axis_of_its_session(session: cs.Session, part: str) -> None:
    widget = getattr(cs, part)(session)
    widget.close()
    widget.close()
    assert names() in ([], ["LinearScale"])
    session.close()
    assert names() == []


def test_after_an_explorer_was_closed_other_widgets_are_exported_and_reloaded(
    session: cs.Session, tmp_path: Path
) -> None:
    other = cs.Explorer(session)
    cs.Explorer(session).close()
    check_all_tell_their_state(tmp_path)
    session.selection.channel = 0
    assert other.image_viewer.rois
    other.close()
    check_all_tell_their_state(tmp_path)


def test_no_open_widget_refers_to_a_closed_one_at_any_moment(session: cs.Session) -> None:
    explorer = cs.Explorer(session)
    for widget in open_widgets():
        widget.observe(lambda _change: ipywidgets.Widget.get_manager_state(), "comm")
    explorer.close()
    session.close()
    assert names() == []


def test_a_box_of_the_user_loses_the_closed_widget_and_keeps_the_others(session: cs.Session, tmp_path: Path) -> None:
    slider, viewer = ipywidgets.IntSlider(), cs.ImageViewer(session)
    box = ipywidgets.VBox([slider, viewer])
    viewer.close()
    assert box.children == (slider,)
    explorer = cs.Explorer(session)
    tab = ipywidgets.Tab([explorer.image_viewer, slider])
    explorer.close()
    assert tab.children == (slider,)
    check_all_tell_their_state(tmp_path)


def test_what_the_user_shares_with_a_widget_stays_open(session: cs.Session, tmp_path: Path) -> None:
    explorer = cs.Explorer(session)
    layout = explorer.image_viewer.layout
    button = ipywidgets.Button(layout=layout)
    own = ipywidgets.Layout(width="300px")
    explorer.save_bar.layout = own
    explorer.close()
    assert layout.comm is not None
    assert own.comm is not None
    button.close()
    check_all_tell_their_state(tmp_path)


def test_a_plot_of_the_user_keeps_the_time_axis_open(session: cs.Session, tmp_path: Path) -> None:
    viewer = cs.ImageViewer(session)
    scales = {"x": viewer.scale, "y": bqplot.LinearScale()}
    figure = bqplot.Figure(marks=[bqplot.Lines(x=np.arange(3), y=np.arange(3), scales=scales)])
    session.close()
    viewer.close()
    assert viewer.scale.comm is not None
    check_all_tell_their_state(tmp_path)
    figure.close()


def test_the_time_axis_goes_with_the_last_widget_of_a_closed_session(session: cs.Session) -> None:
    viewer = cs.ImageViewer(session)
    scale = viewer.scale
    session.close()
    assert scale.comm is not None
    viewer.close()
    assert names() == []


def test_nothing_holds_a_closed_explorer_and_its_session(session: cs.Session, tmp_path: Path) -> None:
    mine = cs.Session(tmp_path)
    explorer = cs.Explorer(mine)
    figure = explorer.velocity_panel.trace.figure
    held: list[ref[Any]] = [ref(explorer), ref(mine), ref(explorer.image_viewer), ref(figure)]
    explorer.close()
    mine.close()
    del explorer, mine, figure
    gc.collect()
    assert [one() for one in held] == [None] * 4
    session.close()


def test_the_time_axis_of_a_forgotten_session_is_closed(tmp_path: Path) -> None:
    session = cs.Session(tmp_path)
    cs.VelocityPanel(session).close()
    assert names() == ["LinearScale"]
    session.wait_for_scan(20)
    del session
    gc.collect()
    assert names() == []


def observers_of(*observed: traitlets.HasTraits) -> int:
    notifiers = [one._trait_notifiers for one in observed]  # noqa: SLF001  (traitlets does not tell them)
    return sum(len(held) for names in notifiers for kinds in names.values() for held in kinds.values())


@pytest.mark.parametrize("part", [*PARTS, "MessageBar"])
def test_a_closed_widget_observes_nothing_any_more(session: cs.Session, part: str) -> None:
    acq = session.acquisition
    assert acq is not None
    observed = acq, session, session.selection, session.view, session.display
    made = getattr(cs, part, MessageBar)
    made(session).close()
    before = observers_of(*observed)
    made(session).close()
    assert observers_of(*observed) == before


def test_collecting_a_closed_widget_does_nothing(session: cs.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = cs.ImageViewer(session)
    viewer.close()
    closed: list[int] = []
    monkeypatch.setattr(cs.ImageViewer, "close", lambda _self: closed.append(1))
    del viewer
    gc.collect()
    assert closed == []
