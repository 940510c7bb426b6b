"""Look-alikes in the real window, with mouse and keys; the learner's words are given by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.model import Annotation, Box, ModelVersion
from annotator.learning.protocol import Failed, FindAlike, FoundAlike, Request
from annotator.services.ledger import Way, way_of
from annotator.ui.main_window import MainWindow
from tests.ui.hands import (
    SHIFT,
    click_image,
    drag,
    draw_box,
    hint,
    press_key,
    select_object,
)
from tests.ui.project_hand import BALL, PERSON, Hand
from tests.ui.windows import close_dialogs, open_window

BOX = Box(10, 10, 16, 16)
SPOTS = (40.0, 66.0)
"""Left edges of two look-alikes of it."""


@pytest.fixture
def window(qtbot: QtBot, project: Path, sent: list[Request]) -> Iterator[MainWindow]:
    """With a model version, a ball as the current category, and a learner that says nothing."""
    made = open_window(qtbot, project)
    made.settings.change(assists=False, person="Ada")
    store = made.workspace.store
    assert store is not None
    store.versions.add(ModelVersion(0, "v1", "tiny", "v1.safetensors", is_active=True))
    made.workspace.versions_stored()
    made.workspace.set_current_category(BALL.id)
    yield made
    close_dialogs()


def asked(sent: list[Request]) -> list[FindAlike]:
    return [r for r in sent if isinstance(r, FindAlike)]


def ring(x: float) -> tuple[float, ...]:
    return (x, 10.0, x + 16, 10.0, x + 16, 26.0, x, 26.0)


def row(x: float, likeness: float, *, whole: bool) -> tuple[object, ...]:
    place = (x, 10.0, 16.0, 16.0)
    return (place, likeness, ((ring(x),),), (), 0.9) if whole else (place, likeness)


def answer(  # type: ignore[no-untyped-def]
    window: MainWindow, number: int, *, whole: bool = True, spots=SPOTS, by: str = "v1"
) -> None:
    """The boxes first, then the same with masks."""
    for is_final in (False, True) if whole else (False,):
        rows = tuple(row(x, 0.9 - x / 1000, whole=is_final) for x in spots)
        window.learner._on_event_told(FoundAlike(number, rows, is_final, by))  # type: ignore[arg-type]


def draw(window: MainWindow) -> Annotation:
    press_key(window.canvas, Qt.Key.Key_R)
    draw_box(window.canvas, BOX.x, BOX.y, BOX.right, BOX.bottom)
    press_key(window.canvas, Qt.Key.Key_V)
    return window.workspace.annotations[-1]


def find(window: MainWindow, sent: list[Request], **parts: object) -> FindAlike:
    """Select the drawn object, press T, and have two look-alikes found."""
    select_object(window.canvas, 18, 18)
    press_key(window.canvas, Qt.Key.Key_T)
    request = asked(sent)[-1]
    answer(window, request.number, **parts)  # type: ignore[arg-type]
    return request


def label(window: MainWindow, name: str) -> str:
    return window.findChild(QLabel, name).text()


def test_what_looks_like_a_drawn_object_is_proposed_and_nothing_is_stored(
    window: MainWindow, sent: list[Request]
) -> None:
    made = draw(window)
    assert made.box is not None
    select_object(window.canvas, 18, 18)
    press_key(window.canvas, Qt.Key.Key_T)
    (request,) = asked(sent)
    place = (made.box.x, made.box.y, made.box.width, made.box.height)
    assert (request.image_id, request.category_id) == (made.image_id, BALL.id)
    assert request.examples == ((made.image_id, place),)
    assert request.taken == (place,)
    assert hint(window.canvas).startswith("Looking for what looks like ball")
    answer(window, request.number, whole=False)
    assert [p.mask for p in window.workspace.predictions] == [None, None]
    answer(window, request.number)
    assert [p.box.x for p in window.workspace.predictions] == list(SPOTS)
    assert all(p.mask is not None for p in window.workspace.predictions)
    assert window.notices.text.startswith("2 look-alikes of ball. Tab walks them")
    assert hint(window.canvas).startswith("Look-alikes of ball: Tab walks")
    assert label(window, "threshold_count") == "2 look-alikes"
    assert Hand(window.workspace).stored() == (made,)
    store = window.workspace.store
    assert store is not None
    assert store.predictions.of_image(made.image_id) == ()


def test_one_is_accepted_with_keys_as_one_step_and_comes_back_when_it_is_undone(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    find(window, sent)
    press_key(window.canvas, Qt.Key.Key_Tab)
    assert label(window, "inspector_prediction_title") == "ball, look-alike by v1"
    assert label(window, "inspector_prediction_score").startswith("Likeness 0.86")
    press_key(window.canvas, Qt.Key.Key_Return)
    first, second = window.workspace.annotations
    assert second.box == Box(40, 10, 16, 16)
    assert second.mask is not None
    active = window.workspace.active_version
    assert active is not None
    assert (second.origin.version_id, second.origin.corrected_by) == (active.id, "Ada")
    assert [p.box.x for p in window.workspace.predictions] == [66]
    assert window.workspace.history_texts()[0] == "Accept ball 0.86"
    window.workspace.undo()
    assert window.workspace.annotations == (first,)
    assert [p.box.x for p in window.workspace.predictions] == list(SPOTS)


def test_all_are_accepted_with_one_key_as_one_step_and_count_as_assisted(
    window: MainWindow, sent: list[Request]
) -> None:
    first = draw(window)
    find(window, sent)
    ways: list[Way] = []
    window.workspace.edited.connect(lambda edits, _: ways.extend(way_of(e, []) for e in edits))
    press_key(window.canvas, Qt.Key.Key_Return, keys=SHIFT)
    assert [a.box.x for a in window.workspace.annotations if a.box] == [first.box.x, *SPOTS]  # type: ignore[union-attr]
    assert ways == [Way.ASSISTED, Way.ASSISTED]
    assert window.workspace.predictions == ()
    assert hint(window.canvas).startswith("Nothing left that looks like ball")
    assert window.workspace.history_texts()[0] == "Accept 2 look-alikes of ball"
    store = window.workspace.store
    assert store is not None
    assert store.predictions.decisions_of(first.image_id) == {}
    window.workspace.undo()
    assert window.workspace.annotations == (first,)
    window.workspace.redo()
    assert len(window.workspace.annotations) == 3


def test_accepting_all_that_is_shown_takes_look_alikes_too_whatever_the_line(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    window.workspace.set_threshold(0.99)
    find(window, sent)
    window.actions_.by_id["accept_here"].trigger()
    assert len(window.workspace.annotations) == 3


def test_delete_and_escape_put_one_aside_and_escape_with_nothing_selected_ends_it(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    find(window, sent)
    press_key(window.canvas, Qt.Key.Key_Tab)
    press_key(window.canvas, Qt.Key.Key_Delete)
    assert [p.box.x for p in window.workspace.predictions] == [66]
    press_key(window.canvas, Qt.Key.Key_T)  # nothing selected: the same examples once more
    answer(window, asked(sent)[-1].number)
    press_key(window.canvas, Qt.Key.Key_Tab)
    press_key(window.canvas, Qt.Key.Key_Escape)
    assert len(window.workspace.predictions) == 1
    press_key(window.canvas, Qt.Key.Key_Escape)
    assert window.workspace.predictions == ()
    assert len(window.workspace.annotations) == 1
    assert hint(window.canvas).startswith("Click selects")
    count = len(asked(sent))
    window.workspace.go(1)
    assert len(asked(sent)) == count


def test_the_next_image_is_searched_with_what_was_accepted_as_further_examples(
    window: MainWindow, sent: list[Request], qtbot: QtBot
) -> None:
    first = draw(window)
    find(window, sent)
    press_key(window.canvas, Qt.Key.Key_Return, keys=SHIFT)
    press_key(window.canvas, Qt.Key.Key_D)
    assert window.workspace.predictions == ()
    qtbot.waitUntil(lambda: len(asked(sent)) == 2)
    request = asked(sent)[-1]
    assert window.workspace.image is not None
    assert request.image_id == window.workspace.image.id != first.image_id
    assert {place[0] for place in request.examples} == {first.image_id}
    assert [box[0] for _, box in request.examples] == pytest.approx([10, *SPOTS], abs=0.6)
    assert request.taken == ()
    answer(window, request.number, spots=(20.0,))
    press_key(window.canvas, Qt.Key.Key_Tab)
    press_key(window.canvas, Qt.Key.Key_Return)
    (made,) = window.workspace.annotations
    assert made.image_id == request.image_id


def test_an_answer_for_an_image_that_was_left_is_dropped(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    select_object(window.canvas, 18, 18)
    press_key(window.canvas, Qt.Key.Key_T)
    window.workspace.go(1)
    answer(window, asked(sent)[-1].number)
    assert window.workspace.predictions == ()


def test_an_object_that_is_undone_is_no_example_any_more(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    find(window, sent)
    press_key(window.canvas, Qt.Key.Key_Return, keys=SHIFT)
    window.workspace.undo()
    press_key(window.canvas, Qt.Key.Key_T)
    assert len(asked(sent)[-1].examples) == 1


def test_a_corrected_look_alike_is_the_persons_own_and_is_proposed_no_more(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    find(window, sent)
    click_image(window.canvas, 48, 18)
    drag(window.canvas, (48, 18), (48, 50))
    moved = window.workspace.annotations[-1]
    assert moved.box is not None
    assert moved.box.y == pytest.approx(42, abs=1)
    assert [p.box.x for p in window.workspace.predictions] == [66]


def test_what_the_person_labels_meanwhile_hides_the_look_alike_there(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    find(window, sent)
    box = Box(40, 10, 16, 16)
    window.workspace.add_object(box=box, category_id=BALL.id, text="Draw box")
    assert [p.box.x for p in window.workspace.predictions] == [66]


def test_three_examples_of_one_category_go_together_and_two_categories_are_refused(
    window: MainWindow, sent: list[Request]
) -> None:
    hand = Hand(window.workspace)
    ids = [hand.draw(x, BALL).id for x in (2.0, 30.0, 60.0)]
    other = hand.draw(60.0, PERSON).id
    window.workspace.select(ids)
    press_key(window.canvas, Qt.Key.Key_T)
    assert len(asked(sent)[-1].examples) == 3
    window.workspace.select([*ids, other])
    press_key(window.canvas, Qt.Key.Key_T)
    assert len(asked(sent)) == 1
    assert "several categories" in window.notices.text


def test_the_inspector_offers_it_too(window: MainWindow, sent: list[Request]) -> None:
    draw(window)
    select_object(window.canvas, 18, 18)
    button = window.findChild(QPushButton, "inspector_alike")
    assert button.isVisible()
    button.click()
    assert len(asked(sent)) == 1


def test_where_nothing_looks_alike_a_line_says_so(window: MainWindow, sent: list[Request]) -> None:
    draw(window)
    find(window, sent, spots=())
    assert window.notices.text == "Nothing else here looks like ball. Esc ends the search."
    assert not window.actions_.by_id["accept_alike"].isEnabled()


def test_before_there_is_a_model_the_starter_looks_and_what_is_accepted_tells_so(
    qtbot: QtBot, project: Path, sent: list[Request]
) -> None:
    window = open_window(qtbot, project)
    workspace = window.workspace
    workspace.set_current_category(BALL.id)
    draw(window)
    select_object(window.canvas, 18, 18)
    press_key(window.canvas, Qt.Key.Key_T)
    answer(window, asked(sent)[-1].number, spots=(), by="the starter")
    assert workspace.versions_ever == ()  # it found nothing, so it helped with nothing
    select_object(window.canvas, 18, 18)
    press_key(window.canvas, Qt.Key.Key_T)
    answer(window, asked(sent)[-1].number, by="the starter")
    assert len(workspace.offers) == 2
    press_key(window.canvas, Qt.Key.Key_Tab)
    assert "look-alike by the starter" in label(window, "inspector_prediction_title")
    press_key(window.canvas, Qt.Key.Key_Return, keys=SHIFT)
    (starter,) = workspace.versions_ever
    made = [a for a in workspace.annotations if a.origin.version_id == starter.id]
    assert len(made) == 2
    assert workspace.active_version is None
    close_dialogs()


def test_without_a_selection_or_an_image_it_says_what_is_missing(
    window: MainWindow, sent: list[Request]
) -> None:
    press_key(window.canvas, Qt.Key.Key_T)
    assert window.notices.text.startswith("Select an object with a box first")
    window.workspace.close()
    window.workspace.alikes_requested.emit()
    assert asked(sent) == []


def test_a_learner_that_dies_or_refuses_ends_the_search_and_says_why(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    select_object(window.canvas, 18, 18)
    press_key(window.canvas, Qt.Key.Key_T)
    window.learner._on_worker_ended("predict", "The learner ended unexpectedly.\n")
    assert window.notices.text == "No look-alikes. The learner ended unexpectedly."
    assert hint(window.canvas).startswith("Click selects")
    select_object(window.canvas, 18, 18)
    press_key(window.canvas, Qt.Key.Key_T)
    window.learner._on_event_told(Failed("assist", "The learner met a bug: x"))
    assert window.notices.text == "No look-alikes. The learner met a bug: x"


def test_in_a_project_open_for_looking_only_nothing_is_asked(
    window: MainWindow, sent: list[Request]
) -> None:
    draw(window)
    window.workspace.is_read_only = True
    select_object(window.canvas, 18, 18)
    press_key(window.canvas, Qt.Key.Key_T)
    assert asked(sent) == []
    assert "open for looking only" in window.notices.text


def test_a_hidden_or_deleted_category_shows_none(window: MainWindow, sent: list[Request]) -> None:
    draw(window)
    find(window, sent)
    window.workspace.set_category_hidden(BALL.id, True)
    assert window.workspace.predictions == ()
    window.workspace.set_category_hidden(BALL.id, False)
    assert len(window.workspace.predictions) == 2
    window.workspace.delete_category(BALL.id)
    assert window.workspace.predictions == ()
