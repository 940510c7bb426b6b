"""A training in the model panel and on its page: what it does, and what one can do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QMessageBox, QPushButton, QVBoxLayout, QWidget

from annotator.ui.course import Course
from annotator.ui.look import GAP, PAD, button, caption, icon
from annotator.ui.panels.training import progress_bar
from annotator.ui.words import counted, size_words

if TYPE_CHECKING:
    from annotator.ui.panels.curves import Curves


class TrainingControls(QWidget):
    """Title, how far it is, and the buttons: Pause and Stop, or Resume, Keep and Discard."""

    def __init__(
        self, course: Course, prefix: str, *, wide: bool = False, parent: QWidget | None = None
    ) -> None:
        """Show a course.

        Args:
            course: the training.
            prefix: begins the names of the widgets.
            wide: on a page, where buttons need not fill the line.
            parent: of the widget.
        """
        super().__init__(parent)
        self._course, self._prefix = course, prefix
        self._title = caption("", f"{prefix}_title", role="heading")
        self._words = caption("", f"{prefix}_words")
        self._bar = progress_bar(f"{prefix}_progress")
        self._disk = caption("", f"{prefix}_disk")
        self._pause = self._button("Pause", "pause", "pause", course.pause)
        self._pause.setToolTip("Writes the training down and frees the machine; go on any time")
        self._stop = button("Stop", f"{prefix}_stop", icon_name="stop")
        self._stop.setMenu(self._stop_menu())
        self._resume = self._button("Resume", "resume", "play", course.resume, primary=True)
        self._keep = self._button("Keep what it learned", "keep", "", course.keep)
        self._keep.setToolTip("Makes a version of it as it stands, and ends the training")
        self._discard = self._button("Discard…", "discard", "", self._on_discard_clicked)
        self._discard.setToolTip("Throws away what this training learned")
        self._lay_out(wide)
        for signal in (course.changed, course.progressed):
            signal.connect(self.refresh)
        self.refresh()

    def _button(
        self,
        text: str,
        name: str,
        icon_name: str,
        press: Callable[[], object],
        *,
        primary: bool = False,
    ) -> QPushButton:
        made = button(text, f"{self._prefix}_{name}", icon_name=icon_name, primary=primary)
        made.clicked.connect(lambda _checked: press())
        return made

    def _lay_out(self, wide: bool) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        for part in (self._title, self._bar, self._words, self._disk):
            layout.addWidget(part)
        buttons = QGridLayout()
        buttons.setSpacing(PAD)
        buttons.setContentsMargins(0, GAP, 0, 0)
        if wide:
            rows = (self._resume, self._pause, self._stop, self._keep, self._discard)
            for column, one in enumerate(rows):
                buttons.addWidget(one, 0, column)
            buttons.setColumnStretch(len(rows), 1)
        else:
            buttons.addWidget(self._resume, 0, 0, 1, 2)
            buttons.addWidget(self._pause, 1, 0)
            buttons.addWidget(self._stop, 1, 1)
            buttons.addWidget(self._keep, 2, 0)
            buttons.addWidget(self._discard, 2, 1)
        layout.addLayout(buttons)

    def _stop_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName(f"{self._prefix}_stop_menu")
        keep = menu.addAction(icon("check"), "Keep what it learned")
        keep.setObjectName("stop_keep")
        keep.triggered.connect(self._course.stop)
        throw = menu.addAction(icon("trash"), "Throw it away…")
        throw.setObjectName("stop_discard")
        throw.triggered.connect(self._on_discard_clicked)
        return menu

    def refresh(self) -> None:
        """Show how it stands."""
        course = self._course
        is_running, is_left = course.is_running, course.is_left
        self._title.setText(course.title)
        self._words.setText(course.words)
        self._bar.setRange(0, course.steps)
        self._bar.setValue(course.step)
        self._bar.setVisible(is_running or is_left)
        count = len(course.snapshots)
        self._disk.setText(f"{counted(count, 'snapshot')}, {size_words(course.bytes)} on disk")
        self._disk.setToolTip("They let it go on, or go back; they are removed when it ends")
        self._disk.setVisible(count > 0)
        for one in (self._pause, self._stop):
            one.setVisible(is_running)
            one.setEnabled(not course.is_ending)
        self._pause.setEnabled(not course.is_ending and course.step > 0)
        for one in (self._resume, self._keep, self._discard):
            one.setVisible(is_left)

    def _on_discard_clicked(self) -> None:
        ask_to_discard(self._course, self)


def ask_to_discard(course: Course, parent: QWidget) -> None:
    """Ask before hours of work are thrown away: this cannot be undone."""
    box = QMessageBox(
        QMessageBox.Icon.Question,
        "Throw the training away?",
        f"What the training of {course.name} learned in {counted(course.step, 'step')} is lost. "
        "The version in use stays.",
        QMessageBox.StandardButton.Cancel,
        parent,
    )
    box.setObjectName("discard_training")
    throw = box.addButton("Throw it away", QMessageBox.ButtonRole.DestructiveRole)
    throw.clicked.connect(course.discard)
    box.open()


class TrainingCard(QWidget):
    """The training in the model panel, with small curves.

    Signals:
        page_requested: the person wants the page of the training; a record.Point when it was
            clicked at, else None.
    """

    page_requested = Signal(object)

    def __init__(self, course: Course, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("model_train_job")
        self._course = course
        self._curves: Curves | None = None
        self._more = button("Larger curves, and going back…", "model_train_page")
        self._more.clicked.connect(lambda _checked: self.page_requested.emit(None))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(PAD)
        self._layout.addWidget(TrainingControls(course, "model_train"))
        self._layout.addWidget(self._more)
        course.changed.connect(self._on_course_changed)
        course.measured.connect(self._on_course_measured)
        self._on_course_changed()
        self._on_course_measured()

    def _on_course_changed(self) -> None:
        self.setVisible(self._course.is_running or self._course.is_left)

    def _on_course_measured(self) -> None:
        has_curves = self._course.record is not None and bool(self._course.record.losses)
        self._more.setVisible(has_curves)
        if has_curves and self._curves is None:
            # Importing the plots takes a third of a second: not at the start of the window.
            from annotator.ui.panels.curves import Curves  # noqa: PLC0415

            self._curves = Curves(self._course, large=False)
            self._curves.chosen.connect(self.page_requested)
            self._layout.insertWidget(1, self._curves)
        if self._curves is not None:
            self._curves.setVisible(has_curves)
