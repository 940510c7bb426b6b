"""Labels that may be wrong, in the real window: looked at one by one, answered with one key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QLabel, QPushButton

from annotator.domain.model import Box, Polygons, ScoredJoint
from annotator.domain.model import Part as Piece
from annotator.domain.poses import swapped
from annotator.domain.suspects import Fault, Suspect
from annotator.learning.protocol import Check, Checked
from annotator.ui.keys import OWN_KEYS
from annotator.ui.panels.suspect_list import SuspectList
from tests.ui.project_hand import BALL, PERSON, Hand, box_at, prediction
from tests.ui.windows import close_dialogs, open_window


@pytest.fixture
def window(project, qtbot):
    made = open_window(qtbot, project)
    yield made
    close_dialogs()
    made.close()


@pytest.fixture
def hand(window) -> Hand:
    window.settings.change(person="Ada")
    return Hand(window.workspace)


def suspected(hand: Hand, fault: Fault, label=None, said=None, *, badness=0.9, row=0) -> Suspect:
    image_id = hand.workspace.images[row].id
    said = None if said is None else replace(said, image_id=image_id)
    return Suspect(0, image_id, fault, badness, f"It looks {fault.value}", label, said)


@pytest.fixture
def find(window, hand, qtbot):
    """Store what a check found, as the learner does, and bring its panel to the front."""

    def find_(*found: Suspect) -> SuspectList:
        hand.store.suspects.replace([s.image_id for s in found], found)
        window.reviewing.suspects_requested.emit()
        window.learner.checked.emit(Checked(tuple(s.image_id for s in found)))
        rows = window.findChild(SuspectList)
        qtbot.waitUntil(lambda: rows.count() == len(found))
        rows.setFocus()
        return rows

    return find_


def choose(rows: SuspectList, row: int = 0) -> None:
    QTest.mouseClick(
        rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(row)).center()
    )


def press(rows: SuspectList, key: Qt.Key) -> None:
    QTest.keyClick(rows, key)


def test_the_worst_comes_first_and_choosing_one_shows_label_and_prediction(window, hand, find):
    label = hand.draw(10)
    hand.show(1)
    rows = find(
        suspected(hand, Fault.MISSED, None, prediction(50), badness=0.5, row=1),
        suspected(hand, Fault.OUTLINE, label, prediction(20)),
    )
    assert [rows.item(n).text() for n in range(2)] == ["It looks outline", "It looks missed"]
    choose(rows)
    workspace = window.workspace
    assert workspace.image == workspace.images[0]
    assert [a.id for a in workspace.selected] == [label.id]
    assert [p.box for p in workspace.predictions] == [box_at(20)]
    choose(rows, 1)
    assert workspace.image == workspace.images[1]
    assert workspace.selected_prediction is not None
    assert window.canvas.view.zoom > 1


def test_what_is_asked_is_shown_whatever_its_score(window, hand, find):
    choose(find(suspected(hand, Fault.MISSED, None, prediction(50, 0.06))))
    assert [p.score for p in window.workspace.predictions] == [0.06]
    window.workspace.go(1)
    window.workspace.go(-1)
    assert window.workspace.predictions == ()


def test_enter_takes_the_models_outline_as_one_step(window, hand, find, qtbot):
    label = hand.draw(10)
    rows = find(suspected(hand, Fault.OUTLINE, label, prediction(20)))
    choose(rows)
    press(rows, Qt.Key.Key_Return)
    (now,) = window.workspace.annotations
    assert (now.id, now.box) == (label.id, box_at(20))
    assert rows.count() == 0
    assert hand.steps()[0] == "Take the model's outline"
    window.workspace.undo()
    assert window.workspace.annotations == (label,)
    qtbot.waitUntil(lambda: rows.count() == 1)


def test_the_mask_comes_with_the_outline_where_the_label_has_one(window, hand, find):
    label = hand.draw(10)
    ring = Polygons((Piece((10, 10, 30, 10, 30, 40)),))
    hand.workspace.change(replace(label, mask=ring), text="Mask")
    (label,) = window.workspace.annotations
    other = Polygons((Piece((20, 10, 40, 10, 40, 40)),))
    rows = find(suspected(hand, Fault.OUTLINE, label, replace(prediction(20), mask=other)))
    choose(rows)
    press(rows, Qt.Key.Key_Return)
    assert window.workspace.annotations[0].mask == other


def test_enter_changes_the_category_and_nothing_else(window, hand, find):
    label = hand.draw(10, BALL)
    rows = find(suspected(hand, Fault.CATEGORY, label, prediction(12)))
    choose(rows)
    assert window.findChild(QPushButton, "suspect_mend").text() == "Make it person"
    press(rows, Qt.Key.Key_Return)
    (now,) = window.workspace.annotations
    assert (now.category_id, now.box) == (PERSON.id, label.box)
    assert now.origin.made_by == "Ada"


def test_enter_adds_a_missed_object(window, hand, find):
    rows = find(suspected(hand, Fault.MISSED, None, prediction(50)))
    choose(rows)
    press(rows, Qt.Key.Key_Return)
    (made,) = window.workspace.annotations
    assert (made.box, made.category_id) == (box_at(50), PERSON.id)
    assert (made.origin.made_by, made.origin.version_id) == ("Ada", None)
    assert window.workspace.predictions == ()


def test_enter_swaps_left_and_right(window, hand, find):
    hand.workspace.change_category(replace(PERSON, pairs=((0, 1),)))
    label = hand.draw(10)
    said = replace(prediction(10), joints=(ScoredJoint(12, 12, 0.9), ScoredJoint(20, 30, 0.9)))
    rows = find(suspected(hand, Fault.SIDES, label, said))
    choose(rows)
    press(rows, Qt.Key.Key_Return)
    (now,) = window.workspace.annotations
    assert now.keypoints == swapped(label.keypoints, ((0, 1),))
    assert now.box == label.box


def test_enter_takes_the_models_joints(window, hand, find):
    label = hand.draw(10)
    rows = find(suspected(hand, Fault.JOINTS, label, prediction(11)))
    choose(rows)
    press(rows, Qt.Key.Key_Return)
    (now,) = window.workspace.annotations
    assert [(j.x, j.y) for j in now.keypoints] == [(11, 10), (12, 11)]
    assert now.box == label.box


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Delete])
def test_a_label_with_nothing_there_is_deleted(window, hand, find, key):
    label = hand.draw(10)
    rows = find(suspected(hand, Fault.EXTRA, label))
    choose(rows)
    press(rows, key)
    assert window.workspace.annotations == ()
    window.workspace.undo()
    assert window.workspace.annotations == (label,)


def test_what_is_right_as_it_is_stays_dismissed_and_can_be_asked_again(window, hand, find, qtbot):
    label = hand.draw(10)
    found = suspected(hand, Fault.OUTLINE, label, prediction(20))
    rows = find(found)
    choose(rows)
    press(rows, Qt.Key.Key_Y)
    assert window.workspace.annotations == (label,)
    assert rows.count() == 0
    hand.store.suspects.replace([found.image_id], [found])
    assert hand.store.suspects.undecided() == []
    words = window.findChild(QLabel, "suspects_empty_words")
    qtbot.waitUntil(lambda: "answered" in words.text() or "Review" in words.text())
    window.workspace.undo()
    qtbot.waitUntil(lambda: rows.count() == 1)


def test_an_answer_leads_to_the_next_suspect(window, hand, find):
    first, second = hand.draw(10), hand.draw(50)
    rows = find(
        suspected(hand, Fault.OUTLINE, first, prediction(12)),
        suspected(hand, Fault.OUTLINE, second, prediction(52), badness=0.5),
    )
    choose(rows)
    press(rows, Qt.Key.Key_Y)
    assert [a.id for a in window.workspace.selected] == [second.id]
    press(rows, Qt.Key.Key_Return)
    assert {a.box for a in window.workspace.annotations} == {box_at(10), box_at(52)}


def test_a_label_changed_by_hand_is_asked_about_no_more(window, hand, find, qtbot):
    label = hand.draw(10)
    rows = find(suspected(hand, Fault.OUTLINE, label, prediction(20)))
    choose(rows)
    hand.move(label, 60)
    qtbot.waitUntil(lambda: rows.count() == 0)


def test_a_missed_object_is_also_accepted_and_rejected_on_the_canvas(window, hand, find, qtbot):
    rows = find(
        suspected(hand, Fault.MISSED, None, prediction(10)),
        suspected(hand, Fault.MISSED, None, prediction(60), badness=0.5),
    )
    choose(rows)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert [a.box for a in window.workspace.annotations] == [box_at(10)]
    qtbot.waitUntil(lambda: rows.count() == 1)
    choose(rows)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: rows.count() == 0)
    assert len(window.workspace.annotations) == 1


def test_nothing_of_a_question_stays_when_the_panel_goes(window, hand, find, qtbot):
    label = hand.draw(10)
    choose(find(suspected(hand, Fault.OUTLINE, label, prediction(20))))
    assert len(window.workspace.predictions) == 1
    window.findChild(QDockWidget, "dock_check").close()
    qtbot.waitUntil(lambda: window.workspace.predictions == ())


def test_accepting_all_shown_leaves_the_question_of_a_label_alone(window, hand, find):
    label = hand.draw(10)
    choose(find(suspected(hand, Fault.OUTLINE, label, prediction(20))))
    window.workspace.accept_above()
    assert window.workspace.annotations == (label,)


def test_a_locked_label_keeps_its_question(window, hand, find):
    label = hand.draw(10)
    rows = find(suspected(hand, Fault.OUTLINE, label, prediction(20)))
    hand.workspace.set_locked([label.id], True)
    choose(rows)
    press(rows, Qt.Key.Key_Return)
    assert window.workspace.annotations == (label,)
    assert rows.count() == 1


def test_with_few_reviewed_images_the_panel_says_what_is_missing(window, qtbot):
    window.reviewing.suspects_requested.emit()
    words = window.findChild(QLabel, "suspects_empty_words")
    qtbot.waitUntil(lambda: "6 more images" in words.text())
    assert window.findChild(QDockWidget, "dock_check").isVisible()


def test_the_menu_asks_the_learner_and_the_panel_comes_forward(window, hand, monkeypatch):
    asked: list[Check] = []
    monkeypatch.setattr(window.learner, "check", asked.append)
    window.actions_.by_id["check_labels"].trigger()
    window.actions_.by_id["check_unseen"].trigger()
    assert asked == [Check(3), Check(0)]
    assert window.findChild(QDockWidget, "dock_check").isVisible()


def test_keys_of_the_list_are_its_own(window):
    assert "Y" in str(window.findChild(SuspectList).property(OWN_KEYS)).split()


def test_a_box_that_grew_is_looked_at_with_its_label() -> None:
    label = Suspect(0, 1, Fault.MISSED, 0.5, "", None, replace(prediction(10), image_id=1))
    assert label.box == Box(10, 10, 20, 30)
