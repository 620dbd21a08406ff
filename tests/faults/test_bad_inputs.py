"""Every bad input gives its own sentence within two seconds and 64 MiB, and stays as it is."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from tests.faults.bad_images import image_cases
from tests.faults.bad_lists import list_cases
from tests.faults.bad_saved import saved_cases
from tests.faults.case import Case
from tests.faults.measuring import measured

LIMIT_S = 2.0
LIMIT_BYTES = 64 * 1024**2
CASES = [*image_cases(), *saved_cases(), *list_cases()]

pytestmark = pytest.mark.plants_files()


def said(case: Case, asked: Path | str) -> str:
    """What the user is told."""
    if case.kind == "list":
        return _said_of_list(asked)
    try:
        acq = cs.open(asked)
        if case.kind == "image":
            for channel in range(acq.header.channels):
                acq.pixels(channel)
    except cs.ImageReadError as error:
        return str(error)
    acq.add_rect()
    try:
        acq.save()
    except cs.SaveError as error:
        return str(error)
    return "it was shown and saved"


def _said_of_list(asked: Path | str) -> str:
    try:
        session = cs.Session(asked)
    except cs.ImageReadError as error:
        return str(error)
    try:
        return "\n".join(session.notices)
    finally:
        session.close()


def contents(folder: Path) -> dict[str, str]:
    """Every name in a folder, and the hash of what is behind it."""
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*")}
    return {name: _content(path) for name, path in sorted(files.items())}


def _content(path: Path) -> str:
    if path.is_symlink():
        return str(path.readlink())
    if not path.is_file() or path.stat().st_size > LIMIT_BYTES:
        return f"{path.stat().st_mode} {path.stat().st_size} {path.stat().st_mtime_ns}"
    return sha256(path.read_bytes()).hexdigest()


def test_there_are_at_least_200_bad_inputs_with_names_of_their_own() -> None:
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_bad_input_gives_its_error_in_time_and_stays_as_it_is(case: Case, tmp_path: Path) -> None:
    asked = case.make(tmp_path)
    before = contents(tmp_path)
    found = measured(lambda: said(case, asked), limit_s=LIMIT_S)
    assert re.search(case.error, found.answer, re.DOTALL), found.answer
    if found.duration_s > LIMIT_S:  # a busy machine may stop us for a while; a slow input is slow each time
        found = measured(lambda: said(case, asked), limit_s=LIMIT_S)
    assert found.duration_s <= LIMIT_S
    assert found.peak_bytes <= LIMIT_BYTES
    assert contents(tmp_path) == before
