"""Comparing two versions, and reading a receipt."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QTreeWidget

from annotator.domain.model import ModelVersion
from annotator.ui.dialogs import receipt as receipts
from annotator.ui.dialogs.comparison import ComparisonDialog
from annotator.ui.dialogs.receipt import ReceiptDialog

FIRST = ModelVersion(1, "v1", "tiny", "v1", is_active=True)
SECOND = ModelVersion(2, "v2", "tiny", "v2")


def scores(value: float) -> dict:
    return {"box": {"AP50": value, "AP": value / 2}, "mask": {"AP50": -1.0}}


RESULT = {
    "images": 6,
    "reviewed": 31,
    "left_out": 0,
    "first": scores(0.5),
    "second": scores(0.75),
    "categories": [
        {"name": "ball", "objects": 4, "first": scores(0.5), "second": scores(0.25)},
    ],
    "differing": [],
}


def table(dialog, name: str) -> list[list[str]]:
    view = dialog.findChild(QTreeWidget, name)
    count = view.columnCount()
    items = [view.topLevelItem(n) for n in range(view.topLevelItemCount())]
    return [[item.text(column) for column in range(count)] for item in items]


def about(dialog) -> str:
    return dialog.findChild(QLabel, "comparison_about").text()


@pytest.fixture
def compared(workspace, show):
    def compared_(**changes) -> ComparisonDialog:
        images = {i.id: i for i in workspace.images}
        return show(ComparisonDialog((FIRST, SECOND), {**RESULT, **changes}, images))

    return compared_


def test_both_stand_side_by_side(compared):
    dialog = compared()
    assert about(dialog) == "Both were tested on the same 6 held-out images. An AP of 1 is perfect."
    assert table(dialog, "comparison_numbers") == [
        ["box AP50", "0.500", "0.750", "+0.25"],
        ["box AP", "0.250", "0.375", "+0.12"],
    ]
    assert table(dialog, "comparison_categories") == [["ball, box", "4", "0.500", "0.250", "−0.25"]]
    assert table(dialog, "comparison_images")[0][0] == "They are as good on every image"
    assert not dialog.grab().isNull()


def test_few_images_and_those_one_of_them_knows_are_told(compared):
    words = about(compared(reviewed=20, left_out=1))
    assert "1 image more that one of them learned from did not count" in words
    assert "rough" in words


def test_an_image_they_differ_on_can_be_looked_at(compared, workspace, qtbot):
    known, gone = workspace.images[1].id, 999
    rows = [
        {"image_id": known, "first": 0.0, "second": 1.0},
        {"image_id": gone, "first": 0.0, "second": 0.5},
    ]
    dialog = compared(differing=rows)
    assert table(dialog, "comparison_images") == [["1.png", "0.000", "1.000", "+1.00"]]
    view = dialog.findChild(QTreeWidget, "comparison_images")
    with qtbot.waitSignal(dialog.image_requested) as told:
        view.itemActivated.emit(view.topLevelItem(0), 0)
    assert told.args == [known]


def test_a_row_without_an_image_shows_none(compared, qtbot):
    dialog = compared()
    view = dialog.findChild(QTreeWidget, "comparison_images")
    with qtbot.assertNotEmitted(dialog.image_requested):
        view.itemClicked.emit(view.topLevelItem(0), 0)


def test_one_decides_for_the_other(compared, qtbot):
    dialog = compared()
    assert dialog.findChild(QPushButton, "comparison_use_v1") is None
    with qtbot.waitSignal(dialog.use_requested) as told:
        dialog.findChild(QPushButton, "comparison_use_v2").click()
    assert told.args == [2]


# --- receipts -------------------------------------------------------------------------------


@pytest.fixture
def version(workspace) -> ModelVersion:
    first, second, _ = (i.id for i in workspace.images)
    receipt = {
        "train": {str(first): [1, 2], "999": [3]},
        "held_out": {str(second): []},
        "categories": ["person", "ball"],
        "learning_rate": 0.005,
        "loss_weights": {"mask": 2.0},
        "seed": 0,
        "device": "cpu",
        "person": "Ada",
    }
    return ModelVersion(
        1, "v1", "tiny", "v1", '{"box": {"AP": 0.5}}', json.dumps(receipt), "2026-01-05", 2, 1,
        note="dark",
    )  # fmt: skip


@pytest.fixture
def receipt(workspace, version, show) -> ReceiptDialog:
    return show(ReceiptDialog(version, {i.id: i for i in workspace.images}))


def test_a_receipt_lists_every_image(receipt):
    assert table(receipt, "receipt_images") == [
        ["0.png", "learned", "2"],
        ["Image 999, taken out since", "learned", "1"],
        ["1.png", "tested", "0"],
    ]
    words = [label.text() for label in receipt.findChildren(QLabel)]
    assert {"person, ball", "0.005", "mask × 2", "cpu", "Ada"} <= set(words)


def test_a_long_receipt_is_cut_and_says_so(workspace, version, show, monkeypatch):
    monkeypatch.setattr(receipts, "_MOST_ROWS", 1)
    monkeypatch.setattr(receipts, "_MOST_NAMES", 1)
    dialog = show(ReceiptDialog(version, {}))
    assert [row[0] for row in table(dialog, "receipt_images")][1:] == ["2 more; the file has all"]
    assert "2 categories" in [label.text() for label in dialog.findChildren(QLabel)]


def test_a_receipt_is_saved_as_json(receipt, version, tmp_path, qtbot):
    receipt.findChild(QPushButton, "receipt_save").click()
    chosen = receipt.findChild(QFileDialog)
    place = tmp_path / "receipt.json"
    with qtbot.waitSignal(receipt.saved) as told:
        chosen.fileSelected.emit(str(place))
    chosen.close()
    assert told.args == [place]
    body = json.loads(place.read_text())
    assert (body["version"], body["note"], body["metrics"]) == ("v1", "dark", {"box": {"AP": 0.5}})
    assert body["train"] == json.loads(version.receipt)["train"]
    assert [p.name for p in tmp_path.glob("receipt*")] == ["receipt.json"]


def test_a_receipt_that_cannot_be_written_is_told(receipt, qtbot):
    with qtbot.waitSignal(receipt.failed) as told:
        receipt.save(Path("/nowhere/receipt.json"))
    assert "could not be written" in told.args[0]


def test_a_version_without_a_receipt_has_an_empty_one(show):
    dialog = show(ReceiptDialog(FIRST, {}))
    assert table(dialog, "receipt_images") == []
