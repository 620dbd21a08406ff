"""Public names stay: what a script uses today is there tomorrow, under the same name and with the same parameters."""

from __future__ import annotations

import pytest

from tests.public_names import LIST, listed_names, public_names

HOW = f"python -m tests.public_names writes {LIST.name}"


@pytest.fixture(scope="module")
def found() -> list[str]:
    return public_names()


def test_no_public_name_has_gone_or_changed(found: list[str]) -> None:
    missing = [line for line in listed_names() if line not in found]
    assert missing == [], f"scripts use these, and they are gone or have other parameters. If that is meant, {HOW}"


def test_every_new_public_name_is_listed_on_purpose(found: list[str]) -> None:
    added = [line for line in found if line not in listed_names()]
    assert added == [], f"these are new or have other parameters, and will have to stay. If that is meant, {HOW}"
