"""Whether the long runs are asked for: ``make soak``, or ``CLOUDSCOPE_SOAK=1`` in any other run."""

from __future__ import annotations

import os

IS_SOAK = os.environ.get("CLOUDSCOPE_SOAK", "") not in {"", "0"}
