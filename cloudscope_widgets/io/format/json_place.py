"""Where something stands in the text of a JSON file, as a line number; asked only when it is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

Steps = tuple[str | int, ...]
"""Way from the whole document to a field: keys of objects and indices of lists."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s"{}\[\]:,]+', re.DOTALL)
_SPACE = re.compile(r"\s*")
_DECODER = json.JSONDecoder()


def line_of_field(text: str, steps: Steps) -> int:
    """Line of a field in a text that is JSON; of the object around it when it is not there."""
    at = _after_space(text, 0)
    for step in steps:
        found = next((place for name, place in _members(text, at) if name == step), None)
        if found is None:
            break
        at = found
    return text.count("\n", 0, at) + 1


def _members(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """Keys or indices of the object or list that begins at a place, and where each value begins."""
    is_object, index = text[at] == "{", 0
    if text[at] not in "{[":
        return
    at = _after_space(text, at + 1)
    while text[at] not in "}]":
        name: str | int = index
        if is_object:
            name, at = _DECODER.raw_decode(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        yield name, at
        at = _after_space(text, _DECODER.raw_decode(text, at)[1])
        at, index = _after_space(text, at + 1) if text[at] == "," else at, index + 1


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def line_of_second_key(text: str) -> int:
    """Line of the first key that its object has already."""
    open_keys: list[set[str] | None] = []
    tokens = list(_TOKEN.finditer(text))
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        word = token.group()
        if word in "{[":
            open_keys.append(set() if word == "{" else None)
        elif word in "}]":
            open_keys.pop()
        elif following and following.group() == ":" and (keys := open_keys[-1]) is not None:
            key = json.loads(word)
            if key in keys:
                return _line(text, token)
            keys.add(key)
    return 1


def line_of_word(text: str, word: str) -> int:
    """Line of the first value that is spelled like ``word``."""
    token = next((token for token in _TOKEN.finditer(text) if token.group() == word), None)
    return 1 if token is None else _line(text, token)


def _line(text: str, token: re.Match[str]) -> int:
    return text.count("\n", 0, token.start()) + 1
