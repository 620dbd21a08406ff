"""A queue of work goes on whatever its pieces, and those who are told of their errors, do."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.io.catalog.summary import FileFacts
from cloudscope_widgets.io.catalog.summary import read_facts as real_read_facts
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.files import fact_reader
from cloudscope_widgets.widgets.kit.latest_request_queue import Errands

PATIENCE_S = 20.0


def fail() -> None:
    raise RuntimeError("broken")


def test_the_work_goes_on_when_nobody_can_be_told_of_an_error(caplog: pytest.LogCaptureFixture) -> None:
    def fail_again(_error: Exception) -> None:
        raise ValueError("the page has gone")

    done: list[int] = []
    errands = Errands(fail_again)
    for number in range(2):
        errands.want("client", [fail, partial(done.append, number)])
        errands.wait(PATIENCE_S)
    assert done == [0, 1]
    assert "RuntimeError('broken')" in caplog.text


def test_one_file_that_fails_keeps_its_batch_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> FileFacts:
        if path.name == "b.tif":
            raise MemoryError("too large")
        return real_read_facts(path)

    monkeypatch.setattr(fact_reader, "read_facts", read)
    for name in "abcd":
        kymograph(100, 20).write(tmp_path / f"{name}.tif")
    told: dict[str, FileFacts] = {}
    failed: list[Exception] = []
    reader = fact_reader.FactReader(
        lambda facts: told.update({path.name: one for path, one in facts.items()}), failed.append
    )
    reader.want([entry.path for entry in cs.Session(tmp_path).wait_for_scan(PATIENCE_S)])
    reader.wait(PATIENCE_S)
    assert {name: facts.problem for name, facts in told.items()} == {
        "a.tif": "",
        "b.tif": "saved",
        "c.tif": "",
        "d.tif": "",
    }
    assert [str(error) for error in failed] == ["too large"]
