"""Where the work is done: the canvas with what lies on it, and the predictions beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from annotator.ui.canvas.contents import Contents
from annotator.ui.canvas.view import Canvas
from annotator.ui.panels.compare import PredictionsColumn, Title
from annotator.ui.panels.corner import Corner
from annotator.ui.panels.minimap import Minimap
from annotator.ui.settings import UserSettings


class Desk(QWidget):
    """The canvas alone, or labels at the left and predictions at the right of a movable divider.

    Attributes:
        canvas: the image with its objects.
        corner: the upper right corner of the canvas.
        minimap: the whole image in small.
        column: what the model says, beside the canvas.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self.canvas = canvas
        self._workspace = canvas.workspace
        self.minimap = Minimap(canvas)
        self.corner = Corner(canvas)
        self.column = PredictionsColumn(canvas)
        self._title = Title("labels_title", "Labels")
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setObjectName("side_by_side")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._labels())
        self._splitter.addWidget(self.column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.column.closed.connect(lambda: self._settings.change(side_by_side=False))
        self.column.pane.moved.connect(self._on_pane_moved)
        self._splitter.splitterMoved.connect(self._on_divider_moved)
        self._settings.changed.connect(self._follow)
        self._settings.changed.connect(canvas.update)
        canvas.view_moved.connect(canvas.adjusting.look_deeper)
        self._workspace.edited.connect(lambda _edits, _asker: self._count())
        self._workspace.image_changed.connect(self._count)
        self._is_split = False
        self._title.hide()
        self.column.hide()
        self._follow()

    def _labels(self) -> QWidget:
        made = QWidget()
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._title)
        layout.addWidget(self.canvas, 1)
        return made

    @property
    def _settings(self) -> UserSettings:
        return self._workspace.settings

    def _follow(self) -> None:
        """Show one or two, as the person prefers."""
        is_split = self._settings.value.side_by_side
        if is_split == self._is_split:
            return
        self._is_split = is_split
        self._title.setVisible(is_split)
        self.column.setVisible(is_split)
        self.canvas.board.show(Contents.OBJECTS if is_split else Contents.ALL)
        if is_split and not self._splitter.restoreState(self._settings.geometry("side_by_side")):
            self._splitter.setSizes([10_000, 10_000])
        self.column.pane.follow()
        self._count()

    def _count(self) -> None:
        has_image = self._workspace.image is not None
        self._title.say(f"{len(self._workspace.annotations):,}" if has_image else "")

    def _on_pane_moved(self) -> None:
        self.canvas.look(lambda view: view.follow(self.column.pane.view))

    def _on_divider_moved(self) -> None:
        self._settings.keep_geometry("side_by_side", self._splitter.saveState())
