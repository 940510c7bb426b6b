"""The model: the version in use, retraining, pre-labelling, and the versions before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from annotator.learning.protocol import Progress
from annotator.ui.course import Course
from annotator.ui.learner import Learner
from annotator.ui.look import GAP, PAD, PANEL_WIDTH, as_role, button, caption
from annotator.ui.panels.parts import line
from annotator.ui.panels.training import JobView
from annotator.ui.panels.training_card import TrainingCard
from annotator.ui.panels.versions import VersionList
from annotator.ui.words import ago, counted, quality, teachers
from annotator.ui.workspace import Workspace

FEWEST_TO_RETRAIN = 3
"""Labelled images below which a training teaches nothing worth having."""
GOOD_START = 10
"""Labelled images advised before the first training."""


class ModelPanel(QWidget):
    """One primary action: Retrain.

    Signals:
        retrain_requested: the person wants the retrain dialog.
        prelabel_image_requested: predict the image in view.
        prelabel_all_requested: predict all images.
        training_page_requested: the page of the training, at a record.Point or None.
        versions_page_requested: the page of the versions.
        delete_requested: id of a version to delete.
    """

    retrain_requested = Signal()
    prelabel_image_requested = Signal()
    prelabel_all_requested = Signal()
    training_page_requested = Signal(object)
    versions_page_requested = Signal()
    delete_requested = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        learner: Learner,
        course: Course,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("model_panel")
        self.setMinimumWidth(PANEL_WIDTH)
        self._workspace = workspace
        self._learner = learner
        self._course = course
        self._card = QFrame()
        self._card.setObjectName("model_card")
        as_role(self._card, "card")
        self._name = caption("", "model_name", role="heading")
        self._quality = caption("", "model_quality", role="body")
        self._made = caption("", "model_made")
        self._device = caption("", "model_device")
        self._retrain = button("Retrain", "model_retrain", primary=True)
        self._advice = caption("", "model_advice")
        self._training = TrainingCard(course)
        self._predict_job = JobView("predict", "Pre-labelling")
        self._prelabel_image = button("This image", "model_prelabel_image")
        self._prelabel_image.setAccessibleName("Pre-label this image")
        self._prelabel_all = button("All images", "model_prelabel_all")
        self._prelabel_all.setAccessibleName("Pre-label all images")
        self._versions = VersionList()
        self._lay_out()
        self._connect()
        self._on_images_changed(None)
        self._reload()

    def _lay_out(self) -> None:
        card = QVBoxLayout(self._card)
        card.setContentsMargins(PAD + GAP, PAD + GAP, PAD + GAP, PAD + GAP)
        card.setSpacing(GAP)
        for words in (self._name, self._quality, self._made, self._device):
            card.addWidget(words)
        buttons = QHBoxLayout()
        buttons.setSpacing(PAD)
        buttons.addWidget(self._prelabel_image, 1)
        buttons.addWidget(self._prelabel_all, 1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(PAD, PAD, PAD, PAD)
        layout.setSpacing(PAD)
        head: tuple[QWidget, ...] = (self._card, self._training, self._retrain, self._advice)
        for part in (*head, line()):
            layout.addWidget(part)
        layout.addWidget(caption("Pre-label", role="group"))
        layout.addLayout(buttons)
        layout.addWidget(self._predict_job)
        layout.addWidget(self._versions)
        layout.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _connect(self) -> None:
        self._retrain.clicked.connect(self.retrain_requested)
        self._prelabel_image.clicked.connect(self.prelabel_image_requested)
        self._prelabel_all.clicked.connect(self.prelabel_all_requested)
        self._training.page_requested.connect(self.training_page_requested)
        self._predict_job.stop_pressed.connect(lambda: self._learner.stop("predict"))
        self._versions.use_requested.connect(self._on_use_requested)
        self._versions.delete_requested.connect(self.delete_requested)
        self._versions.page_requested.connect(self.versions_page_requested)
        self._versions.note_written.connect(self._on_note_written)
        for signal in (
            self._workspace.project_changed,
            self._workspace.versions_changed,
            self._workspace.image_changed,
            self._learner.busy_changed,
            self._course.changed,
        ):
            signal.connect(self._reload)
        self._workspace.images_changed.connect(self._on_images_changed)
        self._learner.device_changed.connect(lambda _device: self._reload())
        self._learner.progressed.connect(self._on_job_progressed)

    # --- showing ---------------------------------------------------------------------------

    def _reload(self) -> None:
        version = self._workspace.active_version
        self._device.setText(f"Runs on {self._learner.device}")
        self._device.setVisible(bool(self._learner.device))
        self._quality.setVisible(version is not None)
        if version is None:
            self._name.setText("No model yet")
            self._made.setText(
                "It learns boxes, masks and joints from what you label, and proposes the rest."
            )
        else:
            self._name.setText(f"{version.name} is in use")
            self._quality.setText(quality(version))
            self._made.setText(f"Learned from {teachers(version)}, {ago(version.created)}")
        self._show_retrain()
        self._show_jobs()
        self._versions.show_versions(self._workspace.versions)

    def _on_images_changed(self, _ids: frozenset[int] | None) -> None:
        self._show_retrain()
        self._show_jobs()

    def _show_retrain(self) -> None:
        """The primary button with its count, or what is missing."""
        album = self._workspace.album
        reviewed, labelled = album.reviewed, album.labelled
        is_busy = self._learner.is_busy("train")
        missing = max(0, FEWEST_TO_RETRAIN - labelled)
        can = not missing and not is_busy and not self._workspace.is_read_only
        self._retrain.setEnabled(can)
        self._retrain.setVisible(not is_busy)
        as_role(self._retrain, "" if self._course.is_left else "primary")
        words = f"Retrain on {counted(reviewed, 'reviewed image')}" if reviewed else "Retrain…"
        self._retrain.setText(words if labelled else "Retrain")
        self._advice.setText(_advice(labelled, reviewed))
        self._advice.setVisible(not is_busy and bool(self._advice.text()))

    def _show_jobs(self) -> None:
        has_model = self._workspace.active_version is not None
        is_busy = self._learner.is_busy("predict")
        if is_busy and self._predict_job.isHidden():
            self._predict_job.start()
        elif not is_busy:
            self._predict_job.hide()
        can = has_model and not is_busy
        can = can and not self._workspace.is_read_only
        self._prelabel_image.setEnabled(can and self._workspace.image is not None)
        self._prelabel_all.setEnabled(can and bool(self._workspace.images))
        tip = "" if has_model else "There is no model yet: label some images, then retrain"
        self._prelabel_image.setToolTip(tip or "Let the model propose objects here (I)")
        self._prelabel_all.setToolTip(tip or "Let the model propose objects everywhere (Ctrl+B)")

    def _on_job_progressed(self, event: Progress) -> None:
        if event.job == "predict":
            self._predict_job.show_progress(event)

    # --- versions --------------------------------------------------------------------------

    def _on_use_requested(self, version_id: int) -> None:
        if self._workspace.store is not None and not self._workspace.is_read_only:
            self._workspace.store.versions.activate(version_id)
            self._workspace.versions_stored()

    def _on_note_written(self, version_id: int, text: str) -> None:
        if self._workspace.store is not None and not self._workspace.is_read_only:
            self._workspace.store.versions.set_note(version_id, text)
            self._workspace.versions_stored()


def _advice(labelled: int, reviewed: int) -> str:
    """The next step towards a training, in words; empty when there is nothing to say."""
    if labelled < FEWEST_TO_RETRAIN:
        missing = GOOD_START - labelled
        return f"Label about ten images, then Retrain: {counted(missing, 'image')} to go."
    if not reviewed:
        return (
            "Only reviewed images teach the model. Mark them with Ctrl+Enter, "
            "or let Retrain mark the labelled ones."
        )
    if reviewed < GOOD_START:
        missing = GOOD_START - reviewed
        return f"{counted(missing, 'more reviewed image')} would make about ten, a good start."
    return ""
