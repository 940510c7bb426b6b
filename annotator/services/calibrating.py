"""Expected IoU learned from a project's own corrections."""

from __future__ import annotations

from annotator.domain.calibration import Calibration, Outcome, Pair, pair_of
from annotator.domain.masks import is_sound
from annotator.domain.model import Rle
from annotator.store.store import Store


class Calibrator:
    """Reads outcomes and fits; what was compared before is not compared again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[Outcome, Pair] = {}

    def fit(self) -> Calibration:
        """What the latest corrections say."""
        outcomes = [one for one in self._store.outcomes.latest() if _can_compare(one)]
        self._known = {one: self._known.get(one) or pair_of(one) for one in outcomes}
        return Calibration.of([self._known[one] for one in outcomes])


def _can_compare(outcome: Outcome) -> bool:
    return not isinstance(outcome.mask, Rle) or is_sound(outcome.mask)
