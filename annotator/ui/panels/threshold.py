"""From which score on predictions are shown, and what to do with all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from annotator.ui.look import PAD, as_role, button, flat_button, tabular
from annotator.ui.panels.facts import stale_words
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace


class ThresholdSlider(QWidget):
    """Acts on stored predictions at once; nothing is predicted again.

    It moves the score of all categories, or of the one that is chosen beside it.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("threshold")
        self._workspace = workspace
        self._value = QLabel()
        self._value.setObjectName("threshold_value")
        self._value.setFont(tabular(self.font()))
        self._value.setFixedWidth(32)
        self._slider = _slider()
        self._scope = _scope()
        self._same = flat_button("arrow-counter-clockwise", "threshold_same", "")
        self._count = QLabel()
        self._count.setObjectName("threshold_count")
        self._count.setFont(tabular(self.font()))
        as_role(self._count, "muted")
        self._stale = QLabel()
        self._stale.setObjectName("threshold_stale")
        self._stale.setWordWrap(True)
        as_role(self._stale, "warning")
        self._accept = button("Accept all shown", "threshold_accept", icon_name="check")
        self._reject = button("Reject all shown", "threshold_reject", icon_name="x")
        self._lay_out()
        self._connect()
        self._fill()

    def _connect(self) -> None:
        workspace = self._workspace
        self._slider.valueChanged.connect(self._on_slider_moved)
        self._accept.clicked.connect(self._on_accept_clicked)
        self._reject.clicked.connect(self._on_reject_clicked)
        self._scope.activated.connect(lambda _row: self._follow())
        self._same.clicked.connect(self._on_same_clicked)
        workspace.project_changed.connect(self._on_project_changed)
        workspace.categories_changed.connect(self._fill)
        workspace.predictions_changed.connect(self._follow)
        workspace.image_changed.connect(self._follow)
        workspace.versions_changed.connect(self._follow)

    def _lay_out(self) -> None:
        words, of = QLabel("Predictions ≥"), QLabel("of")
        for label in (words, of):
            as_role(label, "muted")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(PAD, PAD // 2, PAD, PAD // 2)
        whole.setSpacing(PAD // 2)
        layout = QHBoxLayout()
        layout.setSpacing(PAD)
        whole.addLayout(layout)
        whole.addWidget(self._stale)
        for part in (words, self._value, self._slider, of, self._scope, self._same, self._count):
            layout.addWidget(part)
        layout.setStretch(2, 1)
        layout.addStretch(1)
        layout.addWidget(self._accept)
        layout.addWidget(self._reject)

    def _on_project_changed(self) -> None:
        self._scope.setCurrentIndex(0)
        self._fill()

    def _fill(self) -> None:
        """Offer the categories there are; the one chosen stays chosen."""
        chosen = self._scope.currentData()
        self._scope.clear()
        self._scope.addItem("all categories", None)
        for category in self._workspace.categories:
            self._scope.addItem(category.name, category.id)
        self._scope.setCurrentIndex(max(0, self._scope.findData(chosen)))
        self._follow()

    def _follow(self) -> None:
        self._follow_scope()
        shown = len(self._workspace.predictions)
        image = self._workspace.image
        was_predicted = image is not None and image.version_id is not None
        waiting = self._workspace.waiting_predictions
        offers = len(self._workspace.offers)
        words = f"{shown - offers} of {waiting - offers} shown" if was_predicted else "None yet"
        if offers:  # in few letters: a wider bar would push the panels aside
            words = f"{words}, {offers} alike" if was_predicted else counted(offers, "look-alike")
        self._count.setText(words)
        stale = stale_words(image.version_id, self._workspace.versions) if image else ""
        self._stale.setText(f"{stale}. Press I to predict this image anew." if stale else "")
        self._stale.setVisible(bool(stale))
        self._accept.setEnabled(shown > 0 and not self._workspace.is_read_only)
        self._reject.setEnabled(shown > 0 and not self._workspace.is_read_only)

    def _follow_scope(self) -> None:
        """The score of what is chosen; categories with one of their own tell it."""
        line, chosen = self._workspace.line, self._scope.currentData()
        percent = round(100 * (line.general if chosen is None else line.at(chosen)))
        self._slider.blockSignals(True)
        self._slider.setValue(percent)
        self._slider.blockSignals(False)
        self._value.setText(f"{percent / 100:.2f}")
        for row, category in enumerate(self._workspace.categories, start=1):
            if row < self._scope.count():
                own = line.own.get(category.id)
                words = category.name if own is None else f"{category.name} ≥ {own:.2f}"
                self._scope.setItemText(row, words)
        self._same.setVisible(chosen in line.own)
        self._same.setToolTip(f"As all categories: {line.general:.2f}")

    def _on_same_clicked(self) -> None:
        self._workspace.set_threshold(None, category_id=self._scope.currentData())

    def _on_slider_moved(self, percent: int) -> None:
        self._workspace.set_threshold(percent / 100, category_id=self._scope.currentData())

    def _on_accept_clicked(self) -> None:
        self._workspace.accept([p.id for p in self._workspace.predictions])

    def _on_reject_clicked(self) -> None:
        self._workspace.reject([p.id for p in self._workspace.predictions])


def _scope() -> QComboBox:
    made = QComboBox()
    made.setObjectName("threshold_scope")
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    made.setMaximumWidth(180)
    made.setToolTip("Which categories the slider is for")
    made.setAccessibleName("Which categories the slider is for")
    return made


def _slider() -> QSlider:
    made = QSlider(Qt.Orientation.Horizontal)
    made.setObjectName("threshold_slider")
    made.setRange(0, 100)
    made.setPageStep(5)
    made.setMinimumWidth(72)
    made.setMaximumWidth(200)
    made.setToolTip("Show predictions from this score on")
    made.setAccessibleName("Show predictions from this score on")
    return made
