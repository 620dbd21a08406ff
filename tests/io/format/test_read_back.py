"""What is to be saved is read back from its bytes while the older files are still there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cloudscope_widgets as cs
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.record import Record, RecordSet
from cloudscope_widgets.core.roi import RectRoi, RoiSet
from cloudscope_widgets.core.row_quality import with_unknown_quality
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.format import bundle
from cloudscope_widgets.io.format.bundle import Bundle, bundle_bytes
from cloudscope_widgets.io.format.json_text import json_bytes
from cloudscope_widgets.io.format.read_back import document_bytes
from cloudscope_widgets.io.format.sidecar import sidecar_document
from cloudscope_widgets.io.format.tables import part_rows
from cloudscope_widgets.synthetic import kymograph

IMAGE = Path("cell.tif")
HEADER = Header((200, 40), "uint16")


def saved(snapshot: Snapshot) -> dict[Path, bytes | None]:
    return bundle_bytes(IMAGE, snapshot, image_header=HEADER, found=Bundle(Snapshot(HEADER), {}), limits={})


def velocity(**changes: Any) -> Record:  # noqa: ANN401  (fields of Record)
    table = pd.DataFrame({name: [0.5, np.nan, 1 / 3] for name in ("time_s", "time_index", "theta_deg", "velocity")})
    return replace(Record("radon_velocity", 0, 1, held_table=table), **changes)


def with_record(record: Record) -> Snapshot:
    return Snapshot(HEADER, rois=RoiSet([RectRoi(1, 0, 200, 0, 40)]), records=RecordSet([record]))


def test_missing_numbers_and_those_of_numpy_read_back_as_they_are() -> None:
    assert saved(with_record(velocity(summary=FrozenDict({"mean": np.float32(0.1), "n": np.int64(3), "cv": np.nan}))))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"note": {1, 2}}, "note"),
        ({"rois": [{"name": "a"}, {"name": b"b"}]}, r"rois\[1\]\.name"),
        ({"a": {"b": Path("c")}}, r"a\.b"),
    ],
    ids=["a set", "in a list", "in an object"],
)
def test_a_field_that_cannot_be_written_is_named(document: dict[str, Any], place: str) -> None:
    with pytest.raises(cs.SaveError, match=rf"cell\.tif was not saved: {place} cannot be saved as it is\. Nothing on"):
        document_bytes(IMAGE, Path("cell.tif.json"), document)


@pytest.mark.plants_files("layout")  # the checker writes half a character otherwise
def test_half_a_character_that_a_page_has_sent_reads_back(tmp_path: Path) -> None:
    acq = cs.open(kymograph(200, 40).write(tmp_path / "cell.tif"))
    acq.update_experiment(note="half a character: \ud83d")
    acq.save()
    assert cs.open(acq.path).experiment.note == acq.experiment.note


def test_a_result_that_no_file_would_hold_is_not_lost_silently() -> None:
    with pytest.raises(cs.SaveError, match=r"not saved, because it could not be opened again: .*analysis_name"):
        saved(with_record(Record("../curvature", 0, 1)))


def lose(key: str) -> Callable[[Any], bytes]:
    """Writer of JSON that forgets one key, wherever it stands."""

    def without(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
        if isinstance(value, dict):
            return {name: without(item) for name, item in value.items() if name != key}
        return [without(item) for item in value] if isinstance(value, list | tuple) else value

    return lambda document: json_bytes(without(document))


@pytest.mark.parametrize("key", ["note", "window_width", "is_locked", "gamma", "num_windows", "columns"])
def test_a_writer_that_forgets_a_field_is_caught(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr("cloudscope_widgets.io.format.read_back.json_bytes", lose(key))
    quality = with_unknown_quality(RecordSet([velocity()]))[0].held_quality
    assert quality is not None
    record = velocity(
        params=FrozenDict({"window_width": 64}),
        summary=FrozenDict({"num_windows": 3}),
        held_quality=quality.assign(z=np.float16(1.5)),
    )
    snapshot = with_record(record)
    snapshot = replace(
        snapshot,
        rois=RoiSet([replace(snapshot.rois[0], is_locked=True)]),
        contrast=snapshot.contrast.updated(0, value_min=0, value_max=1, gamma=2.0),
        experiment=snapshot.experiment.updated(note="here"),
    )
    with pytest.raises(cs.SaveError, match=f"{key}.* cannot be saved"):
        saved(snapshot)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda now: replace(now, experiment=now.experiment.updated(note="")), "note of the experiment"),
        (lambda now: now.with_roi_changed(1, row_stop=100), "row_stop of ROI 1"),
        (lambda now: replace(now, rois=RoiSet()), "the list of ROIs"),
        (lambda now: replace(now, review="rejected"), "the review"),
        (lambda now: replace(now, records=RecordSet()), "radon_velocity of ROI 1 in channel 0"),
        (
            lambda now: replace(now, records=RecordSet([replace(now.records[0], summary=FrozenDict())])),
            "summary of radon_velocity of ROI 1",
        ),
    ],
)
def test_a_document_that_says_something_else_is_caught(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[Snapshot], Snapshot], place: str
) -> None:
    snapshot = with_record(velocity(summary=FrozenDict({"num_windows": 3})))
    snapshot = replace(snapshot, experiment=snapshot.experiment.updated(note="here"))
    monkeypatch.setattr(bundle, "sidecar_document", lambda now, limits: sidecar_document(change(now), limits))
    with pytest.raises(cs.SaveError, match=place):
        saved(snapshot)


def test_a_table_that_says_something_else_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "part_rows", lambda *said: part_rows(*said).replace(b"0.333", b"0.334"))
    with pytest.raises(cs.SaveError, match="the column time_s of radon_velocity of ROI 1 cannot be saved"):
        saved(with_record(velocity()))


text = st.text(max_size=20)
numbers = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats())
values = st.recursive(
    st.one_of(numbers, text), lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=9
)


edits = st.fixed_dictionaries({
    "note": text,
    "name": text,
    "depth": st.none() | st.floats(0, 1e6),
    "params": st.dictionaries(text.filter(lambda key: key != "provenance"), values),
    "extra": values,
    "low": st.floats(-1e6, 1e6),
    "width": st.floats(0, 1e6),
    "gamma": st.floats(0.01, 100),
})  # fmt: skip


@given(edit=edits)
def test_whatever_can_be_edited_reads_back(edit: dict[str, Any]) -> None:
    record = velocity(params=FrozenDict(edit["params"]), extra=FrozenDict({"lab": edit["extra"]}))
    snapshot = with_record(record).with_roi_changed(1, name=edit["name"], note=edit["note"])
    limits = {"value_min": edit["low"], "value_max": edit["low"] + edit["width"]}
    snapshot = replace(
        snapshot,
        experiment=snapshot.experiment.updated(note=edit["note"], depth=edit["depth"]),
        contrast=snapshot.contrast.updated(0, **limits, gamma=edit["gamma"]),
    )
    assert saved(snapshot)
