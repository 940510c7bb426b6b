"""Figures that every measured program gives, whichever binding of Qt it uses; no Qt in here."""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

BEGAN = time.perf_counter()
"""When this was imported, which is the first thing a measured program does."""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-round(share * 100) * len(ordered) // 100) - 1)]


def summary(seconds: Sequence[float], cpu: Sequence[float] = ()) -> dict[str, float | int]:
    """Median and 95th percentile, milliseconds.

    Args:
        seconds: wall time of each event with its paint.
        cpu: the same in processor time of the thread, which other programs cannot lengthen.
    """
    found: dict[str, float | int] = {
        "p50_ms": round(1000 * statistics.median(seconds), 2),
        "p95_ms": round(1000 * percentile(seconds, 0.95), 2),
        "max_ms": round(1000 * max(seconds), 2),
        "events": len(seconds),
    }
    if cpu:
        found["cpu_p50_ms"] = round(1000 * statistics.median(cpu), 2)
        found["cpu_p95_ms"] = round(1000 * percentile(cpu, 0.95), 2)
    return found


def opening(seconds: Sequence[float], cpu: Sequence[float] = ()) -> dict[str, float | list[float]]:
    """Median and largest of a few openings, seconds."""
    found: dict[str, float | list[float]] = {
        "median_s": round(statistics.median(seconds), 3),
        "max_s": round(max(seconds), 3),
        "all_s": [round(s, 3) for s in seconds],
    }
    if cpu:
        found["cpu_median_s"] = round(statistics.median(cpu), 3)
    return found


def memory_mb() -> dict[str, float]:
    """Resident memory of this process now and at its highest, MB of 10^6 bytes."""
    status = Path("/proc/self/status")
    if not status.exists():
        scale = 1 if sys.platform == "darwin" else 1024
        return {"peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6, 1)}
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    names = {"now": "VmRSS", "peak": "VmHWM"}
    return {key: round(int(lines[name].split()[0]) * 1024 / 1e6, 1) for key, name in names.items()}


def reset_peak() -> None:
    """Count the highest memory from now on, where the system can."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")
