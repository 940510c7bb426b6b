"""What is done about labels that may be wrong: each answer is one step, and is undone as one."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.edits import Edit
from annotator.domain.model import Annotation, Verdict
from annotator.domain.soundness import sound
from annotator.domain.suspects import Suspect
from annotator.services import fixes
from annotator.ui.categorising import Categorising
from annotator.ui.stage import told


class Checking(Categorising):
    """An editor that answers what a check of the labels asks; signals as those of ``Stage``."""

    @told
    def look_into(self, suspect: Suspect) -> None:
        """Show its image, select the label, and draw what the model says over it."""
        self.show_image(suspect.image_id)
        if self.image is None or self.image.id != suspect.image_id:
            return
        said = suspect.proposal
        proposal = None if said is None else replace(said, id=suspect.id)
        self._scene.ask(proposal, is_missing=suspect.annotation is None)
        self.predictions_changed.emit()
        if suspect.annotation_id is not None:
            self.select([suspect.annotation_id])
        else:
            self.select(prediction_id=suspect.id)

    def look_away(self) -> None:
        """Draw nothing more over the image."""
        self._scene.ask(None, is_missing=False)
        self.predictions_changed.emit()

    @told
    def mend(self, suspect: Suspect) -> None:
        """Do what the model says: add, change or delete the label."""
        if not self._is_asked_here(suspect):
            return
        now = self._label_of(suspect)
        categories = {c.id: c for c in self.categories}
        after = fixes.mended(suspect, now, categories, person=self.person)
        words = fixes.verb(suspect, categories)
        if now is None and after is not None:
            (made,) = self._numbered([after])
            edits = [Edit(None, made), fixes.answered(suspect, Verdict.ACCEPTED, made.id)]
            self._answer(words, edits, select=made.id)
        elif now is not None and after is None:
            self.delete_suspect(suspect)
        elif now is not None and after is not None:
            kept = self._owned(now, sound(after, self.frame, before=now))
            edits = [Edit(now, kept), fixes.answered(suspect, Verdict.CORRECTED, now.id)]
            self._answer(words, edits, select=now.id)

    @told
    def delete_suspect(self, suspect: Suspect) -> None:
        """Delete the label."""
        now = self._label_of(suspect)
        if now is not None and self._is_asked_here(suspect):
            edits = [Edit(now, None), fixes.answered(suspect, Verdict.CORRECTED, None)]
            self._answer("Delete the label", edits, select=None)

    @told
    def call_right(self, suspect: Suspect) -> None:
        """The label is right as it is, or nothing is missing; it is not asked again."""
        if self._is_asked_here(suspect):
            verdict = fixes.answered(suspect, Verdict.REJECTED, suspect.annotation_id)
            self._answer("Right as it is", [verdict], select=suspect.annotation_id)

    def _answer(self, text: str, edits: list[Edit], *, select: int | None) -> None:
        if self._may_change() and self._apply(text, edits):
            self._scene.ask(None, is_missing=False)
            self.predictions_changed.emit()
            self.select([] if select is None else [select])

    def _is_asked_here(self, suspect: Suspect) -> bool:
        return self.image is not None and self.image.id == suspect.image_id

    def _label_of(self, suspect: Suspect) -> Annotation | None:
        key = suspect.annotation_id
        return None if key is None else self._scene.annotation(key)
