"""The order of the page: which recording is next, also when a filter has hidden the open one."""

from __future__ import annotations

from cloudscope_widgets.widgets.files.shown_order import ShownOrder

LISTED = ["a", "b", "c", "d"]


def test_without_a_word_from_the_page_it_is_the_order_of_the_list() -> None:
    order = ShownOrder()
    assert [order.beside("", 1, listed=LISTED), order.beside("a", 1, listed=LISTED)] == ["a", "b"]
    assert order.beside("d", 1, listed=LISTED) is None
    assert order.beside("a", -1, listed=LISTED) is None


def test_the_gap_of_a_hidden_recording_keeps_its_place() -> None:
    order = ShownOrder()
    order.take(["a", "c", "d"], listed=LISTED, current="b")
    assert (order.beside("b", 1, listed=LISTED), order.beside("b", -1, listed=LISTED)) == ("c", "a")


def test_a_filter_that_shows_nothing_leads_nowhere() -> None:
    order = ShownOrder()
    order.take([], listed=LISTED, current="b")
    assert order.beside("b", 1, listed=LISTED) is None
    assert list(order.after("b", listed=LISTED)) == []


def test_a_recording_that_has_gone_from_the_list_is_left_out() -> None:
    order = ShownOrder()
    order.take(["d", "x", "a"], listed=LISTED, current="")
    assert order.shown(LISTED) == ["d", "a"]


def test_a_round_through_the_list_begins_below_the_open_one() -> None:
    assert list(ShownOrder().after("b", listed=LISTED)) == ["c", "d", "a"]
