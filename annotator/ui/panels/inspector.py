"""The facts of what is selected: one object, several, a prediction, or else the image."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from annotator.domain.offers import is_offer
from annotator.ui.look import PAD, PANEL_WIDTH, as_role, button, caption
from annotator.ui.panels.facts import doubt_words, expected_words, stale_words
from annotator.ui.panels.inspector_image import ImageFacts
from annotator.ui.panels.inspector_object import ObjectFacts
from annotator.ui.panels.parts import EmptyState
from annotator.ui.panels.several import SeveralFacts
from annotator.ui.words import box_words
from annotator.ui.workspace import Workspace


class InspectorPanel(QWidget):
    """Shows the page that fits the selection, and keeps it up to date."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector_panel")
        self.setMinimumWidth(PANEL_WIDTH)
        self._workspace = workspace
        self._object = ObjectFacts(workspace)
        self._image = ImageFacts(workspace)
        self._prediction = _PredictionFacts(workspace)
        self._several = SeveralFacts(workspace)
        self._nothing = EmptyState("inspector_nothing")
        self._nothing.say("Open an image to see its facts here.")
        self._stack = QStackedWidget()
        for page in (self._object, self._image, self._prediction, self._several, self._nothing):
            self._stack.addWidget(_scrolled(page))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        workspace.selection_changed.connect(self._reload)
        workspace.image_changed.connect(self._reload)
        workspace.edited.connect(lambda _edits, _asker: self._reload())
        workspace.categories_changed.connect(self._reload)
        workspace.images_changed.connect(lambda _ids: self._reload())
        workspace.versions_changed.connect(self._reload)
        self._reload()

    def _reload(self) -> None:
        chosen = self._workspace.selected
        prediction = self._workspace.selected_prediction
        if prediction is not None:
            self._prediction.show_selected()
            self._stack.setCurrentIndex(2)
        elif len(chosen) == 1:
            self._object.show_object(chosen[0])
            self._stack.setCurrentIndex(0)
        elif chosen:
            self._several.show_objects(chosen)
            self._stack.setCurrentIndex(3)
        elif self._workspace.image is not None:
            self._image.show_image(self._workspace.image)
            self._stack.setCurrentIndex(1)
        else:
            self._stack.setCurrentIndex(4)


class _PredictionFacts(QWidget):
    """What the model proposes, and the two answers to it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setObjectName("inspector_prediction")
        self._workspace = workspace
        self._title = caption("", "inspector_prediction_title", role="heading")
        self._score = caption("", "inspector_prediction_score", role="muted")
        self._expected = caption("", "inspector_prediction_expected", role="muted")
        self._doubt = caption("", "inspector_prediction_doubt", role="muted")
        self._stale = caption("", "inspector_prediction_stale", role="warning")
        accept = button("Accept", "inspector_accept", icon_name="check")
        accept.setToolTip("Make it an object of yours (Enter)")
        reject = button("Reject", "inspector_reject", icon_name="x")
        reject.setToolTip("Put it aside (Esc)")
        accept.clicked.connect(self._on_accept_clicked)
        reject.clicked.connect(self._on_reject_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD, PAD, PAD)
        layout.setSpacing(PAD)
        facts = (self._title, self._score, self._expected, self._doubt, self._stale)
        for part in (*facts, accept, reject):
            layout.addWidget(part)
        layout.addStretch(1)

    def show_selected(self) -> None:
        """Show the selected prediction."""
        prediction = self._workspace.selected_prediction
        if prediction is None:
            return
        category = self._workspace.category(prediction.category_id)
        names = {v.id: v.name for v in self._workspace.versions_ever}
        word, measure = ("look-alike", "Likeness") if is_offer(prediction) else ("", "Score")
        made = f"{word or 'predicted'} by {names.get(prediction.version_id, '?')}"
        self._title.setText(f"{category.name}, {made}")
        self._score.setText(f"{measure} {prediction.score:.2f}, box {box_words(prediction.box)}")
        mask_from = self._workspace.settings.value.mask_from
        known = None if is_offer(prediction) else self._workspace.calibration
        expected = expected_words(prediction, known, mask_from)
        self._expected.setText(expected)
        self._expected.setVisible(bool(expected))
        self._doubt.setText(doubt_words(prediction, category.joints))
        self._doubt.setVisible(not is_offer(prediction))
        stale = ""
        if not is_offer(prediction):
            stale = stale_words(prediction.version_id, self._workspace.versions)
        self._stale.setText(f"{stale}. Press I to predict this image anew." if stale else "")
        self._stale.setVisible(bool(stale))

    def _on_accept_clicked(self) -> None:
        prediction = self._workspace.selected_prediction
        if prediction is not None:
            self._workspace.accept([prediction.id])

    def _on_reject_clicked(self) -> None:
        prediction = self._workspace.selected_prediction
        if prediction is not None:
            self._workspace.reject([prediction.id])


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(page)
    as_role(area, "plain")
    return area
