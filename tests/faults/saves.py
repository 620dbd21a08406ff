"""One save in which something goes wrong: what the user is told, and what is the fact."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from cloudscope_widgets.core.errors import SaveError
from cloudscope_widgets.io.commit.content import bytes_of
from cloudscope_widgets.io.commit.journal import Commit, commit_files
from cloudscope_widgets.io.commit.journal_file import is_interrupted
from cloudscope_widgets.io.commit.recovery import recover
from tests.faults.failing_calls import Call, Fault, faults
from tests.faults.generations import contents, hashes_of, new_image, saved_paths

Files = dict[Path, bytes | None]
SCENARIOS = ("replacing", "first", "removing")
TRUE = {("saved", "saved"), ("not saved", "as before"), ("interrupted", "as before")}
"""What may be told, and what must then be found."""


@dataclass(frozen=True, slots=True)
class Case:
    """One recording before and after a save."""

    image: Path
    old: Files
    new: Files

    def now(self) -> Files:
        """What is on the disk."""
        return {path: bytes_of(path) for path in self.old}

    def save(self) -> Commit:
        """Save."""
        return commit_files(self.image, self.new, hashes_of(self.old))


def new_case(folder: Path, scenario: str, lines: int = 12) -> Case:
    """Make a recording whose files are replaced, written for the first time, or of which one table is taken away."""
    image = new_image(Path(tempfile.mkdtemp(dir=folder)))
    old: Files = dict(contents(image, 1, lines))
    new: Files = dict(contents(image, 2, lines))
    if scenario == "first":
        old = dict.fromkeys(old)
    else:
        commit_files(image, old, dict.fromkeys(old))
    if scenario == "removing":
        new[saved_paths(image)[1]] = None
    return Case(image, old, new)


def calls_of_a_save(folder: Path, scenario: str) -> list[Call]:
    """Calls of the system that a save makes when nothing fails."""
    made = new_case(folder, scenario)
    with faults() as calls:
        made.save()
    assert made.now() == made.new
    return calls.made


def told_and_found(made: Case, *, before: Fault | None = None, after: Fault | None = None) -> tuple[str, str]:
    """Save while calls fail; give what the user is told and what is the fact."""
    image_bytes = made.image.read_bytes()
    commit: Commit | None = None
    told = "saved"
    try:
        with faults(before, after):
            commit = made.save()
    except SaveError as refusal:
        told = "not saved" if "Nothing on disk has changed" in str(refusal) else f"unclear: {refusal}"
    except (KeyboardInterrupt, MemoryError):
        told = "interrupted"
    found = made.now()
    recovery = recover(made.image)
    if made.image.read_bytes() != image_bytes:
        return told, "the image has changed"
    if recovery.pending or is_interrupted(made.image):
        return told, "the recovery has not ended"
    if commit is None:
        return told, "as before" if found == made.now() == made.old else "changed"
    if made.now() != made.new:
        return told, "not as it should be"
    waiting = {path for path, raw in made.new.items() if found[path] != raw}
    return told, "saved" if set(commit.pending) == waiting else f"{waiting} waited, told {commit.pending}"
