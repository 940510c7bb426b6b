"""What is open now, and the only thing that changes it: objects and predictions of an image.

Views listen to its signals and call its methods. ``Stage`` holds what is open, ``Session`` how
one goes about, ``Editor`` how a change is written, ``Past`` how it is taken back, ``Reworking``
how several objects become others, ``Categorising`` what categories have beyond that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotator.domain.arrange import apart
from annotator.domain.edits import Edit
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Decision,
    Keypoint,
    Mask,
    Origin,
    Prediction,
    Verdict,
)
from annotator.domain.soundness import sift, sound
from annotator.services import steps
from annotator.ui.categorising import Categorising
from annotator.ui.notices import Notice
from annotator.ui.scene import unconfirmed
from annotator.ui.stage import told
from annotator.ui.words import counted


class Workspace(Categorising):
    """What is open, and every change of it; signals as those of ``Stage``."""

    # --- objects ---------------------------------------------------------------------------

    @told
    def add_object(
        self,
        *,
        box: Box | None = None,
        mask: Mask | None = None,
        keypoints: tuple[Keypoint, ...] = (),
        category_id: int | None = None,
        text: str,
        asker: object = None,
    ) -> Annotation | None:
        """Add an object to the image in view and select it.

        Args:
            box: pixels of the image.
            mask: pixels of the image.
            keypoints: one a joint of its category.
            category_id: None for the current category.
            text: of the step.
            asker: the view that asks.

        Returns:
            The object; None when nothing may be changed here.
        """
        category = category_id or (self.current_category.id if self.current_category else None)
        if category is None:
            self.say("Create a category first: Object > Categories, or press R and draw.")
            return None
        draft = Annotation(
            id=0,
            image_id=0,
            category_id=category,
            box=box,
            mask=mask,
            keypoints=keypoints,
            origin=Origin(made_by=self.person),
        )
        return self._add([draft], text=text, asker=asker)

    @told
    def paste(self, annotations: Sequence[Annotation]) -> None:
        """Add copies of objects to the image in view, as one step, and select them."""
        own = Origin(made_by=self.person)
        drafts = [replace(a, file_id=None, source=None, origin=own) for a in annotations]
        fitting, refusals = sift(apart(drafts, self.annotations), self.frame)
        noun = "object" if len(fitting) == 1 else f"{len(fitting)} objects"
        self._add(fitting, text=f"Paste {noun}", asker=None)
        if refusals:
            self.say(f"{counted(len(refusals), 'object')} not pasted. {refusals[0]}", "warning")

    def change(
        self,
        after: Annotation,
        *,
        text: str,
        gesture: str | None = None,
        asker: object = None,
    ) -> None:
        """Change one object; what it was is looked up by its id."""
        self.change_many([after], text=text, gesture=gesture, asker=asker)

    @told
    def change_many(
        self,
        afters: Sequence[Annotation],
        *,
        text: str,
        gesture: str | None = None,
        asker: object = None,
    ) -> None:
        """Change objects in one step."""
        edits = []
        for after in afters:
            before = self._scene.annotation(after.id)
            if before is not None and before != after:
                checked = sound(after, self.frame, before=before)
                edits.append(Edit(before, self._owned(before, checked)))
        if edits:
            self._apply(text, self._free(edits), gesture=gesture, asker=asker)

    @told
    def delete(self, annotation_ids: Sequence[int], *, asker: object = None) -> None:
        """Delete objects in one step."""
        chosen = set(annotation_ids)
        gone = self._free([Edit(a, None) for a in self.annotations if a.id in chosen])
        if gone:
            noun = "object" if len(gone) == 1 else f"{len(gone)} objects"
            self._apply(f"Delete {noun}", gone, asker=asker)
            self.select(i for i in self._selected if self._scene.annotation(i))

    @told
    def recategorise(self, category_id: int) -> None:
        """Give the selection another category; with nothing selected, the new objects'."""
        chosen = self.selected_prediction
        category = self.category(category_id)
        if chosen is not None:
            after = self._recategorised(self.adopt(chosen), category)
            self.correct(chosen, after, text=f"Change category to {category.name}")
        elif self.selected:
            afters = [self._recategorised(a, category) for a in self.selected]
            self.change_many(afters, text=f"Change category to {category.name}")
        self.set_current_category(category_id)

    @told
    def take_out(self, image_ids: Sequence[int]) -> None:
        """Take images out of the project with their objects; the files stay."""
        if self.store is None or not self._may_change():
            return
        gone = set(image_ids)
        if self.image is not None and self.image.id in gone:
            row, ids = self.album.row_of(self.image.id) or 0, self.album.columns.ids.tolist()
            kept = next((i for i in (*ids[row:], *ids[:row][::-1]) if i not in gone), None)
            self._show(kept) if kept is None else self.show_image(kept)
        self.store.images.remove(sorted(gone))
        self.reload_images()

    # --- predictions -----------------------------------------------------------------------

    def adopt(self, prediction: Prediction) -> Annotation:
        """What a prediction would be as an object; nothing is stored and its id is 0."""
        category = self.category(prediction.category_id)
        return steps.adopted(prediction, category, annotation_id=0, person=self.person)

    @told
    def correct(
        self,
        prediction: Prediction,
        after: Annotation,
        *others: Annotation,
        text: str,
        asker: object = None,
    ) -> Annotation | None:
        """A prediction becomes the person's own, changed, object, or several."""
        origin = replace(after.origin, corrected_by=self.person)
        own = [replace(one, origin=origin) for one in (after, *others)]
        return self._add(own, text=text, asker=asker, prediction=prediction)

    @told
    def accept(self, prediction_ids: Sequence[int]) -> None:
        """Predictions on the image in view become objects, as they are."""
        chosen = self._predictions(prediction_ids)
        if chosen and self.image and self.store and self._may_change():
            text = self._about("Accept", chosen)
            step = steps.accept(self.store, chosen, person=self.person, image=self.image, text=text)
            self._do(step)
            made = [e.after.id for e in step.edits if isinstance(e.after, Annotation)]
            self.select(made if len(made) == 1 else ())

    @told
    def reject(self, prediction_ids: Sequence[int]) -> None:
        """Predictions on the image in view are put aside."""
        chosen = self._predictions(prediction_ids)
        if chosen and self.image:
            self._do(
                steps.reject(chosen, image_id=self.image.id, text=self._about("Reject", chosen))
            )
            self.select()

    @told
    def accept_above(
        self,
        threshold: float,
        *,
        everywhere: bool = False,
        category_id: int | None = None,
        image_ids: Sequence[int] | None = None,
    ) -> None:
        """Accept all predictions from a score on: here, or as one bulk step.

        Args:
            threshold: the score.
            everywhere: on all images.
            category_id: only those of it.
            image_ids: on these images.
        """
        if self.store is None or self.image is None or not self._may_change():
            return
        if not everywhere and image_ids is None:
            chosen = [p for p in self.predictions if category_id in (None, p.category_id)]
            self.accept([p.id for p in chosen if p.score >= threshold])
            return
        found = self._worth_accepting(
            self.store.predictions.undecided_above(
                threshold, image_ids=image_ids, category_id=category_id
            )
        )
        if not found:
            self.say(f"No prediction from {threshold:.2f} on is waiting.")
            return
        count = len({p.image_id for p in found})
        text = f"Accept {len(found)} predictions from {threshold:.2f} on, on {count} images"
        step_id = self._do(
            steps.accept(self.store, found, person=self.person, image=None, text=text)
        )
        self.said.emit(Notice(f"{text.replace('Accept', 'Accepted', 1)}.", undo_step=step_id))

    @told
    def clear_predictions(self, *, everywhere: bool) -> None:
        """Remove predictions nobody decided about."""
        if self.store is None or self.image is None or not self._may_change():
            return
        count = self.store.predictions.clear(None if everywhere else [self.image.id])
        ids = self.album.columns.ids.tolist() if everywhere else [self.image.id]
        self.store.images.set_ranks(dict.fromkeys(ids, (None, "")))
        self.predictions_stored(ids)
        self.say(f"Cleared {count} predictions. Model > Pre-label makes new ones.")

    # --- how it is done --------------------------------------------------------------------

    def _add(
        self,
        drafts: Sequence[Annotation],
        *,
        text: str,
        asker: object,
        prediction: Prediction | None = None,
    ) -> Annotation | None:
        """Add objects in one step and select them; the first."""
        if self.image is None or self.store is None or not drafts or not self._may_change():
            return None
        checked = [sound(draft, self.frame) for draft in drafts]
        top = 1 + max((a.ordinal for a in self.annotations), default=-1)
        ids = self.store.take_ids("annotation", len(drafts))
        made = [
            replace(draft, id=key, image_id=self.image.id, is_edited=True, ordinal=top + n)
            for n, (key, draft) in enumerate(zip(ids, checked, strict=True))
        ]
        edits = [Edit(None, one) for one in made]
        if prediction is not None:
            verdict = Decision(prediction.id, self.image.id, Verdict.CORRECTED, made[0].id)
            edits.append(Edit(None, verdict))
        self._apply(text, edits, asker=asker)
        self.select(one.id for one in made)
        return made[0]

    def _worth_accepting(self, found: Sequence[Prediction]) -> list[Prediction]:
        """Predictions, on any image, that would be shown there."""
        assert self.store is not None
        by_image: dict[int, list[Prediction]] = {}
        for one in found:
            if one.category_id not in self.hidden_categories:
                by_image.setdefault(one.image_id, []).append(one)
        own = self.store.annotations.of_images(by_image)
        return [p for key, row in by_image.items() for p in unconfirmed(row, own[key])]

    def _recategorised(self, annotation: Annotation, category: Category) -> Annotation:
        """The object in another category; joints stay only where both have the same ones."""
        same = self.category(annotation.category_id).joints == category.joints
        keypoints = annotation.keypoints if same else ()
        return replace(annotation, category_id=category.id, keypoints=keypoints)

    def _predictions(self, ids: Sequence[int]) -> list[Prediction]:
        found = (self._scene.prediction(i) for i in ids)
        return [p for p in found if p is not None]

    def _about(self, verb: str, chosen: Sequence[Prediction]) -> str:
        if len(chosen) == 1:
            return f"{verb} {self.category(chosen[0].category_id).name} {chosen[0].score:.2f}"
        return f"{verb} {len(chosen)} predictions"
