"""COCO files and messages that mean harm: told or kept aside; nothing run, nothing written outside.

``tests/data/hostile`` is the corpus: add what a fuzzer finds there, and it is replayed here.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pytestqt.qtbot import QtBot

from annotator.domain.errors import KnownError
from annotator.domain.model import Polygons
from annotator.formats.coco import reader
from annotator.learning.protocol import decode
from annotator.services.exchange import export_coco, import_coco
from annotator.store.copies import damage_of
from annotator.store.store import FILE_NAME, Store
from tests.ui.windows import WAIT_MS, open_window

HOSTILE = sorted((Path(__file__).resolve().parents[1] / "data" / "hostile").glob("*.json"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """``deep/down/project`` with an empty project, a picture beside, and a file two floors up."""
    place = tmp_path / "deep" / "down"
    place.mkdir(parents=True)
    Image.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(place / "a.png")
    (tmp_path / "outside.png").write_bytes((place / "a.png").read_bytes())
    Store.create(place / "project").close()
    return place


def around(top: Path, project: Path) -> dict[str, tuple[int, int]]:
    """Every file that is not the project's, with its size and time."""
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in top.rglob("*")
        if path.is_file() and project not in path.parents
    }


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_a_hostile_file_is_told_or_taken_in_and_comes_out(
    qtbot: QtBot, tmp_path: Path, folder: Path, file: Path
) -> None:
    project = folder / "project"
    before = around(tmp_path, project)
    with Store.open(project) as store:
        try:
            import_coco(store, file, images=folder)
        except KnownError as error:
            told = str(error)
        else:
            told = file.name
        assert file.name in told
        export_coco(store, project / "out.json")
    window = open_window(qtbot, project)
    for image in window.workspace.images:
        window.workspace.show_image(image.id)
        canvas = window.canvas
        qtbot.waitUntil(lambda: bool(canvas.picture or canvas.message), timeout=WAIT_MS)  # noqa: B023
        canvas.grab()
    window.close()
    assert around(tmp_path, project) == before
    assert damage_of(project / FILE_NAME) == ""


def test_a_polygon_of_a_million_corners_is_taken_in_and_shown(
    qtbot: QtBot, tmp_path: Path, folder: Path
) -> None:
    angles = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    reach = 15 + np.sin(angles * 1000)
    ring = np.stack([30 + reach * np.cos(angles), 20 + reach * np.sin(angles)], 1).round(4).ravel()
    rows = [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": [ring.tolist()]}]
    body = {
        "images": [{"id": 1, "file_name": "a.png", "width": 60, "height": 40}],
        "annotations": rows,
        "categories": [{"id": 1, "name": "cat"}],
    }
    file = tmp_path / "million.json"
    file.write_text(json.dumps(body))
    with Store.open(folder / "project") as store:
        import_coco(store, file, images=folder)
    start = time.monotonic()
    window = open_window(qtbot, folder / "project")
    window.canvas.grab()
    (value,) = window.workspace.annotations
    assert isinstance(value.mask, Polygons)
    assert len(value.mask.parts[0].outer) == 2_000_000
    assert time.monotonic() - start < 60, "the window hung"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)
KINDS = ("Predict", "Train", "Resume", "Keep", "Compare", "Stop", "Ready", "Told", "Finished")
MESSAGES = st.dictionaries(
    st.sampled_from(["kind", "image_ids", "job", "text", "then", "steps", "device"]),
    JSON | st.sampled_from(KINDS),
).map(json.dumps)


@settings(deadline=None)
@given(st.one_of(st.text(), MESSAGES, JSON.map(json.dumps)))
def test_any_line_is_a_message_or_told(line: str) -> None:
    try:
        decode(line)
    except ValueError:
        return


@pytest.mark.parametrize("line", ["[" * 100_000, '{"kind":' * 50_000, "9" * 5000, "\0", "{}"])
def test_a_line_beyond_every_reader_is_no_message(line: str) -> None:
    with pytest.raises(ValueError, match="not a message"):
        decode(line)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_coco_file_or_told(
    tmp_path_factory: pytest.TempPathFactory, body: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_bytes(body)
    try:
        reader.read(file)
    except KnownError:
        return
