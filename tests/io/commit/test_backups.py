"""How many versions are kept, and which."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from cloudscope_widgets.io.commit import backups
from cloudscope_widgets.io.commit.backups import OVERWRITTEN, backups_folder, kept_backups
from cloudscope_widgets.io.commit.content import content_hash
from cloudscope_widgets.io.commit.journal import commit_files
from cloudscope_widgets.io.paths import own_path, sidecar_path, table_path

pytestmark = pytest.mark.plants_files()  # contents that tell which save they belong to, and nothing true


def saved_in_turn(image: Path, count: int) -> None:
    """Save one version after the other of a sidecar, our own file and a table."""
    known: dict[Path, str | None] = {}
    for number in range(count):
        files: dict[Path, bytes | None] = {
            table_path(image, "radon_velocity"): f"table {number}".encode(),
            own_path(image): f"own {number}".encode(),
            sidecar_path(image): f"sidecar {number}".encode(),
        }
        commit_files(image, files, known or dict.fromkeys(files))
        known = {path: content_hash(raw) for path, raw in files.items()}


def kept(image: Path, word: str) -> list[str]:
    texts = [backup.path.read_text(encoding="utf-8") for backup in kept_backups(backups_folder(image))]
    return [text for text in texts if text.startswith(word)]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "cell.tif"
    path.write_bytes(b"pixels")
    return path


def test_five_older_sidecars_and_one_older_table_are_kept_beside_the_present_ones(image: Path) -> None:
    saved_in_turn(image, 9)
    assert kept(image, "sidecar") == [f"sidecar {number}" for number in range(3, 9)]
    assert kept(image, "own") == [f"own {number}" for number in range(3, 9)]
    assert kept(image, "table") == ["table 7", "table 8"]


def test_the_same_content_is_kept_once(image: Path) -> None:
    sidecar = sidecar_path(image)
    known: dict[Path, str | None] = {sidecar: None}
    for raw in (b"one", b"two", b"one", b"two", b"one"):
        commit_files(image, {sidecar: raw}, known)
        known = {sidecar: content_hash(raw)}
    assert sorted(kept(image, "")) == ["one", "two"]


def test_a_folder_keeps_no_more_bytes_than_its_limit_and_the_newest_first(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "LARGEST_FOLDER_BYTES", 60)
    saved_in_turn(image, 6)
    found = kept_backups(backups_folder(image))
    assert sum(backup.size for backup in found) <= 60
    assert {"sidecar 5", "own 5", "table 5"} <= {backup.path.read_text(encoding="utf-8") for backup in found}


def test_tables_go_before_what_cannot_be_computed_again(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved_in_turn(image, 9)
    sizes = [backup.size for backup in kept_backups(backups_folder(image))]
    monkeypatch.setattr(backups, "LARGEST_FOLDER_BYTES", sum(sizes) + len("table 0"))
    saved_in_turn(image.with_name("other.tif"), 1)
    assert kept(image, "table") == ["table 0"]  # of the other image, kept just now
    assert len(kept(image, "sidecar")) == len(kept(image, "own")) == 7


def test_what_was_saved_here_and_written_over_outlives_the_count_of_backups(image: Path) -> None:
    sidecar = sidecar_path(image)
    versions = [b"ours 1", b"theirs, who read nothing of it", *(f"ours {number}".encode() for number in range(2, 10))]
    commit_files(image, {sidecar: versions[0]}, {sidecar: None})
    sidecar.write_bytes(versions[1])
    for before, after in pairwise(versions[1:]):
        commit_files(image, {sidecar: after}, {sidecar: content_hash(before)})
    held, *others = kept_backups(backups_folder(image))
    assert (held.path.read_bytes(), held.ending) == (b"ours 1", OVERWRITTEN)
    assert {backup.ending for backup in others} == {""}


def test_what_others_put_among_the_backups_stays(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved_in_turn(image, 1)
    (backups_folder(image) / "my notes.txt").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(backups, "LARGEST_FOLDER_BYTES", 1)
    saved_in_turn(image.with_name("other.tif"), 1)
    assert (backups_folder(image) / "my notes.txt").exists()


def test_what_is_written_over_in_place_is_still_kept(image: Path) -> None:
    saved_in_turn(image, 1)
    with sidecar_path(image).open("r+b") as file:
        file.write(b"THEIRS")
    assert kept(image, "sidecar") == ["sidecar 0"]
