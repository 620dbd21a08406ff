"""Tiles that are under way to a page are not sent to it again."""

from __future__ import annotations

from cloudscope_widgets.widgets.image.tile_traffic import TileTraffic


def test_what_was_sent_after_the_last_tile_that_arrived_is_under_way() -> None:
    traffic = TileTraffic()
    assert [traffic.leaves("page", name) for name in "abc"] == [1, 2, 3]
    assert traffic.arrived("page", 0) == {"a", "b", "c"}
    assert traffic.arrived("page", 2) == {"c"}
    assert traffic.arrived("page", 3) == frozenset()


def test_pages_are_counted_apart() -> None:
    traffic = TileTraffic()
    traffic.leaves("one", "a")
    assert traffic.leaves("other", "b") == 1
    assert traffic.arrived("other", 0) == {"b"}


def test_what_is_lost_is_sent_again() -> None:
    traffic = TileTraffic()
    traffic.leaves("page", "a")
    assert traffic.arrived("page", None) == frozenset()
    assert traffic.leaves("page", "a") == 2
