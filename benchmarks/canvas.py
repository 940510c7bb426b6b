"""Times the canvas of the real window, a plain graphics view, and another program; prints JSON.

    python benchmarks/canvas.py
    python benchmarks/canvas.py --peer-python other/bin/python    # one with labelme in it

Each is measured in a process of its own, one after the other, on the same seeded image and
polygons in a temporary folder. "held" tells for every bar whether it was.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
EVENT_MS, SHARP_MS, MEMORY_MB = 16.7, 500.0, 350.0
OPENING_S = {"1000": 0.3, "5000": 0.6}
"""The bars, for 24 megapixels and polygons of 50 vertices on two cores."""
BARRED = ("fit", "100 %", "800 %")


def run(python: str, script: str, *arguments: object) -> dict[str, Any]:
    """Run a script of this folder; the JSON object on its last line.

    Raises:
        RuntimeError: it failed; what it said comes along.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(HERE.parent)}
    if Path(python).absolute() != Path(sys.executable).absolute():
        del environment["PYTHONPATH"]
    command = [python, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed:\n{done.stdout}\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def held(window: dict[str, Any]) -> dict[str, bool]:
    """Which bars the window keeps to."""
    bars = {}
    for zoom in BARRED:
        figures = window["gestures"][zoom]
        for gesture in ("hover", "pan", "zoom", "vertex"):
            bars[f"{gesture} at {zoom}"] = figures[gesture]["p95_ms"] <= EVENT_MS
        bars[f"sharp at {zoom}"] = figures["sharp"]["until_sharp_ms"] <= SHARP_MS
        bars[f"no block at {zoom}"] = figures["sharp"]["longest_block_ms"] <= EVENT_MS
    for count, seconds in OPENING_S.items():
        if count in window["opening"]:
            bars[f"opening {count}"] = window["opening"][count]["ahead"]["median_s"] <= seconds
            bars[f"opening {count} cold"] = window["opening"][count]["cold"]["median_s"] <= seconds
    bars["memory"] = window["memory_mb"]["after gestures"]["now"] <= MEMORY_MB
    return bars


def machine() -> dict[str, Any]:
    """What it ran on, and how busy that was before and after; a loaded machine tells nothing."""
    return {
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "pyside": version("PySide6-Essentials"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="6000x4000", help="of the image, WIDTHxHEIGHT")
    parser.add_argument("--objects", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--events", type=int, default=60, help="for each gesture and zoom")
    parser.add_argument("--rounds", type=int, default=2, help="openings of each of three images")
    parser.add_argument("--peer-python", help="a Python with labelme, to time that as well")
    parser.add_argument("--peer-events", type=int, default=10)
    options = parser.parse_args()
    found: dict[str, Any] = {"machine": machine(), "load_before": os.getloadavg()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        sizes = ("--size", options.size, "--objects", *options.objects)
        data = run(sys.executable, "canvas_data.py", folder, *sizes)
        found["data"] = {k: data[k] for k in ("megapixels", "image_mb")}
        found["window"] = run(
            *(sys.executable, "canvas_window.py", data["project"]),
            *("--events", options.events, "--rounds", options.rounds),
        )
        found["held"] = held(found["window"])
        files = (data["image"], data["rings"])
        found["plain_items"] = run(sys.executable, "canvas_plain.py", *files)
        if options.peer_python:
            events = ("--events", options.peer_events)
            found["peer"] = run(options.peer_python, "canvas_peer.py", *files, *events)
    found["load_after"] = os.getloadavg()
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
