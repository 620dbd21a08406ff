"""The checker of the format finds each break of each rule, and nothing in what this program saves."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph
from tests.format_basics import OURS, RULES
from tests.format_rules import violations_below

pytestmark = pytest.mark.plants_files()

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of one recording with everything that this program can save today."""
    folder = tmp_path_factory.mktemp("saved")
    acq = cs.open(kymograph(800, 40).write(folder / "cell.tif"))
    acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.5)
    acq.add_rect()
    acq.add_line(row0=3, col0=3, row1=90, col1=30)
    acq.add_rect(row_stop=300)
    acq.set_contrast(0, value_min=1.5, value_max=400)
    acq.review = "accepted"
    for roi_id in (1, 3):
        acq.analyze("radon_velocity", roi_id=roi_id, window_width=16)
    acq.update_roi(3, is_locked=True)
    acq.add_event(roi_id=1, start_s=0.2, stop_s=0.3, event_type="stall")
    acq.save()
    assert violations_below(folder) == []
    return folder


@pytest.fixture
def image(saved: Path, tmp_path: Path) -> Path:
    """Image of a private copy of it."""
    return shutil.copytree(saved, tmp_path / "copy") / "cell.tif"


@dataclass(frozen=True)
class Break:
    """One way to break one rule."""

    rule: str
    edit: Edit | None = None
    """Of the sidecar."""
    raw: Callable[[bytes], bytes] | None = None
    """Of the bytes of a file."""
    file: str = "cell.tif.json"


def record(document: dict[str, Any], index: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = document["analysis"][index]
    return found


def event(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["analysis"][2]["summary"]["events"][0]
    return found


def heart_rate(document: dict[str, Any]) -> None:
    """Add a heart rate with a parameter of ours."""
    numbers = ("n_total", "n_valid", "valid_frac", "t_min", "t_max", "lomb", "welch", "agreement", "status")
    summary = {**record(document)["summary"], **dict.fromkeys(numbers), "version": 1, "status_note": ""}
    document["analysis"].append(
        {**record(document), "analysis_name": "heart_rate", "detection_params": {"ours": 1}, "summary": summary}
    )


PEAK = {"channel": 0, "roi_id": 1, "peak_id": 1, "peak_index": 7, "review": "accepted", "note": ""}
RECORD = {
    "analysis_name": "line_mean",
    "channel": 0,
    "roi_id": 1,
    "detection_params": {},
    "summary": {"analysis_date": "260801", "analysis_time": "12:00:00.000", "analysis_version": 1, "num_rows": 2},
    "kind": {
        "label": "Line mean",
        "columns": [["mean", "", "f8"]],
        "row_count": "num_rows",
        "quality": [],
        "parents": [],
    },
}
MEASURED = {"analysis_name": "event", "channel": 0, "roi_id": 1, "image": {"fingerprint": "sampled-sha256:00"}}
TABLE = "cell.tif.radon_velocity.csv"
OWN = "cell.tif.widgets.json"
BREAKS = [
    Break("json", raw=lambda raw: b"\xef\xbb\xbf" + raw),
    Break("json", raw=lambda raw: raw.replace(b'"depth": null', b'"depth": NaN')),
    Break("json", raw=lambda raw: raw.replace(b'"version": 2', b'"version": 2,\n  "version": 2')),
    Break("json", raw=lambda raw: raw[:-1]),
    Break("json", file=OWN, raw=lambda _raw: b"[]"),
    Break("layout", raw=lambda raw: raw + b"\n"),
    Break("version", lambda said: said.update(version=3)),
    Break("version", lambda said: said.update(version=2.0)),
    Break("top", lambda said: said.update(lab="A")),
    Break("top", lambda said: said.pop("accepted")),
    Break("top", lambda said: said.update(accepted=1)),
    Break("experiment", lambda said: said["experiment_metadata"].update(lab="A")),
    Break("experiment", lambda said: said["experiment_metadata"].pop("age")),
    Break("experiment", lambda said: said["experiment_metadata"].update(depth="")),
    Break("header", lambda said: said["image_header_metadata"].pop("date")),
    Break("header", lambda said: said["image_header_metadata"].update(physical_unit_x=0)),
    Break("header", lambda said: said["image_header_metadata"].update(shape=[800, 40])),
    Break("roi keys", lambda said: said["rois"][0].update(color="red")),
    Break("roi keys", lambda said: said["rois"][0]["data"].update(z=1)),
    Break("roi keys", lambda said: said["rois"][0].update(version="1.1")),
    Break("roi keys", lambda said: said["rois"][1].update(roi_type="ellipse")),
    Break("roi values", lambda said: said["rois"][0]["data"].update(row_stop=801)),
    Break("roi values", lambda said: said["rois"][1]["data"].update(col1=40)),
    Break("roi values", lambda said: said["rois"][0]["data"].update(row_stop=7.5)),
    Break("roi values", lambda said: said["rois"][1].update(roi_id=1)),
    Break("record keys", lambda said: record(said).update(by="me")),
    Break("record known", lambda said: said["analysis"].append({**record(said), "analysis_name": "stalls"})),
    Break("record known", lambda said: said["analysis"].append(record(said))),
    Break("parents first", lambda said: said["analysis"].reverse()),
    Break("own region", lambda said: said["analysis"].append({**record(said), "analysis_name": "diameter"})),
    Break("record region", lambda said: record(said).update(roi_id=9)),
    Break("summary", lambda said: record(said)["summary"].pop("analysis_date")),
    Break("summary", lambda said: record(said)["summary"].update(analysis_time="12:00")),
    Break("summary", lambda said: record(said)["summary"].pop("velocity_cv")),
    Break("params", lambda said: record(said, 2)["detection_params"].update(provenance={})),
    Break("params", heart_rate),
    Break("params", lambda said: record(said)["detection_params"].update(method="radon")),
    Break("params", lambda said: record(said)["detection_params"].update(provenance={})),
    Break("ours", lambda said: record(said)["summary"].update({OURS: {}})),
    Break("ours", lambda said: record(said)["summary"].update({OURS: "radon"})),
    Break("ours", lambda said: record(said)["summary"].update({OURS: {"method": "radon"}})),
    Break("ours", lambda said: record(said)["summary"].update({OURS: {"params": {"window_width": 64}}})),
    Break("ours", lambda said: record(said)["summary"].update({OURS: {"provenance": "ours"}})),
    Break("ours", lambda said: record(said)["summary"].update(provenance={"run_id": "1"})),
    Break("event keys", lambda said: event(said).update(note="x")),
    Break("event keys", lambda said: record(said, 2)["summary"].update(provenance={})),
    Break("event keys", lambda said: event(said)["event_stats"].pop("se")),
    Break("event values", lambda said: event(said).update(event_type="stall")),
    Break("event values", lambda said: event(said).update(id=0)),
    Break("event values", lambda said: event(said).update(duration=9.0)),
    Break("event values", lambda said: event(said)["event_stats"].update(n=0, mean=1.0)),
    Break("event values", lambda said: record(said, 2)["summary"].update(version=1)),
    Break("contrast", lambda said: said["image_contrast"]["0"].update(value_min=1.5)),
    Break("contrast", lambda said: said["image_contrast"]["0"].update(gamma=1)),
    Break("contrast", lambda said: said["image_contrast"]["0"].update(color_lut="Turbo")),
    Break("tables", file=TABLE, raw=lambda raw: b"# made by us\n" + raw),
    Break("tables", file=TABLE, raw=lambda raw: raw.replace(b"\n", b"\r\n")),
    Break("tables", file=TABLE, raw=lambda raw: raw.replace(b"velocity\n", b"velocity,quality\n")),
    Break("tables", file=TABLE, raw=lambda raw: raw.split(b"\n")[0] + b"\n"),
    Break("tables", file=TABLE, raw=lambda raw: raw[:-1] + b"nan\n"),
    Break("tables", file=TABLE, raw=lambda raw: raw[:-1]),
    Break("table rows", file=TABLE, raw=lambda raw: raw[: raw.rindex(b"\n", 0, -1) + 1]),
    Break("table rows", file=TABLE, raw=lambda raw: raw + raw.splitlines(keepends=True)[1]),
    Break("table rows", lambda said: said["analysis"].insert(0, said["analysis"].pop(1))),
    Break("table hash", file=TABLE, raw=lambda raw: raw.replace(b"\n0,1,", b"\n0,1,0", 1)),
    Break("other files", file="cell.tif.notes.csv", raw=lambda _raw: b"a\n1\n"),
    Break("other files", file="cell.tif.tmp", raw=lambda _raw: b""),
    Break("event table", lambda said: event(said).update(x0=0.1003, x1=0.2003, duration=0.1)),
    Break("event table", lambda said: event(said).update(x0=-0.3, x1=-0.2, duration=0.1)),
    Break("event table", lambda said: event(said)["event_stats"].update(n=3)),
    Break("own file", file=OWN, raw=lambda _raw: b'{\n  "version": 2\n}'),
    Break("own file", lambda said: said.update(version=1), file=OWN),
    Break("own file", file=OWN, raw=lambda raw: raw.replace(b'"review"', b'"verdict"')),
    Break("own peaks", lambda said: said.update(peaks=[PEAK]), file=OWN),
    Break("own peaks", lambda said: said.update(peaks=[{**PEAK, "by": "me"}]), file=OWN),
    Break("own regions", lambda said: said.update(rois={"9": {"is_locked": True}}), file=OWN),
    Break("own regions", lambda said: said.update(rois={"1": {"color": "red"}}), file=OWN),
    Break("own regions", lambda said: said.update(rois={"1": {"twin_of": 9}}), file=OWN),
    Break("own regions", lambda said: said.update(rois={"1": {"twin_of": 1}}), file=OWN),
    Break("quality", lambda said: said["quality"][0].pop("analysis_name", None), file=OWN),
    Break("quality", lambda said: said["quality"][0].update(table_sha256="0" * 64), file=OWN),
    Break("quality", lambda said: said["quality"][0]["columns"].update(z="AAAA"), file=OWN),
    Break("quality", lambda said: said["quality"][0]["columns"].pop("gap"), file=OWN),
    Break("measured", lambda said: said.pop("measured", None), file=OWN),
    Break("measured", lambda said: said.update(measured=[MEASURED, MEASURED]), file=OWN),
    Break("measured", lambda said: said.update(measured=[{**MEASURED, "roi_id": 9}]), file=OWN),
    Break("measured", lambda said: said.update(measured=[{**MEASURED, "image": {}}]), file=OWN),
    Break("measured", lambda said: said.update(measured=[{**MEASURED, "roi": [0, 1.5, 0, 1]}]), file=OWN),
    Break("measured", lambda said: said.update(measured=[{**MEASURED, "calibration": {"um_per_pixel": 0}}]), file=OWN),
    Break("measured", lambda said: said.update(measured=[{**MEASURED, "by": "me"}]), file=OWN),
    Break("measured", lambda said: said["measured"].append({**MEASURED, "analysis_name": "radon_velocity"}), file=OWN),
    Break("own records", lambda said: said.update(records=[RECORD, RECORD]), file=OWN),
    Break("own records", lambda said: said.update(records=[{**RECORD, "analysis_name": "diameter"}]), file=OWN),
    Break("own records", lambda said: said.update(records=[{**RECORD, "analysis_name": "../a"}]), file=OWN),
    Break("own records", lambda said: said.update(records=[{**RECORD, "kind": {}}]), file=OWN),
    Break("own records", lambda said: said.update(records=[{**RECORD, "more": 1}]), file=OWN),
    Break("own tables", lambda said: said.update(records=[RECORD]), file=OWN),
    Break("own tables", file="cell.tif.line_mean.tsv", raw=lambda _raw: b"channel\troi_id\tmean\n0\t1\t2.5\n"),
    Break("hidden folder", file=".cloudscope/old.tif", raw=lambda _raw: b""),
]


@pytest.mark.parametrize("broken", BREAKS, ids=[f"{number} {broken.rule}" for number, broken in enumerate(BREAKS)])
def test_each_break_of_each_rule_is_found(image: Path, broken: Break) -> None:
    path = image.parent / broken.file
    path.parent.mkdir(exist_ok=True)
    before = path.read_bytes() if path.exists() else b""
    if broken.edit is not None:
        document = json.loads(before)
        broken.edit(document)
        after = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False).encode()
    else:
        assert broken.raw is not None
        after = broken.raw(before)
    assert after != before or not path.exists()
    path.write_bytes(after)
    assert broken.rule in {violation.rule for violation in violations_below(image.parent)}


def test_there_is_a_break_for_each_rule() -> None:
    assert {broken.rule for broken in BREAKS} == set(RULES)
