"""Keeps the workspace told what the model's expected IoU has proved to be worth."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from annotator.domain.calibration import Calibration
from annotator.domain.edits import Edit
from annotator.domain.errors import KnownError
from annotator.domain.model import Annotation, Decision, Review
from annotator.services.calibrating import Calibrator
from annotator.ui import background
from annotator.ui.workspace import Workspace

ENOUGH_NEWS = 20
"""After so many objects or verdicts that tell something new, it is worked out anew."""


class Calibrating(QObject):
    """Looks at corrections when a project is opened, and when an image is left after enough news.

    Comparing two thousand masks takes longer than a window may wait: the thread pool does it.
    """

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._calibrator: Calibrator | None = None
        self._news = 0
        self._is_looking = self._is_due = False
        self._was_few = False
        workspace.project_changed.connect(self._on_project_changed)
        workspace.edited.connect(self._on_edited)
        workspace.image_changed.connect(self._on_image_changed)

    def _on_project_changed(self) -> None:
        store = self._workspace.store
        self._calibrator = None if store is None else Calibrator(store)
        self._is_looking = self._was_few = False
        if self._calibrator is not None:
            self._look()

    def _on_edited(self, edits: Sequence[Edit], _asker: object) -> None:
        for edit in edits:
            subject = edit.subject
            is_of_model = isinstance(subject, Annotation) and subject.origin.version_id is not None
            self._news += is_of_model or isinstance(subject, Decision)
            if isinstance(subject, Review):  # many accepted objects count from now on
                self._news += len(self._workspace.annotations)

    def _on_image_changed(self) -> None:
        if self._is_looking:
            self._is_due = True
        elif self._news >= ENOUGH_NEWS:
            self._look()

    def _look(self) -> None:
        calibrator = self._calibrator
        if calibrator is None:
            return
        self._news = 0
        self._is_looking, self._is_due = True, False

        def tell(found: Calibration) -> None:
            if self._calibrator is calibrator:
                self._is_looking = False
                self._take(found)
                if self._is_due:
                    self._on_image_changed()

        def refuse(error: Exception) -> None:
            if self._calibrator is calibrator:
                self._is_looking = False
                if not isinstance(error, KnownError):
                    raise error
                self._workspace.say(str(error), "warning")

        background.run(calibrator.fit, done=tell, failed=refuse, owner=self)

    def _take(self, found: Calibration) -> None:
        workspace = self._workspace
        is_first = self._was_few and found.whole is not None
        self._was_few = found.whole is None
        if found != workspace.calibration:
            workspace.calibrate(found)
        if is_first:
            workspace.say(
                f"What the model expects of its masks is measured by {found.pairs} of your "
                "corrections from now on."
            )
