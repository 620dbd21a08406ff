"""Banners of the save bar: a sentence that stays until it is dealt with, and the answers to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypedDict, get_args

from cloudscope_widgets.core.layout import Layout
from cloudscope_widgets.core.notice import topic_of
from cloudscope_widgets.io.images.calibration_difference import difference_notice
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.disk.change import DiskChange
from cloudscope_widgets.store.disk.drafts import draft_words
from cloudscope_widgets.store.disk.words import comparison
from cloudscope_widgets.widgets.kit.path_words import shown_text

CalibrationAnswer = Literal["use_image"]
LayoutAnswer = Literal["as_stored", "turn", "join"]
Answer = (
    Literal["keep_both", "take_theirs", "overwrite", "look", "restore", "discard", "import", "not_now", "dismiss"]
    | LayoutAnswer
    | CalibrationAnswer
)
LAYOUTS: dict[LayoutAnswer, Layout] = {"as_stored": "stored", "turn": "turned", "join": "joined"}
"""Layout that each of these answers asks for."""
ANSWERS: tuple[str, ...] = tuple(word for words in get_args(Answer) for word in get_args(words))
_LAYOUT_LABELS: dict[Layout, tuple[LayoutAnswer, str]] = {
    "stored": ("as_stored", "As stored"),
    "turned": ("turn", "Turn"),
    "joined": ("join", "Join"),
}
MOST_DETAILS = 12

_REMEDY = "Mend this file or move it away."
_BACKUP = "The version on disk is kept among the backups in .cloudscope."


class BannerAnswer(TypedDict):
    """One button of a banner."""

    answer: Answer
    label: str
    look: Literal["primary", "plain", "quiet"]
    question: str
    """Asked before it is done, in the same banner; empty for what can be undone."""


class BannerState(TypedDict):
    """What a banner shows."""

    number: int
    """Goes up with every new banner."""
    kind: Literal["error", "info"]
    icon: Literal["error", "info", "warn", "clock"]
    title: str
    """Beginning of the text, in bold; may be empty."""
    text: str
    details: list[str]
    """Lines that a button shows and hides; without any there is no such button."""
    answers: list[BannerAnswer]


@dataclass(frozen=True, slots=True)
class Banner:
    """A banner whose words may still hold paths."""

    kind: Literal["error", "info"]
    icon: Literal["error", "info", "warn", "clock"]
    text: str
    answers: tuple[BannerAnswer, ...]
    title: str = ""
    details: tuple[str, ...] = ()

    def state(self, *folders: Path) -> BannerState:
        """What the page may see: no absolute path, and what lies in ``folders`` named from there."""
        return {
            "number": 0,
            "kind": self.kind,
            "icon": self.icon,
            "title": shown_text(self.title, *folders),
            "text": shown_text(self.text, *folders),
            "details": [shown_text(line, *folders) for line in self.details],
            "answers": list(self.answers),
        }


def _answer(
    answer: Answer, label: str, look: Literal["primary", "plain", "quiet"] = "plain", question: str = ""
) -> BannerAnswer:
    return {"answer": answer, "label": label, "look": look, "question": question}


def sentence(kind: Literal["error", "info"], text: str) -> Banner:
    """Banner that only says something, and can be put away."""
    return Banner(kind, kind, text, (_answer("dismiss", "Dismiss", "quiet"),))


def open_question(acquisition: Acquisition, *, offers_import: bool) -> Banner | None:
    """What the user has to decide about the open recording; None when there is nothing."""
    if acquisition.damage:
        return Banner("error", "error", f"{acquisition.damage} {_REMEDY}", (), title="Nothing can be saved. ")
    if acquisition.disk_change is not None:
        change = acquisition.disk_change
        return _unreadable(change) if change.damage else _changed(change)
    if acquisition.drafts:
        when, what = draft_words(acquisition.drafts[0])
        question = f"Discard the unsaved work ({what})? It cannot be brought back."
        answers = _answer("restore", "Restore", "primary"), _answer("discard", "Discard", "quiet", question)
        return Banner("info", "clock", f": {what}.", answers, title=f"Unsaved work from {when} was found")
    if acquisition.importable is not None and offers_import:
        text = next((notice for notice in acquisition.notices if topic_of(notice) == "import"), "")
        answers = _answer("import", "Import"), _answer("not_now", "Not now", "quiet")
        return Banner("info", "info", f"{text} KymFlow's own files are never changed.", answers)
    return None


def notice_banner(notice: str, acquisition: Acquisition | None) -> Banner:
    """Banner of a notice; one about layout or calibration of the open recording has the button that changes it."""
    plain, topic = sentence("info", notice), topic_of(notice)
    if acquisition is not None and topic == "layout":
        return replace(plain, answers=(*_layout_offers(acquisition), *plain.answers))
    if acquisition is not None and topic == "calibration":
        return replace(plain, answers=(*_calibration_offer(acquisition), *plain.answers))
    return plain


def _layout_offers(acquisition: Acquisition) -> tuple[BannerAnswer, ...]:
    choice = acquisition.header.choice
    if choice is None or acquisition.rois or acquisition.records:
        return ()
    return tuple(_answer(*_LAYOUT_LABELS[layout]) for layout in choice.offers)


def _calibration_offer(acquisition: Acquisition) -> tuple[BannerAnswer, ...]:
    """Button of a notice that the saved calibration differs from that of the image, while it does."""
    image = acquisition.image_header
    differs = image is not None and difference_notice(acquisition.path.name, acquisition.header, image)
    return (_answer("use_image", "Use image calibration"),) if differs else ()


def layout_words(layout: Layout) -> str:
    """How an image is shown, in words."""
    return "as stored" if layout == "stored" else layout


def _changed(change: DiskChange) -> Banner:
    """Both sides have edits: they fit together, or some are of the same thing."""
    details = [comparison(conflict) for conflict in change.conflicts[:MOST_DETAILS]]
    if len(change.conflicts) > MOST_DETAILS:
        details.append(f"{len(change.conflicts) - MOST_DETAILS} more.")
    same = "What you changed and what the other program changed fit together: nothing was changed twice."
    return Banner(
        "error" if change.conflicts else "info",
        "warn" if change.conflicts else "clock",
        f"{_at(change)}. Yours: {change.yours or 'nothing'}. Theirs: {change.theirs or 'nothing that is shown here'}.",
        (
            _answer("keep_both", "Keep both", "primary"),
            _answer("take_theirs", "Take theirs"),
            _answer("overwrite", "Overwrite", question=f"Overwrite {change.file_name} with your version? {_BACKUP}"),
        ),
        title=f"{change.file_name} was changed on disk",
        details=tuple(details) or (same,),
    )


def _unreadable(change: DiskChange) -> Banner:
    return Banner(
        "error",
        "error",
        f"{_at(change)}. {change.damage} {_REMEDY} You see it as it was before.",
        (
            _answer("look", "Look again", "primary"),
            _answer("overwrite", "Overwrite", question=f"Overwrite {change.file_name} with your version? {_BACKUP}"),
        ),
        title=f"{change.file_name} was changed on disk",
    )


def _at(change: DiskChange) -> str:
    return f" at {change.at}" if change.at else ""
