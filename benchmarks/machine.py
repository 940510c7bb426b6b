"""What a figure was measured on, and how: for the benchmarks."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch


def facts(device: torch.device) -> dict[str, Any]:
    """The machine in words and numbers; the load says whether other programs were running."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return {
        "device": name,
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def alternating(
    ways: Mapping[str, Callable[[], object]], rounds: int, device: torch.device
) -> dict[str, dict[str, float]]:
    """Median seconds of several ways to do the same, taken in turns, after one turn to warm up.

    Turns make other programs disturb all ways alike. "cpu" counts the seconds of all cores, which
    others disturb least.
    """
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            began, worked = time.perf_counter(), time.process_time()
            way()
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            if turn:
                wall[name].append(time.perf_counter() - began)
                cpu[name].append(time.process_time() - worked)
    return {
        name: {"wall": statistics.median(wall[name]), "cpu": statistics.median(cpu[name])}
        for name in ways
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Mean, median and 95th percentile."""
    if not values:
        return {"mean": 0.0, "median": 0.0, "p95": 0.0}
    return {
        "mean": round(float(np.mean(values)), 2),
        "median": round(float(np.median(values)), 2),
        "p95": round(float(np.percentile(values, 95)), 2),
    }


def resident_bytes() -> tuple[int, int]:
    """Memory this process holds now, and the most it ever held, from Linux's own count.

    getrusage would not do: there a child begins with the peak of the process it was forked from.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
    return int(found["VmRSS"]) * 1024, int(found["VmHWM"]) * 1024
