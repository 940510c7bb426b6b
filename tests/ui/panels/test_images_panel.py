"""The image list and the workspace: one current image, both ways."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QStackedWidget, QTableView, QToolButton

from annotator.domain.errors import UnreadableFileError
from annotator.ui.panels.images import ImagesPanel
from annotator.ui.panels.thumbnails import Thumbnails, load_picture


@pytest.fixture
def panel(workspace, qtbot) -> ImagesPanel:
    made = ImagesPanel(workspace)
    qtbot.addWidget(made)
    made.resize(280, 500)
    made.show()
    return made


def names(panel: ImagesPanel) -> list[str]:
    return [panel.model.image_at(n).file_name for n in range(panel.model.rowCount())]


def current(panel: ImagesPanel) -> str:
    return panel.findChild(QTableView, "images_list").currentIndex().data()


def empty_words(panel: ImagesPanel) -> str:
    stack = panel.findChild(QStackedWidget)
    assert stack.currentWidget().objectName() == "images_empty"
    return stack.currentWidget().words


def test_the_list_follows_the_workspace(panel, workspace):
    assert current(panel) == "0001.png"
    workspace.go(1)
    assert current(panel) == "0002.png"


def test_the_down_key_shows_the_next_image(panel, workspace, qtbot):
    qtbot.keyClick(panel.findChild(QTableView, "images_list"), Qt.Key.Key_Down)
    assert workspace.image.file_name == "0002.png"


def test_a_click_shows_an_image(panel, workspace, qtbot):
    view = panel.findChild(QTableView, "images_list")
    place = view.visualRect(panel.model.index(2)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert workspace.image.file_name == "0003.png"


def test_the_queue_tells_how_many_and_ends_with_the_next_step(panel, workspace, qtbot):
    button = panel.findChild(QToolButton, "images_view_queue")
    assert button.text() == "Queue 4"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    for image in list(workspace.images):
        workspace.show_image(image.id)
        workspace.mark_reviewed()
    assert button.text() == "Queue"
    assert empty_words(panel) == "Every image is reviewed. Export?"
    with qtbot.waitSignal(panel.export_requested):
        qtbot.mouseClick(
            panel.findChild(QPushButton, "images_empty_button"), Qt.MouseButton.LeftButton
        )


def test_typing_filters_and_the_empty_state_clears_it(panel, qtbot):
    field = panel.findChild(QLineEdit, "images_filter")
    qtbot.keyClicks(field, "0003")
    qtbot.waitUntil(lambda: names(panel) == ["0003.png"])
    qtbot.keyClicks(field, "x")
    qtbot.waitUntil(lambda: names(panel) == [])
    assert "0003x" in empty_words(panel)
    button = panel.findChild(QPushButton, "images_empty_button")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(names(panel)) == 4


def test_nothing_flagged_offers_to_prelabel_once_there_is_a_model(panel, workspace, predict, qtbot):
    panel.show_view("flagged")
    assert empty_words(panel).startswith("Nothing is flagged")
    with qtbot.waitSignal(panel.prelabel_requested):
        panel.findChild(QPushButton, "images_empty_button").click()
    image = workspace.images[1]
    workspace.store.images.set_ranks({image.id: (0.8, "left wrist 0.31")})
    workspace.refresh_rows([image.id])
    assert names(panel) == ["0002.png"]


def test_without_a_project_it_says_so(closed_workspace, qtbot):
    panel = ImagesPanel(closed_workspace)
    qtbot.addWidget(panel)
    assert empty_words(panel) == "No project is open."


def test_a_project_without_images_asks_for_a_folder(workspace, qtbot):
    panel = ImagesPanel(workspace)
    qtbot.addWidget(panel)
    workspace.store.images.remove([i.id for i in workspace.images])
    workspace.reload_images()
    assert "Add the folder" in empty_words(panel)
    with qtbot.waitSignal(panel.add_folder_requested):
        panel.findChild(QPushButton, "images_empty_button").click()


def test_thumbnails_arrive_and_are_kept_on_disk(panel, workspace, qtbot):
    folder = workspace.store.cache / "thumbnails"
    qtbot.waitUntil(lambda: len(list(folder.glob("*.jpg"))) == 4)
    assert not list(folder.glob("*.part"))


def test_rows_of_every_state_can_be_painted(panel, workspace, qtbot):
    ids = [i.id for i in workspace.images]
    workspace.store.images.set_missing([ids[0]], True)
    workspace.store.images.set_ranks({ids[1]: (0.7, "why"), ids[2]: (0.0, "")})
    workspace.show_image(ids[3])
    workspace.mark_reviewed()
    workspace.refresh_rows(ids)
    assert not panel.grab().isNull()


def test_an_unreadable_picture_is_asked_for_once(workspace, qtbot):
    image = workspace.images[0]
    workspace.store.images.path(image).write_bytes(b"no picture")
    thumbnails = Thumbnails(96)
    thumbnails.attach(workspace.store.images.path, None)
    with qtbot.waitSignal(thumbnails.loaded):
        assert thumbnails.picture(image) is None
    with qtbot.assertNotEmitted(thumbnails.loaded, wait=50):
        assert thumbnails.picture(image) is None


def test_a_kept_picture_older_than_its_image_is_made_anew(workspace, tmp_path: Path):
    path = workspace.store.images.path(workspace.images[0])
    kept = tmp_path / "kept.jpg"
    first = load_picture(path, kept, 96, False)
    assert (first.width(), first.height()) == (80, 60)
    kept.write_bytes(b"spoilt")
    assert not load_picture(path, kept, 96, False).isNull()
    with pytest.raises((UnreadableFileError, OSError)):
        load_picture(tmp_path / "gone.png", kept, 96, False)


def test_pictures_on_disk_stay_within_their_bound(workspace, qtbot, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("annotator.ui.panels.thumbnails.MOST_BYTES", 1_000)
    for n in range(20):
        (tmp_path / f"{n}.jpg").write_bytes(b"x" * 100)
    made = Thumbnails(64)
    made.attach(workspace.store.images.path, tmp_path)
    qtbot.waitUntil(lambda: len(list(tmp_path.glob("*.jpg"))) == 7)
