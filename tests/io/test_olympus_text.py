"""The text beside an Olympus image."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudscope_widgets.io.olympus_text import parse_olympus_text, read_olympus_text, text_path

TEXT = """"[General]"\t""
"Date"\t"11/02/2022 12:30:15.461 PM"
"X Dimension"\t"38, 0.0 - 10.796 [um], 0.284 [um/pixel]"
"T Dimension"\t"1, 0.000 - 35.099 [s], Interval FreeRun"
"Image Size"\t"38 * 30000 [pixel]"
"[Reference Image]"\t""
"Image Size"\t"512 * 512 [pixel]"
"Scan Direction"\t"Oneway"
"Sampling Speed"\t"2.0 [us/pixel]"
"""


def test_calibration_dwell_direction_and_date_are_read() -> None:
    found = parse_olympus_text(TEXT)
    assert found is not None
    assert found.seconds_per_line == pytest.approx(35.099 / 30000, rel=1e-12)
    assert found.um_per_pixel == 0.284
    assert found.dwell_s == pytest.approx(2e-6, rel=1e-12)
    assert found.scan_direction == "forward"
    assert (found.date, found.time) == ("20221102", "12:30:15")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_microscope_computers_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes((TEXT + '"Name"\t"Gefäß"\n').encode(encoding))
    found = read_olympus_text(path)
    assert found is not None
    assert found.um_per_pixel == 0.284


def test_a_bidirectional_scan_is_known_as_such() -> None:
    found = parse_olympus_text(TEXT.replace("Oneway", "Round trip"))
    assert found is not None
    assert found.scan_direction == "bidirectional"


def test_a_text_that_says_nothing_gives_nothing(tmp_path: Path) -> None:
    assert read_olympus_text(tmp_path / "absent.txt") is None
    assert parse_olympus_text("just my notes\n") is None


def test_zero_lines_or_duration_give_no_calibration() -> None:
    found = parse_olympus_text(TEXT.replace("38 * 30000", "38 * 0").replace("0.284 [um", "0.0 [um"))
    assert found is not None
    assert (found.seconds_per_line, found.um_per_pixel) == (None, None)


def test_a_split_channel_shares_the_text_of_its_recording() -> None:
    assert text_path(Path("d/cell_C001T001.tif")) == Path("d/cell.txt")
    assert text_path(Path("d/cell.tif")) == Path("d/cell.txt")


def test_the_real_text_of_capillary1(real: Path) -> None:
    found = read_olympus_text(text_path(real / "Capillary1_0001.tif"))
    assert found is not None
    assert found.seconds_per_line == pytest.approx(0.00116997, abs=1e-7)
    assert (found.um_per_pixel, found.scan_direction) == (0.284, "forward")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("35.099 [s]", f"{'9' * 400}.0 [s]"),
        ("35.099 [s]", "1e-320 [s]"),
        ("0.284 [um/pixel]", "1e-300 [um/pixel]"),
        ("0.284 [um/pixel]", f"{'9' * 400} [um/pixel]"),
        ("2.0 [us/pixel]", f"{'9' * 400} [us/pixel]"),
        ("38 * 30000", f"38 * {'9' * 5000}"),
        ("38 * 30000", f"{'9' * 130_000}"),
    ],
)
def test_numbers_beyond_all_measure_say_nothing(good: str, bad: str) -> None:
    usual, odd = parse_olympus_text(TEXT), parse_olympus_text(TEXT.replace(good, bad))
    assert usual is not None
    assert odd is not None
    sizes = [(one.seconds_per_line, one.um_per_pixel, one.dwell_s) for one in (usual, odd)]
    assert [size for size in sizes[1] if size is not None] == [size for size in sizes[0] if size in sizes[1]]
    assert None in sizes[1]


def test_a_field_longer_than_any_is_no_text_of_a_microscope() -> None:
    assert parse_olympus_text(TEXT + '"Name"\t"' + "x" * 200_000 + '"\n') is None
