"""A notice is plain text that knows its topic, on whatever way it goes."""

from __future__ import annotations

import copy
import pickle

from cloudscope_widgets.core.notice import Notice, notice_like, topic_of


def test_a_notice_is_its_text_and_keeps_its_topic_in_copies_and_other_words() -> None:
    notice = Notice("a.tif is shown turned.", "layout")
    assert (notice, hash(notice), topic_of(notice)) == ("a.tif is shown turned.", hash(str(notice)), "layout")
    for same in (pickle.loads(pickle.dumps(notice)), copy.deepcopy(notice), notice_like(notice, notice)):  # noqa: S301  (our own bytes)
        assert (same, topic_of(same)) == (notice, "layout")
    assert topic_of("plain") == topic_of(f"{notice}") == ""
