"""A small real project and a workspace on it, for tests of dialogs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from annotator.domain.model import Box
from annotator.services.folder import add_folder
from annotator.store.store import Store
from annotator.ui.settings import UserSettings
from annotator.ui.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, qtbot):
    """A project of three images with the categories person and ball; two balls are drawn."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for n in range(3):
        Picture.fromarray(np.zeros((60, 80, 3), np.uint8)).save(pictures / f"{n}.png")
    with Store.create(tmp_path / "project") as store:
        add_folder(store, pictures)
    settings = UserSettings()
    settings.change(person="Ada")
    opened = Workspace(settings)
    opened.open(tmp_path / "project")
    joints = ("head", "left_hand", "right_hand")
    opened.add_category("person", joints=joints, skeleton=((0, 1),), pairs=((1, 2),))
    opened.add_category("ball")
    for x in (5, 30):
        opened.add_object(box=Box(x, 5, 10, 20), text="Draw box")
    yield opened
    opened.close()


@pytest.fixture
def show(qtbot):
    """Open a dialog over a window, as the window does; it deletes itself when it is closed."""
    window = QWidget()
    qtbot.addWidget(window)

    def show_(dialog):
        dialog.setParent(window, Qt.WindowType.Dialog)
        dialog.open()
        return dialog

    return show_
