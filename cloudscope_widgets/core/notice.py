"""Sentences for the user that know what they are about, so that no program has to read them."""

from __future__ import annotations

from typing import Literal, Self

Topic = Literal["", "layout", "calibration", "damage", "import"]
"""Layout or calibration of the image; saved files that cannot be used; what another program has left to import."""


class Notice(str):
    """A sentence with its topic; for all that is done with text it is plain text."""

    __slots__ = ("topic",)
    topic: Topic

    def __new__(cls, text: str, topic: Topic = "") -> Self:
        """Make a sentence of a topic."""
        made = super().__new__(cls, text)
        made.topic = topic
        return made

    def __reduce__(self) -> tuple[type[Notice], tuple[str, Topic]]:
        """Keep the topic on the way to another process."""
        return Notice, (str(self), self.topic)


def topic_of(sentence: str) -> Topic:
    """What a sentence is about; empty where it does not say."""
    return sentence.topic if isinstance(sentence, Notice) else ""


def notice_like(text: str, sentence: str) -> str:
    """Return other words for the same."""
    return Notice(text, topic_of(sentence))
