"""Results of an analysis that CloudScope does not know: saved in our own file, kept when the analysis is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.analysis import registry
from cloudscope_widgets.analysis.base import Result
from cloudscope_widgets.core import kinds
from cloudscope_widgets.core.kinds import Column, Kind
from cloudscope_widgets.core.params import Param
from cloudscope_widgets.synthetic import kymograph
from tests.format_rules import violations


class LineMean:
    """Mean of each of the first lines."""

    kind: ClassVar[Kind] = Kind(
        "line_mean",
        "Line mean",
        letter="M",
        columns=(Column("time_s", "s"), Column("mean"), Column("is_odd", dtype="bool")),
        quality=(Column("accepted", dtype="bool"), Column("mean_se", dtype="f4")),
    )
    version: ClassVar[int] = 1
    params: ClassVar[tuple[Param, ...]] = (Param("lines", 100, "Lines", minimum=0),)

    def measure(self, pixels: Any, calibration: Any, params: Any) -> Result:  # noqa: ANN401
        """Mean of each line."""
        mean = pixels[: params["lines"]].mean(axis=1)
        index = np.arange(len(mean))
        mean[:1] = np.nan
        table = pd.DataFrame({"time_s": index * calibration.seconds_per_line, "mean": mean, "is_odd": index % 2 == 1})
        quality = pd.DataFrame({"accepted": np.isfinite(mean), "mean_se": mean / 10})
        return Result({"mean": np.nanmean(mean) if len(mean) else None}, table, quality)


class Span:
    """Range of the means of the lines: no table, and made of another result."""

    kind: ClassVar[Kind] = Kind("span", "Span", parents=("line_mean",))
    version: ClassVar[int] = 3
    params: ClassVar[tuple[Param, ...]] = ()

    def measure(self, pixels: Any, calibration: Any, params: Any, context: Any) -> Result:  # noqa: ANN401
        """Range of the means."""
        del pixels, calibration, params
        mean = context.parents[0].table["mean"]
        return Result({"span": mean.max() - mean.min()})


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know the analyses of the package and no other."""
    monkeypatch.setattr(registry, "_plug_ins", registry._PlugIns(is_loaded=True))  # noqa: SLF001  (no other way)
    monkeypatch.setattr(kinds, "_registered", {})


@pytest.fixture(autouse=True)
def _register(monkeypatch: pytest.MonkeyPatch) -> None:
    forget(monkeypatch)
    cs.register_analysis(LineMean)
    cs.register_analysis(Span)


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    found = cs.open(kymograph(600, 24, flow=0.8, seed=4).write(tmp_path / "cell.tif"))
    found.add_rect(name="vessel")
    found.add_rect(row_start=100)
    found.analyze("radon_velocity", roi_id=1)
    for roi_id in (1, 2):
        found.analyze("line_mean", roi_id=roi_id)
    found.analyze("span", roi_id=1)
    return found


def check_same(acq: cs.Acquisition, again: cs.Acquisition) -> None:
    assert {record.key for record in acq.records} == {record.key for record in again.records}
    for record in acq.records:
        other = again.records.find(record.key)
        assert other is not None
        for name in ("summary", "params", "provenance", "run_id", "extra"):
            assert getattr(other, name) == getattr(record, name)
        for one, two in ((record.table, other.table), (record.quality, other.quality)):
            assert (one is None) == (two is None)
            if one is not None and two is not None:
                pd.testing.assert_frame_equal(two, one, check_dtype=False)


def test_results_with_and_without_a_table_are_saved_and_read_again(acq: cs.Acquisition) -> None:
    acq.save()
    folder = acq.path.parent
    tables = {"cell.tif.radon_velocity.csv", "cell.tif.line_mean.tsv"}
    assert {path.name for path in folder.iterdir() if path.is_file()} == {
        *("cell.tif", "cell.txt", "cell.tif.json", "cell.tif.widgets.json"),
        *tables,
    }
    shared = json.loads((folder / "cell.tif.json").read_text())
    assert [item["analysis_name"] for item in shared["analysis"]] == ["radon_velocity"]
    assert violations(acq.path) == []
    again = cs.open(acq.path)
    check_same(acq, again)
    record = again.record("line_mean", roi_id=1)
    assert record is not None
    assert (record.is_orphaned, record.is_stale(again), again.dirty, again.save().files) == (False, False, False, ())


def test_a_save_by_cloudscope_loses_nothing(acq: cs.Acquisition) -> None:
    acq.save()
    sidecar = acq.path.with_name("cell.tif.json")
    shared = json.loads(sidecar.read_text())
    shared["experiment_metadata"]["species"] = "mouse"
    sidecar.write_text(json.dumps(shared, indent=2, sort_keys=True))
    again = cs.open(acq.path)
    assert again.experiment.species == "mouse"
    check_same(acq, again)


def test_a_result_whose_analysis_is_missing_is_kept_shown_and_not_run(
    acq: cs.Acquisition, monkeypatch: pytest.MonkeyPatch
) -> None:
    acq.save()
    table = acq.path.with_name("cell.tif.line_mean.tsv")
    before = table.read_bytes()
    forget(monkeypatch)
    again = cs.open(acq.path)
    check_same(acq, again)
    record = again.record("line_mean", roi_id=1)
    assert record is not None
    assert record.is_orphaned
    assert record.kind is not None
    assert (record.kind.label, record.kind.columns) == ("Line mean", LineMean.kind.columns)
    notice = "line mean was measured by an analysis that is not installed here. What it found is kept and shown; "
    assert f"cell.tif: {notice}install it to measure again." in again.notices
    with pytest.raises(ValueError, match="there is no analysis 'line_mean'"):
        again.analyze("line_mean", roi_id=1)
    again.update_experiment(species="rat")
    again.delete_record("radon_velocity", roi_id=1)
    again.save()
    assert table.read_bytes() == before
    check_same(again, cs.open(acq.path))


def test_a_child_goes_with_its_parent_and_the_table_with_its_last_result(
    acq: cs.Acquisition, monkeypatch: pytest.MonkeyPatch
) -> None:
    acq.save()
    forget(monkeypatch)
    again = cs.open(acq.path)
    again.delete_record("line_mean", roi_id=1)
    assert [record.key for record in again.records] == [("radon_velocity", 0, 1), ("line_mean", 0, 2)]
    again.delete_roi(2)
    again.save()
    assert not acq.path.with_name("cell.tif.line_mean.tsv").exists()


def test_a_result_without_rows_stays_one(acq: cs.Acquisition) -> None:
    acq.analyze("line_mean", roi_id=1, lines=0)
    acq.save()
    again = cs.open(acq.path)
    record = again.record("line_mean", roi_id=1)
    assert record is not None
    assert record.table is not None
    assert (record.summary["num_rows"], len(record.table), list(record.table)) == (0, 0, ["time_s", "mean", "is_odd"])
    assert again.notices == acq.notices


def test_another_version_with_other_columns_is_refused_while_older_results_stand_beside(acq: cs.Acquisition) -> None:
    class Wider(LineMean):
        kind = replace(LineMean.kind, columns=(*LineMean.kind.columns, Column("more")))

        def measure(self, pixels: Any, calibration: Any, params: Any) -> Result:  # noqa: ANN401
            found = super().measure(pixels, calibration, params)
            assert found.table is not None
            return replace(found, table=found.table.assign(more=1.0))

    cs.register_analysis(Wider)
    with pytest.raises(cs.AnalysisError, match="line mean of ROI 2 has other columns"):
        acq.analyze("line_mean", roi_id=1)
    acq.delete_record("line_mean", roi_id=2)
    acq.analyze("line_mean", roi_id=1)
    acq.save()
    check_same(acq, cs.open(acq.path))


def test_an_error_of_the_analysis_itself_is_said_and_nothing_stored(acq: cs.Acquisition) -> None:
    class Broken(LineMean):
        def measure(self, pixels: Any, calibration: Any, params: Any) -> Result:  # noqa: ANN401, ARG002
            raise KeyError("nothing")

    cs.register_analysis(Broken)
    before = acq.snapshot
    with pytest.raises(cs.AnalysisError, match="Line mean failed on ROI 1 with an error of its own: KeyError"):
        acq.analyze("line_mean", roi_id=1)
    assert acq.snapshot is before


@pytest.mark.plants_files
@pytest.mark.parametrize("name", ["../evil", "radon_velocity", "", "A"])
def test_a_name_that_cannot_be_one_is_refused_with_the_file(acq: cs.Acquisition, name: str) -> None:
    acq.save()
    own = acq.path.with_name("cell.tif.widgets.json")
    said = json.loads(own.read_text())
    said["records"][0]["analysis_name"] = name
    own.write_text(json.dumps(said))
    assert "analysis_name" in cs.open(acq.path).damage
