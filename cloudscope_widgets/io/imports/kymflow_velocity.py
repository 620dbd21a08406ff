"""Velocities that KymFlow saved, in the units, times and columns of this program."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cloudscope_widgets.analysis.velocity.summary import velocity_summary
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Calibration, Header, is_size
from cloudscope_widgets.core.numbers import LARGEST_NUMBER
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.io.format.fields import Fields, read_fields
from cloudscope_widgets.io.format.records import rows_hash
from cloudscope_widgets.io.format.table_lines import check_lines, refused_table
from cloudscope_widgets.io.format.tables import exact_numbers, part_rows
from cloudscope_widgets.io.paths import saved_bytes

_ANALYSIS_FOLDER = "flow-analysis"
_VELOCITY = "radon_velocity"
_UM_PER_MM = 1000.0
_COLUMNS = ("roi_id", "channel", "time", "velocity", "delx", "delt")
_COUNTED_FROM_ONE = "mpRadon_v0"
"""Its window centres are one line late: it counted lines from 1."""
_SAME_CALIBRATION = 1e-6


@dataclass(frozen=True, slots=True)
class Velocities:
    """What the folder of analyses holds for one image."""

    records: tuple[Record, ...] = ()
    is_accepted: bool = True
    notices: tuple[str, ...] = ()


def read_velocities(image: Path, header: Header, rois: tuple[RectRoi, ...]) -> Velocities:
    """Read the velocities that KymFlow saved for an image.

    Parameters
    ----------
    image
        Path of the image.
    header
        With the calibration that is shown.
    rois
        KymFlow's regions, as they are imported.

    Raises
    ------
    SidecarReadError
        When a file of KymFlow is damaged.
    """
    folder = image.parent / _ANALYSIS_FOLDER
    facts_path, table_path = (folder / f"{image.stem}_kymanalysis{end}" for end in (".json", ".csv"))
    raw_facts, raw_table = saved_bytes(facts_path), saved_bytes(table_path)
    facts = Fields({}, facts_path) if raw_facts is None else read_fields(raw_facts, facts_path)
    has_events = bool(facts.others().get("velocity_events"))
    notices = ["KymFlow's velocity events are not imported."] if has_events else []
    table = None if raw_table is None else _table(raw_table, table_path)
    records: list[Record] = []
    for roi_id, channel, rows in () if table is None else _parts(table):
        roi = next((roi for roi in rois if roi.roi_id == roi_id), None)
        if roi is None or not 1 <= channel <= header.channels:
            notices.append(
                f"A velocity of ROI {roi_id} in channel {channel} is not imported: there is no such region or channel."
            )
            continue
        run = facts.child("analysis_metadata").child(str(roi_id))
        records.append(_record(roi, channel - 1, rows, run, header.calibration))
    return Velocities(tuple(records), facts.flag("accepted", default=True), tuple(notices))


def _parts(table: pd.DataFrame) -> Iterator[tuple[int, int, pd.DataFrame]]:
    """ROI, channel and lines of each result, in the order of the file."""
    slots = dict.fromkeys(zip(table["roi_id"].tolist(), table["channel"].tolist(), strict=True))
    for roi_id, channel in slots:
        yield roi_id, channel, table[(table["roi_id"] == roi_id) & (table["channel"] == channel)]


def _table(raw: bytes, path: Path) -> pd.DataFrame:
    check_lines(raw, path)
    try:
        table: pd.DataFrame = pd.read_csv(
            io.BytesIO(raw), usecols=list(_COLUMNS), low_memory=False, index_col=False, **exact_numbers()
        )
    except (ValueError, OverflowError) as error:
        raise refused_table(path, str(error)) from error
    for name in _COLUMNS:
        is_whole = pd.api.types.is_integer_dtype(table[name]) or name not in _COLUMNS[:2]
        if not is_whole or not pd.api.types.is_numeric_dtype(table[name]):
            raise refused_table(path, f"the column {name} must hold {'' if is_whole else 'whole '}numbers")
    for name in ("time", "delx", "delt"):
        if not table[name].map(is_size).all():
            raise refused_table(path, f"the column {name} must hold a number above 0 in every line")
    if (table["velocity"].abs() > LARGEST_NUMBER).any():
        raise refused_table(path, f"the column velocity must hold numbers up to {LARGEST_NUMBER:g}, or nothing")
    return table


def _record(roi: RectRoi, channel: int, rows: pd.DataFrame, run: Fields, shown: Calibration) -> Record:
    calibration = _calibration(rows, shown)
    table = _converted(rows, roi, calibration, run.text("algorithm"))
    width = run.number("window_size")
    params = {} if width is None else {"window_width": int(width)}
    provenance = {
        "run_id": f"kymflow {run.text('analyzed_at')}",
        "utc": run.text("analyzed_at"),
        "roi": roi.bounds,
        "calibration": {
            name: value for name, value in asdict(calibration).items() if name not in {"dwell_s", "scan_direction"}
        },
        "method": {"name": "kymflow", "algorithm": run.text("algorithm"), "sentences": _sentences(run)},
        "table_sha256": rows_hash(part_rows(_VELOCITY, (channel, roi.roi_id), table)),
    }
    return Record(
        _VELOCITY,
        channel,
        roi.roi_id,
        params=FrozenDict(params),
        summary=FrozenDict({**_stamp(run.text("analyzed_at")), **velocity_summary(table["velocity"].to_numpy(float))}),
        run_id=str(provenance["run_id"]),
        provenance=FrozenDict(provenance),
        held_table=table,
    )


def _calibration(rows: pd.DataFrame, shown: Calibration) -> Calibration:
    """Calibration of the run, as it is written in each line; that of the image where they agree."""
    seconds, micrometres = float(rows["delt"].iloc[0]), float(rows["delx"].iloc[0])
    pairs = (seconds, shown.seconds_per_line), (micrometres, shown.um_per_pixel)
    if shown.is_known and all(math.isclose(a, b, rel_tol=_SAME_CALIBRATION) for a, b in pairs):
        return shown
    return replace(
        Calibration(source="typed"),
        seconds_per_line=seconds,
        um_per_pixel=micrometres,
        time_label="seconds",
        space_label="um",
    )


def _converted(rows: pd.DataFrame, roi: RectRoi, calibration: Calibration, algorithm: str) -> pd.DataFrame:
    """Columns of the shared format: times from the first line of the region, µm/s, and the angle of the streaks."""
    late = 1.0 if algorithm == _COUNTED_FROM_ONE else 0.0
    centre = np.round((rows["time"].to_numpy(float) / float(rows["delt"].iloc[0]) - late) * 2) / 2 - roi.row_start
    velocity = rows["velocity"].to_numpy(float) * _UM_PER_MM
    per_line = velocity * calibration.seconds_per_line / calibration.um_per_pixel
    return pd.DataFrame(
        {
            "time_s": centre * calibration.seconds_per_line,
            "time_index": centre,
            "theta_deg": np.mod(np.rad2deg(np.arctan(per_line)), 180.0),
            "velocity": velocity,
        }
    )


def _sentences(run: Fields) -> list[str]:
    width = run.number("window_size")
    windows = "" if width is None else f" in windows of {width:.0f} lines"
    algorithm = f" (Radon transform, {run.text('algorithm')})" if run.text("algorithm") else ""
    return [f"Red-cell velocity was measured by KymFlow{algorithm}{windows} and imported."]


def _stamp(analyzed_at: str) -> Mapping[str, Any]:
    """What every summary begins with; empty date and time when KymFlow did not write when it ran."""
    try:
        then = datetime.fromisoformat(analyzed_at).astimezone()
    except (ValueError, OverflowError):
        return {"analysis_date": "", "analysis_time": "", "analysis_version": 1}
    clock = f"{then:%H:%M:%S}.{then.microsecond // 1000:03d}"
    return {"analysis_date": then.strftime("%y%m%d"), "analysis_time": clock, "analysis_version": 1}
