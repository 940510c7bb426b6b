"""What was done, by whom and when; bulk steps are undone from here."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from annotator.ui.look import PAD, PANEL_WIDTH, as_role, button
from annotator.ui.panels.parts import EmptyState, Segments
from annotator.ui.panels.rows import KEY, row, row_list
from annotator.ui.words import ago
from annotator.ui.workspace import Workspace

_LIMIT = 200


class HistoryPanel(QWidget):
    """Steps on the image in view, or on everything, the newest first."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history_panel")
        self.setMinimumWidth(PANEL_WIDTH)
        self._workspace = workspace
        self._view = "image"
        self._bulk: dict[int, bool] = {}
        self._segments = Segments(
            "history_view", (("image", "This image"), ("all", "Whole project"))
        )
        self._list = row_list("history_list")
        self._list.setAccessibleName("History")
        self._empty = EmptyState("history_empty")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._stack.addWidget(self._empty)
        self._hint = QLabel("Ctrl+Z undoes the last step on this image")
        as_role(self._hint, "caption")
        self._hint.setWordWrap(True)
        self._undo = button("Undo this step", "history_undo", icon_name="arrow-counter-clockwise")
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
        self._list.currentItemChanged.connect(self._on_row_changed)
        self._undo.clicked.connect(self._on_undo_clicked)
        workspace.image_changed.connect(self.reload)
        workspace.project_changed.connect(self.reload)
        workspace.edited.connect(lambda _edits, _asker: self.reload())
        workspace.categories_changed.connect(self.reload)
        workspace.images_changed.connect(lambda _ids: self.reload())

    def reload(self) -> None:
        """Read the steps anew; put off while nobody looks."""
        if not self.isVisible():
            return
        store, image = self._workspace.store, self._workspace.image
        chosen = self._chosen()
        self._list.clear()
        entries = []
        if store is not None and (self._view == "all" or image is not None):
            image_id = image.id if image is not None and self._view == "image" else None
            entries = store.history.entries(image_id, limit=_LIMIT)
        self._bulk = {e.id: e.is_bulk and not e.is_undone for e in entries}
        for entry in entries:
            trailing = "undone" if entry.is_undone else "bulk" if entry.is_bulk else ""
            when = ", ".join(part for part in (entry.person, ago(entry.when)) if part)
            item = row(entry.id, entry.text, when, trailing=trailing, faded=entry.is_undone)
            self._list.addItem(item)
            if entry.id == chosen:
                self._list.setCurrentItem(item)
        where = "on this image" if self._view == "image" else "in this project"
        self._empty.say(f"Nothing was done {where} yet.")
        self._stack.setCurrentWidget(self._list if entries else self._empty)
        self._on_row_changed()

    def _chosen(self) -> int | None:
        item = self._list.currentItem()
        return None if item is None else int(item.data(KEY))

    def _on_view_chosen(self, view: str) -> None:
        self._view = view
        self.reload()

    def _on_row_changed(
        self, _current: QListWidgetItem | None = None, _previous: QListWidgetItem | None = None
    ) -> None:
        chosen = self._chosen()
        is_bulk = chosen is not None and self._bulk.get(chosen, False)
        self._undo.setVisible(is_bulk and not self._workspace.is_read_only)
        self._hint.setVisible(not is_bulk and self._view == "image" and self._list.count() > 0)

    def _on_undo_clicked(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._workspace.undo_step(chosen)
            self.reload()

    def showEvent(self, event: object) -> None:
        """Catch up with what happened while it was hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.reload()
