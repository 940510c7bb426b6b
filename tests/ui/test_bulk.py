"""Steps over many images in the real window: it stays awake, and they are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.model import ImageState
from annotator.services import bulk as service
from annotator.services.bulk_jobs import Accept
from annotator.store.store import Store
from annotator.ui import bulking
from annotator.ui.main_window import MainWindow
from tests.ui.hands import CTRL, draw_box, press_key
from tests.ui.project_hand import BALL, Hand, Heard, box_at, make_project, prediction
from tests.ui.windows import WAIT_MS, open_window

EACH = 14
MANY = 5 * EACH
ACCEPTED = f"Accepted {MANY} predictions from 0.50 on, on 5 images."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = make_project(tmp_path)
    with Store.open(made) as store:
        fill(store)
    return made


def fill(store: Store) -> None:
    """More predictions on each image than are accepted at once."""
    for image in store.images.all():
        values = [prediction(3.0 * n, 0.9, BALL) for n in range(EACH)]
        store.predictions.write(1, image.id, values)


@pytest.fixture
def window(qtbot: QtBot, project: Path) -> MainWindow:
    return open_window(qtbot, project)


@pytest.fixture
def heard(window: MainWindow) -> Heard:
    return Heard(window.workspace)


def wait_for(qtbot: QtBot, heard: Heard, words: str) -> None:
    qtbot.waitUntil(lambda: any(words in n.text for n in heard.notices), timeout=WAIT_MS)


def counts(window: MainWindow) -> list[int]:
    return [image.object_count for image in window.workspace.images]


def press(window: MainWindow, name: str) -> None:
    button = window.findChild(QPushButton, name)
    assert button.isVisible()
    button.click()


def test_many_predictions_are_accepted_undone_and_redone_beside_the_window(
    window: MainWindow, heard: Heard, qtbot: QtBot
) -> None:
    window.actions_.by_id["accept_everywhere"].trigger()
    assert window.workspace.is_bulk_running
    assert window.progress.isVisible()
    wait_for(qtbot, heard, ACCEPTED)
    assert not window.progress.isVisible()
    assert counts(window) == [EACH] * 5
    assert {i.state for i in window.workspace.images} == {ImageState.IN_PROGRESS}
    assert len(window.workspace.annotations) == EACH
    assert window.workspace.predictions == ()
    press_key(window.canvas, Qt.Key.Key_Z, keys=CTRL)
    assert "changed several images at once" in heard.last.text
    window.notices.show_notice(next(n for n in heard.notices if n.text == ACCEPTED))
    press(window, "notice_action")
    wait_for(qtbot, heard, "Undone: Accept")
    assert (counts(window), window.workspace.annotations) == ([0] * 5, ())
    assert len(window.workspace.predictions) > 0
    press(window, "notice_action")  # it says Redo now
    wait_for(qtbot, heard, "Redone: Accept")
    assert counts(window) == [EACH] * 5
    entries = window.workspace.store.history.entries()
    assert [e.text for e in entries if e.is_bulk] == [ACCEPTED.replace("ed", "", 1)[:-1]]


def test_one_draws_on_while_predictions_are_accepted(
    window: MainWindow, heard: Heard, qtbot: QtBot
) -> None:
    window.workspace.accept_above(0.5, everywhere=True)
    draw_box(window.canvas, 50, 50, 80, 80)
    assert window.workspace.is_bulk_running
    wait_for(qtbot, heard, ACCEPTED)
    assert counts(window) == [EACH + 1, *[EACH] * 4]
    assert len(window.workspace.annotations) == EACH + 1


def test_a_cancel_leaves_nothing_half_done(window: MainWindow, heard: Heard, qtbot: QtBot) -> None:
    before = window.workspace.store.history.entries()
    window.workspace.accept_above(0.5, everywhere=True)
    press(window, "progress_cancel")
    wait_for(qtbot, heard, "was cancelled. Nothing was changed.")
    assert heard.last.kind == "info"
    assert counts(window) == [0] * 5
    assert window.workspace.store.history.entries() == before
    assert window.workspace.store.bulk.unfinished() is None
    assert not window.progress.isVisible()


def test_a_second_one_waits_for_the_first(window: MainWindow, heard: Heard, qtbot: QtBot) -> None:
    window.workspace.accept_above(0.5, everywhere=True)
    window.workspace.mark_images([i.id for i in window.workspace.images], reviewed=True)
    assert "not done yet" in heard.last.text
    wait_for(qtbot, heard, ACCEPTED)
    assert {i.state for i in window.workspace.images} == {ImageState.IN_PROGRESS}


def test_many_images_are_marked_beside_the_window(
    window: MainWindow, heard: Heard, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.ui.editor.FEW", 2)
    monkeypatch.setattr("annotator.ui.past.FEW", 2)
    ids = [i.id for i in window.workspace.images]
    window.workspace.mark_images(ids, reviewed=True)
    assert window.workspace.is_bulk_running
    wait_for(qtbot, heard, "Marked 5 images reviewed.")
    assert window.workspace.album.reviewed == 5
    window.workspace.undo_step(heard.last.undo_step)
    wait_for(qtbot, heard, "Undone: Mark 5 images reviewed.")
    assert window.workspace.album.reviewed == 0


def test_a_category_with_many_predictions_is_deleted_and_comes_back(
    window: MainWindow, heard: Heard, qtbot: QtBot
) -> None:
    workspace = window.workspace
    workspace.delete_category(BALL.id)
    assert workspace.is_bulk_running
    wait_for(qtbot, heard, "Deleted category ball and its 0 objects.")
    assert [c.name for c in workspace.categories] == ["person"]
    assert workspace.predictions == ()
    workspace.undo_step(heard.last.undo_step)
    wait_for(qtbot, heard, "Undone: Delete category ball")
    assert [c.name for c in workspace.categories] == ["person", "ball"]
    assert workspace.waiting_predictions == EACH


def test_a_second_window_only_looks(
    window: MainWindow, heard: Heard, qtbot: QtBot, project: Path
) -> None:
    second = open_window(qtbot, project)
    ears = Heard(second.workspace)
    second.workspace.accept_above(0.5, everywhere=True)
    second.workspace.undo_step(1)
    second.workspace.redo_step(1)
    assert [n.text for n in ears.notices] == [bulking.READ_ONLY] * 3
    assert not second.workspace.is_bulk_running
    window.workspace.accept_above(0.5, everywhere=True)
    wait_for(qtbot, heard, ACCEPTED)
    second.workspace.reload_images()
    assert counts(second) == [EACH] * 5


def interrupt(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a project as a process leaves it that is killed before the last transaction."""

    def die(*_args: object) -> None:
        raise MemoryError

    with Store.open(project) as store, monkeypatch.context() as patch:
        patch.setattr(store.bulk, "finish", die)
        patch.setattr(service, "take_back", lambda *_args: 0)
        with pytest.raises(MemoryError):
            service.run(store, Accept("Ada", 0.5))
        assert store.annotations.count() == MANY


def test_what_was_interrupted_is_taken_back_when_the_project_is_opened(
    qtbot: QtBot, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt(project, monkeypatch)
    window = open_window(qtbot, project)
    qtbot.waitUntil(lambda: not window.workspace.is_bulk_running, timeout=WAIT_MS)
    assert "was interrupted. What it had done is undone." in window.notices.text
    assert counts(window) == [0] * 5
    assert window.workspace.annotations == ()
    with Store.open(project, writable=False) as store:
        assert store.annotations.count() == 0


def test_closing_the_window_meanwhile_leaves_nothing_half_done(
    window: MainWindow, qtbot: QtBot, project: Path
) -> None:
    store = Store.open(project, writable=False)
    window.workspace.accept_above(0.5, everywhere=True)
    qtbot.waitUntil(lambda: store.bulk.unfinished() is not None, timeout=WAIT_MS)
    window.workspace.close()
    assert not window.progress.isVisible()
    window.workspace.open(project)
    qtbot.waitUntil(lambda: not window.workspace.is_bulk_running, timeout=WAIT_MS)
    assert counts(window) in ([0] * 5, [EACH] * 5)
    assert store.bulk.unfinished() is None
    store.close()


def test_the_image_in_view_shows_what_is_done_to_it(
    window: MainWindow, heard: Heard, qtbot: QtBot
) -> None:
    """Objects appear when they are there, and what is selected stays selected."""
    hand = Hand(window.workspace)
    own = hand.draw(70, BALL)
    window.workspace.select([own.id])
    window.workspace.accept_above(0.5, everywhere=True)
    wait_for(qtbot, heard, "Accepted")
    assert window.workspace.selected == (own,)
    assert len(window.workspace.annotations) > 1
    assert own.box == box_at(70)
