"""Back and forth in the history of an image, through the workspace and across a restart."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from annotator.domain.attributes import Attribute
from annotator.domain.model import Annotation
from annotator.ui.workspace import Workspace
from tests.ui.project_hand import BALL, Hand, Heard, box_at, prediction
from tests.ui.windows import open_window

STEPS = 1_000


@pytest.fixture(autouse=True)
def in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine would go even a short way in slices."""
    monkeypatch.setattr("annotator.ui.past.SLICE_SECONDS", 60.0)


def change(workspace: Workspace, kind: str, number: int) -> None:
    """One step of some kind on the image in view."""
    value = workspace.annotations[number % len(workspace.annotations)]
    match kind:
        case "move":
            workspace.change(replace(value, box=box_at(number % 60)), text="Move object")
        case "say":
            said = Attribute("number", number)
            workspace.change(replace(value, attributes=(said,)), text="Change attribute number")
        case "crowd":
            workspace.change(replace(value, is_crowd=not value.is_crowd), text="Mark as crowd")
        case "raise":
            top = 1 + max(a.ordinal for a in workspace.annotations)
            workspace.change(replace(value, ordinal=top), text="Bring to front")
        case "draw":
            workspace.add_object(box=box_at(number % 60), category_id=BALL.id, text="Draw box")
        case "delete":
            if len(workspace.annotations) > 2:
                workspace.delete([value.id])


def test_a_thousand_steps_are_undone_and_redone_after_a_restart(
    workspace: Workspace, hand: Hand
) -> None:
    for x in (5, 30, 55):
        hand.draw(x)
    hand.reopen()
    start = hand.stored()
    done = len(hand.store.history.entries(workspace.image.id, limit=2 * STEPS))
    kinds = cycle(("move", "say", "crowd", "raise", "draw", "delete"))
    for number in range(STEPS):
        change(workspace, next(kinds), number)
    made = len(hand.store.history.entries(workspace.image.id, limit=2 * STEPS)) - done
    assert made >= STEPS - 5
    end = hand.stored()
    hand.reopen()
    for _ in range(made):
        workspace.undo()
    assert hand.stored() == workspace.annotations == start
    for _ in range(made):
        workspace.redo()
    assert hand.stored() == workspace.annotations == end
    hand.reopen()
    assert workspace.annotations == end


def test_walking_is_undone_and_redone_like_any_step(workspace: Workspace, hand: Hand) -> None:
    made = hand.draw()
    for x in (20, 30):
        hand.move(workspace.annotations[0], x)
    first = hand.store.history.entries(workspace.image.id)[-1]
    workspace.walk_to(first.id)
    assert workspace.annotations == (made,)
    assert workspace.selected == (made,)
    workspace.walk_to(0)
    assert workspace.annotations == ()
    assert workspace.image.state == "new"
    workspace.redo()
    assert workspace.annotations == (made,)


@pytest.mark.parametrize("step", [0, 10**6])
def test_walking_with_no_image_or_nothing_done_does_nothing(
    workspace: Workspace, closed_workspace: Workspace, hand: Hand, heard: Heard, step: int
) -> None:
    workspace.walk_to(step)
    assert workspace.annotations == ()
    workspace.close()
    workspace.walk_to(step)
    assert workspace.store is None


def test_enter_in_the_history_walks_and_accepts_nothing(qtbot: QtBot, project: Path) -> None:
    window = open_window(qtbot, project)
    workspace, hand = window.workspace, Hand(window.workspace)
    hand.draw(5)
    hand.move(workspace.annotations[0], 20)
    hand.predict(prediction(60))
    workspace.select(prediction_id=workspace.predictions[0].id)
    window.actions_.by_id["history"].trigger()
    view = window.findChild(QListWidget, "history_list")
    qtbot.waitUntil(lambda: view.count() == 3)
    view.setFocus()
    view.setCurrentRow(0)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert box_of(workspace.annotations) == box_at(20)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert box_of(workspace.annotations) == box_at(5)
    assert len(workspace.predictions) == 1


def box_of(annotations: tuple[Annotation, ...]) -> object:
    assert len(annotations) == 1
    return annotations[0].box


def test_the_history_behind_another_tab_is_read_when_it_comes_to_the_front(
    qtbot: QtBot, project: Path
) -> None:
    window = open_window(qtbot, project)
    hand = Hand(window.workspace)
    view = window.findChild(QListWidget, "history_list")
    hand.draw(5)
    assert view.count() == 0
    window.actions_.by_id["history"].trigger()
    qtbot.waitUntil(lambda: view.count() == 2)
    hand.draw(30)
    assert view.count() == 3
