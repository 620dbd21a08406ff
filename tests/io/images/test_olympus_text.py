"""The text beside an Olympus image."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudscope_widgets.io.images.olympus_text import believed_text, parse_olympus_text, read_olympus_text, text_path

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


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("1, 0,000 - 35,099 [s]", 35.099),
        ("1, 0,000 - 1.035,099 [s]", 1035.099),
        ("1, 0.000 - 1,035.099 [s]", 1035.099),
        ("1, 0.000 - 1'035.099 [s]", 1035.099),
        ("1, 0.000 - 35099.000 [ms]", 35.099),
        ("1, 0.000 - 35099000 [us]", 35.099),
        ("1, 0.000 - 3.5099E1 [S]", 35.099),
        ("1, 5.000 - 40.099 [s]", 35.099),
        ("30000, 0.000 - 35.099 [s]", 35.099),
        ("5, 0.000 - 35.099 [s]", None),
        ("1, 0.000 - 35.099 [frames]", None),
        ("1, 35.099 - 0.000 [s]", None),
        ("1", None),
    ],
)
def test_durations_are_read_in_all_number_formats(said: str, seconds: float | None) -> None:
    found = parse_olympus_text(TEXT.replace("1, 0.000 - 35.099 [s]", said))
    assert found is not None
    assert found.seconds_per_line == (None if seconds is None else pytest.approx(seconds / 30000))


@pytest.mark.parametrize(
    ("said", "um"),
    [("0,284 [um/pixel]", 0.284), ("0.284 [µm/Pixel]", 0.284), ("284 [nm/pixel]", 0.284), ("1 [deg/pixel]", None)],
)
def test_sizes_are_read_in_all_number_formats(said: str, um: float | None) -> None:
    found = parse_olympus_text(TEXT.replace("0.284 [um/pixel]", said))
    assert found is not None
    assert found.um_per_pixel == (None if um is None else pytest.approx(um))


def test_the_text_is_found_in_any_letter_case(tmp_path: Path) -> None:
    for name in ("cell.TXT", "Cell.txt", "CELL.Txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
        assert read_olympus_text(text_path(tmp_path / "cell.tif")) is not None
        (tmp_path / name).unlink()
    assert read_olympus_text(text_path(tmp_path / "cell.tif")) is None


def test_the_text_of_another_image_is_left_to_it(tmp_path: Path) -> None:
    (tmp_path / "Cell.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "Cell.tif").touch()
    if (tmp_path / "cell.tif").exists():
        pytest.skip("both names are one file here")
    assert read_olympus_text(text_path(tmp_path / "cell.tif")) is None
    assert read_olympus_text(text_path(tmp_path / "Cell.tif")) is not None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode(encoding))
    assert read_olympus_text(tmp_path / "a.txt") is not None


@pytest.mark.parametrize(
    ("good", "other", "has_um", "note"),
    [
        ("", "", True, ""),
        ("38 * 30000", "38 * 15000", True, "tells of 38 × 15000 pixels, but the image has 38 × 30000"),
        ("38 * 30000", "38 * 30,000", True, ""),
        ("38 * 30000", "76 * 30000", False, "tells of 76 × 30000 pixels"),
        ("38 * 30000", "30000 * 38", False, "tells of 30000 × 38 pixels"),
        ("Scan Direction", 'Scan Mode"\t"XYT"\n"Scan Direction', True, "no line scan (scan mode XYT)"),
        ("Scan Direction", 'Scan Mode"\t"XZ"\n"Scan Direction', True, "no line scan"),
        ("Scan Direction", 'Scan Mode"\t"XT"\n"Scan Direction', True, ""),
        ("Scan Direction", 'Primary Dimensions"\t"X * Y"\n"Scan Direction', True, "no line scan"),
        ("Image Size", "No Size", True, "tells of 38 pixels a line"),
    ],
)
def test_only_a_text_that_fits_the_image_is_believed(good: str, other: str, has_um: bool, note: str) -> None:  # noqa: FBT001  (a row of the table)
    text = parse_olympus_text(TEXT.replace('"Image Size"\t"512 * 512 [pixel]"\n', "").replace(good, other))
    assert text is not None
    believed, notes = believed_text(text, columns=38, lines=(30000,))
    assert (believed.um_per_pixel is not None) == has_um
    assert (believed.seconds_per_line is not None) == (not note)
    assert notes == () if not note else note in notes[0]


def test_a_text_may_count_the_lines_of_all_images_of_a_file() -> None:
    text = parse_olympus_text(TEXT)
    assert text is not None
    believed, notes = believed_text(text, columns=38, lines=(100, 30000))
    assert believed.seconds_per_line == pytest.approx(35.099 / 30000)
    assert notes == ()
