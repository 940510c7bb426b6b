"""The model versions, each with its numbers against the one before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QVBoxLayout, QWidget

from annotator.domain.model import ModelVersion
from annotator.ui.lineage import signed, standing
from annotator.ui.look import GAP, as_role, button, caption, icon
from annotator.ui.panels.rows import KEY, row, row_list
from annotator.ui.words import ago, ap50, teachers


class VersionList(QWidget):
    """The newest version first; the menu of a row uses, notes or deletes it.

    Signals:
        use_requested: id of the version to predict with from now on.
        delete_requested: id of the version to delete.
        note_written: (id, text).
        page_requested: the page with a card for each.
    """

    use_requested = Signal(object)
    delete_requested = Signal(object)
    note_written = Signal(object, str)
    page_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._versions: dict[int, ModelVersion] = {}
        self._title = caption("Versions", "model_versions_title", role="group")
        self._list = row_list("model_versions")
        self._list.setAccessibleName("Model versions")
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._on_menu_requested)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self._title)
        layout.addWidget(self._list, 1)
        more = button("Compare, receipts, and more…", "model_versions_page")
        more.clicked.connect(lambda _checked: self.page_requested.emit())
        layout.addWidget(more)
        as_role(self._list, "plain")

    def show_versions(self, versions: Sequence[ModelVersion]) -> None:
        """Show versions, the newest first."""
        self._versions = {v.id: v for v in versions}
        self._list.clear()
        befores = (*versions[1:], None)[: len(versions)]
        for version, before in zip(versions, befores, strict=True):
            about = f"{teachers(version)}, {ago(version.created)}"
            words = f"{about}: {version.note}" if version.note else about
            item = row(
                version.id,
                version.name,
                words,
                trailing="in use" if version.is_active else "",
                strong=version.is_active,
                numbers=compared(version, before),
            )
            self._list.addItem(item)
        heights = (self._list.sizeHintForRow(n) for n in range(self._list.count()))
        self._list.setFixedHeight(sum(heights) + 2)
        self.setVisible(bool(versions))

    def menu_for(self, version_id: int) -> QMenu:
        """The menu of one version."""
        version = self._versions[version_id]
        menu = QMenu(self)
        menu.setObjectName("model_version_menu")
        use = menu.addAction(icon("check"), f"Use {version.name}")
        use.setEnabled(not version.is_active)
        use.triggered.connect(lambda: self.use_requested.emit(version_id))
        note = menu.addAction(icon("note-pencil"), "Write a note…")
        note.triggered.connect(lambda: self._ask_note(version))
        menu.addSeparator()
        delete = menu.addAction(icon("trash"), f"Delete {version.name}…")
        delete.setEnabled(not version.is_active)
        delete.triggered.connect(lambda: self.delete_requested.emit(version_id))
        return menu

    def _on_menu_requested(self, place: QPoint) -> None:
        item = self._list.itemAt(place)
        if item is not None:
            menu = self.menu_for(int(item.data(KEY)))
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self._list.viewport().mapToGlobal(place))

    def _ask_note(self, version: ModelVersion) -> None:
        dialog = QInputDialog(self)
        dialog.setObjectName("model_note_dialog")
        dialog.setWindowTitle(f"Note on {version.name}")
        dialog.setLabelText("What is worth knowing about it?")
        dialog.setTextValue(version.note)
        dialog.setOkButtonText("Keep note")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(lambda text: self.note_written.emit(version.id, text))
        dialog.open()


def compared(version: ModelVersion, before: ModelVersion | None) -> tuple[tuple[str, str], ...]:
    """The AP50 of a version by kind, each with the change on the same images, if it is known."""
    changes = standing(version, before).changes
    return tuple(
        (f"{kind} {value:.2f}", signed(changes[kind]) if kind in changes else "")
        for kind, value in ap50(version).items()
    )
