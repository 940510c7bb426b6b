"""Everything about the image in view, as values: its objects, predictions and decisions. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from annotator.domain.calibration import Calibration
from annotator.domain.edits import Edit
from annotator.domain.lines import Line
from annotator.domain.model import Annotation, Decision, Prediction
from annotator.domain.proposing import unconfirmed, with_sure_mask
from annotator.domain.queueing import Reason
from annotator.store.store import Store


class Scene:
    """One image's objects, predictions and decisions.

    Attributes:
        image_id: None for no image.
        mask_from: the IoU that a prediction's mask must expect; else its box stands alone.
        calibration: what the IoU that predictions expect is worth; they say so once loaded.
    """

    def __init__(self, mask_from: float = 0.0, calibration: Calibration | None = None) -> None:
        self.image_id: int | None = None
        self.mask_from = mask_from
        self.calibration = calibration or Calibration()
        self._annotations: dict[int, Annotation] = {}
        self._predictions: tuple[Prediction, ...] = ()
        self._decisions: dict[int, Decision] = {}
        self.reasons: tuple[Reason, ...] = ()
        self._in_order: tuple[Annotation, ...] | None = None
        self._open: tuple[Prediction, ...] | None = None
        self._asked: Prediction | None = None
        self._offers: tuple[Prediction, ...] = ()
        self._open_offers: tuple[Prediction, ...] | None = None
        self._is_missing = False

    @classmethod
    def load(
        cls,
        store: Store,
        image_id: int,
        mask_from: float = 0.0,
        calibration: Calibration | None = None,
    ) -> Scene:
        """Everything the store holds about an image."""
        scene = cls(mask_from, calibration)
        scene.image_id = image_id
        scene.reload(store)
        return scene

    def reload(self, store: Store) -> None:
        """Read it all anew."""
        if self.image_id is not None:
            found = store.annotations.of_image(self.image_id)
            self._annotations = {a.id: a for a in found}
            self._in_order = self._open_offers = None
            self.load_predictions(store)

    def load_predictions(self, store: Store) -> None:
        """Read predictions and decisions anew."""
        if self.image_id is None:
            return
        found = map(self.calibration.applied, store.predictions.of_image(self.image_id))
        self._predictions = tuple(with_sure_mask(p, self.mask_from) for p in found)
        self._decisions = store.predictions.decisions_of(self.image_id)
        self.reasons = store.queue.reasons_of(self.image_id)
        self._open = None

    def ask(self, proposal: Prediction | None, *, is_missing: bool) -> None:
        """Show what a model says about a label that may be wrong, whatever its score; None ends it.

        Args:
            proposal: its id is the suspect's.
            is_missing: there is no label, so that it can be accepted like any prediction.
        """
        self._asked, self._is_missing = proposal, is_missing

    def offer(self, offers: Sequence[Prediction]) -> None:
        """Propose look-alikes that nothing stores, whatever their likeness; none ends it.

        Args:
            offers: their ids are below 0.
        """
        self._offers = tuple(with_sure_mask(one, self.mask_from) for one in offers)
        self._open_offers = None

    def withdraw(self, offer_ids: Collection[int]) -> None:
        """Propose some look-alikes no more."""
        self._offers = tuple(one for one in self._offers if one.id not in offer_ids)
        self._open_offers = None

    @property
    def offers(self) -> tuple[Prediction, ...]:
        """Look-alikes that no object says already, the most alike first."""
        if self._open_offers is None:
            self._open_offers = unconfirmed(self._offers, self._annotations.values())
        return self._open_offers

    def _question(self) -> tuple[Prediction, ...]:
        asked = self._asked
        return () if asked is None or asked.id in self._decisions else (asked,)

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """Objects in drawing order."""
        if self._in_order is None:
            values = self._annotations.values()
            self._in_order = tuple(sorted(values, key=lambda a: (a.ordinal, a.id)))
        return self._in_order

    def annotation(self, annotation_id: int) -> Annotation | None:
        """The object of that id."""
        return self._annotations.get(annotation_id)

    def prediction(self, prediction_id: int | None) -> Prediction | None:
        """The undecided prediction of that id."""
        asked = self._question() if self._is_missing else ()
        found = (p for p in (*self._predictions, *asked, *self.offers) if p.id == prediction_id)
        return next((p for p in found if p.id not in self._decisions), None)

    @property
    def doubts(self) -> tuple[tuple[Reason, Prediction], ...]:
        """The reasons that are about a prediction which is still open, and that prediction."""
        is_open = {p.id: p for p in self._undecided()}
        return tuple(
            (reason, is_open[reason.prediction_id])
            for reason in self.reasons
            if reason.prediction_id in is_open
        )

    def _undecided(self) -> tuple[Prediction, ...]:
        """Predictions nobody decided and no object confirms."""
        if self._open is None:
            waiting = [p for p in self._predictions if p.id not in self._decisions]
            self._open = unconfirmed(waiting, self._annotations.values())
        return self._open

    def shown(self, line: Line, hidden_categories: Collection[int]) -> tuple[Prediction, ...]:
        """Predictions to show, the surest first."""
        waiting = self._undecided()
        sure = (p for p in waiting if line.admits(p) and p.category_id not in hidden_categories)
        return (*self._question(), *self._shown_offers(hidden_categories), *sure)

    def sure(self, line: Line, hidden_categories: Collection[int]) -> tuple[Prediction, ...]:
        """Undecided predictions that are sure enough, those an object confirms too."""
        waiting = (p for p in self._predictions if p.id not in self._decisions)
        sure = (p for p in waiting if line.admits(p) and p.category_id not in hidden_categories)
        return (*self._question(), *self._shown_offers(hidden_categories), *sure)

    def _shown_offers(self, hidden_categories: Collection[int]) -> tuple[Prediction, ...]:
        return tuple(p for p in self.offers if p.category_id not in hidden_categories)

    def take(self, edits: Iterable[Edit]) -> bool:
        """Make the edits that are about this image; whether there were any."""
        touched = False
        for edit in edits:
            if edit.image_id != self.image_id or self.image_id is None:
                continue
            touched = True
            self._in_order = self._open = self._open_offers = None
            match edit.subject:
                case Annotation(id=key):
                    _put(self._annotations, key, edit.after)
                case Decision(prediction_id=key):
                    _put(self._decisions, key, edit.after)
        return touched


def _put(values: dict[int, Any], key: int, value: object | None) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value
