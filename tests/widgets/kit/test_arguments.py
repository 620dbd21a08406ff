"""A slip in the arguments of a widget is told in a sentence, and no widget is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.widgets.kit.closing import open_widgets

WIDGETS: list[Any] = [
    *(cs.ContrastBar, cs.Explorer, cs.FileBrowser, cs.ImageViewer, cs.SaveBar),
    *(cs.VelocityPanel, cs.DiameterPanel, cs.IntensityPanel),
]
WITH_LAYOUT = [widget for widget in WIDGETS if widget is not cs.Explorer]
OF_A_SESSION = [widget for widget in WIDGETS if widget not in {cs.ContrastBar, cs.ImageViewer}]


@pytest.fixture
def session(tmp_path: Path) -> cs.Session:
    return cs.Session(tmp_path)


@pytest.mark.parametrize("widget", WIDGETS)
def test_an_unknown_argument_is_refused_and_nothing_is_made(widget: Any, session: cs.Session) -> None:  # noqa: ANN401  (of ipywidgets)
    with pytest.raises(TypeError, match=f"{widget.__name__} has no argument nonsense. It takes session"):
        widget(session, nonsense=1)
    assert open_widgets() == []


@pytest.mark.parametrize("widget", WITH_LAYOUT)
def test_the_argument_that_was_meant_is_named(widget: Any, session: cs.Session) -> None:  # noqa: ANN401  (of ipywidgets)
    with pytest.raises(TypeError, match=r"no argument hieght\. Did you mean height\?"):
        widget(session, hieght="300px")
    assert widget(session, height="300px", flex="1 1 0%").layout.height == "300px"


def test_a_misspelt_calibration_is_named() -> None:
    with pytest.raises(TypeError, match=r"Did you mean seconds_per_line\?"):
        cs.ImageViewer(np.zeros((9, 9)), second_per_line=1)


@pytest.mark.parametrize(
    ("layout", "sentence"),
    [({"height": 360}, "height='360px'"), ({"width": 0.5}, "width must be text"), ({"overflow": ["x"]}, "overflow")],
)
def test_a_size_that_is_no_text_is_refused(layout: dict[str, Any], sentence: str) -> None:
    with pytest.raises((TypeError, ValueError), match=sentence):
        cs.ImageViewer(np.zeros((9, 9)), **layout)


@pytest.mark.parametrize("widget", OF_A_SESSION)
@pytest.mark.parametrize("wrong", [np.zeros((9, 9)), "folder", None])
def test_what_is_no_session_is_refused(widget: Any, wrong: Any) -> None:  # noqa: ANN401  (of ipywidgets)
    with pytest.raises(TypeError, match=r"shows a session, got .*cs\.Session"):
        widget(wrong)
    assert open_widgets() == []
