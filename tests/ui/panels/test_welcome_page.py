"""The welcome page: cards, buttons, and what is dropped on it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QLabel, QPushButton

from annotator.ui.panels.welcome import WelcomePage
from annotator.ui.settings import RecentProject


@pytest.fixture
def page(qtbot, tmp_path: Path) -> WelcomePage:
    picture = tmp_path / "picture.png"
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    image.save(str(picture))
    recent = [
        RecentProject(tmp_path / "a", "a", picture, "2026-01-05T10:00:00+00:00", "18 images"),
        RecentProject(tmp_path / "b", "b", None, "2026-01-05T10:00:00+00:00"),
        RecentProject(tmp_path / "c", "c", tmp_path / "gone.png", "2026-01-05T10:00:00+00:00"),
    ]
    made = WelcomePage(recent)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def test_a_card_opens_its_project(page, tmp_path, qtbot):
    with qtbot.waitSignal(page.open_requested) as told:
        qtbot.mouseClick(page.cards[0], Qt.MouseButton.LeftButton)
    assert told.args == [tmp_path / "a"]
    page.cards[1].setFocus()
    with qtbot.waitSignal(page.open_requested) as told:
        qtbot.keyClick(page.cards[1], Qt.Key.Key_Space)
    assert told.args == [tmp_path / "b"]


def test_the_buttons_ask(page, qtbot):
    signals = [page.new_requested, page.open_requested, page.import_requested, page.demo_requested]
    with qtbot.waitSignals(signals):
        for name in ("new", "open", "import", "demo"):
            page.findChild(QPushButton, f"welcome_{name}").click()


def test_one_primary_action(page):
    buttons = page.findChildren(QPushButton)
    assert [b.objectName() for b in buttons if b.property("role") == "primary"] == ["welcome_new"]


def test_without_recent_projects_there_is_no_heading(page):
    title = page.findChild(QLabel, "welcome_recent_title")
    assert title.isVisible()
    page.set_recent([])
    assert not title.isVisible()
    assert list(page.cards) == []


def test_cards_show_their_picture_once_it_was_read(page, qtbot):
    def middle() -> str:
        card = page.cards[0]
        return card.grab().toImage().pixelColor(card.width() // 2, 60).name()

    qtbot.waitUntil(lambda: middle() == "#008000")
    assert not page.grab().isNull()


def drop(page: WelcomePage, *paths: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    common = (mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, *common)
    enter.ignore()
    page.dragEnterEvent(enter)
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, *common))
    return enter.isAccepted()


def test_a_dropped_folder_of_images_a_project_and_a_file(page, tmp_path, qtbot):
    images = tmp_path / "images"
    images.mkdir()
    with qtbot.waitSignal(page.folder_dropped) as told:
        assert drop(page, images)
    assert told.args == [images]
    (images / "project.sqlite").touch()
    with qtbot.waitSignal(page.open_requested) as told:
        assert drop(page, images)
    assert told.args == [images]
    file = tmp_path / "labels.json"
    file.touch()
    with qtbot.waitSignal(page.file_dropped) as told:
        assert drop(page, file)
    assert told.args == [file]


def test_anything_else_is_not_taken(page, tmp_path, qtbot):
    text = tmp_path / "notes.txt"
    text.touch()
    with qtbot.assertNotEmitted(page.folder_dropped):
        assert not drop(page, text)
        assert not drop(page, tmp_path, text)
