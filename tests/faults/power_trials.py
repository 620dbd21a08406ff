"""Takes the power from a disk while a process saves on it, many times, and counts what is left of its saves.

The disk is a file with ext4 on it, mounted through a loop device. Power loss is its shut-down without writing out the
log (EXT4_IOC_SHUTDOWN, NOLOGFLUSH): what ext4 had not yet sent to its disk is gone, as are all caches of it, and the
next mount replays the log. A cache inside a real drive, which may lose what was sent to it, is not imitated.

Run as root: ``python -m tests.faults.power_trials --protocol journal --size medium --trials 50 --seed 1``.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from cloudscope_widgets.io.commit.content import content_hash
from tests.faults.generations import SIZES
from tests.faults.kill_trials import (
    Counts,
    Recording,
    adapted,
    journal_recording,
    plain_recording,
    rehearsed,
    rename_recording,
    start_afresh,
)
from tests.faults.victim import Told, Victim

_SHUTDOWN = 0x8004587D
_NO_LOG_FLUSH = 2
_DISK_MB = 64
_LEAST_S = 0.1
_SAVES = 2.5
_UMOUNT_TRIES = 100


class Disk:
    """A small disk of its own, whose power can be taken."""

    def __init__(self, folder: Path, options: str = "") -> None:
        """Make it in ``folder`` and mount it."""
        self.file, self.mount_point = folder / "disk", folder / "mounted"
        self.options = ",".join(filter(None, ("loop", options)))
        self.mount_point.mkdir()
        with self.file.open("wb") as file:
            file.truncate(_DISK_MB * 1024 * 1024)
        run("mkfs.ext4", "-q", "-F", str(self.file))
        self.mount()

    def mount(self) -> None:
        """Mount it; the log of ext4 is replayed."""
        run("mount", "-o", self.options, str(self.file), str(self.mount_point))

    def unmount(self) -> None:
        """Unmount it; a process that was killed may hold it for a moment."""
        for _ in range(_UMOUNT_TRIES):
            done = subprocess.run(["umount", self.mount_point], capture_output=True, check=False)  # noqa: S603, S607
            if done.returncode == 0:
                return
            time.sleep(0.02)
        raise RuntimeError(f"cannot unmount: {done.stderr.decode()}")

    def lose_power(self) -> None:
        """Lose what was not sent to the disk."""
        descriptor = os.open(self.mount_point, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(descriptor)


def run(*command: str) -> None:
    """Run a program of the system."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


@contextlib.contextmanager
def new_disk(options: str = "") -> Iterator[Disk]:
    """Mount a disk that goes away afterwards."""
    with tempfile.TemporaryDirectory() as name:
        disk = Disk(Path(name), options)
        try:
            yield disk
        finally:
            disk.unmount()


def why_not() -> str:
    """Why this machine cannot do it, empty when it can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "only root on Linux may mount a disk"
    missing = [name for name in ("mkfs.ext4", "mount", "umount") if not shutil.which(name)]
    if missing:
        return f"no {missing[0]} on this machine"
    try:
        with new_disk() as disk:
            disk.lose_power()
    except (OSError, RuntimeError) as error:
        return f"no loop device with ext4 here: {error}"
    return ""


def run_trials(disk: Disk, recording: Recording, trials: int, seed: int) -> Counts:
    """Take the power, mount again, recover and look, again and again."""
    rng, counts, begun_s = random.Random(seed), Counts(), time.perf_counter()  # noqa: S311  (chance, not secrecy)
    image_hash = content_hash(recording.image.read_bytes())
    recording.prepare(1)()
    last, save_s = rehearsed(recording)
    os.sync()
    for _ in range(trials):
        delay_s = rng.random() * max(_SAVES * save_s, _LEAST_S)
        told = _without_power(disk, Victim.started(recording.prepare, last + 1), delay_s)
        save_s = adapted(save_s, delay_s, told)
        disk.unmount()
        disk.mount()
        counts.trials += 1
        counts.inside += told.was_inside
        counts.acknowledged += told.saves
        recording.recover()
        generation, wrong = recording.state()
        if not wrong and not max(told.finished, last) <= generation <= told.begun:
            wrong = "lost"
        if content_hash(recording.image.read_bytes()) != image_hash:
            wrong = "the image has changed"
        counts.finished += not wrong and told.was_inside and generation == told.begun
        if wrong:
            counts.damage[wrong] = counts.damage.get(wrong, 0) + 1
            last = told.begun + 1
            start_afresh(recording, last)
            os.sync()
        else:
            last = generation
    counts.seconds = round(time.perf_counter() - begun_s, 1)
    return counts


def _without_power(disk: Disk, victim: Victim, delay_s: float) -> Told:
    time.sleep(delay_s)  # the moment must be any moment: no state to wait for
    os.kill(victim.process, signal.SIGSTOP)
    disk.lose_power()
    return victim.killed_after(0.0)


def main() -> None:
    """Run the trials that the arguments ask for, or say why they cannot be run here."""
    parser = argparse.ArgumentParser(description="Takes the power from a disk while a process saves on it.")
    parser.add_argument("--protocol", choices=("journal", "rename", "plain"), default="journal")
    parser.add_argument("--size", choices=SIZES, default="medium")
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--why-not", action="store_true")
    arguments = parser.parse_args()
    if arguments.why_not:
        sys.stdout.write(json.dumps({"why_not": why_not()}) + "\n")
        return
    make = {"journal": journal_recording, "rename": rename_recording, "plain": plain_recording}[arguments.protocol]
    with new_disk() as disk:
        counts = run_trials(disk, make(disk.mount_point, SIZES[arguments.size]), arguments.trials, arguments.seed)
    sys.stdout.write(json.dumps({**vars(arguments), **asdict(counts)}) + "\n")


if __name__ == "__main__":
    main()
