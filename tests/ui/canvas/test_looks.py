"""How each state looks: the canvas against pictures kept in ``tests/data/looks``.

Words are left out, since fonts differ from machine to machine; their chips stay. After a wanted
change, ``ANNOTATOR_KEEP_LOOKS=1 pytest tests/ui/canvas/test_looks.py`` writes the pictures anew:
look at each before it is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from annotator.domain import masks
from annotator.domain.model import (
    Annotation,
    Box,
    Keypoint,
    ModelVersion,
    Part,
    Polygons,
    Prediction,
    ScoredJoint,
)
from annotator.services.folder import add_folder
from annotator.store.store import Store
from annotator.ui.canvas import draw, skeleton
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.shots import bare_pixels_of

LOOKS = Path(__file__).resolve().parents[2] / "data" / "looks"
KEEPS = bool(os.environ.get("ANNOTATOR_KEEP_LOOKS"))
FAR = 40
"""Of 255: a channel that differs by more is another picture."""
SHARE = 0.001
"""Of the pixels that may; an edge that another processor smooths otherwise is none of them."""

HOLED = Polygons(
    (
        Part(
            (20.0, 20.0, 120.0, 20.0, 130.0, 90.0, 70.0, 120.0, 20.0, 90.0),
            ((50.0, 45.0, 90.0, 45.0, 90.0, 75.0, 50.0, 75.0),),
        ),
    )
)
JOINTS = (Keypoint(230, 40, 2), Keypoint(210, 80, 2), Keypoint(250, 80, 1), Keypoint(230, 130, 2))


@pytest.fixture
def workspace(empty_workspace: Workspace, tmp_path: Path) -> Workspace:
    """One picture, half dark and half light, with an object of each kind."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    pixels = np.full((240, 320, 3), 70, np.uint8)
    pixels[:, 160:] = 200
    Pillow.fromarray(pixels).save(folder / "ground.png")
    with Store.create(tmp_path / "project") as store:
        add_folder(store, folder)
    empty_workspace.open(tmp_path / "project")
    person = empty_workspace.add_category(
        "person",
        colour="#4477aa",
        joints=("head", "left_hand", "right_hand", "feet"),
        skeleton=((0, 1), (0, 2), (0, 3)),
        pairs=((1, 2),),
    )
    crate = empty_workspace.add_category("crate", colour="#ee6677")
    add = empty_workspace.add_object
    add(mask=HOLED, category_id=crate.id, text="Draw")
    add(box=Box(195, 25, 70, 120), keypoints=JOINTS, category_id=person.id, text="Draw")
    blob = np.zeros((240, 320), bool)
    blob[150:200, 30:90] = blob[165:225, 60:110] = True
    add(mask=masks.bitmap_to_rle(blob), category_id=crate.id, text="Draw")
    add(box=Box(140, 160, 40, 50), category_id=crate.id, text="Draw")
    empty_workspace.select()
    return empty_workspace


@pytest.fixture
def canvas(qtbot: QtBot, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Canvas:
    """The canvas at 100 %, its words invisible."""

    def chip_size(text: str) -> tuple[float, float]:
        return 6.0 * len(text) + 12, 18.0

    monkeypatch.setattr(draw, "CHIP_TEXT", QColor(0, 0, 0, 0))
    monkeypatch.setattr(draw, "chip_size", chip_size)
    monkeypatch.setattr(skeleton, "chip_size", chip_size)
    made = Canvas(workspace)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.loaded):
        made.resize(360, 320)
        made.show()
    made.setFocus()
    made.zoom_by(1.0 / made.zoom)
    return made


@pytest.fixture
def predict(workspace: Workspace) -> Callable[[], None]:
    """A prediction with mask and joints, as the learner stores it."""

    def write() -> None:
        store, image = workspace.store, workspace.image
        assert store is not None
        assert image is not None
        version = store.versions.add(ModelVersion(0, "v1", "tiny", "v1"))
        mask = Polygons((Part((215.0, 160.0, 300.0, 170.0, 290.0, 225.0, 225.0, 220.0)),))
        joints = tuple(ScoredJoint(*at, 0.9) for at in ((255, 175), (235, 195), (275, 195)))
        joints = (*joints, ScoredJoint(255, 212, 0.9))
        one = Prediction(
            0, image.id, workspace.categories[0].id, version, 0.87, Box(215, 160, 85, 65), mask,
            joints,
        )  # fmt: skip
        store.predictions.write(version, image.id, [one])
        workspace.predictions_stored([image.id])

    return write


def check(qtbot: QtBot, canvas: Canvas, name: str) -> None:
    """The canvas looks as it is kept under that name."""
    qtbot.waitUntil(lambda: bare_pixels_of(canvas) is not None and canvas.is_sharp)
    seen = bare_pixels_of(canvas)
    file = LOOKS / f"{name}.png"
    if KEEPS:
        file.parent.mkdir(exist_ok=True)
        Pillow.fromarray(seen).save(file, optimize=True)
    kept = np.asarray(Pillow.open(file).convert("RGB"))
    assert seen.shape == kept.shape
    differs = (np.abs(seen.astype(int) - kept) > FAR).any(axis=2)
    assert differs.mean() <= SHARE, f"{differs.sum()} pixels are not as {file.name} has them"


def objects(workspace: Workspace) -> tuple[Annotation, ...]:
    return workspace.annotations


def test_at_rest(qtbot: QtBot, canvas: Canvas) -> None:
    check(qtbot, canvas, "at-rest")


def test_hovered(qtbot: QtBot, canvas: Canvas) -> None:
    hands.hover(canvas, 30, 60)
    check(qtbot, canvas, "hovered")


def test_selected_with_handles(qtbot: QtBot, canvas: Canvas, workspace: Workspace) -> None:
    workspace.select([objects(workspace)[0].id])
    check(qtbot, canvas, "selected")


def test_a_selected_pose_with_a_joint_about_to_be_grabbed(
    qtbot: QtBot, canvas: Canvas, workspace: Workspace
) -> None:
    workspace.select([objects(workspace)[1].id])
    hands.hover(canvas, 250, 80)
    check(qtbot, canvas, "selected-joint")


def test_several_selected(qtbot: QtBot, canvas: Canvas, workspace: Workspace) -> None:
    workspace.select([a.id for a in objects(workspace)[:3]])
    check(qtbot, canvas, "several-selected")


def test_locked(qtbot: QtBot, canvas: Canvas, workspace: Workspace) -> None:
    one = objects(workspace)[0].id
    workspace.set_locked([one], True)
    workspace.select([one])
    check(qtbot, canvas, "locked")


def test_a_prediction(qtbot: QtBot, canvas: Canvas, predict: Callable[[], None]) -> None:
    predict()
    check(qtbot, canvas, "prediction")


def test_a_selected_prediction(
    qtbot: QtBot, canvas: Canvas, workspace: Workspace, predict: Callable[[], None]
) -> None:
    predict()
    workspace.select(prediction_id=workspace.predictions[0].id)
    check(qtbot, canvas, "prediction-selected")


def test_a_box_under_way(qtbot: QtBot, canvas: Canvas, workspace: Workspace) -> None:
    workspace.set_tool("box")
    hands.drag(canvas, (120, 130), (200, 200), drops=False)
    check(qtbot, canvas, "box-under-way")
    canvas.cancel()


def test_a_polygon_under_way(qtbot: QtBot, canvas: Canvas, workspace: Workspace) -> None:
    workspace.set_tool("polygon")
    for place in ((150, 40), (185, 60), (180, 110)):
        hands.click_image(canvas, *place)
    hands.hover(canvas, 150, 120)
    check(qtbot, canvas, "polygon-under-way")
    canvas.cancel()


def test_a_mask_under_the_brush(qtbot: QtBot, canvas: Canvas, workspace: Workspace) -> None:
    workspace.select([objects(workspace)[2].id])
    workspace.set_tool("brush")
    hands.hover(canvas, 120, 190)
    check(qtbot, canvas, "brush")


def test_the_frame_around_joints(qtbot: QtBot, canvas: Canvas, workspace: Workspace) -> None:
    workspace.select([objects(workspace)[1].id])
    workspace.set_tool("transform")
    check(qtbot, canvas, "joints-frame")


def test_a_turned_view(qtbot: QtBot, canvas: Canvas, workspace: Workspace) -> None:
    workspace.select([objects(workspace)[0].id])
    canvas.look(lambda view: view.set_turn(1))
    check(qtbot, canvas, "turned")


@pytest.mark.skipif(KEEPS, reason="pictures are being kept")
def test_another_look_is_told(qtbot: QtBot, canvas: Canvas, workspace: Workspace) -> None:
    """Else these tests could not fail: a vertex elsewhere is another picture."""
    one = objects(workspace)[0]
    ring = (*HOLED.parts[0].outer[:4], 130.0, 70.0, *HOLED.parts[0].outer[6:])
    moved = Polygons((Part(ring, HOLED.parts[0].holes),))
    workspace.change(replace(one, mask=moved), text="Move vertex")
    with pytest.raises(AssertionError, match="not as at-rest"):
        check(qtbot, canvas, "at-rest")
