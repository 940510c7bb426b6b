"""A coverage-guided fuzzer, run by hand: ``python -m tests.faults.fuzz TARGET FOLDER``.

Targets: ``coco`` and ``protocol`` take any bytes, ``coco-rows`` and ``protocol-fields`` any JSON.

Needs ``pip install -e '.[fuzz]'``. It begins with ``tests/data/hostile`` and keeps what reaches new
code in FOLDER. What it finds is mended, and goes into ``tests/data/hostile``, where every test run
replays it.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["annotator"]):
    from annotator.domain.errors import KnownError
    from annotator.formats.coco import ids, reader, rows
    from annotator.learning import protocol

CORPUS = Path(__file__).resolve().parents[1] / "data" / "hostile"
PLACE = Path(tempfile.mkdtemp()) / "any.json"


KEYS = (
    *("id", "image_id", "category_id", "bbox", "segmentation", "size", "counts", "keypoints"),
    *("iscrowd", "area", "attributes", "description", "group_id", "name", "skeleton"),
    *("supercategory", "kind", "image_ids", "job", "text", "then", "steps", "device"),
)
WORDS = (*protocol._KINDS, "", "\ud800", "a" * 50, "01", "PP", "nan", "../a")
NUMBERS = (0, 1, -1, 2, 2.5, 2**31, 2**70, -(2**63), 1e308, float("nan"), float("inf"), True, None)


def any_json(data: atheris.FuzzedDataProvider, depth: int) -> object:
    """Any JSON value made of bytes; the keys are those that somebody reads."""
    kind = data.ConsumeIntInRange(0, 5 if depth else 3)
    if kind == 0:
        return data.PickValueInList(list(NUMBERS))
    if kind == 1:
        return data.PickValueInList(list(WORDS))
    if kind == 2:
        return data.ConsumeIntInRange(-100, 100)
    if kind == 3:
        return [data.ConsumeIntInRange(-5, 70) for _ in range(data.ConsumeIntInRange(0, 9))]
    count = data.ConsumeIntInRange(0, 6)
    if kind == 4:
        return [any_json(data, depth - 1) for _ in range(count)]
    return any_row(data, depth, count)


def any_row(data: atheris.FuzzedDataProvider, depth: int, count: int) -> dict[str, object]:
    """An object of known keys with any values."""
    return {str(data.PickValueInList(list(KEYS))): any_json(data, depth - 1) for _ in range(count)}


def read_coco_rows(body: bytes) -> None:
    """Read a file that is JSON, whatever it says."""
    data = atheris.FuzzedDataProvider(body)
    rows_of = [any_row(data, 4, data.ConsumeIntInRange(0, 8)) for _ in range(3)]
    read_coco(json.dumps({"images": [], "annotations": rows_of, "categories": rows_of}).encode())


def read_any_message(body: bytes) -> None:
    """Read a line that is JSON, whatever it says."""
    data = atheris.FuzzedDataProvider(body)
    row = any_row(data, 2, data.ConsumeIntInRange(0, 6))
    kind = data.PickValueInList(list(protocol._KINDS))
    read_message(json.dumps({"kind": kind, **row}).encode())


def read_coco(body: bytes) -> None:
    """Read a file and all its rows, as an import does."""
    PLACE.write_bytes(body)
    try:
        coco = reader.read(PLACE)
    except KnownError:
        return
    for row in coco.annotations:
        if isinstance(row, dict):
            said = rows.read_object(row, 2)
            rows.why_opaque(row, said)
            rows.note_oddities(row, said, (60, 40), lambda _text, _key: None)
            ids.text_of(row)
    for row in coco.categories:
        if isinstance(row, dict):
            rows.read_category(row)


def read_message(body: bytes) -> None:
    """Read a line as the learner and the window do."""
    try:
        protocol.encode(protocol.decode(body.decode(errors="replace")))
    except ValueError:
        return


TARGETS: dict[str, Callable[[bytes], None]] = {
    "coco": read_coco,
    "coco-rows": read_coco_rows,
    "protocol": read_message,
    "protocol-fields": read_any_message,
}


def main() -> None:
    """Fuzz one target until something is found, or somebody stops it."""
    target, found, *options = sys.argv[1:]
    Path(found).mkdir(parents=True, exist_ok=True)
    seeds = Path(found) / "seed-message"
    seeds.write_text(json.dumps({"kind": "Predict", "image_ids": [1], "device": "cpu"}))
    atheris.Setup([sys.argv[0], found, str(CORPUS), *options], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
