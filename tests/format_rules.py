"""The rules of the shared format, checked on saved files with nothing but json and text.

Each rule is one that CloudScope's own reader insists on, or that keeps it from losing data. What is known of the
format is written down here anew and not taken from the package, so that both would have to be wrong together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.format_basics import (
    OURS,
    RULES,
    Checked,
    Violation,
    is_id,
    is_number,
    is_whole,
    parsed_document,
)
from tests.format_own import check_event_times, check_own, own_document, provenance_of
from tests.format_own_records import check_own_records

IMAGE_SUFFIXES = (".tif", ".tiff")
TOP = {"version", "accepted", "rois", "experiment_metadata", "image_header_metadata", "analysis"}
TOP_OPTIONAL = {"image_contrast", "reference_image_metadata"}
TEXTS = (
    *("species", "sex", "genotype", "age", "region", "cell_type", "direction"),
    *("condition", "condition2", "treatment", "treatment2", "date", "note"),
)
HEADER_TEXTS = ("shape", "dims", "sizes", "dtype", "date", "time", "physical_label_y", "physical_label_x")
HEADER_COUNTS = ("num_channels", "num_scenes")
HEADER_SIZES = ("physical_unit_y", "physical_unit_x")
ROI = {"roi_id", "roi_type", "version", "name", "note", "data"}
BOUNDS = {
    "rectroi": ("row_start", "row_stop", "col_start", "col_stop"),
    "linesegmentroi": ("row0", "col0", "row1", "col1"),
}
RECORD = {"analysis_name", "channel", "roi_id", "detection_params", "summary"}
STAMP = {"analysis_date": r"\d{6}", "analysis_time": r"\d\d:\d\d:\d\d\.\d{3}"}
SUMMARIES: Mapping[str, set[str]] = {
    "radon_velocity": {"num_windows", "velocity_mean", "velocity_median", "velocity_cv"},
    "diameter": {
        *("num_rows", "diameter_um_mean", "diameter_um_median", "diameter_um_cv", "qc_score_mean"),
        *("num_qc_edge_violations", "num_qc_diameter_violations", "num_qc_center_violations"),
    },
    "sum_intensity": {
        *("status", "num_timepoints", "num_peaks", "num_space_pixels", "seconds_per_line", "f0_baseline"),
        *("baseline_method", "baseline_percentile", "manual_f0_baseline", "peak_amplitude_mean"),
        *("peak_amplitude_median", "warnings", "errors", "detrend_method", "detection_method", "detection_source"),
        *("peak_search_window_ms", "width_search_window_ms", "baseline_window_ms", "peak_events"),
    },
    "heart_rate": {
        *("version", "n_total", "n_valid", "valid_frac", "t_min", "t_max", "lomb", "welch", "agreement"),
        *("status", "status_note"),
    },
    "event": {"version", "parent_analysis_name", "events"},
}
ROW_COUNTS = {"radon_velocity": "num_windows", "diameter": "num_rows", "sum_intensity": "num_timepoints"}
CHILDREN = ("heart_rate", "event")
PARAMS: Mapping[str, set[str]] = {
    "radon_velocity": {"window_width"},
    "diameter": {
        *("diameter_method", "window_rows_odd", "stride", "binning_method", "polarity", "post_filter_kernel_size"),
        *("threshold_mode", "threshold_value", "gradient_sigma", "gradient_kernel", "gradient_min_edge_strength"),
        *("enable_motion_gating", "max_edge_shift_um", "max_diameter_change_um", "max_center_shift_um"),
    },
    "sum_intensity": {
        *("window_radius_points", "filter_method", "median_filter_kernel_points", "detrend_method"),
        *("baseline_method", "baseline_percentile", "manual_f0_baseline", "baseline_window_ms", "baseline_min_value"),
        *("detection_method", "polarity", "detection_source", "absolute_threshold", "derivative_threshold_per_sec"),
        *("refractory_period_ms", "peak_search_window_ms", "width_search_window_ms", "level_fractions"),
    },
    "event": {"pre_post_win_sec"},
    "heart_rate": {
        *("bpm_min", "bpm_max", "use_abs", "outlier_k_mad", "lomb_n_freq", "interp_max_gap_sec", "bandpass_order"),
        *("nperseg_sec", "edge_margin_hz", "peak_half_width_hz", "agree_tol_bpm", "do_segments", "seg_win_sec"),
        *("seg_step_sec", "seg_min_valid_frac"),
    },
}
"""Parameters that CloudScope knows: it takes no others, or keeps them beside numbers that are not of them."""
EVENT_TYPES = {"user", "rise", "fall", "transient"}
WINDOWS = ("pre_win_stats", "event_stats", "post_win_stats")
EVENT = {"id", "x0", "x1", "event_type", "duration", *WINDOWS}
STATISTICS = {"n", "mean", "min", "max", "std", "se", "cv"}
CONTRAST = {"color_lut", "value_min", "value_max", "img_min", "img_max"}
LUTS = {
    *("Gray", "Inverted Gray", "Viridis", "Plasma", "Hot", "Jet", "Cool", "Rainbow", "Red", "Green", "Blue"),
}
COLUMNS = {
    "radon_velocity": "channel,roi_id,time_s,time_index,theta_deg,velocity",
    "diameter": (
        "channel,roi_id,time_s,center_row,left_edge_px,right_edge_px,left_edge_um,right_edge_um,diameter_px,"
        "diameter_um,diameter_px_filt,diameter_um_filt,diameter_was_filtered,peak,baseline,sum_intensity,"
        "edge_strength_left,edge_strength_right,qc_score,qc_edge_violation,qc_diameter_violation,qc_center_violation"
    ),
    "sum_intensity": (
        "channel,roi_id,time_index,time_sec,sum_intensity,norm_sum_intensity,filtered_norm_sum_intensity,"
        "detrended_norm_sum_intensity,f0_baseline,df_f_signal,d_df_f_signal,is_onset,is_peak,onset_index,peak_id"
    ),
}
_FIELD = re.compile(r"|True|False|-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?")


def violations_below(folder: Path, skipped: Iterable[str] = ()) -> list[Violation]:
    """Break of any rule by any bundle in a folder or its sub-folders."""
    images = [path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in IMAGE_SUFFIXES]
    hidden = [path for path in images if ".cloudscope" in path.parts]
    found = [Violation("hidden folder", path.name, "an image") for path in hidden]
    for image in images:
        if image not in hidden:
            found += violations(image, skipped)
    return found


def violations(image: Path, skipped: Iterable[str] = ()) -> list[Violation]:
    """Break of any rule by the files beside one image.

    Parameters
    ----------
    image
        Path of the image.
    skipped
        SHA-256 of files that are as another program wrote them.
    """
    bundle = Checked(image, frozenset(skipped))
    raw = bundle.raw(".json")
    document = None if raw is None else parsed_document(bundle, raw, ".json")
    if document is not None:
        _check_document(bundle, document)
    own = own_document(bundle)
    tables: dict[str, bytes] = {}
    for name in COLUMNS:
        table = bundle.raw(f".{name}.csv")
        if table is not None:
            tables[name] = table
            _check_table(bundle, name, table, document)
    if document is not None:
        check_event_times(bundle, document, own or {}, tables.get("radon_velocity", b""))
    own_tables = check_own_records(bundle, own or {})
    if own is not None:
        check_own(bundle, own, document, {**tables, **own_tables})
    for path in image.parent.iterdir():
        _check_name(bundle, path.name)
    return bundle.found


def _check_name(bundle: Checked, name: str) -> None:
    if not name.startswith(f"{bundle.image.name}."):
        return
    rest = name.removeprefix(bundle.image.name)
    known = {".json", ".widgets.json", *(f".{analysis}.csv" for analysis in COLUMNS)}
    is_ours = rest in known or (rest.endswith(".tsv") and rest.count(".") == 2)
    bundle.expect("other files", name, holds=is_ours, file=rest)


# ---------------------------------------------------------------- JSON
def _check_document(bundle: Checked, document: dict[str, Any]) -> None:
    version = document.get("version")
    bundle.expect("version", repr(version), holds=version == 2 and isinstance(version, int))
    keys = set(document)
    unknown, missing = keys - TOP - TOP_OPTIONAL, TOP - keys
    bundle.expect("top", f"unknown {unknown}, missing {missing}", holds=not unknown and not missing)
    bundle.expect("top", "accepted is no flag", holds=isinstance(document.get("accepted"), bool))
    _check_experiment(bundle, document.get("experiment_metadata"))
    _check_header(bundle, document.get("image_header_metadata") or {})
    rois = [roi for roi in document.get("rois") or [] if isinstance(roi, dict)]
    for roi in rois:
        _check_roi(bundle, roi, _shape(document.get("image_header_metadata") or {}))
    ids = [roi.get("roi_id") for roi in rois]
    bundle.expect("roi values", f"ids {ids}", holds=len(set(ids)) == len(ids))
    records = document.get("analysis") or []
    for index, record in enumerate(records):
        _check_record(bundle, record, records[:index], ids)
    for key, contrast in (document.get("image_contrast") or {}).items():
        _check_contrast(bundle, key, contrast)


def _check_experiment(bundle: Checked, said: Any) -> None:  # noqa: ANN401  (any JSON value)
    if said is None:
        return
    names = {*TEXTS, "depth", "branch_order"}
    bundle.expect("experiment", f"keys {set(said) ^ names}", holds=set(said) == names)
    bundle.expect("experiment", "text", holds=all(isinstance(said.get(name, ""), str) for name in TEXTS))
    depth, order = said.get("depth"), said.get("branch_order")
    bundle.expect("experiment", f"depth {depth!r}", holds=depth is None or is_number(depth))
    bundle.expect("experiment", f"branch_order {order!r}", holds=order is None or is_whole(order))


def _check_header(bundle: Checked, said: dict[str, Any]) -> None:
    names = {*HEADER_TEXTS, *HEADER_COUNTS, *HEADER_SIZES}
    bundle.expect("header", f"keys {set(said) ^ names}", holds=set(said) == names)
    bundle.expect("header", "text", holds=all(isinstance(said.get(name, ""), str) for name in HEADER_TEXTS))
    bundle.expect("header", "counts", holds=all(is_whole(said.get(name, 1)) for name in HEADER_COUNTS))
    sizes = [said.get(name, 1.0) for name in HEADER_SIZES]
    bundle.expect("header", f"sizes {sizes}", holds=all(is_number(size) and size > 0 for size in sizes))


def _shape(header: dict[str, Any]) -> tuple[int, int] | None:
    """Lines and columns of the image, as the header writes its shape: the last two of a Python tuple."""
    numbers = [int(digits) for digits in re.findall(r"\d+", str(header.get("shape", "")))]
    dims = re.findall(r"[A-Z]", str(header.get("dims", "")))
    return (numbers[-2], numbers[-1]) if len(numbers) > 1 and dims[-2:] == ["Y", "X"] else None


def _check_roi(bundle: Checked, roi: dict[str, Any], shape: tuple[int, int] | None) -> None:
    kind, data = roi.get("roi_type"), roi.get("data") or {}
    bundle.expect("roi keys", f"keys {set(roi) ^ ROI}", holds=set(roi) == ROI)
    bundle.expect("roi keys", f"version {roi.get('version')!r}", holds=roi.get("version") == "1.0")
    if not bundle.expect("roi keys", f"type {kind!r}", holds=kind in BOUNDS):
        return
    names = BOUNDS[str(kind)]
    if not bundle.expect("roi keys", f"data {set(data) ^ set(names)}", holds=set(data) == set(names)):
        return
    bounds = [data[name] for name in names]
    roi_id = roi.get("roi_id")
    bundle.expect("roi values", f"id {roi_id!r}", holds=is_id(roi_id))
    if bundle.expect("roi values", f"bounds {bounds}", holds=all(is_whole(bound) for bound in bounds)) and shape:
        bundle.expect("roi values", f"{bounds} outside of {shape}", holds=_is_inside(str(kind), bounds, shape))


def _is_inside(kind: str, bounds: list[int], shape: tuple[int, int]) -> bool:
    lines, columns = shape
    if kind == "rectroi":
        row_start, row_stop, col_start, col_stop = bounds
        return 0 <= row_start < row_stop <= lines and 0 <= col_start < col_stop <= columns
    row0, col0, row1, col1 = bounds
    return all(0 <= row < lines for row in (row0, row1)) and all(0 <= col < columns for col in (col0, col1))


def _check_record(bundle: Checked, record: dict[str, Any], before: list[dict[str, Any]], ids: list[Any]) -> None:
    key = tuple(record.get(name) for name in ("analysis_name", "channel", "roi_id"))
    name, slot = key[0], key[1:]
    bundle.expect("record keys", f"keys {set(record) ^ RECORD}", holds=set(record) == RECORD)
    bundle.expect("record keys", f"{key}", holds=all(is_whole(number) for number in slot))
    earlier = [tuple(other.get(part) for part in ("analysis_name", "channel", "roi_id")) for other in before]
    bundle.expect("record known", f"{key}", holds=name in SUMMARIES and key not in earlier)
    bundle.expect("record region", f"{key}", holds=slot[1] in ids)
    if name in CHILDREN:
        bundle.expect("parents first", f"{key}", holds=("radon_velocity", *slot) in earlier)
    other = {"radon_velocity": "diameter", "diameter": "radon_velocity"}.get(str(name))
    bundle.expect("own region", f"{key}", holds=(other, *slot) not in earlier)
    params, summary = record.get("detection_params") or {}, record.get("summary") or {}
    extra = set(params) - PARAMS.get(str(name), set(params))
    bundle.expect("params", f"{key} {extra}", holds=not extra)
    _check_ours(bundle, str(name), summary)
    _check_summary(bundle, str(name), summary)


def _check_ours(bundle: Checked, name: str, summary: dict[str, Any]) -> None:
    bundle.expect("ours", f"{name}: a provenance in the summary", holds="provenance" not in summary)
    if OURS not in summary:
        return
    said = summary[OURS]
    if bundle.expect("ours", f"{name}: {said!r}", holds=isinstance(said, dict) and bool(said)):
        bundle.expect("ours", f"{name}: keys {set(said)}", holds=set(said) <= {"params", "provenance"})
        parts = [said.get(part, {}) for part in ("params", "provenance")]
        if bundle.expect("ours", f"{name}: no objects", holds=all(isinstance(part, dict) for part in parts)):
            known = set(parts[0]) & PARAMS.get(name, set())
            bundle.expect("ours", f"{name}: {known} belong to the parameters", holds=not known)


def _check_summary(bundle: Checked, name: str, summary: dict[str, Any]) -> None:
    for key, pattern in STAMP.items():
        value = summary.get(key)
        holds = isinstance(value, str) and re.fullmatch(pattern, value) is not None
        bundle.expect("summary", f"{name} {key} {value!r}", holds=holds)
    bundle.expect("summary", f"{name} version", holds=is_whole(summary.get("analysis_version")))
    missing = SUMMARIES.get(name, set()) - set(summary)
    bundle.expect("summary", f"{name} lacks {missing}", holds=not missing)
    if name == "event":
        known = {*SUMMARIES["event"], *STAMP, "analysis_version"}
        bundle.expect("event keys", f"summary {set(summary) ^ known}", holds=set(summary) <= known)
        said = summary.get("version"), summary.get("parent_analysis_name")
        bundle.expect("event values", f"{said}", holds=said == (2, "radon_velocity"))
        for event in summary.get("events") or []:
            _check_event(bundle, event)
        ids = [event.get("id") for event in summary.get("events") or []]
        bundle.expect("event values", f"ids {ids}", holds=len(set(ids)) == len(ids))


def _check_event(bundle: Checked, event: dict[str, Any]) -> None:
    bundle.expect("event keys", f"{set(event) ^ EVENT}", holds=set(event) == EVENT)
    event_id, kind = event.get("id"), event.get("event_type")
    bundle.expect("event values", f"id {event_id!r}", holds=is_id(event_id))
    bundle.expect("event values", f"type {kind!r}", holds=kind in EVENT_TYPES)
    times = [event.get(name) for name in ("x0", "x1", "duration")]
    if bundle.expect("event values", f"times {times}", holds=all(is_number(time) for time in times)):
        start, stop, duration = (float(time or 0) for time in times)
        bundle.expect("event values", f"{times}", holds=math.isclose(duration, abs(stop - start), abs_tol=1e-9))
    for name in WINDOWS:
        said = event.get(name) or {}
        bundle.expect("event keys", f"{name} {set(said) ^ STATISTICS}", holds=set(said) == STATISTICS)
        is_empty = said.get("n") != 0 or all(said.get(number) is None for number in STATISTICS - {"n"})
        bundle.expect("event values", f"{name} of nothing", holds=is_empty)


def _check_contrast(bundle: Checked, key: str, said: dict[str, Any]) -> None:
    bundle.expect("contrast", f"channel {key!r}", holds=key.isdecimal())
    bundle.expect("contrast", f"keys {set(said) ^ CONTRAST}", holds=set(said) == CONTRAST)
    lut, numbers = said.get("color_lut"), [said.get(name) for name in sorted(CONTRAST - {"color_lut"})]
    bundle.expect("contrast", f"colour table {lut!r}", holds=lut in LUTS)
    bundle.expect("contrast", f"numbers {numbers}", holds=all(is_whole(number) for number in numbers))


# ---------------------------------------------------------------- tables
def _check_table(bundle: Checked, name: str, raw: bytes, document: dict[str, Any] | None) -> None:
    file = f".{name}.csv"
    head, _, body = raw.partition(b"\n")
    bundle.expect("tables", f"columns {head[:200]!r}", holds=head.decode("latin-1") == COLUMNS[name], file=file)
    bundle.expect("tables", "line ends", holds=b"\r" not in raw and raw.endswith(b"\n"), file=file)
    bundle.expect("tables", "no lines", holds=bool(body.strip()), file=file)
    slots: dict[tuple[str, str], list[bytes]] = {}
    order: list[tuple[str, str]] = []
    for line in body.splitlines(keepends=True):
        fields = line.decode("latin-1").rstrip("\n").split(",")
        good = len(fields) == COLUMNS[name].count(",") + 1 and all(_FIELD.fullmatch(text) for text in fields)
        if not bundle.expect("tables", f"line {line[:80]!r}", holds=good, file=file):
            return
        slot = fields[0], fields[1]
        bundle.expect("tables", f"line {line[:80]!r}", holds=slot[0].isdecimal() and slot[1].isdecimal(), file=file)
        if not order or order[-1] != slot:
            order.append(slot)
        slots.setdefault(slot, []).append(line)
    bundle.expect("table rows", f"not together: {order}", holds=len(set(order)) == len(order), file=file)
    if document is not None:
        _check_rows(bundle, name, {slot: b"".join(lines) for slot, lines in slots.items()}, document)


def _check_rows(bundle: Checked, name: str, slots: Mapping[tuple[str, str], bytes], document: dict[str, Any]) -> None:
    file = f".{name}.csv"
    records = [record for record in document.get("analysis") or [] if record.get("analysis_name") == name]
    expected = [(str(record.get("channel")), str(record.get("roi_id"))) for record in records]
    with_lines = [slot for slot in expected if slot in slots]
    bundle.expect("table rows", f"{list(slots)} for {expected}", holds=list(slots) == with_lines, file=file)
    for slot, record in zip(expected, records, strict=True):
        lines, count = slots.get(slot, b""), (record.get("summary") or {}).get(ROW_COUNTS[name])
        bundle.expect("table rows", f"{slot}: {count}", holds=lines.count(b"\n") == (count or 0), file=file)
        named = provenance_of(record).get("table_sha256")
        holds = named is None or named == sha256(lines).hexdigest()
        bundle.expect("table hash", f"{slot}", holds=holds, file=file)


def described(found: Iterable[Violation]) -> str:
    """One line for each violation."""
    return "\n".join(_lines(found))


def _lines(found: Iterable[Violation]) -> Iterator[str]:
    for violation in found:
        yield f"{violation.file}: {violation.rule} ({RULES[violation.rule]}): {violation.what}"
