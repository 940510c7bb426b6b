"""The window of the model: the page of the training, and the page of the versions."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from annotator.learning.record import Point
from annotator.ui.course import Course
from annotator.ui.panels.training_page import TrainingPage
from annotator.ui.panels.versions_page import VersionsPage
from annotator.ui.workspace import Workspace

_SIZE, _LEAST = QSize(960, 660), QSize(720, 480)


class ModelWindow(QWidget):
    """Stays beside the main window while one labels on."""

    def __init__(self, workspace: Workspace, course: Course, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("model_window")
        self._workspace = workspace
        self._count = len(workspace.versions)
        self.training = TrainingPage(course)
        self.versions = VersionsPage(workspace)
        self._tabs = QTabWidget()
        self._tabs.setObjectName("model_tabs")
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self.training, "Training")
        self._tabs.addTab(self.versions, "Versions")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tabs)
        self.setMinimumSize(_LEAST)
        self.resize(_SIZE)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.versions_changed.connect(self._on_versions_changed)
        self._on_project_changed()

    def show_training(self, point: Point | None = None) -> None:
        """Bring the training to the front, with an evaluation of it chosen."""
        self._tabs.setCurrentWidget(self.training)
        if point is not None:
            self.training.choose(point)
        self._come_forward()

    def show_versions(self) -> None:
        """Bring the versions to the front."""
        self._tabs.setCurrentWidget(self.versions)
        self._come_forward()

    def _come_forward(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()

    def _on_versions_changed(self) -> None:
        """Whoever watched a training sees what has become of it."""
        count = len(self._workspace.versions)
        if count > self._count and self._tabs.currentWidget() is self.training:
            self._tabs.setCurrentWidget(self.versions)
        self._count = count

    def _on_project_changed(self) -> None:
        store = self._workspace.store
        self._count = len(self._workspace.versions)
        if store is None:
            self.hide()
        else:
            self.setWindowTitle(f"Model of {store.folder.name}")
