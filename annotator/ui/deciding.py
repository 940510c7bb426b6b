"""What becomes of predictions: objects, as they are or corrected, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotator.domain.edits import Edit
from annotator.domain.lines import Line
from annotator.domain.model import Annotation, Decision, Prediction, Verdict
from annotator.domain.offers import is_offer, offers_among
from annotator.domain.soundness import sound
from annotator.services import steps
from annotator.services.bulk_jobs import Accept, Clear
from annotator.ui.bulking import FEW
from annotator.ui.checking import Checking
from annotator.ui.stage import told


class Deciding(Checking):
    """An editor that adds objects, also out of predictions; signals as those of ``Stage``."""

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
        if not is_offer(prediction):
            return self._add(own, text=text, asker=asker, prediction=prediction)
        made = self._add(own, text=text, asker=asker)
        if made is not None:
            self.withdraw([prediction.id])
        return made

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
        """Predictions on the image in view are put aside; look-alikes only until asked for anew."""
        chosen = self._predictions(prediction_ids)
        stored = [p for p in chosen if not is_offer(p)]
        if stored and self.image:
            self._do(
                steps.reject(stored, image_id=self.image.id, text=self._about("Reject", stored))
            )
        if len(stored) < len(chosen):
            self.withdraw([p.id for p in offers_among(chosen)])
        if chosen:
            self.select()

    @property
    def offers(self) -> tuple[Prediction, ...]:
        """Look-alikes that are proposed on the image in view."""
        return self._scene.offers

    def offer(self, offers: Sequence[Prediction]) -> None:
        """Propose look-alikes on the image in view, in place of former ones; none ends it."""
        self._scene.offer(offers)
        self._on_offers_changed()

    def withdraw(self, offer_ids: Sequence[int]) -> None:
        """Propose some look-alikes no more."""
        self._scene.withdraw(offer_ids)
        self._on_offers_changed()

    def _on_offers_changed(self) -> None:
        if self._selected_prediction is not None and self.selected_prediction is None:
            self.select()
        self.predictions_changed.emit()

    @told
    def accept_above(
        self,
        threshold: float | None = None,
        *,
        everywhere: bool = False,
        category_id: int | None = None,
        image_ids: Sequence[int] | None = None,
    ) -> None:
        """Accept all predictions that are sure enough: here, or as one bulk step.

        Args:
            threshold: None for the project's own scores, by category.
            everywhere: on all images.
            category_id: of this category only.
            image_ids: on these images.
        """
        if self.store is None or self.image is None or not self._may_change():
            return
        line = self.line if threshold is None else Line(threshold)
        if not everywhere and image_ids is None:
            chosen = [p for p in self.predictions if category_id in (None, p.category_id)]
            self.accept([p.id for p in chosen if is_offer(p) or line.admits(p)])
            return
        self._accept_many(line, category_id, None if image_ids is None else tuple(image_ids))

    def _accept_many(
        self, line: Line, category_id: int | None, image_ids: tuple[int, ...] | None
    ) -> None:
        assert self.store is not None
        job = Accept(
            self.person,
            line.general,
            tuple(line.own.items()),
            tuple(self.hidden_categories),
            self.settings.value.mask_from,
            image_ids,
            category_id,
            f"{self.category(category_id).name} " if category_id else "",
            self._curves(),
        )
        known = None if image_ids is None or len(image_ids) > FEW else image_ids
        count = self.store.predictions.count(limit=FEW + 1, image_ids=known)
        self._run(job, f"Accepting {job.noun}predictions", is_short=count <= FEW)

    def _curves(self) -> tuple[tuple[int, int, tuple[float, ...], tuple[float, ...]], ...]:
        """What the project's corrections say about predictions, for another process."""
        whole = {} if self.calibration.whole is None else {0: self.calibration.whole}
        known = {**self.calibration.own, **whole}
        return tuple((key, c.pairs, c.expected, c.found) for key, c in known.items())

    @told
    def clear_predictions(self, *, everywhere: bool) -> None:
        """Remove predictions nobody decided about."""
        if self.store is None or self.image is None or not self._may_change():
            return
        if everywhere and len(self.album) > FEW:
            self._run(Clear(), "Clearing predictions", is_short=False)
            return
        count = self.store.predictions.clear(None if everywhere else [self.image.id])
        ids = self.album.columns.ids.tolist() if everywhere else [self.image.id]
        self.store.images.set_ranks(dict.fromkeys(ids, (None, "")))
        self.store.queue.forget(ids)
        if everywhere:
            self.store.queue.set_outlook(None)
        self.predictions_stored(ids)
        self.say(f"Cleared {count} predictions. Model > Pre-label makes new ones.")

    # --- how it is done --------------------------------------------------------------------

    def _add(
        self,
        drafts: Sequence[Annotation],
        *,
        text: str,
        asker: object,
        gesture: str | None = None,
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
        self._apply(text, edits, gesture=gesture, asker=asker)
        self.select(one.id for one in made)
        return made[0]

    def _predictions(self, ids: Sequence[int]) -> list[Prediction]:
        found = (self._scene.prediction(i) for i in ids)
        return [p for p in found if p is not None]

    def _about(self, verb: str, chosen: Sequence[Prediction]) -> str:
        if len(chosen) == 1:
            return f"{verb} {self.category(chosen[0].category_id).name} {chosen[0].score:.2f}"
        offers = offers_among(chosen)
        if len(offers) == len(chosen):
            return (
                f"{verb} {len(chosen)} look-alikes of {self.category(offers[0].category_id).name}"
            )
        return f"{verb} {len(chosen)} predictions"
