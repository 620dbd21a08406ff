"""The velocity measurement beside its goals: accuracy on synthetic records with known truth, and speed.

Run ``OPENBLAS_NUM_THREADS=1 python -m benchmarks.velocity [--seeds 1000-1029] [--tuning] [--speed]``.

Each row is one number to reach, with the classes of records it is judged on; a row that misses its goal is marked.
Where a row covers several classes the worst one is shown, except in rows over all SNR, stripes and stall classes, which
are judged together. What is counted is told in ``velocity_accuracy``.

Seeds below 1000 are tuning seeds: limits and constants of the measurement were set on such records, lately on 0-79.
Which of them before is not written down beyond 0-9, so that none below 1000 may report; ``--tuning`` takes 0-29
instead, to try a change. A change that is decided on a row of the reporting seeds turns them into tuning
seeds: take others from then on, and say so here.

Two tables follow: narrow records, width x speed x signal to noise ratio (``velocity_narrow``), and real recordings that
are cut narrower (``velocity_real``), or why these were not run. ``--narrow`` prints these two only.

``--speed`` adds time, memory and the comparison with ``skimage.transform.radon``, window by window, in the same run.
"""  # noqa: INP001  (scripts)

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime

from benchmarks.velocity_accuracy import Scored, project, score, seeds_of
from benchmarks.velocity_cost import print_cost
from benchmarks.velocity_goals import GOALS, Judged
from benchmarks.velocity_narrow import print_narrow
from benchmarks.velocity_real import default_folder, print_real
from benchmarks.velocity_records import CLASSES, records

FIRST_REPORTING_SEED = 1000
REPORTING_SEEDS = range(1000, 1030)
TUNING_SEEDS = range(30)
MISSED = "missed"
NARROW_SNRS_DB = (0.0, 5.0, 10.0, 20.0)


def measured(names: Iterable[str], seeds: range, jobs: int = 1) -> dict[str, list[Scored]]:
    """Every record of the classes, measured and scored, some classes at once."""
    with ProcessPoolExecutor(jobs) as pool:
        found = {name: pool.submit(_measured_class, name, seeds) for name in names}
        return {name: scored.result() for name, scored in found.items()}


def _measured_class(name: str, seeds: range) -> list[Scored]:
    return [score(record, project) for record in records(name, seeds)]


def rows(judged: Iterable[Judged]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield "| records and number | goal | reached | |"
    yield "|---|---|---|---|"
    for found in judged:
        of = f" ({found.worst})" if found.worst else ""
        mark = "" if found.is_reached else MISSED
        yield f"| {found.goal.title} | {found.goal.limits} | {found.value:.3g}{of} | {mark} |"


def main() -> None:
    """Print the table."""
    given = _arguments()
    seeds = TUNING_SEEDS if given.tuning else given.seeds
    begun = time.perf_counter()
    if given.narrow:
        _print_narrow(seeds)
        return
    judged = [goal.judged(scored) for scored in [measured(CLASSES, seeds, given.jobs)] for goal in GOALS]
    kind = "tuning" if seeds.start < FIRST_REPORTING_SEED else "reporting"
    missed = sum(not found.is_reached for found in judged)
    sys.stdout.write("\n".join(rows(judged)))
    sys.stdout.write(
        f"\n\n{datetime.now(UTC):%Y-%m-%d}, {len(seeds)} {kind} seeds ({seeds.start}-{seeds.stop - 1}) of each class, "
        f"{missed} of {len(judged)} goals missed, {time.perf_counter() - begun:.0f} s\n"
    )
    _print_narrow(seeds)
    if given.speed:
        print_cost()


def _print_narrow(seeds: range) -> None:
    """Narrow records of the first two seeds, and real ones."""
    sys.stdout.write("\n")
    print_narrow(seeds[:2], NARROW_SNRS_DB, with_others=True)
    sys.stdout.write("\n")
    print_real(default_folder())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Accuracy and speed of the velocity measurement beside their goals.")
    parser.add_argument(
        "--seeds", type=seeds_of, default=REPORTING_SEEDS, help="first-last, one record of each class for each seed"
    )
    parser.add_argument("--tuning", action="store_true", help="take the tuning seeds 0-29")
    parser.add_argument("--jobs", type=int, default=1, help="classes to measure at once")
    parser.add_argument("--narrow", action="store_true", help="narrow and real records only")
    parser.add_argument("--speed", action="store_true", help="measure time and memory too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
