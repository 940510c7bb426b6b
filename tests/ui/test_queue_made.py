"""When the queue is made in the real window: before any model, and with each new version."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from annotator.domain.model import ModelVersion
from annotator.domain.queueing import Outlook
from annotator.learning.protocol import Finished, Job, Predict, Predicted, Suggest
from annotator.store.store import Store
from annotator.ui.commands import learning
from annotator.ui.main_window import MainWindow
from annotator.ui.panels import queue_card
from tests.ui.project_hand import make_project
from tests.ui.windows import open_window

USED = ModelVersion(0, "v1", "squeezenet1_0", "v1.safetensors", is_active=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """What the learner is asked for; no process is started."""
    found: list[Job] = []
    monkeypatch.setattr("annotator.ui.learner.Learner._start", lambda _self, job: found.append(job))
    return found


def open_on(qtbot: QtBot, tmp_path: Path, pictures: int) -> MainWindow:
    window = open_window(qtbot, make_project(tmp_path, pictures=pictures))
    button = window.findChild(QToolButton, "images_view_queue")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return window


def test_with_many_images_and_no_model_the_queue_offers_some_to_begin_with(
    qtbot: QtBot, tmp_path: Path, asked: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_card, "MANY", 8)
    window = open_on(qtbot, tmp_path, 9)
    button = window.findChild(QPushButton, "queue_suggest")
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [Suggest()]
    store, images = window.workspace.store, window.workspace.images
    chosen = [images[7].id, images[2].id]
    store.queue.set_order(chosen, {})
    store.queue.set_outlook(Outlook(2, is_start=True))
    window.learner.predicted.emit(Predicted(tuple(i.id for i in images)))
    window.learner.finished.emit(Finished("predict", "Chose 2 images to begin with."))
    assert not button.isVisible()
    words = window.findChild(QLabel, "queue_next").text()
    assert words == "To begin with: 2 images, each typical of those that look like it."
    assert window.workspace.image.id == chosen[0]
    window.workspace.go_queue(1)
    assert window.workspace.image.id == chosen[1]
    assert [window.images.model.image_at(row).id for row in (0, 1)] == chosen


def test_of_few_images_nothing_is_chosen(qtbot: QtBot, tmp_path: Path, asked: list[Job]) -> None:
    window = open_on(qtbot, tmp_path, 5)
    assert not window.findChild(QPushButton, "queue_suggest").isVisible()
    window.actions_.by_id["suggest"].trigger()
    assert asked == [Suggest()]


def test_with_a_model_the_menu_says_who_orders_the_queue(
    qtbot: QtBot, tmp_path: Path, asked: list[Job]
) -> None:
    window = open_on(qtbot, tmp_path, 5)
    window.workspace.store.versions.add(USED)
    window.workspace.versions_stored()
    window.actions_.by_id["suggest"].trigger()
    assert asked == []
    assert "There is a model already" in window.notices.text


@pytest.mark.parametrize("is_used", [True, False])
def test_a_new_version_in_use_makes_the_queue_anew_by_itself(
    qtbot: QtBot, tmp_path: Path, asked: list[Job], is_used: bool
) -> None:
    window = open_on(qtbot, tmp_path, 5)
    store = window.workspace.store
    key = store.versions.add(ModelVersion(0, "v1", "squeezenet1_0", "v1.st", is_active=is_used))
    window.learner.finished.emit(Finished("train", "v1 is trained and in use.", key))
    assert asked == ([Predict(only_unreviewed=True)] if is_used else [])
    assert ("the queue is made anew" in window.notices.text) is is_used


def test_very_many_images_are_only_pre_labelled_when_asked(
    qtbot: QtBot, tmp_path: Path, asked: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "BY_ITSELF", 4)
    window = open_on(qtbot, tmp_path, 5)
    key = window.workspace.store.versions.add(USED)
    window.learner.finished.emit(Finished("train", "v1 is trained and in use.", key))
    assert asked == []
    assert window.notices.text == "v1 is trained and in use."


def test_a_chosen_order_is_there_after_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    with Store.open(project) as store:
        ids = [image.id for image in store.images.all()]
        store.queue.set_order([ids[3], ids[1]], {})
    window = open_window(qtbot, project)
    window.workspace.show_image(ids[3])
    window.workspace.go_queue(1)
    assert window.workspace.image.id == ids[1]
