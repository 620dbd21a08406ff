"""What the form of the velocity says: how long a window is, how fast it can measure, what the scan speed does."""

from __future__ import annotations

from cloudscope_widgets.analysis.velocity.line_correlation.plan import BLOCKS
from cloudscope_widgets.analysis.velocity.radon_method import NARROW_COLUMNS
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.measured import bounds_of
from cloudscope_widgets.core.params import Param, ParamValue
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.widgets.analysis.measurement_site import Place
from cloudscope_widgets.widgets.analysis.velocity.numbers import WindowCounts, scan_error, speed_unit, window_counts
from cloudscope_widgets.widgets.kit.number_text import count_text, number_text, share_text

_LARGEST_SHIFT = 0.65
"""Part of a line by which it may move from one line to the next and still be recognised."""
_MS = 1000


class VelocityWords:
    """Sentences of the velocity."""

    def param_notes(self, param: Param, value: ParamValue, place: Place) -> list[str]:
        """Duration and step of a window, and the largest speed that can be measured."""
        if param.name != "window_width" or isinstance(value, str):
            return []
        calibration = place.acquisition.header.calibration
        columns = place.roi.col_stop - place.roi.col_start
        return [_window_text(int(value), calibration), _largest_speed_text(columns, calibration)]

    def footnote(self, place: Place, record: Record | None) -> str:
        """Whether the speeds are corrected for the scan speed, and what it may do to them if not."""
        calibration = place.acquisition.header.calibration
        if calibration.scan_direction == "bidirectional":
            return "Scanned to and fro: velocity cannot be measured. Record with a one-way scan."
        if record is None:
            known = calibration.scan_speed_px_line is not None
            return "Will be corrected for the scan speed." if known else _UNKNOWN_SCAN
        if not record.provenance.get("method"):
            return "Measured by another program, which did not save how. Quality not known."
        if record.params.get("method") == "radon" and _columns(record, place) < NARROW_COLUMNS:
            return f"Radon may read too low in fewer than {NARROW_COLUMNS} columns. Use line correlation here."
        error = scan_error(record, place.roi, calibration)
        if error is None:
            return "Corrected for the scan speed."
        return (
            f"Not corrected for the scan speed: could be up to {share_text(error)}. Enter the dwell time to correct it."
        )

    def result(self, record: Record) -> str:
        """How many windows were kept, or that nobody knows, and what was left out."""
        counts = window_counts(record)
        said = kept_text(counts.kept, counts.windows) if counts.is_judged else unjudged_text(counts)
        return "; ".join([said, *_left_out_texts(record)])


_UNKNOWN_SCAN = "Will not be corrected for the scan speed. Enter the dwell time to correct it."


def kept_text(kept: int, windows: int) -> str:
    """How many windows were kept, and which share of all."""
    share = kept / windows if windows else None
    return f"{count_text(kept)} of {count_text(windows)} windows kept ({share_text(share)})"


def unjudged_text(counts: WindowCounts) -> str:
    """Say that no window was judged, and how many stand at exactly 0."""
    share = counts.standing / counts.windows if counts.windows else None
    return f"{count_text(counts.windows)} windows, quality not known, {share_text(share)} at exactly 0"


def _columns(record: Record, place: Place) -> int:
    """Columns in which a velocity was measured."""
    bounds = bounds_of(record.facts) or place.roi.bounds
    return bounds[3] - bounds[2]


def _left_out_texts(record: Record) -> list[str]:
    """What held no numbers and was left out."""
    words = {
        "columns_left_out": ("column", "left out"),
        "columns_interpolated": ("column", "interpolated"),
        "lines_without_numbers": ("line", "left out"),
    }
    counted = [(record.summary.get(name) or 0, *said) for name, said in words.items()]
    return [
        f"{count_text(count)} {what}{'' if count == 1 else 's'} without numbers {done}"
        for count, what, done in counted
        if count
    ]


def _window_text(lines: int, calibration: Calibration) -> str:
    step = lines // BLOCKS
    if not calibration.is_time_known:
        return f"step {step} lines"
    ms = calibration.seconds_per_line * _MS
    return f"{number_text(lines * ms, 1)} ms, step {number_text(step * ms, 1)} ms"


def _largest_speed_text(columns: int, calibration: Calibration) -> str:
    unit = speed_unit(calibration)
    return f"largest measurable speed {number_text(_LARGEST_SHIFT * columns * unit.per_px_line, 1)} {unit.name}"
