"""The training game in the real window, with the real learner."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.errors import RefusedError
from annotator.domain.model import ModelVersion
from annotator.learning.protocol import Compared, Failed, Finished, Paused, Progress, Train
from annotator.learning.record import Record
from annotator.store.store import Store
from annotator.ui.dialogs.comparison import ComparisonDialog
from annotator.ui.dialogs.receipt import ReceiptDialog
from annotator.ui.dialogs.retrain import RetrainDialog
from annotator.ui.main_window import MainWindow
from annotator.ui.panels.model_window import ModelWindow
from tests.learning.squares import make_squares
from tests.ui.windows import WAIT_MS, close_dialogs, open_window

LONG_MS = 240_000
ENDLESS = Train("squeezenet1_0", None, 100_000, "cpu", person="Ada")


def processes(window: MainWindow) -> list[QProcess]:
    found = window.learner.findChildren(QProcess)
    return [p for p in found if p.state() != QProcess.ProcessState.NotRunning]


def end(qtbot: QtBot, window: MainWindow) -> None:
    """Close the window and wait for its learner to write down what it has."""
    window.close()
    qtbot.waitUntil(lambda: not processes(window), timeout=LONG_MS)


@pytest.fixture
def squares(tmp_path: Path) -> Path:
    return make_squares(tmp_path)


def train_until(qtbot: QtBot, window: MainWindow, step: int) -> None:
    qtbot.waitUntil(
        lambda: window.course.is_running and window.course.step >= step, timeout=LONG_MS
    )


def test_a_training_is_paused_gone_on_with_killed_found_again_and_kept(
    qtbot: QtBot, squares: Path
) -> None:
    window = open_window(qtbot, squares)
    window.learning._on_training_requested(ENDLESS)
    train_until(qtbot, window, 1)
    window.actions_.by_id["pause_training"].trigger()
    qtbot.waitUntil(lambda: window.course.is_left, timeout=LONG_MS)
    assert "paused at step" in window.notices.text
    paused = window.course.step
    qtbot.waitUntil(lambda: not processes(window), timeout=LONG_MS)  # its memory is free

    assert window.actions_.by_id["resume_training"].isEnabled()
    window.actions_.by_id["resume_training"].trigger()
    train_until(qtbot, window, paused + 1)
    (process,) = processes(window)
    os.kill(process.processId(), signal.SIGKILL)
    qtbot.waitUntil(lambda: window.course.is_left, timeout=WAIT_MS)
    assert window.notices.text.startswith("The learner ended unexpectedly")
    assert f"can go on from step {paused:,} of" in window.notices.text
    end(qtbot, window)

    again = open_window(qtbot, squares)
    assert again.course.title == "A training of v1 was interrupted"
    assert again.notices.text == f"A training of v1 was interrupted at {again.course.where}."
    again.course.keep()
    with qtbot.waitSignal(again.learner.finished, timeout=LONG_MS):
        pass
    version = again.workspace.active_version
    assert version is not None
    assert json.loads(version.receipt)["steps"] == paused
    assert not again.course.is_left
    end(qtbot, again)


def test_closing_the_window_leaves_a_training_to_go_on_with(qtbot: QtBot, squares: Path) -> None:
    window = open_window(qtbot, squares)
    window.learning._on_training_requested(ENDLESS)
    train_until(qtbot, window, 1)
    end(qtbot, window)
    with Store.open(squares) as store:
        record = Record.open(store.checkpoints)
        assert record is not None
        assert record.end == ("closed", "")
        assert record.latest() is not None
        assert store.versions.all() == []


# --- without a learner --------------------------------------------------------------------------


@pytest.fixture
def window(qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Whose learner says nothing of itself."""
    monkeypatch.setattr("annotator.ui.learner.Worker.start", lambda _: None)
    monkeypatch.setattr("annotator.ui.learner.Worker.send", lambda *_: None)
    made = open_window(qtbot, project)
    yield made
    close_dialogs()
    for pages in made.findChildren(ModelWindow):
        pages.close()


def store_of(window: MainWindow) -> Store:
    assert window.workspace.store is not None
    return window.workspace.store


def leave(window: MainWindow, *, how: str = "pause") -> Record:
    """A training that was left, on disk."""
    plan = {"train": {"1": [1]}, "held_out": {}}
    record = Record.begin(store_of(window).checkpoints, plan, steps=90, learning_rate=0.1)
    record.place(0, 30).write_bytes(b"")
    record.place(0, 30).with_suffix(".json").write_text("{}")
    record.note_end(how, "")
    window.workspace.versions_stored()
    return record


def add_version(window: MainWindow, name: str, *, is_active: bool = False) -> int:
    store = store_of(window)
    for ending in (".safetensors", ".json"):
        (store.checkpoints / f"{name}{ending}").write_text(name)
    made = ModelVersion(0, name, "tiny", f"{name}.safetensors", is_active=is_active)
    key = store.versions.add(made)
    window.workspace.versions_stored()
    return key


def test_what_fails_can_be_gone_back_in(window: MainWindow) -> None:
    leave(window, how="failed")
    window.learner.failed.emit(Failed("train", "The loss is no number."))
    assert (
        window.notices.text == "The loss is no number. The training can go on from step 30 of 90."
    )
    window.learner.failed.emit(Failed("predict", "There is no model."))
    assert window.notices.text == "There is no model."


def test_a_pause_on_the_way_back_is_not_told(window: MainWindow) -> None:
    window.workspace.say("Something else.")
    window.learner.paused.emit(Paused(3, 90, "Training is paused."))
    assert window.notices.text == "Something else."


def test_throwing_a_training_away_is_told(window: MainWindow) -> None:
    window.learner.finished.emit(Finished("train", "The training was thrown away."))
    assert window.notices.text == "The training was thrown away."


def test_a_new_training_says_that_it_replaces_the_one_left(window: MainWindow) -> None:
    leave(window)
    window.learning.retrain()
    dialog = window.findChild(RetrainDialog)
    assert dialog is not None
    lost = dialog.findChild(QLabel, "retrain_lost")
    assert lost is not None
    assert lost.text().startswith("Training of v1 is paused. Starting anew")


def test_tests_on_held_out_images_do_not_lie_over_the_canvas(window: MainWindow) -> None:
    leave(window)
    window.learner.progressed.emit(Progress("train", 1, 9, text="Testing on held-out images"))
    assert not window.progress.isVisible()


def test_the_pages_of_the_model_are_one_window(window: MainWindow) -> None:
    window.actions_.by_id["training_page"].trigger()
    (pages,) = window.findChildren(ModelWindow)
    assert pages.training.isVisible()
    window.actions_.by_id["versions_page"].trigger()
    assert pages.versions.isVisible()
    assert window.findChildren(ModelWindow) == [pages]
    pages.training.retrain_requested.emit()
    assert window.findChild(RetrainDialog) is not None


def test_whoever_watched_a_training_sees_the_version_it_became(window: MainWindow) -> None:
    window.actions_.by_id["training_page"].trigger()
    (pages,) = window.findChildren(ModelWindow)
    version = add_version(window, "v1", is_active=True)
    assert pages.versions.isVisible()
    window.actions_.by_id["training_page"].trigger()
    window.versions.note(version, "the first")
    assert pages.training.isVisible(), "no version came"


def test_versions_are_used_noted_and_deleted_when_that_is_sure(window: MainWindow) -> None:
    first, second = add_version(window, "v1", is_active=True), add_version(window, "v2")
    window.versions.use(second)
    assert window.workspace.active_version is not None
    assert window.workspace.active_version.name == "v2"
    window.versions.note(first, "dark ones")
    assert store_of(window).versions.get(first).note == "dark ones"
    window.versions.delete(first)
    box = window.findChild(QMessageBox, "delete_version")
    assert box is not None
    box.reject()
    assert len(window.workspace.versions) == 2
    window.versions.delete(first)
    box = window.findChildren(QMessageBox, "delete_version")[-1]
    next(b for b in box.buttons() if b.text() == "Delete v1").click()
    assert [v.name for v in window.workspace.versions] == ["v2"]
    assert window.notices.text == "v1 is deleted."
    with pytest.raises(RefusedError):
        store_of(window).versions.get(first)
    assert [v.name for v in window.workspace.versions_ever] == ["v2", "v1"]


def test_a_checkpoint_is_exported_with_its_card(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    add_version(window, "v1")
    (version,) = window.workspace.versions
    place = tmp_path / "mine.safetensors"
    window.versions.export_to(version, place)
    qtbot.waitUntil(lambda: "mine.safetensors" in window.notices.text, timeout=WAIT_MS)
    assert place.read_text() == place.with_suffix(".json").read_text() == "v1"
    window.versions.export_to(version, tmp_path / "nowhere" / "mine.safetensors")
    qtbot.waitUntil(lambda: "could not be exported" in window.notices.text, timeout=WAIT_MS)


def test_a_receipt_is_shown(window: MainWindow) -> None:
    window.versions.show_receipt(add_version(window, "v1"))
    assert window.findChild(ReceiptDialog) is not None


def test_a_comparison_shows_its_result_and_the_images_it_names(window: MainWindow) -> None:
    first, second = add_version(window, "v1", is_active=True), add_version(window, "v2")
    window.versions.compare(second, first)
    assert window.learner.is_busy("compare")
    assert window.progress.isVisible()
    window.versions.compare(second, first)
    assert window.notices.text == "A comparison is running already."
    image = window.workspace.images[3]
    result = {
        "images": 2, "reviewed": 40, "left_out": 0, "first": {}, "second": {}, "categories": [],
        "differing": [{"image_id": image.id, "first": 0.0, "second": 1.0}],
    }  # fmt: skip
    window.learner.compared.emit(Compared(first, second, result))
    window.learner._on_event_told(Finished("compare", "Done."))
    assert not window.progress.isVisible()
    dialog = window.findChild(ComparisonDialog)
    assert dialog is not None
    dialog.image_requested.emit(image.id)
    assert window.workspace.image == image
    use = dialog.findChild(QPushButton, "comparison_use_v2")
    assert use is not None
    use.click()
    assert window.workspace.active_version is not None
    assert window.workspace.active_version.id == second


def test_a_comparison_of_what_was_deleted_meanwhile_shows_nothing(window: MainWindow) -> None:
    window.learner.compared.emit(Compared(8, 9, {}))
    assert window.findChild(ComparisonDialog) is None


def test_a_window_that_looks_only_changes_no_version(window: MainWindow) -> None:
    first = add_version(window, "v1", is_active=True)
    second = add_version(window, "v2")
    window.workspace.is_read_only = True
    window.versions.use(second)
    window.versions.note(second, "x")
    window.versions.delete(second)
    assert window.findChild(QMessageBox, "delete_version") is None
    assert store_of(window).versions.get(second).note == ""
    active = store_of(window).versions.active()
    assert active is not None
    assert active.id == first
