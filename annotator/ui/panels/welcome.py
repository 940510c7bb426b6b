"""The first page: recent projects as pictures, and the ways to begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from annotator.ui.look import PAD, button, caption
from annotator.ui.panels.project_card import ProjectCard
from annotator.ui.settings import RecentProject

_COLUMNS = 3
_WIDTH = 780


class WelcomePage(QWidget):
    """Opening a folder needs no questions; a folder dropped here is opened.

    Signals:
        new_requested: start a project from a folder of images.
        open_requested: the Path of a project, or None to ask for one.
        demo_requested: make and open the sample project.
        import_requested: start from a COCO file.
        folder_dropped: the Path of a folder of images.
        file_dropped: the Path of a COCO file.
    """

    new_requested = Signal()
    open_requested = Signal(object)
    demo_requested = Signal()
    import_requested = Signal()
    folder_dropped = Signal(object)
    file_dropped = Signal(object)

    def __init__(self, recent: Sequence[RecentProject] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAcceptDrops(True)
        self._cards: list[ProjectCard] = []
        self._recent_title = caption("Recent projects", "welcome_recent_title", role="group")
        self._grid = QGridLayout()
        self._grid.setSpacing(2 * PAD)
        column = QWidget()
        column.setFixedWidth(_WIDTH)
        inner = QVBoxLayout(column)
        inner.setContentsMargins(0, 6 * PAD, 0, 4 * PAD)
        inner.setSpacing(PAD)
        inner.addWidget(caption("Label images", "welcome_title", role="title"))
        words = (
            "Draw boxes, masks and joints on a few images; a model you train here does the rest."
        )
        inner.addWidget(caption(words, "welcome_words", role="muted"))
        inner.addSpacing(PAD)
        inner.addLayout(self._make_buttons())
        hint = "Or drop a folder of images, a project, or a COCO file here."
        inner.addWidget(caption(hint, "welcome_hint"))
        inner.addSpacing(3 * PAD)
        inner.addWidget(self._recent_title)
        inner.addLayout(self._grid)
        inner.addStretch(1)
        self._put_in_the_middle(column)
        self.set_recent(recent)

    @property
    def cards(self) -> Sequence[ProjectCard]:
        """The recent projects on show."""
        return self._cards

    def set_recent(self, recent: Sequence[RecentProject]) -> None:
        """Show these projects, the latest first."""
        for card in self._cards:
            self._grid.removeWidget(card)
            card.deleteLater()
        self._cards = [ProjectCard(project) for project in recent]
        for number, card in enumerate(self._cards):
            card.opened.connect(self.open_requested)
            row, column = divmod(number, _COLUMNS)
            self._grid.addWidget(card, row, column)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self._recent_title.setVisible(bool(self._cards))

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(PAD)
        new = button(
            "Open a folder of images…", "welcome_new", icon_name="folder-open", primary=True
        )
        new.clicked.connect(self.new_requested)
        row.addWidget(new)
        project = button("Open project…", "welcome_open")
        project.clicked.connect(lambda: self.open_requested.emit(None))
        imported = button("Import COCO…", "welcome_import")
        imported.clicked.connect(self.import_requested)
        demo = button("Try the demo", "welcome_demo")
        demo.clicked.connect(self.demo_requested)
        for made in (project, imported, demo):
            made.setFixedHeight(new.sizeHint().height())
            row.addWidget(made)
        row.addStretch(1)
        return row

    def _put_in_the_middle(self, column: QWidget) -> None:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        page = QWidget()
        sides = QHBoxLayout(page)
        sides.addStretch(1)
        sides.addWidget(column)
        sides.addStretch(1)
        area.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and COCO files."""
        if _dropped(event) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        path = _dropped(event)
        if path is None:
            return
        event.accept()
        if path.is_file():
            self.file_dropped.emit(path)
        elif (path / "project.sqlite").exists():
            self.open_requested.emit(path)
        else:
            self.folder_dropped.emit(path)


def _dropped(event: QDropEvent) -> Path | None:
    """The folder or COCO file that is dragged, None when it is neither."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.is_dir() or path.suffix.lower() == ".json" else None
