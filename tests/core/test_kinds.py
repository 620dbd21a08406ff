"""The register of kinds: what it refuses, and how one is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cloudscope_widgets.core import kinds
from cloudscope_widgets.core.kinds import (
    DIAMETER,
    SHARED_KINDS,
    VELOCITY,
    Column,
    Kind,
    kind_of,
    register_kind,
    words_of,
)

CROSSING = Kind("crossing_rate", "Crossing rate", columns=(Column("time_s", "s"), Column("rate_hz", "Hz")))


@pytest.fixture(autouse=True)
def _own_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_registered", {})


def test_a_registered_kind_is_found_by_its_name_and_named_in_words() -> None:
    assert kind_of("crossing_rate") is None
    assert words_of("crossing_rate") == "crossing rate"
    register_kind(CROSSING)
    assert kind_of("crossing_rate") is CROSSING
    assert kinds.kinds() == (*SHARED_KINDS.values(), CROSSING)
    register_kind(replace(CROSSING, label="RBC rate"))
    assert words_of("crossing_rate") == "RBC rate"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "../other"}, "small letters"),
        ({"name": "Speed"}, "small letters"),
        ({"name": "x" * 61}, "small letters"),
        ({"label": " "}, "label"),
        ({"columns": (Column("a"), Column("a"))}, "differ"),
        ({"quality": (Column("roi_id"),)}, "roi_id"),
        ({"parents": ("crossing_rate",)}, "own parent"),
    ],
)
def test_a_kind_that_could_not_be_saved_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(CROSSING, **changes)  # type: ignore[arg-type]  # what is wrong is what is tested


def test_a_name_of_the_shared_format_cannot_be_taken() -> None:
    with pytest.raises(ValueError, match="belongs to the shared format"):
        register_kind(replace(CROSSING, name="diameter"))
    with pytest.raises(ValueError, match="is_shared=False"):
        register_kind(replace(CROSSING, is_shared=True))
    with pytest.raises(ValueError, match="belongs to the shared format"):
        register_kind(VELOCITY)
    with pytest.raises(ValueError, match="cannot hold events"):
        register_kind(replace(CROSSING, holds_events=True))
    assert kind_of("radon_velocity") is VELOCITY


def test_rivals_are_so_from_both_sides() -> None:
    assert VELOCITY.is_rival(DIAMETER)
    assert DIAMETER.is_rival(VELOCITY)
    assert not VELOCITY.is_rival(VELOCITY)
    assert CROSSING.is_rival(replace(CROSSING, name="other", rivals=frozenset({"crossing_rate"})))


@pytest.mark.parametrize("column", [("two words", "f8"), ("", "f8"), ("rate", "float"), ("rate", "O")])
def test_a_column_that_could_not_be_saved_is_refused(column: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="column"):
        Column(column[0], dtype=column[1])
