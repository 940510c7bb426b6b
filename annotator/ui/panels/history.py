"""What was done, by whom and when; states of the image are walked to, bulk steps undone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from annotator.store.steps import HistoryEntry
from annotator.ui.icons import icon
from annotator.ui.look import PAD, PANEL_WIDTH, as_role, button
from annotator.ui.panels.history_list import HistoryList
from annotator.ui.panels.parts import EmptyState, Segments
from annotator.ui.workspace import Workspace

_ARROWS = "arrow-counter-clockwise", "arrow-clockwise"


class HistoryPanel(QWidget):
    """Steps on the image in view, or on everything, the newest first."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history_panel")
        self.setMinimumWidth(PANEL_WIDTH)
        self._workspace = workspace
        self._view = "image"
        self._shown = -1
        self._is_redo = False
        self._segments = Segments(
            "history_view", (("image", "This image"), ("all", "Whole project"))
        )
        self._list = HistoryList("history_list")
        self._empty = EmptyState("history_empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._stack.addWidget(self._empty)
        self._hint = QLabel("Click a step to go back to it, or forward again")
        as_role(self._hint, "caption")
        self._hint.setWordWrap(True)
        self._undo = button("Undo this step", "history_undo", icon_name=_ARROWS[0])
        self._lay_out()
        self._connect()
        self.reload()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD, PAD, PAD)
        layout.setSpacing(PAD)
        layout.addWidget(self._segments)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._hint)
        layout.addWidget(self._undo)

    def _connect(self) -> None:
        workspace = self._workspace
        self._segments.chosen.connect(self._on_view_chosen)
        self._list.currentItemChanged.connect(lambda _now, _before: self._on_row_changed())
        self._list.walked.connect(self._on_step_walked)
        self._undo.clicked.connect(self._on_undo_clicked)
        workspace.image_changed.connect(self.reload)
        workspace.project_changed.connect(self.reload)
        workspace.edited.connect(lambda _edits, _asker: self.catch_up())
        workspace.categories_changed.connect(self.catch_up)
        workspace.images_changed.connect(self._on_images_changed)

    def catch_up(self) -> None:
        """Read the steps anew if there are others; put off while nobody looks."""
        if self._is_seen() and self._shown != self._last():
            self.reload()

    def reload(self) -> None:
        """Read the steps anew; put off while nobody looks."""
        if not self._is_seen():
            self._shown = -1
            return
        self._shown = self._last()
        self._list.show_steps(self._read, has_start=self._view == "image")
        where = "on this image" if self._view == "image" else "in this project"
        self._empty.say(f"Nothing was done {where} yet.")
        self._stack.setCurrentWidget(self._list if self._list.count() else self._empty)
        self._on_row_changed()

    def _is_seen(self) -> bool:
        """Whether it is on the screen; a tab behind another one is visible to Qt, and empty."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def _last(self) -> int:
        return self._workspace.store.history.last() if self._workspace.store else 0

    def _on_images_changed(self, image_ids: object) -> None:
        if image_ids is None:
            self.reload()  # images, and their steps with them, may be gone
        else:
            self.catch_up()

    def _read(self, limit: int, before: int | None) -> Sequence[HistoryEntry]:
        store, image = self._workspace.store, self._workspace.image
        if store is None or (self._view == "image" and image is None):
            return ()
        image_id = image.id if image is not None and self._view == "image" else None
        return store.history.entries(image_id, limit, before=before)

    def _on_view_chosen(self, view: str) -> None:
        self._view = view
        self._list.verticalScrollBar().setValue(0)
        self.reload()

    def _on_row_changed(self) -> None:
        line = self._list.line(self._list.key())
        is_bulk = line is not None and line.entry.is_bulk
        can_change = not self._workspace.is_read_only
        self._undo.setVisible(is_bulk and can_change)
        self._is_redo = line is not None and line.entry.is_undone
        self._undo.setText("Redo this step" if self._is_redo else "Undo this step")
        self._undo.setIcon(icon(_ARROWS[self._is_redo]))
        is_hinted = self._view == "image" and self._list.count() > 0 and can_change
        self._hint.setVisible(is_hinted and not is_bulk)

    def _on_step_walked(self, step_id: int) -> None:
        if self._view == "image":
            self._workspace.walk_to(step_id)

    def _on_undo_clicked(self) -> None:
        chosen = self._list.key()
        if chosen is not None:
            workspace = self._workspace
            (workspace.redo_step if self._is_redo else workspace.undo_step)(chosen)
            self.reload()

    # --- Qt --------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while it was hidden."""
        super().showEvent(event)
        self.reload()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Catch up with what happened while another tab was before it."""
        super().paintEvent(event)
        QTimer.singleShot(0, self, self.catch_up)
