"""Write the lowest versions that pyproject.toml allows as constraints for pip, one a line.

Usage: `python tests/lowest_versions.py > constraints.txt`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_BOUND = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[^\]]*\])?>=(?P<version>[0-9][0-9a-z.]*)(?P<marker>\s*;.*)?")


def lowest(requirements: Iterable[str]) -> Iterator[str]:
    """Lowest version of each package, with its marker; ValueError names a requirement without a lower bound."""
    for requirement in requirements:
        bound = _BOUND.fullmatch(requirement)
        if bound is None:
            raise ValueError(f"{requirement} has no lower bound, or more than that")
        yield f"{bound['name']}=={bound['version']}{bound['marker'] or ''}"


def dependencies() -> list[str]:
    """What the package always needs."""
    return list(tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"])


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lowest(dependencies()))
