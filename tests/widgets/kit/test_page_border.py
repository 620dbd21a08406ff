"""No message that a page can forge gets in, and no absolute path gets out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.widgets.image.time_scale import time_scale
from cloudscope_widgets.widgets.kit.actions import actions_of
from cloudscope_widgets.widgets.kit.closing import open_widgets
from tests.widgets.fake_page import FakePage

_FORGED: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e300,
    float("nan"),
    float("inf"),
    "IPY_MODEL_x",
    "<img src=x onerror=alert(1)>",
    [],
    {},
    ["IPY_MODEL_x"],
    {"x": "IPY_MODEL_x"},
)


@pytest.fixture
def explorer(tmp_path: Path) -> Iterator[cs.Explorer]:
    folder = tmp_path / "secret_lab" / "mice"
    made = cs.synthetic.kymograph(lines=600, columns=48, flow=0.8)
    for name in ("a.tif", "day 1/b.tif"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        made.write(folder / name)
    session = cs.Session(folder)
    session.wait_for_scan(10)
    session.select("a.tif").add_rect()
    explorer = cs.Explorer(session)
    explorer.image_viewer.wait(10)
    yield explorer
    explorer.close()
    session.close()


def _text(value: object) -> str:
    return json.dumps(value, default=lambda other: bytes(other).hex() if isinstance(other, memoryview) else repr(other))


def _state(widget: ipywidgets.Widget) -> dict[str, str]:
    return {name: _text(value) for name, value in widget.get_state().items() if name != "_view_count"}


def test_no_trait_of_any_widget_of_an_explorer_can_be_forged(explorer: cs.Explorer) -> None:
    widgets = open_widgets()
    kinds = {type(widget).__name__ for widget in widgets}
    assert {"Explorer", "Box", "Layout", "Figure", "Axis", "Lines", "Scatter", "LinearScale", "SaveBar"} <= kinds
    before = [_state(widget) for widget in widgets]
    for widget in widgets:
        page = FakePage(widget)
        for value in _FORGED:
            page.write(**dict.fromkeys(widget.keys, value))
            for name in widget.keys:
                page.write(**{name: value})
        assert page.echoes, widget
    assert [_state(widget) for widget in widgets] == before
    assert explorer.session.view.time_start == 0.0


_UNKNOWN: tuple[Any, ...] = (
    None,
    [],
    {},
    {"method": "update"},
    {"method": "update", "state": [1], "buffer_paths": [["x"]]},
    {"method": "update", "state": {"children": {}}, "buffer_paths": [["children", "x", 0]]},
    {"method": ["custom"]},
    {"method": "custom"},
    {"method": "custom", "content": None},
    {"method": "custom", "content": {"event": []}},
    {"method": "custom", "content": {"event": "upload_png"}},
    {"method": "custom", "content": {"event": "hover", "point": 3}},
    {"method": "request_states"},
)


def test_a_message_in_no_known_form_is_dropped_and_nothing_is_told_of_this_program(
    explorer: cs.Explorer, caplog: pytest.LogCaptureFixture
) -> None:
    for widget in open_widgets():
        before = {**_state(widget), "message": ""}
        for data in _UNKNOWN:
            widget._handle_msg({"content": {"data": data}, "buffers": []})  # noqa: SLF001  (where messages arrive)
        assert {**_state(widget), "message": ""} == before
    assert caplog.records == []
    assert explorer.message_bar.message["text"] == "The page sent a command that this program does not know."


def test_the_time_scale_never_leaves_the_image(explorer: cs.Explorer) -> None:
    session, scale = explorer.session, time_scale(explorer.session)
    page, nan, inf = FakePage(scale), float("nan"), float("inf")
    taken = [(0.1, 0.3), (-5.0, 0.4), (0.2, 1e11), (0, 0.5), (-1.0, 1e9), (0.25, 0.2505)]
    for low, high in taken:
        page.write(min=low, max=high)
        assert (scale.min, scale.max) == (max(low, 0.0), min(high, 0.6))
        assert (session.view.time_start, session.view.time_stop) == (scale.min, scale.max)
        assert page.echoes[-1] == {"min": scale.min, "max": scale.max}
    before = scale.min, scale.max
    wrong: list[tuple[Any, Any]] = [(0.3, 0.2), (0.2, 0.2), (0.2, 0.2 + 1e-9), (-3.0, -1.0), (0.6, 9.0), (0.1, 1e300)]
    wrong += [(nan, 0.3), (0.1, inf), (None, 0.3), ("0", 0.3), (True, 0.3), ([0.1], 0.3)]
    for low, high in wrong:
        page.write(min=low, max=high)
        assert (scale.min, scale.max) == before
        assert page.echoes[-1] == {"min": scale.min, "max": scale.max}
    page.write(max=0.4)
    assert (scale.min, scale.max) == (before[0], 0.4)


def _told(pages: list[FakePage]) -> str:
    return _text([[page.received for page in pages], [widget.get_state() for widget in open_widgets()]])


def _unreadable(explorer: cs.Explorer, pages: dict[str, FakePage]) -> None:
    path = explorer.session.root / "day 1/b.tif"
    path.write_bytes(b"no image")
    token = explorer.file_browser._rows.token_of(path)  # noqa: SLF001  (as the page knows it)
    pages["FileBrowser"].command("file.open", token=token)
    explorer.file_browser._opens.wait(10)  # noqa: SLF001  (no other way to wait)


def _gone(explorer: cs.Explorer, pages: dict[str, FakePage]) -> None:
    shutil.rmtree(explorer.session.root)
    pages["SaveBar"].command("save")
    pages["SaveBar"].command("save_all")
    pages["ParamForm"].command("run")
    pages["FileBrowser"].command("list.refresh")
    explorer.session.wait_for_scan(10)


def _damaged(explorer: cs.Explorer, pages: dict[str, FakePage]) -> None:
    path = explorer.session.root / "day 1/b.tif"
    path.with_name("b.tif.json").write_text("{")
    path.with_name("b.tif.radon_velocity.csv").write_text("no")
    explorer.session.select(path)
    pages["SaveBar"].command("save")


def _unsearchable(explorer: cs.Explorer, pages: dict[str, FakePage]) -> None:
    session = explorer.session
    session._skipped(session.root / "day 1", PermissionError(13, "Permission denied"))  # noqa: SLF001  (root may read all)
    pages["SaveBar"].command("banner.answer", number=1, answer="dismiss")


def _faulty(explorer: cs.Explorer, pages: dict[str, FakePage]) -> None:
    path = explorer.session.root / "a.tif"

    def broken() -> None:
        raise OSError(5, "Input/output error", str(path))

    actions_of(explorer.session).offer("save", broken)
    answer = pages["SaveBar"].command("act", action="save")
    assert answer["reason"] == "[Errno 5] Input/output error: 'a.tif'."
    assert explorer.message_bar.message["detail"] == "OSError: [Errno 5] Input/output error: 'a.tif'"
    said = rf"{path.parent} is wrong, so are C:\Users\secret_lab\a.tif, \\server\secret_lab\b.tif and {path.as_uri()}"
    explorer.image_viewer.fail(ValueError(said), "Reading")
    assert explorer.message_bar.message["text"] == "mice is wrong, so are a.tif, b.tif and a.tif."


@pytest.mark.plants_files
@pytest.mark.parametrize("goes_wrong", [_unreadable, _gone, _damaged, _unsearchable, _faulty])
def test_no_absolute_path_is_told_whatever_goes_wrong(
    explorer: cs.Explorer, goes_wrong: Callable[[cs.Explorer, dict[str, FakePage]], None]
) -> None:
    pages = {type(widget).__name__: FakePage(widget) for widget in open_widgets()}
    goes_wrong(explorer, pages)
    explorer.image_viewer.wait(10)
    explorer.velocity_panel.form.wait(10)
    told = _told(list(pages.values()))
    assert "mice" in told
    assert "secret_lab" not in told
