"""What can be asked for anywhere in a session."""

from __future__ import annotations

import pytest

from cloudscope_widgets.widgets.kit.actions import Actions


def test_the_last_offer_counts_and_the_one_before_it_when_that_is_gone() -> None:
    actions, done = Actions(), list[str]()
    answers = {name: (lambda name=name: done.append(name)) for name in ("first", "second", "spare")}
    for name, answer in answers.items():
        for _ in range(2):  # an offer that is made again counts once
            actions.offer("run", answer, is_spare=name == "spare")
    for name in ("second", "first", "spare", "nobody"):
        actions.run("run")
        if name in answers:
            actions.withdraw(answers[name])
    assert done == ["second", "first", "spare"]


def test_an_unknown_action_is_refused() -> None:
    with pytest.raises(ValueError, match="no action 'fly'"):
        Actions().offer("fly", lambda: None)
