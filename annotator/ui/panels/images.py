"""The image list: all images, the queue worth working in, and the flagged ones."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from annotator.services.cache import thumbnails_in
from annotator.services.query import Vocabulary
from annotator.ui.look import PAD, PANEL_WIDTH
from annotator.ui.panels.filter_bar import FilterBar
from annotator.ui.panels.image_delegate import ROW_HEIGHT, THUMB, ImageDelegate
from annotator.ui.panels.image_rows import ImagesModel
from annotator.ui.panels.parts import EmptyState, Segments
from annotator.ui.panels.queue_card import Hours, QueueCard
from annotator.ui.panels.thumbnails import Thumbnails
from annotator.ui.workspace import Workspace


class ImagesPanel(QWidget):
    """The images of the project; the current row is the image in view, both ways.

    Signals:
        add_folder_requested: there is no image and the person wants some.
        export_requested: everything is reviewed and the person wants the result.
        prelabel_requested: nothing is flagged and the person wants the model to look.
        prelabel_these_requested: it shall look at these images, a tuple of ids.
        suggestion_requested: there is no model and the person wants images to begin with.
    """

    add_folder_requested = Signal()
    export_requested = Signal()
    prelabel_requested = Signal()
    prelabel_these_requested = Signal(tuple)
    suggestion_requested = Signal()

    def __init__(
        self, workspace: Workspace, parent: QWidget | None = None, *, hours: Hours | None = None
    ) -> None:
        """Show a workspace's images.

        Args:
            workspace: what is open.
            parent: the dock it stands in.
            hours: of labelling until a version was made, for the chart below the queue.
        """
        super().__init__(parent)
        self.setObjectName("images_panel")
        self.setMinimumWidth(PANEL_WIDTH - 40)
        self._workspace = workspace
        self._is_following = False
        self._thumbnails = Thumbnails(2 * THUMB.width(), self)
        self._model = ImagesModel(self)
        self._segments = Segments(
            "images_view", (("all", "All"), ("queue", "Queue"), ("flagged", "Flagged"))
        )
        self._bar = FilterBar(self._vocabulary)
        self._list = self._make_list()
        self._empty = EmptyState("images_empty")
        self._card = QueueCard(workspace, hours)
        self._card.hide()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, PAD, 0, 0)
        layout.setSpacing(PAD)
        head = QVBoxLayout()
        head.setContentsMargins(PAD, 0, PAD, 0)
        head.setSpacing(PAD)
        head.addWidget(self._segments)
        head.addWidget(self._bar)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._card)
        self._connect()
        self._on_project_changed()

    @property
    def model(self) -> ImagesModel:
        """The rows on show."""
        return self._model

    @property
    def bar(self) -> FilterBar:
        """The filter."""
        return self._bar

    def show_view(self, view: str) -> None:
        """Show "all", "queue" or "flagged"."""
        self._segments.set_chosen(view)
        self._model.set_view(view)
        self._card.setVisible(view == "queue")
        self._refresh()

    def _make_list(self) -> QTableView:
        """A table of one column; a QListView asks the model for each row at every change."""
        made = QTableView()
        made.setObjectName("images_list")
        made.setModel(self._model)
        made.setItemDelegate(ImageDelegate(self._thumbnails, made))
        made.setShowGrid(False)
        made.setTabKeyNavigation(False)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.horizontalHeader().hide()
        made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows = made.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        made.setFrameShape(QFrame.Shape.NoFrame)
        made.setMouseTracking(True)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        made.setAccessibleName("Images")
        return made

    def _connect(self) -> None:
        self._segments.chosen.connect(self.show_view)
        self._card.suggestion_requested.connect(self.suggestion_requested)
        self._bar.found.connect(self._on_images_found)
        self._bar.review_requested.connect(self._on_review_requested)
        self._bar.accept_requested.connect(self._on_accept_requested)
        self._bar.prelabel_requested.connect(self._on_prelabel_requested)
        self._bar.delete_requested.connect(self._on_delete_requested)
        self._empty.pressed.connect(self._on_empty_pressed)
        self._thumbnails.loaded.connect(lambda _id: self._list.viewport().update())
        self._list.selectionModel().currentChanged.connect(self._on_row_changed)
        self._workspace.project_changed.connect(self._on_project_changed)
        self._workspace.images_changed.connect(self._on_images_changed)
        self._workspace.image_changed.connect(self._follow)

    def _on_project_changed(self) -> None:
        store = self._workspace.store
        if store is None:
            self._thumbnails.attach(None, None)
        else:
            self._thumbnails.attach(store.images.path, thumbnails_in(store.cache))
        self._bar.attach(None if store is None else store.images.search)
        self._on_images_changed(None)

    def _on_images_changed(self, image_ids: frozenset[int] | None) -> None:
        if image_ids is None or not self._model.rowCount():
            self._model.show(self._workspace.album)
        else:
            found = (self._workspace.album.get(i) for i in image_ids)
            self._model.change([image for image in found if image is not None])
        self._bar.ask_again()
        self._refresh()

    def _on_images_found(self, image_ids: list[int] | None, is_sorted: bool) -> None:
        self._model.set_found(image_ids, is_sorted=is_sorted)
        self._list.scrollToTop()
        self._refresh()

    def _on_review_requested(self, is_reviewed: bool) -> None:
        self._workspace.mark_images(self._model.ids(), reviewed=is_reviewed)

    def _on_accept_requested(self) -> None:
        self._workspace.accept_above(image_ids=self._model.ids())

    def _on_prelabel_requested(self) -> None:
        self.prelabel_these_requested.emit(tuple(self._model.ids()))

    def _on_delete_requested(self) -> None:
        self._workspace.delete_objects_on(self._model.ids())

    def _vocabulary(self) -> Vocabulary:
        categories = self._workspace.categories
        joints = dict.fromkeys(joint for category in categories for joint in category.joints)
        return Vocabulary(tuple(c.name for c in categories), tuple(joints))

    def _on_row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if self._is_following or not current.isValid():
            return
        image = self._model.image_at(current.row())
        shown = self._workspace.image
        if shown is None or shown.id != image.id:
            self._workspace.show_image(image.id)

    def _refresh(self) -> None:
        """Counts, empty state and current row after the rows changed."""
        for view in ("queue", "flagged"):
            self._segments.set_count(view, self._model.count(view))
        has_rows = self._model.rowCount() > 0
        self._stack.setCurrentWidget(self._list if has_rows else self._empty)
        if not has_rows:
            self._empty.say(*self._empty_words())
        self._follow()

    def _follow(self) -> None:
        image = self._workspace.image
        row = None if image is None else self._model.row_of(image.id)
        self._is_following = True
        if row is None:
            self._list.setCurrentIndex(QModelIndex())
        else:
            index = self._model.index(row)
            if self._list.currentIndex() != index:
                self._list.setCurrentIndex(index)
                self._list.scrollTo(index)
        self._is_following = False

    def _empty_words(self) -> tuple[str, str]:
        if self._workspace.store is None:
            return "No project is open.", ""
        if not self._model.count("all"):
            return "No images yet. Add the folder they are in.", "Add a folder of images…"
        if self._bar.is_asking:
            return f"No image here matches “{self._bar.field.text()}”.", "Clear the filter"
        if self._model.view == "queue":
            return "Every image is reviewed. Export?", "Export COCO…"
        return (
            "Nothing is flagged. After pre-labelling, the images the model is least sure of "
            "stand here with the reason.",
            "Pre-label all images" if self._workspace.active_version is not None else "",
        )

    def _on_empty_pressed(self) -> None:
        if not self._model.count("all"):
            self.add_folder_requested.emit()
        elif self._bar.is_asking:
            self._bar.field.clear()
        elif self._model.view == "queue":
            self.export_requested.emit()
        else:
            self.prelabel_requested.emit()
