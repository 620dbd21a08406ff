"""Tables of analyses: all channels and regions of one analysis in one file, in record order.

Those of the shared format are CSV files. Those of other analyses have tabs in place of commas and another ending,
because CloudScope deletes CSV files that it does not know.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from cloudscope_widgets.core.kinds import SHARED_KINDS
from cloudscope_widgets.core.numbers import LARGEST_ID
from cloudscope_widgets.core.pandas_version import is_pandas_before
from cloudscope_widgets.io.format.table_lines import check_lines, first_bad_line, refused_table

KEY_COLUMNS = ("channel", "roi_id")
_MISSING = ("", "na", "n/a", "nan", "null", "none", "<na>", "-nan", "#n/a")
Slot = tuple[int, int]
"""Channel and ROI id."""


def parse_table(raw: bytes, analysis_name: str, path: Path) -> dict[Slot, pd.DataFrame]:
    """Parse the bytes of a CSV table and split it by channel and ROI; rows keep their order.

    Raises
    ------
    SidecarReadError
        When the bytes are no table of this analysis; the message names file, line or column.
    """
    separator = table_separator(analysis_name)
    check_lines(raw, path, separator=separator)
    try:
        table = pd.read_csv(io.BytesIO(raw), sep=separator, low_memory=False, index_col=False, **exact_numbers())
    except (ValueError, OverflowError) as error:
        raise refused_table(path, str(error).strip()) from error
    _check_columns(table, analysis_name, raw, path)
    slots = dict.fromkeys(zip(table["channel"].tolist(), table["roi_id"].tolist(), strict=True))
    rows = table.drop(columns=list(KEY_COLUMNS))
    return {
        (channel, roi_id): rows[(table["channel"] == channel) & (table["roi_id"] == roi_id)].reset_index(drop=True)
        for channel, roi_id in slots
    }


def _check_columns(table: pd.DataFrame, analysis_name: str, raw: bytes, path: Path) -> None:
    """Refuse a table that lacks a column, or has text in a column of numbers."""
    shared = SHARED_KINDS.get(analysis_name)
    columns = KEY_COLUMNS + (shared.column_names if shared else tuple(set(table.columns) - set(KEY_COLUMNS)))
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise refused_table(path, f"line 1: it has no column {missing[0]}")
    if table.empty:
        return
    separator = table_separator(analysis_name)
    for name, least in (("channel", 0), ("roi_id", 1)):
        whole = pd.api.types.is_integer_dtype(table[name])
        if not whole or not table[name].between(least, LARGEST_ID).all():
            line = first_bad_line(raw, name, partial(_is_whole, least=least), separator=separator)
            raise refused_table(path, f"line {line}: the column {name} must hold whole numbers from {least}")
    for name in columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            line = first_bad_line(raw, name, _is_number, separator=separator)
            raise refused_table(path, f"line {line}: the column {name} must hold a number or nothing")


def exact_numbers() -> dict[str, Any]:
    """Option of ``read_csv`` to read numbers to their last digit, which pandas 3.1 and newer always do."""
    return {"float_precision": "round_trip"} if is_pandas_before(3, 1) else {}


def is_as_we_write(raw: bytes, analysis_name: str) -> bool:
    """Whether a table has exactly our columns and line ends, so that its lines can be kept byte for byte."""
    odd = (b'"', b"\r", b"\n\n", b" ")
    header = header_line(analysis_name) if analysis_name in SHARED_KINDS else b"channel\troi_id\t"
    return raw.startswith(header) and raw.endswith(b"\n") and not any(sign in raw for sign in odd)


def table_separator(analysis_name: str) -> str:
    """What stands between the fields of a table: a comma in those of the shared format, a tab in ours."""
    return "," if analysis_name in SHARED_KINDS else "\t"


def header_line(analysis_name: str, columns: Sequence[str] = ()) -> bytes:
    """First line of a table; ``columns`` are those of an analysis that is not of the shared format."""
    shared = SHARED_KINDS.get(analysis_name)
    names = (*KEY_COLUMNS, *(shared.column_names if shared else columns))
    return (table_separator(analysis_name).join(names) + "\n").encode()


def part_rows(analysis_name: str, slot: Slot, rows: pd.DataFrame) -> bytes:
    """Lines of one result as they stand in the CSV file: LF, full precision, empty for NaN."""
    shared = SHARED_KINDS.get(analysis_name)
    keyed = rows[list(shared.column_names if shared else rows.columns)].copy()
    keyed.insert(0, "roi_id", slot[1])
    keyed.insert(0, "channel", slot[0])
    separator = table_separator(analysis_name)
    return keyed.to_csv(sep=separator, index=False, header=False, lineterminator="\n").encode("utf-8")


def rows_as_written(raw: bytes, separator: str = ",") -> dict[Slot, bytes]:
    """Lines of a table by channel and ROI, byte for byte, so that results nobody touched stay as they are."""
    lines = raw.splitlines(keepends=True)
    kept: dict[Slot, list[bytes]] = {}
    for line in lines[1:]:
        channel, roi_id, _ = line.split(separator.encode(), 2)
        kept.setdefault((int(channel), int(roi_id)), []).append(line)
    return {slot: b"".join(rows) for slot, rows in kept.items()}


def _is_whole(text: str, *, least: int) -> bool:
    digits = text.strip().removeprefix("+")
    return digits.isdecimal() and len(digits) <= len(str(LARGEST_ID)) and least <= int(digits) <= LARGEST_ID


def _is_number(text: str) -> bool:
    """Whether a field is a number, true or false, or one of the words for a missing number."""
    words = {"true", "false", *_MISSING}
    try:
        float(text)
    except ValueError:
        return text.strip().lower() in words
    return True
