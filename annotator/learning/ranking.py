"""Which images the model is least sure of, and why: from stored predictions, without torch."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.model import Image, ImageState
from annotator.learning.samples import category_specs, to_detection
from annotator.store.store import Store

FLAGGED_SHARE = 0.1
"""Share of the predicted, not yet reviewed images that is flagged."""

FEWEST_TO_FLAG = 5
"""Of fewer images none stands out: a flag would only repeat the order of the queue."""


@dataclass(frozen=True, slots=True)
class RankedImage:
    """One image's place in the queue: score 0 (sure) to 1, and the reasons in words."""

    image_id: int
    file_name: str
    score: float
    reasons: tuple[str, ...]


def rank(store: Store) -> list[RankedImage]:
    """Rank all predicted images by how unsure the model is, and store it; the least sure first.

    The least sure tenth of the images not yet reviewed is flagged with the reasons.
    """
    from models import selection, types  # noqa: PLC0415

    categories = store.categories.all()
    labels = {c.id: n + 1 for n, c in enumerate(categories)}
    images = {i.id: i for i in store.images.all() if i.version_id is not None}
    stored = store.predictions.of_images(list(images))
    pool = [
        types.ImagePrediction(
            image_id,
            tuple(
                to_detection(p, labels[p.category_id])
                for p in stored.get(image_id, ())
                if p.category_id in labels
            ),
        )
        for image_id in images
    ]
    ranked = [
        RankedImage(s.key, images[s.key].file_name, s.score, s.reasons)
        for s in selection.rank(pool, category_specs(categories))
    ]
    store.images.set_ranks(_ranks(ranked, images))
    return ranked


def _ranks(
    ranked: list[RankedImage], images: dict[int, Image]
) -> dict[int, tuple[float | None, str]]:
    waiting = [r.image_id for r in ranked if images[r.image_id].state != ImageState.REVIEWED]
    count = max(1, round(FLAGGED_SHARE * len(waiting))) if len(waiting) >= FEWEST_TO_FLAG else 0
    flagged = set(waiting[:count])
    return {
        r.image_id: (r.score, "; ".join(r.reasons) if r.image_id in flagged else "") for r in ranked
    }
