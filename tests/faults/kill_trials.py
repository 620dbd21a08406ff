"""Kills a saving process at any moment, many times, and counts what is left of its saves.

Run as ``python -m tests.faults.kill_trials --protocol journal --size small --trials 100 --seed 1``; a process of its
own, since it forks and so must have one thread. The counts are printed as JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cloudscope_widgets.io.commit.content import bytes_of, content_hash
from cloudscope_widgets.io.commit.journal import commit_files
from cloudscope_widgets.io.commit.journal_file import is_interrupted
from cloudscope_widgets.io.commit.recovery import recover
from cloudscope_widgets.io.paths import work_folder
from tests.faults.generations import SIZES, contents, found_state, hashes_of, new_image, plain_write, saved_paths
from tests.faults.victim import Prepare, Told, Victim, killed_inside

DOUBLE_FAULTS = 1 / 3
"""Share of the trials in which the recovery is killed too."""
_REHEARSAL_S = 0.5


@dataclass(slots=True)
class Counts:
    """What came of all trials."""

    trials: int = 0
    inside: int = 0
    """Kills that fell inside a save."""
    acknowledged: int = 0
    """Saves that were acknowledged."""
    recoveries_killed: int = 0
    finished: int = 0
    """Trials whose files were those of a save that had been cut off, finished afterwards."""
    damage: dict[str, int] = field(default_factory=dict)
    """What was wrong, and how often."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Recording:
    """The recording that a victim saves, and how its state is told afterwards."""

    image: Path
    prepare: Prepare
    state: Callable[[], tuple[int, str]]
    recover: Callable[[], object]


def plain_recording(folder: Path, lines: int) -> Recording:
    """Save with one plain write for each file."""
    image = new_image(folder)

    def prepare(generation: int) -> Callable[[], object]:
        files = contents(image, generation, lines)
        return lambda: plain_write(files)

    return Recording(image, prepare, lambda: found_state(image), lambda: None)


def journal_recording(folder: Path, lines: int) -> Recording:
    """Save through the journal."""
    image = new_image(folder)

    def prepare(generation: int) -> Callable[[], object]:
        files = contents(image, generation, lines)
        recover(image)
        known = hashes_of({path: bytes_of(path) for path in saved_paths(image)})
        return lambda: commit_files(image, files, known)

    return Recording(image, prepare, lambda: found_state(image), lambda: recover(image))


def rename_recording(folder: Path, lines: int) -> Recording:
    """Save with one atomic rename for each file, but nothing forced to the disk."""
    image = new_image(folder)

    def prepare(generation: int) -> Callable[[], object]:
        files = contents(image, generation, lines)
        return lambda: _renamed(files)

    return Recording(image, prepare, lambda: found_state(image), lambda: None)


def _renamed(files: dict[Path, bytes]) -> None:
    for path, raw in files.items():
        temporary = path.with_name(f"{path.name}.new")
        temporary.write_bytes(raw)
        temporary.replace(path)


def run_trials(recording: Recording, trials: int, seed: int) -> Counts:
    """Kill, recover and look, again and again."""
    rng, counts, begun_s = random.Random(seed), Counts(), time.perf_counter()  # noqa: S311  (chance, not secrecy)
    image_hash = content_hash(recording.image.read_bytes())
    recording.prepare(1)()
    last, save_s = rehearsed(recording)
    for _ in range(trials):
        delay_s = rng.random() * 2.5 * save_s
        told = Victim.started(recording.prepare, last + 1).killed_after(delay_s)
        save_s = adapted(save_s, delay_s, told)
        counts.trials += 1
        counts.inside += told.was_inside
        counts.acknowledged += told.saves
        if rng.random() < DOUBLE_FAULTS:
            killed_inside(recording.recover, rng.random() * save_s / 2)
            counts.recoveries_killed += 1
        recording.recover()
        generation, wrong = recording.state()
        wrong = wrong or _wrong(recording, generation, told.begun, max(told.finished, last), image_hash)
        counts.finished += not wrong and told.was_inside and generation == told.begun
        if wrong:
            counts.damage[wrong] = counts.damage.get(wrong, 0) + 1
            last = told.begun + 1
            start_afresh(recording, last)
        else:
            last = generation
    counts.seconds = round(time.perf_counter() - begun_s, 1)
    return counts


def rehearsed(recording: Recording) -> tuple[int, float]:
    """Generation after a rehearsal, and the time that one save of a victim takes."""
    told = Victim.started(recording.prepare, 2).killed_after(_REHEARSAL_S)
    start_afresh(recording, told.begun + 1)
    return told.begun + 1, _REHEARSAL_S / (told.saves + 0.5)


def adapted(save_s: float, delay_s: float, told: Told) -> float:
    """Time of a save after one more trial, since other work on this machine comes and goes."""
    if not told.saves:
        return save_s if delay_s < save_s else save_s * 1.2
    return 0.9 * save_s + 0.1 * delay_s / (told.saves + 0.5)


def _wrong(recording: Recording, generation: int, begun: int, acknowledged: int, image_hash: str | None) -> str:
    if not acknowledged <= generation <= begun:
        return "lost"
    if content_hash(recording.image.read_bytes()) != image_hash:
        return "the image has changed"
    left = [path.name for path in work_folder(recording.image).glob("*.tmp")]
    if is_interrupted(recording.image):
        return "not finished"
    return f"left behind: {left[0].rpartition('-')[2]}" if left else ""


def start_afresh(recording: Recording, generation: int) -> None:
    """Start afresh, so that one damage is counted once."""
    shutil.rmtree(work_folder(recording.image), ignore_errors=True)
    for path in saved_paths(recording.image):
        path.unlink(missing_ok=True)
    recording.prepare(generation)()


def main() -> None:
    """Run the trials that the arguments ask for."""
    parser = argparse.ArgumentParser(description="Kills a saving process at any moment.")
    parser.add_argument("--protocol", choices=("journal", "rename", "plain", "acquisition"), default="journal")
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to save; a temporary folder by default")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        recording = _recording(arguments.protocol, Path(name), SIZES[arguments.size])
        counts = run_trials(recording, arguments.trials, arguments.seed)
    sys.stdout.write(json.dumps({**vars(arguments), "folder": "", **asdict(counts)}) + "\n")


def _recording(protocol: str, folder: Path, lines: int) -> Recording:
    if protocol == "acquisition":
        from tests.faults.real_recording import acquisition_recording  # noqa: PLC0415  (loads much more)

        return acquisition_recording(folder, lines)
    return {"journal": journal_recording, "rename": rename_recording, "plain": plain_recording}[protocol](folder, lines)


if __name__ == "__main__":
    main()
