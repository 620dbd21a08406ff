"""Every key of the widgets and what it does: the only place where keys are given out.

The page's table of keys, its list of all keys (``?``) and ``docs/keys.md`` are made from it;
``python -m cloudscope_widgets.widgets.kit.key_map`` writes the document.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "keys.md"


@dataclass(frozen=True, slots=True)
class KeyLine:
    """Keys that stand together in the list of keys."""

    commands: Mapping[str, str]
    """What each key does, as the page calls it. Mod is Ctrl, or Cmd on a Mac; letters stand without Shift."""
    does: str


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys of one part of the work."""

    name: str
    lines: tuple[KeyLine, ...]


_ARROWS = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")

KEY_GROUPS = (
    KeyGroup(
        "Tools",
        (
            KeyLine({"v": "select_tool", "h": "pan_tool", "z": "zoom_tool"}, "select, pan, zoom box"),
            KeyLine({"r": "rectangle_tool", "l": "line_tool", "t": "range_tool"}, "rectangle, line, time range"),
            KeyLine({"w": "whole_roi"}, "ROI of the whole image"),
            KeyLine({"Space": "hold_pan"}, "held: pan in every tool"),
            KeyLine({"Escape": "escape"}, "cancel a drag or a run, back to select, select nothing, leave"),
        ),
    ),
    KeyGroup(
        "View",
        (
            KeyLine({"f": "show_whole", "Shift+f": "show_roi"}, "whole recording, selected ROI"),
            KeyLine({"+": "zoom_in", "-": "zoom_out"}, "zoom in, out"),
            KeyLine({"PageUp": "window_back", "PageDown": "window_on"}, "one window back, on"),
            KeyLine({"Home": "first_stretch", "End": "last_stretch"}, "first, last stretch"),
            KeyLine({"ArrowLeft": "arrow", "ArrowRight": "arrow"}, "a tenth back, on, with no ROI selected"),
            KeyLine({"Alt+ArrowLeft": "arrow", "Alt+ArrowRight": "arrow"}, "previous, next view, with no ROI selected"),
            KeyLine({"c": "auto_contrast"}, "auto contrast"),
            KeyLine({"?": "list_keys"}, "all keys"),
        ),
    ),
    KeyGroup(
        "ROI",
        (
            KeyLine({"[": "previous_roi", "]": "next_roi"}, "previous, next"),
            KeyLine(dict.fromkeys(_ARROWS, "arrow"), "move by one sample, with Shift by ten, with Alt resize"),
            KeyLine({"d": "duplicate_roi"}, "duplicate"),
            KeyLine({"Delete": "delete"}, "delete"),
        ),
    ),
    KeyGroup(
        "Files",
        (
            KeyLine({"j": "next_file", "k": "previous_file"}, "next, previous file"),
            KeyLine({"a": "accept_file", "Shift+a": "reject_file"}, "accept, reject; pressed again: unreviewed"),
            KeyLine({"Shift+n": "next_to_review"}, "next file to review"),
            KeyLine({"/": "search"}, "search"),
        ),
    ),
    KeyGroup(
        "Save and undo",
        (
            KeyLine({"s": "save", "Shift+s": "save_all"}, "save this file, all files"),
            KeyLine({"Mod+z": "undo", "Mod+Shift+z": "redo"}, "undo, redo"),
        ),
    ),
    KeyGroup("Analysis", (KeyLine({"g": "run"}, "run"),)),
)

MORE_KEYS = {
    "=": "zoom_in",  # the plus of many keyboards, without Shift
    "Backspace": "delete",
    **{f"{held}+{arrow}": "arrow" for held in ("Shift", "Alt", "Alt+Shift") for arrow in _ARROWS},
}
"""Keys that do the same as others of the list."""

REPEATED = (
    *("next_file", "previous_file", "previous_roi", "next_roi", "undo", "redo"),
    *("arrow", "zoom_in", "zoom_out", "window_back", "window_on", "hold_pan"),
)
"""What goes on while its key is held; all else is done once a press."""

HOST_KEYS = ("Tab", "Shift+Tab", "Mod+s", "Mod+Shift+s", "Mod+Shift+c", "Mod+Shift+p")
"""Keys that a notebook gets although the focus is in a widget: walk on, save, the list of its commands."""

_WORDS = {
    "ArrowLeft": "←",
    "ArrowRight": "→",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "-": "\u2212",
    "PageUp": "Page ↑",
    "PageDown": "Page ↓",
    "Escape": "Esc",
    "Delete": "Del",
    "Mod": "Ctrl",
}


def commands_of_keys() -> dict[str, str]:
    """What every key does, as the page calls it."""
    listed = {key: does for group in KEY_GROUPS for line in group.lines for key, does in line.commands.items()}
    return {**listed, **MORE_KEYS}


def key_words(key: str) -> str:
    """Key as it is written on a keyboard: ``Shift+f`` is ``Shift F``."""
    parts = [key] if key == "+" else key.split("+")
    return " ".join(_WORDS.get(part, part.upper() if len(part) == 1 else part) for part in parts)


def document() -> str:
    """Text of the page of the documentation."""
    return "\n".join((_HEAD, *(_table(group) for group in KEY_GROUPS)))


def _table(group: KeyGroup) -> str:
    rows = (f"| {' '.join(f'`{key_words(key)}`' for key in line.commands)} | {line.does} |\n" for line in group.lines)
    return f"## {group.name}\n\n| key | does |\n| --- | --- |\n{''.join(rows)}"


_HEAD = """# Keys

All widgets of a session share one table of keys, wherever they stand in a page. A key works while the focus is in one
of them: a click anywhere inside gives it, also on a trace, a label or empty ground. No key goes on to the notebook
but `Tab` and its own shortcuts (`Ctrl S`, the list of commands); on a Mac, `Ctrl` is `Cmd`. In a text field only
`Esc` counts. A select box keeps its arrows and the letters with which its choices begin; a button keeps `Space` and
`Enter`.

Where several widgets could answer, for instance two panels with a run button, the one with the focus does, then the
one beside it, then the one used last. A key whose feature is not in the page does nothing, and `?` does not list it.

`J` and `K` also stop at a recording that cannot be read: its sentence stands in the place of the image, and the next
press goes on. `Esc` does the first of these that there is to do: end a drag, cancel the run of the open file, close
the list of keys, go back to the select tool, select nothing, leave the widget. In the list of files, `↑` and `↓` walk
and `Enter` opens.
"""


def main() -> int:
    """Write the page of the documentation."""
    DOCUMENT.write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
