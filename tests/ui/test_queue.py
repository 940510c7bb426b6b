"""The queue in the real window: its order, its reasons in words and on the picture, its outlook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QTableView, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.model import ModelVersion, Part, Polygons, Prediction
from annotator.domain.queueing import Outlook, Reason
from annotator.services.growth import expected
from annotator.store.store import Store
from annotator.ui.canvas.doubts import mark_of
from annotator.ui.colours import AMBER
from annotator.ui.main_window import MainWindow
from tests.ui.hands import click_image
from tests.ui.project_hand import make_project, prediction
from tests.ui.shots import bare_pixels_of
from tests.ui.windows import open_window

RING = (50.0, 10.0, 70.0, 10.0, 70.0, 40.0, 50.0, 40.0)
METRICS = '{"mask": {"AP": %s}}'


def fill(project: Path) -> dict[int, list[int]]:
    """Predict five pictures; the last is first in the queue. The predictions' ids by image."""
    with Store.open(project) as store:
        for name, quality, images in (("v1", 0.3, 20), ("v2", 0.45, 40)):
            version = ModelVersion(
                0, name, "squeezenet1_0", f"{name}.safetensors", METRICS % quality
            )
            last = store.versions.add(replace(version, train_images=images, is_active=name == "v2"))
        ids = [image.id for image in store.images.all()]
        said = [
            prediction(10, 0.9),
            replace(prediction(50, 0.3), mask=Polygons((Part(RING),))),
        ]
        found = {key: list(store.predictions.write(last, key, said)) for key in ids}
        store.images.set_ranks({key: (0.1 * n, "") for n, key in enumerate(ids)})
        reasons = {key: [Reason("the model is fairly sure of all it found", "sure")] for key in ids}
        sure, faint = found[ids[-1]]
        reasons[ids[-1]] = [
            Reason("person 0.90: foot unsure", "joint", sure, 1),
            Reason("person 0.90: left edge unsure", "box", sure, None, "left"),
            Reason("person 0.30: outline unsure", "mask", faint),
        ]
        store.queue.set_order([ids[4], ids[1], ids[3], ids[0], ids[2]], reasons)
        store.queue.set_outlook(Outlook(5, 312.0, 0.95))
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> MainWindow:
    fill(project)
    made = open_window(qtbot, project)
    qtbot.mouseClick(made.findChild(QToolButton, "images_view_queue"), Qt.MouseButton.LeftButton)
    made.canvas.setFocus()
    return made


def names(window: MainWindow) -> list[str]:
    model = window.findChild(QTableView, "images_list").model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def words(window: MainWindow, name: str) -> str:
    label = window.findChild(QLabel, name)
    return label.text() if label.isVisible() else ""


def tap(window: MainWindow, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
    QTest.keyClick(window.canvas, Qt.Key.Key_Space, keys)
    return window.workspace.image.file_name


def amber(window: MainWindow) -> np.ndarray:
    """Where the canvas is amber."""
    want = np.array([int(AMBER[n : n + 2], 16) for n in (1, 3, 5)])
    return (np.abs(bare_pixels_of(window.canvas).astype(int) - want) < 12).all(-1)


def show_last(window: MainWindow, qtbot: QtBot) -> None:
    window.workspace.show_image(window.workspace.images[-1].id)
    qtbot.waitUntil(lambda: window.canvas.is_sharp)


def test_space_walks_the_places_of_the_queue(window: MainWindow) -> None:
    assert names(window) == ["4.png", "1.png", "3.png", "0.png", "2.png"]
    assert tap(window) == "2.png"  # from 0.png
    window.workspace.show_image(window.workspace.images[4].id)
    assert [tap(window) for _ in range(3)] == ["1.png", "3.png", "0.png"]
    assert tap(window, Qt.KeyboardModifier.ShiftModifier) == "3.png"


def test_an_image_without_a_place_comes_last(window: MainWindow) -> None:
    store = window.workspace.store
    store.queue.set_order([window.workspace.images[2].id], {})
    window.workspace.predictions_stored([image.id for image in window.workspace.images])
    assert names(window) == ["2.png", "4.png", "3.png", "1.png", "0.png"]


def test_reasons_stand_below_the_queue_in_words(window: MainWindow, qtbot: QtBot) -> None:
    show_last(window, qtbot)
    assert words(window, "queue_reasons").split("\n") == [
        "person 0.90: foot unsure",
        "person 0.90: left edge unsure",
        "person 0.30: outline unsure",
    ]
    window.workspace.go(-1)
    assert words(window, "queue_reasons") == "The model is fairly sure of all it found"


def test_reasons_are_marked_on_the_picture(window: MainWindow, qtbot: QtBot) -> None:
    assert not amber(window).any()
    show_last(window, qtbot)
    found, canvas = amber(window), window.canvas
    foot = canvas.to_screen(11, 11).toPoint()  # a ring around the second joint
    assert found[foot.y(), foot.x() + 7 : foot.x() + 12].any()
    edge = canvas.to_screen(10, 30).toPoint()
    assert found[edge.y(), edge.x() - 2 : edge.x() + 3].any()
    other = canvas.to_screen(30, 30).toPoint()
    assert not found[other.y(), other.x() - 2 : other.x() + 3].any()
    outline = canvas.to_screen(60, 40).toPoint()  # below the line of 0.5, and marked all the same
    assert found[outline.y() - 2 : outline.y() + 3, outline.x()].any()


def test_a_mark_goes_when_its_prediction_is_decided_and_comes_back_with_undo(
    window: MainWindow, qtbot: QtBot
) -> None:
    show_last(window, qtbot)
    before = amber(window).sum()
    click_image(window.canvas, 12, 38)
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert len(window.workspace.annotations) == 1
    assert [reason.part for reason, _ in window.workspace.doubts] == ["mask"]
    qtbot.waitUntil(lambda: amber(window).sum() < before)
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(window.workspace.doubts) == 3


def test_the_marks_can_be_turned_off(window: MainWindow, qtbot: QtBot) -> None:
    show_last(window, qtbot)
    assert amber(window).any()
    window.actions_.by_id["doubts"].trigger()
    assert not amber(window).any()
    window.actions_.by_id["doubts"].trigger()
    assert amber(window).any()


def test_what_comes_next_and_when_to_stop(window: MainWindow) -> None:
    assert words(window, "queue_next") == "Next: 5 images, about 5 min of work."
    assert "mostly right" in words(window, "queue_stop")
    window.workspace.store.queue.set_outlook(Outlook(5, 312.0, 0.7))
    window.workspace.predictions_stored([window.workspace.images[0].id])
    assert words(window, "queue_stop") == ""
    window.workspace.clear_predictions(everywhere=True)
    assert words(window, "queue_next") == ""


def test_the_chart_shows_what_images_brought_and_what_the_next_will(window: MainWindow) -> None:
    chart = window.findChild(QWidget, "queue_chart")
    assert chart.isVisible()
    assert chart.points == ((20.0, 0.3), (40.0, 0.45))
    assert chart.coming == (45.0, pytest.approx(expected(chart.points, 45)))
    assert chart.coming[1] > 0.45
    assert (
        words(window, "queue_gain") == "Held-out AP 0.45 with 40 images, after the next about 0.47."
    )


def test_the_card_is_there_for_the_queue_alone(window: MainWindow, qtbot: QtBot) -> None:
    card = window.findChild(QWidget, "queue_card")
    assert card.isVisible()
    button = window.findChild(QToolButton, "images_view_all")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not card.isVisible()


def test_flags_are_filtered_by_their_reason(window: MainWindow, qtbot: QtBot) -> None:
    store, images = window.workspace.store, window.workspace.images
    store.images.set_ranks({images[0].id: (0.9, "person 0.31: left wrist unsure")})
    window.workspace.predictions_stored([images[0].id])
    window.findChild(QLineEdit, "images_filter").setText("flag:wrist")
    qtbot.waitUntil(lambda: names(window) == ["0.png"])


def test_a_joint_that_is_gone_and_a_missing_mask_still_show_the_object(window: MainWindow) -> None:
    own = window.canvas.view
    bare = replace(prediction(10), id=1, joints=())
    for reason in (Reason("", "joint", 1, 5), Reason("", "mask", 1), Reason("", "unconfirmed", 1)):
        corners = mark_of(reason, bare, own).boundingRect()
        assert corners.contains(own.to_screen_box(bare.box))
    assert isinstance(bare, Prediction)


def test_growth_by_hand() -> None:
    assert expected([], 10) is None
    assert expected([(10, 0.5)], 20) is None
    assert expected([(10, 0.5), (10, 0.6)], 20) is None
    assert expected([(10, 0.5), (20, 0.75)], 40) == pytest.approx(0.875)  # halves when it doubles
    assert expected([(10, 0.5), (20, 0.4)], 40) == pytest.approx(0.4)  # it never falls
    assert expected([(10, 0.5), (20, 0.75)], 15) is None
    assert expected([(10, 0.5), (20, 1.0)], 40) == 1.0
