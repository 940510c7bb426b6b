"""Below the queue: why the image in view is in it, what comes next, and what labelling brought."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.domain.model import ModelVersion
from annotator.domain.queueing import Outlook
from annotator.services.growth import Point, expected
from annotator.ui.look import GAP, PAD, button, caption
from annotator.ui.panels.parts import Segments
from annotator.ui.panels.yield_chart import YieldChart
from annotator.ui.words import counted, duration
from annotator.ui.workspace import Workspace

Hours = Callable[[ModelVersion], float | None]
"""Hours of labelling that had been spent when a version was made; None where nobody knows."""

MANY = 20
"""Images above which it matters which are labelled first."""

_KINDS = ("mask", "box", "keypoints")
_WORTH_A_WORD = 0.005  # of average precision; less is no gain anybody sees


class QueueCard(QWidget):
    """Reasons, the stop hint, and a chart of average precision against labelled images or hours.

    Signals:
        suggestion_requested: there is no model yet, and the person wants images to begin with.
    """

    suggestion_requested = Signal()

    def __init__(
        self, workspace: Workspace, hours: Hours | None = None, parent: QWidget | None = None
    ) -> None:
        """Show what the queue knows.

        Args:
            workspace: what is open.
            hours: where there is a ledger of time; the chart can go by it then.
            parent: the panel it stands in.
        """
        super().__init__(parent)
        self.setObjectName("queue_card")
        self._workspace, self._hours = workspace, hours
        self._along = "images"
        self._reasons = caption("", "queue_reasons", role="muted")
        self._next = caption("", "queue_next")
        self._stop = caption("", "queue_stop", role="warning")
        self._gain = caption("", "queue_gain")
        self._axis = Segments("queue_axis", (("images", "By images"), ("hours", "By hours")))
        self._axis.hide()
        self._chart = YieldChart()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, GAP, PAD, PAD)
        layout.setSpacing(GAP)
        self._suggest = button("Choose images to begin with", "queue_suggest")
        self._suggest.setToolTip("The most typical of each kind of picture, so that few are needed")
        self._suggest.clicked.connect(self.suggestion_requested)
        texts = self._reasons, self._stop, self._next, self._gain
        for part in (*texts, self._axis, self._chart, self._suggest):
            layout.addWidget(part)
        self._axis.chosen.connect(self._on_axis_chosen)
        workspace.image_changed.connect(self._refresh_reasons)
        workspace.predictions_changed.connect(self._refresh_reasons)
        workspace.images_changed.connect(self.refresh)
        workspace.versions_changed.connect(self.refresh)
        workspace.project_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Read anew what the queue knows; nothing while nobody sees it."""
        if self.isHidden():
            return
        store = self._workspace.store
        outlook = None if store is None else store.queue.outlook
        self._refresh_reasons()
        self._show_outlook(outlook)
        self._suggest.setVisible(outlook is None and self._is_at_the_start())
        self._show_growth(outlook)

    def _is_at_the_start(self) -> bool:
        """Whether a choice of images helps: no model yet, and more images than one would label."""
        workspace = self._workspace
        if workspace.versions or workspace.is_read_only:
            return False
        return len(workspace.album) - workspace.album.reviewed > MANY

    def _refresh_reasons(self) -> None:
        texts = dict.fromkeys(reason.text for reason in self._workspace.reasons)
        self._reasons.setText("\n".join(map(_sentence, texts)))
        self._reasons.setVisible(bool(texts))

    def _show_outlook(self, outlook: Outlook | None) -> None:
        self._next.setVisible(outlook is not None)
        self._stop.setVisible(outlook is not None and outlook.is_mostly_checking)
        if outlook is None:
            return
        images = counted(outlook.images, "image")
        if outlook.is_start:
            self._next.setText(f"To begin with: {images}, each typical of those that look like it.")
        else:
            self._next.setText(f"Next: {images}, about {duration(outlook.seconds)} of work.")
        self._stop.setText("The outlines to come are mostly right: what is left needs checking.")

    # --- what labelling brought ------------------------------------------------------------

    def _show_growth(self, outlook: Outlook | None) -> None:
        points = self._points(self._along)
        has_curve = len(self._points("images")) > 1
        self._axis.setVisible(has_curve and self._hours is not None)
        coming = self._coming(points, outlook)
        self._gain.setVisible(bool(points))
        self._gain.setText(self._gain_words(points, coming))
        self._chart.setVisible(len(points) > 1)
        self._chart.show_points(points, coming, along=self._along)

    def _points(self, along: str) -> list[Point]:
        """What was spent for each model version, and how good it is, the first one first."""
        found = []
        for version in reversed(self._workspace.versions):
            quality, spent = quality_of(version), self._spent(version, along)
            if quality is not None and spent:
                found.append((spent, quality))
        return found

    def _spent(self, version: ModelVersion, along: str) -> float | None:
        if along == "hours":
            return None if self._hours is None else self._hours(version)
        return float(version.train_images + version.held_out_images)

    def _coming(self, points: list[Point], outlook: Outlook | None) -> Point | None:
        """Where the curve is expected to be after the next batch."""
        if outlook is None or outlook.is_start or not points:
            return None
        more = outlook.images if self._along == "images" else outlook.seconds / 3600
        spent = max(x for x, _ in points) + more
        value = expected(points, spent)
        return None if value is None else (spent, value)

    def _gain_words(self, points: list[Point], coming: Point | None) -> str:
        if not points:
            return ""
        most, now = max(points)
        spent = counted(round(most), "image")
        if self._along == "hours":
            spent = duration(3600 * most)
        told = f"Held-out AP {now:.2f} with {spent}"
        if coming is None:
            return f"{told}."
        if coming[1] - now < _WORTH_A_WORD:
            return f"{told}; the next are expected to change little."
        return f"{told}, after the next about {coming[1]:.2f}."

    def _on_axis_chosen(self, along: str) -> None:
        self._along = along
        self._axis.set_chosen(along)
        self.refresh()

    def setVisible(self, visible: bool) -> None:
        """Show it with what is known now."""
        super().setVisible(visible)
        self.refresh()


def quality_of(version: ModelVersion) -> float | None:
    """The held-out AP of masks, else of boxes, else of joints; None where none was measured."""
    try:
        metrics = json.loads(version.metrics)
    except json.JSONDecodeError:
        return None
    values = (metrics.get(kind, {}).get("AP", -1.0) for kind in _KINDS)
    return next((float(value) for value in values if value >= 0), None)


def _sentence(text: str) -> str:
    """Words about the whole image begin large; a category keeps its name as it is."""
    return text if ": " in text else f"{text[:1].upper()}{text[1:]}"
