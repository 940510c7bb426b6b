"""The strip that tells how far a job is."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from annotator.ui.progress import JobProgress, ProgressStrip


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(900, 500)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def strip(parent: QWidget) -> ProgressStrip:
    return ProgressStrip(parent)


def words(strip: ProgressStrip, name: str = "progress_text") -> str:
    label = strip.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def bar(strip: ProgressStrip) -> QProgressBar:
    found = strip.findChild(QProgressBar)
    assert isinstance(found, QProgressBar)
    return found


def cancel(strip: ProgressStrip) -> QPushButton:
    found = strip.findChild(QPushButton, "progress_cancel")
    assert isinstance(found, QPushButton)
    return found


def test_it_is_there_only_while_a_job_runs(strip: ProgressStrip) -> None:
    assert not strip.isVisible()
    strip.show_progress(JobProgress("train", "Preparing"))
    assert strip.isVisible()
    strip.finish("train")
    assert not strip.isVisible()


def test_it_counts_and_tells_the_time_left(strip: ProgressStrip) -> None:
    strip.show_progress(JobProgress("predict", "Pre-labelling", 1_200, 30_000, 200.0))
    assert words(strip) == "Pre-labelling  1,200 of 30,000"
    assert words(strip, "progress_left") == "3 min left"
    assert (bar(strip).value(), bar(strip).maximum()) == (1_200, 30_000)


def test_an_unknown_length_is_shown_as_one(strip: ProgressStrip) -> None:
    strip.show_progress(JobProgress("work", "Looking", 5, 10, 3.0))
    strip.show_progress(JobProgress("work", "Looking"))
    assert (bar(strip).minimum(), bar(strip).maximum()) == (0, 0)
    assert (words(strip), words(strip, "progress_left")) == ("Looking", "")


def test_the_end_of_another_job_leaves_it_there(strip: ProgressStrip) -> None:
    strip.show_progress(JobProgress("predict", "Pre-labelling"))
    strip.show_progress(JobProgress("train", "Training"))
    strip.finish("predict")
    assert (strip.isVisible(), words(strip)) == (True, "Training")


def test_cancel_names_the_job_and_can_be_pressed_once(strip: ProgressStrip) -> None:
    asked: list[str] = []
    strip.cancel_requested.connect(asked.append)
    strip.show_progress(JobProgress("train", "Training", 3, 9))
    cancel(strip).click()
    strip.show_progress(JobProgress("train", "Training", 4, 9))
    cancel(strip).click()
    assert asked == ["train"]
    assert words(strip) == "Stopping after this step"


def test_a_cancelled_job_leaves_the_next_one_be(strip: ProgressStrip) -> None:
    strip.show_progress(JobProgress("train", "Training", 3, 9))
    cancel(strip).click()
    strip.finish("train")
    strip.show_progress(JobProgress("train", "Training", 0, 9))
    assert cancel(strip).isEnabled()
    assert words(strip) == "Training  0 of 9"
