"""Times a project of the size of COCO 2017: import, opening, walking, filters, export; prints JSON.

    python benchmarks/scale.py
    python benchmarks/scale.py --images 12000 --objects 87000     # a tenth, to look whether it runs

Each part is measured in a process of its own, one after the other, on data that ``scale_data.py``
makes in a temporary folder. "held" tells for every bar whether it was. Where pycocotools loads the
same file is timed in the same run. Memory is the resident set of the process; "peak" the most it
ever was, the interpreter and its libraries included.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import scale_data

HERE = Path(__file__).resolve().parent
PROJECT, OUT = "project", "out.json"
TRANSFER_S, TRANSFER_MB = 60.0, 600.0
USABLE_S, WINDOW_MB = 1.0, 250.0
NEXT_MS = {"ahead": 50.0, "cold": 150.0}
FRAME_MS, FILTER_MS = 16.7, 200.0
SECTIONS = ("images", "annotations", "categories")


def memory_mb() -> dict[str, float]:
    """What this process holds now, and the most it ever held, in millions of bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Vm")}
    return {
        "now": round(int(found["VmRSS"]) * 1024 / 1e6, 1),
        "peak": round(int(found["VmHWM"]) * 1024 / 1e6, 1),
    }


def timed(work: Callable[[], object]) -> dict[str, Any]:
    """Seconds on the clock and of the processor, and memory."""
    began, worked = time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "processor_seconds": round(time.process_time() - worked, 2),
        "memory_mb": memory_mb(),
    }


def stock(folder: Path) -> dict[str, Any]:
    """What pycocotools takes to open the file."""
    from pycocotools.coco import COCO  # noqa: PLC0415 - each part loads what it needs

    held: list[COCO] = []
    found = timed(lambda: held.append(COCO(str(file_of(folder)))))
    return found | {"objects": len(held[0].anns)}


def command(*arguments: object) -> None:
    """One command of the program, in this process."""
    from annotator.cli import run  # noqa: PLC0415

    code = run([str(a) for a in (*arguments, "--progress", "json")])
    if code:
        raise RuntimeError(f"{arguments} ended with {code}")


def import_(folder: Path) -> dict[str, Any]:
    """The import command, as the window runs it."""
    from annotator.store.store import Store  # noqa: PLC0415

    Store.create(folder / PROJECT).close()
    found = timed(lambda: command("import", folder / PROJECT, file_of(folder)))
    size = sum(file.stat().st_size for file in (folder / PROJECT).glob("project.sqlite*"))
    return found | {"project_mb": round(size / 1e6, 1)}


def export(folder: Path) -> dict[str, Any]:
    """The export command, as the window runs it."""
    return timed(lambda: command("export", folder / PROJECT, folder / OUT))


def identity(folder: Path) -> dict[str, Any]:
    """Whether what came out says the same as what went in, number by number and in order."""
    came, went = (list(_digests(file)) for file in (folder / OUT, file_of(folder)))
    return {"is_same": came == went, "rows": sum(row[1] for row in came)}


def _digests(file: Path) -> Iterator[tuple[str, int, str]]:
    """Of each section, and of the top level: 1, 1.0 and true are three, and order counts."""
    from annotator.formats.coco import reader  # noqa: PLC0415

    outline = reader.look(file)
    yield "head", 0, json.dumps(outline.head)
    for section in SECTIONS:
        digest, count = hashlib.sha256(), 0
        for row, _ in outline.rows(section):
            digest.update(json.dumps(row).encode())
            count += 1
        yield section, count, digest.hexdigest()


def window(folder: Path) -> dict[str, Any]:
    """The window on what was imported."""
    from benchmarks import scale_window  # noqa: PLC0415

    return scale_window.measure(folder / PROJECT, memory_mb)


def prepared(folder: Path) -> dict[str, Any]:
    """What the window finds beside the import: predictions, images of two megapixels."""
    from benchmarks import scale_window  # noqa: PLC0415

    return timed(lambda: scale_window.prepare(folder, folder / PROJECT))


def file_of(folder: Path) -> Path:
    """The annotation file."""
    return folder / "annotations/instances_train2017.json"


PARTS = {
    "pycocotools": stock,
    "import": import_,
    "export": export,
    "identity": identity,
    "prepared": prepared,
    "window": window,
}


def run(part: str, folder: Path) -> dict[str, Any]:
    """Measure one part in a process of its own."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(HERE.parent)}
    environment["SCALE_BEGAN"] = str(time.time())
    told = [sys.executable, str(HERE / "scale.py"), "--part", part, "--folder", str(folder)]
    done = subprocess.run(told, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{part} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def held(found: dict[str, Any]) -> dict[str, bool]:
    """Which bars are kept."""
    bars = {}
    for part in ("import", "export"):
        if part in found:
            bars[f"{part} seconds"] = found[part]["seconds"] <= TRANSFER_S
            bars[f"{part} memory"] = found[part]["memory_mb"]["peak"] <= TRANSFER_MB
    if "identity" in found:
        bars["the same data"] = found["identity"]["is_same"]
    if "window" in found:
        told = found["window"]
        bars["usable"] = told["usable_s"] <= USABLE_S
        bars["memory of the window"] = told["memory_mb"]["now"] <= WINDOW_MB
        for way, limit in NEXT_MS.items():
            bars[f"next image {way}"] = told["next_image_ms"][way]["median"] <= limit
        for way, figures in told["scroll_ms"].items():
            bars[f"scrolling, {way}"] = figures["p95"] <= FRAME_MS
        for text, figures in told["filter_ms"].items():
            bars[text] = figures["median"] <= FILTER_MS
    return bars


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=scale_data.IMAGES)
    parser.add_argument("--objects", type=int, default=scale_data.OBJECTS)
    parser.add_argument("--shared", type=Path, default=os.environ.get("ANNOTATOR_SHARED"))
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--folder", type=Path, help="work here, and leave what was made")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part](options.folder)))
        return
    found: dict[str, Any] = {
        "machine": {
            "platform": platform.platform(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "pyside": version("PySide6-Essentials"),
        },
        "load_before": os.getloadavg(),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name) / "data"
        if not folder.exists():
            shared = options.shared or HERE.parents[1] / "shared"
            scale_data.make(folder, shared, images=options.images, objects=options.objects)
        found["file_mb"] = round(file_of(folder).stat().st_size / 1e6, 1)
        for part in options.parts:
            found[part] = run(part, folder)
    found["held"] = held(found)
    found["load_after"] = os.getloadavg()
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
