"""The column of predictions beside the labels: its title, its image, and words for none."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from annotator.ui.canvas.pane import PredictionsPane
from annotator.ui.canvas.view import Canvas
from annotator.ui.look import GAP, PAD, as_role, caption, flat_button, tabular
from annotator.ui.workspace import Workspace

HEIGHT = 32
"""Logical pixels of a title, so that two images beside each other stand at one height."""


class Title(QWidget):
    """A word, and facts behind it."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFixedHeight(HEIGHT)
        word = QLabel(text)
        as_role(word, "heading")
        self._facts = QLabel()
        self._facts.setObjectName(f"{name}_facts")
        self._facts.setFont(tabular(self._facts.font()))
        as_role(self._facts, "muted")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(PAD + GAP, 0, PAD, 0)
        self.row.setSpacing(PAD)
        self.row.addWidget(word)
        self.row.addWidget(self._facts, 1)

    def say(self, facts: str) -> None:
        """Show facts."""
        self._facts.setText(facts)


class PredictionsColumn(QWidget):
    """What the model says, beside what the person says.

    Signals:
        closed: the person wants predictions among the labels again.

    Attributes:
        pane: the image with its predictions.
    """

    closed = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._workspace = canvas.workspace
        self.pane = PredictionsPane(canvas)
        self._title = Title("predictions_title", "Predictions")
        close = flat_button("x", "side_by_side_close", "Show predictions among the labels")
        close.clicked.connect(self.closed)
        self._title.row.addWidget(close)
        self._words = _Words(self.pane)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._title)
        layout.addWidget(self.pane, 1)
        workspace = self._workspace
        for signal in (
            workspace.image_changed,
            workspace.predictions_changed,
            workspace.images_changed,
            workspace.versions_changed,
        ):
            signal.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        workspace = self._workspace
        image, shown = workspace.image, workspace.sure_predictions
        self._words.say(*(("", "") if shown else empty_words(workspace)))
        if image is None:
            self._title.say("")
            return
        version = next((v.name for v in workspace.versions if v.id == image.version_id), "a model")
        said = len(shown) - len(workspace.offers)
        facts = "none yet" if image.version_id is None else f"{said:,} by {version}"
        known = len(shown) - len(workspace.predictions)
        self._title.say(f"{facts} · {known:,} labelled already" if known else facts)


def empty_words(workspace: Workspace) -> tuple[str, str]:
    """Why no prediction is shown on the image in view, and what to do about it."""
    image = workspace.image
    if image is None:
        return "", ""
    if image.version_id is None and workspace.active_version is None:
        return "No model yet", "Label about ten images, then retrain: Ctrl+L."
    if image.version_id is None:
        return "No predictions yet", "Press I to pre-label this image."
    unsure = workspace.waiting_predictions
    if unsure:
        return (
            f"None from {workspace.threshold:.2f} on",
            f"{unsure:,} less sure: move the slider below to the left.",
        )
    return "Nothing to decide here", "The model found nothing more. D shows the next image."


class _Words(QFrame):
    """A title and a sentence in the middle of the parent; hidden without words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("predictions_words")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        as_role(self, "card")
        self._title, self._text = QLabel(), caption("", wrap=False)
        as_role(self._title, "heading")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * PAD, PAD + GAP, 2 * PAD, PAD + GAP)
        layout.setSpacing(GAP)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        parent.installEventFilter(self)

    def say(self, title: str, text: str) -> None:
        """Show words."""
        self._title.setText(title)
        self._text.setText(text)
        self.setVisible(bool(title))
        self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.adjustSize()
            self.move((parent.width() - self.width()) // 2, (parent.height() - self.height()) // 2)

    # --- Qt --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self._place()
        return False
