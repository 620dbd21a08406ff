"""Single lines of mapped files are read as they are, and only they."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cloudscope_widgets.io.images.read_ahead import scattered_reading

STARTS = np.array([4000, 17, 18, 2500])


@pytest.fixture
def mapped(tmp_path: Path) -> Any:  # noqa: ANN401  (memory map)
    np.save(tmp_path / "image.npy", np.arange(5000 * 600, dtype=np.uint16).reshape(5000, 600))
    return np.load(tmp_path / "image.npy", mmap_mode="r")


@pytest.fixture
def advice(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """Advice that is given from now on, as its name, where it begins and how far it goes."""
    given = []
    monkeypatch.setattr(
        "cloudscope_widgets.io.images.read_ahead.advise",
        lambda _mapped, advice, start=0, length=0: given.append((advice, start, length)),
    )
    return given


def _views(mapped: Any) -> list[Any]:  # noqa: ANN401  (memory map)
    return [mapped, mapped[7:, 3:], mapped[:, ::2], np.asarray(mapped), mapped.T, np.array(mapped[:50])]


def test_lines_are_what_they_are_whatever_the_system_is_told(mapped: Any) -> None:  # noqa: ANN401  (memory map)
    for view in _views(mapped):
        starts = STARTS % len(view)
        with scattered_reading(view, starts, 2):
            found = [np.array(view[start : start + 2]) for start in starts]
        for start, lines in zip(starts, found, strict=True):
            np.testing.assert_array_equal(lines, view[start : start + 2])


@pytest.mark.skipif(not hasattr(mmap, "MADV_WILLNEED"), reason="not run: this system takes no advice")
def test_the_disk_hears_of_every_line_and_of_no_others(mapped: Any, advice: list[tuple[str, int, int]]) -> None:  # noqa: ANN401
    for view in (mapped, mapped[7:, 3:]):
        advice.clear()
        with scattered_reading(view, STARTS, 2):
            asked = [(start, start + length) for name, start, length in advice if name == "MADV_WILLNEED"]
        offset = view.__array_interface__["data"][0] - mapped.__array_interface__["data"][0] + mapped.offset
        begins = offset + np.sort(STARTS) * 1200
        assert len(asked) == 3  # two stretches are neighbours
        for begin in begins:
            assert any(start <= begin and begin + 2 * 1200 <= stop + 6 for start, stop in asked)
        assert sum(stop - start for start, stop in asked) < 3 * (3 * 1200 + mmap.PAGESIZE)
        assert all(start % mmap.PAGESIZE == 0 for start, _ in asked)


def test_nothing_is_asked_ahead_where_each_line_would_be_the_whole_file(
    mapped: Any,  # noqa: ANN401  (memory map)
    advice: list[tuple[str, int, int]],
) -> None:
    with scattered_reading(mapped.T, np.array([5, 50])):
        assert "MADV_WILLNEED" not in [name for name, _, _ in advice]


def test_changes_that_only_memory_holds_are_kept(mapped: Any) -> None:  # noqa: ANN401  (memory map)
    changed = np.load(mapped.filename, mmap_mode="c")
    changed[17] = 5
    with scattered_reading(changed, STARTS):
        pass
    assert (changed[17] == 5).all()


def test_systems_without_advice_are_left_alone(mapped: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    for name in ("MADV_RANDOM", "MADV_WILLNEED", "MADV_NORMAL", "MADV_DONTNEED"):
        monkeypatch.delattr(f"mmap.{name}", raising=False)
    with scattered_reading(mapped, STARTS):
        np.testing.assert_array_equal(mapped[17], np.arange(17 * 600, 18 * 600, dtype=np.uint16))
