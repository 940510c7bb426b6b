"""What became of predictions: their masks, and those of the objects that people made of them."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import and_, or_, select

from annotator.domain.calibration import Outcome
from annotator.domain.model import ImageState, Verdict
from annotator.store.codec import geometry_of, prediction_of
from annotator.store.database import Database
from annotator.store.foreign import stored
from annotator.store.predictions import COLUMNS
from annotator.store.tables import annotation, annotation_geometry, decision, image, prediction

LATEST: Final = 2_000
"""So many of the latest outcomes are read: they are most like what is predicted next."""

_QUERY = (
    select(*COLUMNS, annotation_geometry.c.geometry, annotation_geometry.c.source)
    .select_from(
        decision.join(prediction, prediction.c.id == decision.c.prediction_id)
        .join(annotation, annotation.c.id == decision.c.annotation_id)
        .join(annotation_geometry, annotation_geometry.c.annotation_id == annotation.c.id)
        .join(image, image.c.id == annotation.c.image_id)
    )
    .where(
        annotation.c.has_mask,
        annotation.c.category_id == prediction.c.category_id,
        or_(
            decision.c.verdict == Verdict.CORRECTED.value,
            and_(
                decision.c.verdict == Verdict.ACCEPTED.value,
                image.c.state == ImageState.REVIEWED.value,
            ),
        ),
    )
    .order_by(prediction.c.id.desc())
    .limit(LATEST)
)
_OURS, _SOURCE = len(COLUMNS), len(COLUMNS) + 1


class Outcomes:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def latest(self) -> list[Outcome]:
        """Of predictions with a mask that were corrected, or accepted on reviewed images.

        What was accepted counts once its image was reviewed: many are accepted at one stroke, and
        only then somebody has looked at each. A mask that was given later to a box accepted alone
        counts too, so that masks too poor to be shown are known as well.
        """
        with self._database.read() as connection:
            rows = connection.execute(_QUERY).all()
        found = (_outcome(row) for row in rows)
        return [one for one in found if one is not None]


@stored
def _outcome(row: Any) -> Outcome | None:
    said = prediction_of(row)
    mask, _ = geometry_of(row[_OURS], row[_SOURCE], has_mask=True, has_keypoints=False)
    if said.mask is None or said.doubt.mask is None or mask is None:
        return None
    return Outcome(said.category_id, 1 - said.doubt.mask, said.mask, mask)
