"""The time that labelling takes is measured in the real window and kept in the project."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from annotator.domain.model import Box, Prediction
from annotator.services import worktime
from tests.ui.hands import drag, hover
from tests.ui.windows import close_dialogs, open_window


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def window(project, qtbot, clock):
    made = open_window(qtbot, project)
    made.reviewing.times.watch.clock = clock
    made.reviewing.times.touch()
    made.reviewing.times.watch.take()
    yield made
    close_dialogs()
    made.close()


def draw_a_box(window, clock, seconds, at=10):
    """Think for so long, then drag a box; the mouse moves at the end of the thinking."""
    window.workspace.set_tool("box")
    clock.now += seconds
    drag(window.canvas, (at, at), (at + 8, at + 8))


def seconds_by(window, column):
    window.reviewing.times.write()
    return window.workspace.store.work.seconds_by(column)


def test_a_drawn_box_bears_the_time_that_led_to_it(window, clock):
    draw_a_box(window, clock, 6)
    assert seconds_by(window, "tool") == {"box": 6.0}
    assert seconds_by(window, "origin") == {"by hand": 6.0}


def test_a_lunch_is_no_work(window, clock):
    draw_a_box(window, clock, 3600)
    assert seconds_by(window, "origin") == {"by hand": 20.0}


def test_looking_at_an_image_goes_to_that_image(window, clock):
    workspace = window.workspace
    image = workspace.image
    clock.now += 5
    hover(window.canvas, 12, 12)
    workspace.go(1)
    assert workspace.store.work.seconds_by("origin") == {"looking": 5.0}
    workspace.show_image(image.id)
    assert workspace.image == image


def test_an_accepted_prediction_and_its_saving(window, clock, qtbot):
    workspace = window.workspace
    for n in range(5):
        draw_a_box(window, clock, 10, at=4 + 3 * n)
    store, image = workspace.store, workspace.image
    found = Prediction(0, image.id, workspace.categories[1].id, 1, 0.9, Box(40, 30, 9, 9))
    store.predictions.write(1, image.id, [found])
    workspace.predictions_stored([image.id])
    clock.now += 2
    workspace.accept([workspace.predictions[0].id])
    assert seconds_by(window, "origin") == {"by hand": 50.0, "accepted": 2.0}
    assert worktime.totals(store).saved == pytest.approx(8)
    qtbot.waitUntil(lambda: window.reviewing.times.totals.saved is not None)
    told = window.findChild(QToolButton, "status_times")
    qtbot.waitUntil(lambda: told.text() == "52 s, 8 s saved")


def test_the_time_survives_the_window(window, clock, project, qtbot):
    draw_a_box(window, clock, 7)
    window.close()
    window.workspace.open(project)
    assert window.workspace.store.work.seconds_by("origin") == {"by hand": 7.0}


def test_hiding_an_object_books_nothing(window, clock):
    draw_a_box(window, clock, 6)
    clock.now += 4
    window.workspace.set_hidden([window.workspace.annotations[0].id], True)
    draw_a_box(window, clock, 1, at=30)
    assert seconds_by(window, "origin") == {"by hand": 11.0}


def test_the_page_of_times_opens_from_the_status_bar(window, clock, qtbot):
    draw_a_box(window, clock, 6)
    window.reviewing.times.write()
    told = window.findChild(QToolButton, "status_times")
    qtbot.waitUntil(lambda: told.isVisible() and told.text() == "6 s")
    told.click()
    assert window.findChild(QLabel, "times_spent").text() == "6 s"
    assert "4 more objects" in window.findChild(QLabel, "times_saved_words").text()
    assert QApplication.activeModalWidget() is not None


def test_a_project_that_may_only_be_read_measures_nothing(window, clock):
    window.workspace.is_read_only = True
    clock.now += 5
    hover(window.canvas, 12, 12)
    window.reviewing.times.write()
    window.workspace.is_read_only = False
    assert seconds_by(window, "origin") == {}
