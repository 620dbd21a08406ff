"""One table of keys, and what is made from it."""

from __future__ import annotations

from cloudscope_widgets.widgets.kit.actions import ACTIONS
from cloudscope_widgets.widgets.kit.key_map import DOCUMENT, HOST_KEYS, REPEATED, commands_of_keys, document, key_words


def test_the_page_of_keys_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document()


def test_every_action_has_a_key_and_no_key_is_the_hosts() -> None:
    commands = commands_of_keys()
    assert set(ACTIONS) <= set(commands.values())
    assert set(REPEATED) <= set(commands.values())
    assert not commands.keys() & set(HOST_KEYS)


def test_keys_are_written_as_on_a_keyboard() -> None:
    keys = ("f", "Shift+f", "Alt+ArrowLeft", "Mod+Shift+z", "+", "Escape")
    assert [key_words(key) for key in keys] == ["F", "Shift F", "Alt ←", "Ctrl Shift Z", "+", "Esc"]
