"""What all widgets share: commands are checked, nothing else from the page gets in."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from cloudscope_widgets.core.errors import AnalysisError
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.image.time_scale import time_scale
from cloudscope_widgets.widgets.kit.base import SessionWidget, command, state
from cloudscope_widgets.widgets.kit.bundle import bundle
from cloudscope_widgets.widgets.kit.fields import (
    Choice,
    Flag,
    ListOf,
    Number,
    Optional,
    Scalar,
    Text,
    Whole,
    checked_fields,
)
from tests.widgets.fake_page import FakePage


class Probe(SessionWidget):
    """Counts; the smallest widget there can be."""

    _esm = "export default {}"
    count = state(int, 0)

    @command("count.up", by=Whole(1, 10))
    def _up(self, *, by: int) -> None:
        self.count += by

    @command("fail", how=Choice(("expected", "unexpected")))
    def _fail(self, *, how: str) -> None:
        raise AnalysisError("nothing moves") if how == "expected" else RuntimeError("broken")


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    return Probe(Session(tmp_path))


@pytest.fixture
def page(probe: Probe) -> FakePage:
    return FakePage(probe)


def test_a_command_is_run_and_answered_under_its_number(probe: Probe, page: FakePage) -> None:
    assert page.raw({"kind": "count.up", "by": 3, "request": 7}) == {"kind": "done", "request": 7}
    assert probe.count == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"kind": "count.up", "by": 11}, "by must be a whole number from 1 to 10"),
        ({"kind": "count.up", "by": True}, "by must be a whole number"),
        ({"kind": "count.up"}, "the field by is missing"),
        ({"kind": "count.up", "by": 1, "path": "/etc"}, "unknown field 'path'"),
        ({"kind": "close"}, "does not know"),
        ({"kind": ["count.up"]}, "does not know"),
        ({"kind": "x" * 10_000}, "does not know"),
        ("count.up", "does not know"),
        (None, "does not know"),
    ],
)
def test_a_command_in_another_form_is_refused_and_said(probe: Probe, page: FakePage, content: Any, reason: str) -> None:  # noqa: ANN401
    answer = page.raw(content)
    assert (answer["kind"], answer["request"], probe.count) == ("refused", None, 0)
    assert reason in answer["reason"]
    assert (probe.message["kind"], reason in probe.message["text"]) == ("error", True)


def test_an_error_of_the_user_is_told_in_its_words_and_a_fault_is_logged(
    probe: Probe, page: FakePage, caplog: pytest.LogCaptureFixture
) -> None:
    page.command("fail", how="expected")
    assert probe.message == {"kind": "error", "text": "Nothing moves.", "detail": ""}
    assert caplog.records == []
    page.command("fail", how="unexpected")
    assert probe.message["text"] == "Fail failed. Nothing was changed; the log has the details."
    assert (probe.message["detail"], len(caplog.records)) == ("RuntimeError: broken", 1)


def test_no_trait_can_be_written_from_the_page_and_the_truth_is_answered(probe: Probe, page: FakePage) -> None:
    forged = {"count": 99, "_esm": "alert(1)", "has_message_line": False, "_view_name": "X", "layout": "IPY_MODEL_x"}
    before = {name: getattr(probe, name) for name in forged}
    page.write(**forged, unknown=1, _view_count=2)
    assert {name: getattr(probe, name) for name in forged} == before
    answer = page.echoes[-1]
    assert answer.keys() == forged.keys()
    assert (answer["count"], probe._view_count) == (0, 2)  # noqa: SLF001  (the one thing a page may say)


def test_forged_writes_do_not_undo_what_python_writes_meanwhile(probe: Probe, page: FakePage) -> None:
    def forge() -> None:
        for _ in range(300):
            page.write(message={"kind": "error", "text": "forged", "detail": ""}, count=-1)

    forger = threading.Thread(target=forge)
    forger.start()
    for _ in range(300):
        probe.count += 1
    forger.join()
    assert probe.count == 300


def test_a_message_goes_with_the_recording_that_it_is_about(tmp_path: Path) -> None:
    for name in ("a.tif", "b.tif"):
        kymograph(20, 10).write(tmp_path / name)
    session = Session(tmp_path)
    probe, line = Probe(session), Probe(session)
    probe.speak_through(line)
    probe.say("Open a recording first.")
    first = session.select("a.tif")
    assert line.message["text"] == ""
    probe.say("ROI 1 deleted.")
    session.select("a.tif")
    assert line.message["text"] == "ROI 1 deleted."
    session.select("b.tif")
    assert line.message["text"] == ""
    probe.fail(AnalysisError("nothing moves"), "Measuring", about=first)
    assert line.message["text"] == "a.tif: Nothing moves."
    session.select("a.tif")
    assert line.message["text"] == "a.tif: Nothing moves."
    probe.say("Saved 2 recordings.", about=session)
    session.select("b.tif")
    assert line.message["text"] == "Saved 2 recordings."


def test_messages_can_go_through_another_widget(probe: Probe, tmp_path: Path) -> None:
    line = Probe(Session(tmp_path))
    probe.speak_through(line)
    probe.say("Saved.")
    assert (line.message["text"], probe.message["text"], probe.has_message_line) == ("Saved.", "", False)


def test_a_closed_widget_lets_go_of_the_session(probe: Probe) -> None:
    drawn: list[int] = []
    probe.subscriptions.on(probe.session.selection, lambda: drawn.append(1), "roi_id")
    probe.close()
    probe.close()
    probe.session.selection.roi_id = 4
    assert drawn == [1]


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        (Whole(0, 5), [0, 5, 3.0], [-1, 6, 1.5, True, "1", None, float("nan")]),
        (Number(0, 1), [0, 0.5, 1], [-0.1, 2, True, "0", float("nan"), float("inf"), None]),
        (Text(3), ["", "abc"], ["abcd", 1, None]),
        (Flag(), [True, False], [0, 1, "true", None]),
        (Choice(("a", "b")), ["a"], ["c", 1, None, ["a"]]),
        (Optional(Whole()), [None, 1], ["1"]),
        (ListOf(Whole(), 2), [[], [1, 2]], [[1, 2, 3], ["1"], 1, None, {"0": 1}]),
        (Scalar(3), [True, 1.5, "abc"], ["abcd", None, [1], float("inf")]),
    ],
)
def test_fields_take_what_they_should_and_nothing_else(field: Any, good: list[Any], bad: list[Any]) -> None:  # noqa: ANN401
    assert [checked_fields({"x": field}, {"x": value})["x"] for value in good] == good
    for value in bad:
        with pytest.raises(ValueError, match="x must be"):
            checked_fields({"x": field}, {"x": value})


def test_a_missing_bundle_says_how_to_build_it() -> None:
    assert "run make js" in bundle("no_such_widget")


def test_the_time_scale_follows_the_view(tmp_path: Path) -> None:
    session = Session(tmp_path)
    scale = time_scale(session)
    assert time_scale(session) is scale
    session.view.show(time=(5.0, 7.0))
    assert (scale.min, scale.max) == (5.0, 7.0)
