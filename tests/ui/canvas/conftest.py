"""A real project with a drawn picture, and the canvas on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from pytestqt.qtbot import QtBot

from annotator.domain.model import ModelVersion, Prediction
from annotator.services.folder import add_folder
from annotator.store.store import Store
from annotator.ui.canvas.view import Canvas
from annotator.ui.settings import UserSettings
from annotator.ui.workspace import Workspace

SIZE = (400, 300)
"""Width and height of the pictures."""


def draw_picture(path: Path, *, size: tuple[int, int] = SIZE, seed: int = 0) -> None:
    """A picture whose pixels differ from each other."""
    width, height = size
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    pixels = np.stack([across % 256, down % 256, (across + down + 40 * seed) % 256], axis=2)
    Pillow.fromarray(pixels.astype(np.uint8)).save(path)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(2):
        draw_picture(folder / f"{number}.png", seed=number)
    return folder


@pytest.fixture
def empty_workspace(qtbot: QtBot, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace without any project."""
    made = Workspace(UserSettings())
    yield made
    made.close()


@pytest.fixture
def workspace(empty_workspace: Workspace, pictures: Path, tmp_path: Path) -> Workspace:
    """Two pictures, no categories."""
    project = tmp_path / "project"
    with Store.create(project) as store:
        add_folder(store, pictures)
    empty_workspace.open(project)
    return empty_workspace


@pytest.fixture
def canvas(qtbot: QtBot, workspace: Workspace) -> Canvas:
    """The canvas with its picture at 200 %."""
    made = Canvas(workspace)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.loaded):
        made.resize(900, 700)
        made.show()
    made.setFocus()
    made.zoom_by(2.0 / made.zoom)
    return made


@pytest.fixture
def notices(workspace: Workspace) -> list[str]:
    """What the person was told."""
    heard: list[str] = []
    workspace.said.connect(lambda notice: heard.append(notice.text))
    return heard


@pytest.fixture
def predict(workspace: Workspace) -> Callable[..., None]:
    """Store predictions on the image in view, as the learner does."""

    def write(*predictions: Prediction) -> None:
        assert workspace.store is not None
        assert workspace.image is not None
        version = workspace.store.versions.add(
            ModelVersion(id=0, name="v1", preset="tiny", checkpoint="v1")
        )
        here = workspace.image.id
        values = [replace(p, image_id=here, version_id=version) for p in predictions]
        workspace.store.predictions.write(version, here, values)
        workspace.predictions_stored([here])

    return write
