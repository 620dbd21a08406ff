"""Files changed at random give what they hold or our own error, in time, and never anything else."""

from __future__ import annotations

import json
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.attempt import Bench
from tests.faults.good_bundle import IMAGE, OWN, SIDECAR, TABLE, good_bundle
from tests.faults.mutation import kymflow_bundle, mutated
from tests.faults.tiff_bytes import Lie, Tiff
from tests.soak import IS_SOAK

MUTATIONS = int(os.environ.get("CLOUDSCOPE_SOAK_MUTATIONS", "1000000")) if IS_SOAK else 800
EXAMPLES = int(os.environ.get("CLOUDSCOPE_SOAK_EXAMPLES", "20000")) if IS_SOAK else 200
SEED = int(os.environ.get("CLOUDSCOPE_SOAK_SEED", "20260805"))
LIMIT_S = 2.0
KEPT = Path(os.environ.get("CLOUDSCOPE_SOAK_FINDINGS", "findings"))
"""Where a soak keeps the files that were handled wrongly, so that it can go on."""

pytestmark = pytest.mark.plants_files()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A folder in memory, where there is one, with a good recording in it."""
    logging.disable(logging.CRITICAL)  # each refusal is logged; a million of them would be kept
    yield Bench(tmp_path_factory.mktemp("mutated"), good_bundle())
    logging.disable(logging.NOTSET)


def tried(place: Bench, file: str, raw: bytes) -> str:
    """Try one file, measured; a busy machine may stop us for a while, a slow file is slow each time."""
    for _ in range(3):
        started = time.perf_counter()
        answer = place.tried(file, raw)
        if time.perf_counter() - started <= LIMIT_S:
            return answer
    raise AssertionError(f"{file} took more than {LIMIT_S} s")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A folder with an image beside which nothing of ours is saved, so that KymFlow's files are imported."""
    return Bench(tmp_path_factory.mktemp("bare"), kymflow_bundle())


def test_files_mutated_at_random_are_shown_or_refused(place: Bench, bare: Bench) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    findings: list[str] = []
    for number in range(MUTATIONS):
        file, raw = mutated(Random(f"{SEED} {number}"))  # noqa: S311  (the same changes each time)
        try:
            counts[file, tried(bare if file in kymflow_bundle().keys() - {IMAGE} else place, file, raw)] += 1
        except Exception as error:  # noqa: BLE001  (every error but ours is a finding, and the next file is tried)
            findings.append(f"{number} {file}: {error!r}"[:300])
            _keep(f"{SEED}-{number}-{file}", raw)
    _report("mutations", counts, findings)
    assert not findings, "\n".join(findings[:20])
    _check_is_telling(counts)


def _check_is_telling(counts: Counter[tuple[str, str]]) -> None:
    """Neither all refused nor all shown: changes that are always seen, or never, test nothing."""
    for file, refused in ((IMAGE, "refused"), (SIDECAR, "blocked"), (TABLE, "blocked"), (OWN, "blocked")):
        total = sum(count for (name, _), count in counts.items() if name == file)
        assert 0.1 < counts[file, refused] / total < 0.98, counts


def _report(name: str, counts: Counter[tuple[str, str]], findings: list[str]) -> None:
    if IS_SOAK:
        KEPT.mkdir(exist_ok=True)
        lines = [f"{sum(counts.values())} {name}, {len(findings)} findings", *map(str, counts.most_common()), *findings]
        (KEPT / f"{name}-{SEED}.txt").write_text("\n".join(lines) + "\n")


def _keep(name: str, raw: bytes) -> None:
    if IS_SOAK:
        KEPT.mkdir(exist_ok=True)
        (KEPT / name).write_bytes(raw)


# ---------------------------------------------------------------- by structure
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70), st.floats(allow_nan=True), st.sampled_from([0, 1, -1, 2**31, 2**63, 1e308, 5e-324])
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=12)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)
CELLS = st.one_of(st.text(max_size=8), st.floats().map(repr), st.integers().map(str))
ROWS = st.lists(st.lists(CELLS, min_size=5, max_size=7), max_size=4)
TAGS = st.sampled_from([256, 257, 258, 259, 262, 270, 273, 277, 278, 279, 282, 284, 317, 322, 323, 324, 325, 330, 339])
LIES = st.builds(
    Lie,
    st.sampled_from([1, 2, 3, 4, 5, 7, 12, 16, 99]),
    st.one_of(st.integers(0, 70), st.integers(0, 2**32 - 1)),
    st.one_of(st.integers(0, 1500), st.integers(0, 2**32 - 1)),
)
TIFFS = st.builds(
    Tiff,
    st.dictionaries(TAGS, st.one_of(st.none(), LIES), max_size=5),
    st.sampled_from(["<", ">"]),
    st.booleans(),
    following=st.one_of(st.just(0), st.integers(0, 2000)),
)
BY_STRUCTURE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not IS_SOAK,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def replaced(document: Any, places: st.DataObject) -> Any:  # noqa: ANN401  (any JSON value)
    """Replace, drop or add one value somewhere in a document."""
    place: Any = document
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return document
        key = places.draw(st.sampled_from(keys))
        inner = place[key]
        if isinstance(inner, dict | list) and inner and places.draw(st.integers(0, 3)):
            place = inner
            continue
        way = places.draw(st.sampled_from(["replace", "replace", "drop", "add"]))
        if way == "drop":
            del place[key]
        elif way == "add" and isinstance(place, dict):
            place[places.draw(st.text(max_size=8))] = places.draw(VALUES)
        else:
            place[key] = places.draw(VALUES)
        return document


@pytest.mark.parametrize("file", [SIDECAR, OWN])
@BY_STRUCTURE
@given(places=st.data(), changes=st.integers(1, 3))
def test_documents_with_any_value_anywhere_are_shown_or_refused(
    place: Bench, file: str, places: st.DataObject, changes: int
) -> None:
    document = json.loads(good_bundle()[file])
    for _ in range(changes):
        document = replaced(document, places)
    tried(place, file, json.dumps(document).encode("utf-8", "surrogatepass"))


@BY_STRUCTURE
@given(rows=ROWS, line=st.integers(1, 90), size=st.integers(0, 3))
def test_tables_with_any_text_in_any_cell_are_shown_or_refused(
    place: Bench, rows: list[list[str]], line: int, size: int
) -> None:
    lines = good_bundle()[TABLE].splitlines(keepends=True)
    lines[line : line + size] = [(",".join(row) + "\n").encode("utf-8", "surrogatepass") for row in rows]
    tried(place, TABLE, b"".join(lines))


@BY_STRUCTURE
@given(tiff=TIFFS)
def test_images_with_any_lie_in_any_tag_are_shown_or_refused(place: Bench, tiff: Tiff) -> None:
    tried(place, IMAGE, tiff.written())
