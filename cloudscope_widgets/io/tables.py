"""CSV tables of analyses: all channels and regions of one analysis in one file, in record order."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from cloudscope_widgets.core.errors import SidecarReadError

KEY_COLUMNS = ("channel", "roi_id")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "radon_velocity": ("time_s", "time_index", "theta_deg", "velocity"),
    "diameter": (
        *("time_s", "center_row", "left_edge_px", "right_edge_px", "left_edge_um", "right_edge_um"),
        *("diameter_px", "diameter_um", "diameter_px_filt", "diameter_um_filt", "diameter_was_filtered"),
        *("peak", "baseline", "sum_intensity", "edge_strength_left", "edge_strength_right", "qc_score"),
        *("qc_edge_violation", "qc_diameter_violation", "qc_center_violation"),
    ),
    "sum_intensity": (
        *("time_index", "time_sec", "sum_intensity", "norm_sum_intensity", "filtered_norm_sum_intensity"),
        *("detrended_norm_sum_intensity", "f0_baseline", "df_f_signal", "d_df_f_signal"),
        *("is_onset", "is_peak", "onset_index", "peak_id"),
    ),
}
"""Columns of the table of each analysis, after channel and ROI id."""

Slot = tuple[int, int]
"""Channel and ROI id."""


def table_path(image: Path, analysis_name: str) -> Path:
    """Path of the table of one analysis of an image."""
    return image.with_name(f"{image.name}.{analysis_name}.csv")


def parse_table(raw: bytes, analysis_name: str, path: Path) -> dict[Slot, pd.DataFrame]:
    """Parse the bytes of a CSV table and split it by channel and ROI; rows keep their order.

    Raises
    ------
    SidecarReadError
        When the bytes are no table of this analysis; the message names file, line or column.
    """
    try:
        table = pd.read_csv(io.BytesIO(raw))
    except (ValueError, UnicodeDecodeError) as error:
        raise SidecarReadError(f"{path} cannot be read: {error}.") from error
    missing = [name for name in (*KEY_COLUMNS, *COLUMNS[analysis_name]) if name not in table.columns]
    if missing:
        raise SidecarReadError(f"{path} cannot be read: it has no column {missing[0]}.")
    for name in KEY_COLUMNS:
        if not pd.api.types.is_integer_dtype(table[name]):
            raise SidecarReadError(f"{path} cannot be read: the column {name} must hold whole numbers in every line.")
    slots = dict.fromkeys(zip(table["channel"].tolist(), table["roi_id"].tolist(), strict=True))
    rows = table.drop(columns=list(KEY_COLUMNS))
    return {
        (channel, roi_id): rows[(table["channel"] == channel) & (table["roi_id"] == roi_id)].reset_index(drop=True)
        for channel, roi_id in slots
    }


def table_bytes(analysis_name: str, parts: Iterable[tuple[Slot, pd.DataFrame]]) -> bytes:
    """Write the tables of one analysis as the bytes of its CSV file: LF, full precision, empty for NaN."""
    columns = list(COLUMNS[analysis_name])
    whole = pd.concat([_keyed(slot, rows, columns) for slot, rows in parts], ignore_index=True)
    return whole.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _keyed(slot: Slot, rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    keyed = rows[columns].copy()
    keyed.insert(0, "roi_id", slot[1])
    keyed.insert(0, "channel", slot[0])
    return keyed


def rows_as_written(raw: bytes) -> dict[Slot, bytes]:
    """Lines of a CSV table by channel and ROI, byte for byte, so that results nobody touched stay as they are."""
    lines = raw.splitlines(keepends=True)
    kept: dict[Slot, list[bytes]] = {}
    for line in lines[1:]:
        channel, roi_id, _ = line.split(b",", 2)
        kept.setdefault((int(channel), int(roi_id)), []).append(line)
    return {slot: b"".join(rows) for slot, rows in kept.items()}
