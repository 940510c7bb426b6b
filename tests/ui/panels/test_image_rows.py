"""The rows of the image list: views, filters and small changes, at the size of a real project."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from annotator.domain.model import Image, ImageState, Split
from annotator.ui.album import Album
from annotator.ui.panels.image_rows import ImagesModel, describe

ONE = Image(1, 1, "cats/IMG_1.jpg", ordinal=0)
TWO = Image(2, 1, "IMG_2.jpg", ordinal=1, state=ImageState.REVIEWED, object_count=2)
THREE = Image(3, 1, "IMG_3.jpg", ordinal=2, uncertainty=0.9, flag="left wrist 0.31", version_id=1)
FOUR = Image(4, 1, "IMG_4.jpg", ordinal=3, uncertainty=0.4, version_id=1)
LOST = Image(5, 1, "IMG_5.jpg", ordinal=4, is_missing=True)
ALL = (ONE, TWO, THREE, FOUR, LOST)


@pytest.fixture
def model(qtbot, qtmodeltester) -> ImagesModel:
    made = ImagesModel()
    made.show(Album(ALL))
    qtmodeltester.check(made)
    return made


def ids(model: ImagesModel) -> list[int]:
    return [model.image_at(row).id for row in range(model.rowCount())]


def test_all_are_in_their_order(model):
    assert ids(model) == [1, 2, 3, 4, 5]


def test_the_queue_has_the_least_certain_first_and_nothing_reviewed_or_missing(model):
    model.set_view("queue")
    assert ids(model) == [3, 4, 1]
    assert model.count("queue") == 3


def test_flagged_ones_leave_once_reviewed(model):
    model.set_view("flagged")
    assert ids(model) == [3]
    model.change([replace(THREE, state=ImageState.REVIEWED)])
    assert ids(model) == []
    assert model.count("flagged") == 0


def test_a_change_of_one_image_touches_one_row(model, qtbot):
    with qtbot.waitSignal(model.dataChanged) as told:
        model.change([replace(ONE, object_count=7)])
    assert told.args[0].row() == told.args[1].row() == 0
    assert model.index(0).data(Qt.ItemDataRole.ToolTipRole).startswith("cats/IMG_1.jpg")


def test_a_reviewed_image_leaves_the_queue_by_itself(model, qtbot):
    model.set_view("queue")
    with qtbot.waitSignal(model.rowsRemoved):
        model.change([replace(FOUR, state=ImageState.REVIEWED)])
    assert ids(model) == [3, 1]
    with qtbot.waitSignal(model.rowsInserted):
        model.change([FOUR])
    assert ids(model) == [3, 4, 1]


def test_a_new_rank_moves_the_row(model):
    model.set_view("queue")
    model.change([replace(ONE, uncertainty=0.95)])
    assert ids(model) == [1, 3, 4]


def test_many_changes_are_a_reset(model, qtbot):
    many = [Image(n, 1, f"{n}.jpg", ordinal=n) for n in range(1, 200)]
    model.show(Album(many))
    model.set_view("queue")
    with qtbot.waitSignal(model.modelReset):
        model.change([replace(i, state=ImageState.REVIEWED) for i in many])
    assert ids(model) == []


def test_no_images_are_no_rows(qtbot):
    model = ImagesModel()
    model.show(Album())
    assert model.rowCount() == 0
    assert model.row_of(3) is None


def test_the_description_says_everything():
    image = replace(THREE, split=Split.HELD_OUT, is_missing=True)
    words = describe(image)
    assert "left wrist 0.31" in words
    assert "90% unsure" in words
    assert "Held out" in words
    assert "not found" in words


def test_what_is_found_keeps_the_order_of_the_view_or_its_own(model):
    model.set_found([4, 1, 3])
    assert ids(model) == model.ids() == [1, 3, 4]
    assert model.is_filtered
    model.set_found([4, 1, 3, 99], is_sorted=True)
    assert ids(model) == [4, 1, 3]
    model.set_view("queue")
    assert ids(model) == [4, 1, 3]
    model.set_found([4, 1, 2])
    assert ids(model) == [4, 1]
    model.set_found(None)
    assert ids(model) == [3, 4, 1]


def test_a_change_leaves_what_was_found_as_it_is(model):
    model.set_found([1, 2])
    model.change([replace(THREE, object_count=1), replace(ONE, object_count=4)])
    assert ids(model) == [1, 2]
    assert model.image_at(0).object_count == 4
