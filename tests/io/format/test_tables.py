"""CSV tables of analyses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.core.kinds import DIAMETER, VELOCITY
from cloudscope_widgets.io.format.tables import header_line, is_as_we_write, parse_table, part_rows, rows_as_written
from cloudscope_widgets.io.paths import table_path

PATH = Path("cell.tif.radon_velocity.csv")
RAW = (
    b"channel,roi_id,time_s,time_index,theta_deg,velocity\n"
    b"0,1,0.032,32.0,21.25,642.8739334978832\n"
    b"0,1,0.048,48.0,23.25,\n"
    b"1,2,0.032,32.0,0.1,5e-324\n"
)


def written_again(name: str, raw: bytes, path: Path) -> bytes:
    parts = parse_table(raw, name, path)
    return header_line(name) + b"".join(part_rows(name, slot, rows) for slot, rows in parts.items())


def test_a_table_is_split_by_channel_and_region() -> None:
    parts = parse_table(RAW, "radon_velocity", PATH)
    assert list(parts) == [(0, 1), (1, 2)]
    assert parts[0, 1]["velocity"].isna().tolist() == [False, True]
    assert tuple(parts[0, 1].columns) == VELOCITY.column_names


def test_a_table_is_written_byte_for_byte_as_it_was_read() -> None:
    assert written_again("radon_velocity", RAW, PATH) == RAW


def test_lines_are_kept_only_from_tables_as_we_write_them() -> None:
    assert is_as_we_write(RAW, "radon_velocity")
    assert not is_as_we_write(RAW.replace(b"\n", b"\r\n"), "radon_velocity")
    assert not is_as_we_write(RAW.replace(b"velocity\n", b"velocity,mine\n"), "radon_velocity")
    assert not is_as_we_write(RAW[:-1], "radon_velocity")


def test_numbers_are_read_and_written_to_their_last_digit() -> None:
    bits = np.random.default_rng(7).integers(0, 2**63, 4000, np.int64) & ~(0x7FF << 52) | (1023 << 52)
    values = bits.view(np.float64) * 10.0 ** np.arange(-200, 200).repeat(10)
    rows = pd.DataFrame(dict.fromkeys(VELOCITY.column_names, values))
    raw = header_line("radon_velocity") + part_rows("radon_velocity", (0, 1), rows)
    assert raw.splitlines()[1].split(b",")[2:] == [repr(float(values[0])).encode()] * 4
    read = parse_table(raw, "radon_velocity", PATH)[0, 1]
    assert all((read[name].to_numpy() == values).all() for name in VELOCITY.column_names)


def test_flags_and_missing_numbers_are_spelled_as_the_format_wants_them() -> None:
    rows = pd.DataFrame({name: [1.5, np.nan] for name in DIAMETER.column_names})
    rows = rows.assign(center_row=[3, 4], diameter_was_filtered=[True, False])
    first, second = part_rows("diameter", (0, 2), rows).decode().splitlines()
    assert first == "0,2,1.5,3,1.5,1.5,1.5,1.5,1.5,1.5,1.5,1.5,True,1.5,1.5,1.5,1.5,1.5,1.5,1.5,1.5,1.5"
    assert second == "0,2,,4,,,,,,,,,False,,,,,,,,,"


@pytest.mark.parametrize("name", ["radon_velocity", "diameter", "sum_intensity"])
def test_tables_that_cloudscope_wrote_come_back_byte_for_byte(golden: Path, name: str) -> None:
    path = table_path(golden / "Capillary1_0001.tif", name)
    raw = path.read_bytes()
    assert written_again(name, raw, path) == raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "line 1: there is nothing in it"),
        (b"channel,roi_id,time_s\n0,1,2\n", "no column time_index"),
        (RAW + b"0,1,1,2,3,4,5\n", "line 5"),
        (RAW + b"x,1,1,2,3,4\n", "line 5: the column channel must hold whole numbers"),
        (RAW + b"0,,1,2,3,4\n", "line 5: the column roi_id must hold whole numbers"),
        (RAW[:53] + b"0,1,1,2,3,4,5\n0,1,1,2,3\n" + RAW[53:], "line 2: it has 7 fields, the first line 6"),
        (RAW + b"0,1,1,2,3,4\r0,1,1,2,3,4\n", "line 5: it holds half a line end"),
        (RAW + b"0,1,1,2,3,fast\n", "line 5: the column velocity must hold a number or nothing"),
        (RAW + b"0,1,1,2\n", "line 5: it has 4 fields, the first line 6"),
    ],
)
def test_what_is_no_table_is_refused_with_file_and_place(raw: bytes, reason: str) -> None:
    with pytest.raises(SidecarReadError, match=reason) as caught:
        parse_table(raw, "radon_velocity", PATH)
    assert "cell.tif.radon_velocity.csv" in str(caught.value)


@pytest.mark.parametrize("raw", [b"\xef\xbb\xbf" + RAW, RAW.replace(b"\n", b"\r\n"), RAW + b"\n\n", RAW[:-1]])
def test_a_table_as_other_programs_save_it_is_read(raw: bytes) -> None:
    assert {slot: len(rows) for slot, rows in parse_table(raw, "radon_velocity", PATH).items()} == {
        (0, 1): 2,
        (1, 2): 1,
    }
    assert not is_as_we_write(raw, "radon_velocity")


def test_a_table_of_another_program_with_quotes_and_windows_line_ends_is_read() -> None:
    raw = RAW.replace(b"\n", b"\r\n").replace(b"21.25", b'"21.25"')
    assert parse_table(raw, "radon_velocity", PATH)[0, 1]["theta_deg"].tolist() == [21.25, 23.25]
    assert not is_as_we_write(RAW.replace(b"21.25", b'"21.25"'), "radon_velocity")


def test_lines_of_one_region_are_kept_as_they_are() -> None:
    assert rows_as_written(RAW)[1, 2] == b"1,2,0.032,32.0,0.1,5e-324\n"
