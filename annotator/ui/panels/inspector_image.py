"""The facts of the image in view, when no object is selected."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from annotator.domain.model import Image, ImageState, Split
from annotator.ui.look import PAD, as_role, caption
from annotator.ui.panels.facts import stale_words
from annotator.ui.panels.parts import ElidedLabel, make_room
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_STATES = {
    ImageState.NEW: "New",
    ImageState.IN_PROGRESS: "In progress",
    ImageState.REVIEWED: "Reviewed",
}
_SPLITS = {
    Split.NONE: "Decided at the next retraining",
    Split.TRAIN: "Teaches the model",
    Split.HELD_OUT: "Held out: tests the model",
}


class ImageFacts(QWidget):
    """Size, state, split and place of one image."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setObjectName("inspector_image")
        self._workspace = workspace
        self._is_filling = False
        self._name = ElidedLabel("", "inspector_image_name")
        as_role(self._name, "heading")
        self._flag = caption("", "inspector_image_flag", role="warning")
        self._lines = {
            key: caption("", f"inspector_image_{key}", role="body")
            for key in ("size", "state", "objects", "split", "unsure")
        }
        self._path = ElidedLabel("", "inspector_image_path")
        as_role(self._path, "caption")
        self._complete = QCheckBox("Every object here is labelled")
        self._complete.setObjectName("inspector_complete")
        self._complete.setToolTip(
            "A complete image teaches the model that there is nothing else on it"
        )
        self._complete.clicked.connect(self._on_complete_clicked)
        self._lay_out()

    def _lay_out(self) -> None:
        form = self._form = QFormLayout()
        form.setHorizontalSpacing(PAD)
        form.setVerticalSpacing(PAD // 2)
        words = ("Size", "State", "Objects", "Use", "Model")
        for word, label in zip(words, self._lines.values(), strict=True):
            title = QLabel(word)
            as_role(title, "muted")
            form.addRow(title, label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD, PAD, PAD)
        layout.setSpacing(PAD)
        layout.addWidget(self._name)
        layout.addWidget(self._flag)
        layout.addLayout(form)
        layout.addWidget(self._complete)
        layout.addWidget(self._path)
        layout.addStretch(1)

    def show_image(self, image: Image) -> None:
        """Show an image."""
        self._is_filling = True
        self._name.setText(image.file_name.rsplit("/", 1)[-1])
        flag = f"Look here: {image.flag}" if image.flag else ""
        if image.is_missing:
            flag = "The file was not found. File > Find moved images looks in another folder."
        self._flag.setText(flag)
        self._flag.setVisible(bool(flag))
        size = f"{image.width:,} × {image.height:,} px" if image.width else "not read yet"
        self._lines["size"].setText(size + (", unrotated" if image.is_raw else ""))
        self._lines["state"].setText(_STATES[image.state])
        self._lines["objects"].setText(
            f"{image.object_count:,}, and {counted(image.prediction_count, 'prediction')}"
        )
        self._lines["split"].setText(_SPLITS[image.split])
        unsure = "Not asked yet" if image.version_id is None else "Sure"
        if image.uncertainty is not None:
            unsure = f"{image.uncertainty:.0%} unsure"
        stale = stale_words(image.version_id, self._workspace.versions)
        self._lines["unsure"].setText(f"{unsure}. {stale}" if stale else unsure)
        self._complete.setChecked(image.is_complete)
        can_say = image.state == ImageState.REVIEWED and not self._workspace.is_read_only
        self._complete.setEnabled(can_say)
        path = self._workspace.image_path
        self._path.setText("" if path is None else str(path))
        make_room(self._form, self)
        self._is_filling = False

    def _on_complete_clicked(self, checked: bool) -> None:
        if not self._is_filling:
            self._workspace.mark_reviewed(complete=checked)
