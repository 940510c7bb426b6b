"""The queue: which images are worth a look first, and why; from what is stored, without torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotator.domain.model import Category, Image, ImageState, Prediction, Split
from annotator.domain.queueing import Appearance, FloatRows, Outlook, Reason, in_words
from annotator.learning.difficulty import quality_of
from annotator.learning.samples import to_detection
from annotator.services.calibrating import Calibrator
from annotator.store.store import Store

if TYPE_CHECKING:
    from models import selection, valuation
    from models.types import ImagePrediction

FLAGGED_SHARE = 0.1
"""Share of the predicted, not yet reviewed images that is flagged."""

FEWEST_TO_FLAG = 5
"""Of fewer images none stands out: a flag would only repeat the order of the queue."""

WITH_REASONS = 500
"""So many images at the head of the queue keep their reasons for the picture."""


@dataclass(frozen=True, slots=True)
class RankedImage:
    """One image's place in the queue: score 0 (sure) to 1, and the reasons in words."""

    image_id: int
    file_name: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """What is stored of all predicted images, as the ranking wants it.

    Attributes:
        images: by id, in the project's order.
        predictions: of each image those of living categories, the surest first.
        said: the same for the models, one an image, in the same order.
        appearances: what images look like to the version that predicted most of them.
        labels: the label of each category.
        values: what a look at each is worth.
    """

    images: dict[int, Image]
    predictions: dict[int, list[Prediction]]
    said: list[ImagePrediction]
    appearances: dict[int, Appearance]
    labels: dict[int, int]
    values: list[valuation.Valued]

    @property
    def waiting(self) -> list[valuation.Valued]:
        """Of the images that a person has not reviewed and whose files are there."""
        return [
            one
            for one in self.values
            if self.images[one.key].state != ImageState.REVIEWED
            and not self.images[one.key].is_missing
        ]


def gather(store: Store) -> Pool:
    """Read what is stored of predicted images, and value each."""
    from models import types, valuation  # noqa: PLC0415

    labels = {c.id: n + 1 for n, c in enumerate(store.categories.all())}
    images = {i.id: i for i in store.images.all() if i.version_id is not None}
    stored = store.predictions.of_images(list(images))
    predictions = {
        key: [p for p in stored.get(key, ()) if p.category_id in labels] for key in images
    }
    seen, trust = _appearances(store, images), Calibrator(store).fit()
    said = [
        types.ImagePrediction(
            key,
            tuple(
                to_detection(
                    trust.applied(p),
                    labels[p.category_id],
                    seen[key].traits_of(p.id) if key in seen else None,
                )
                for p in own
            ),
        )
        for key, own in predictions.items()
    ]
    values = valuation.valued(
        said,
        quality=quality_of(store, _held_out(images), predictions, labels),
        unconfirmed={key: _numbers(predictions[key], seen[key]) for key in images if key in seen},
    )
    return Pool(images, predictions, said, seen, labels, values)


def rank(store: Store) -> list[RankedImage]:
    """Order the predicted images by worth for seconds of work, and store the order.

    The least sure tenth of the images not yet reviewed is flagged with the reasons.

    Returns:
        All predicted images, the queue first, then reviewed and missing ones, the least sure first.
    """
    from models import selection  # noqa: PLC0415

    pool = gather(store)
    waiting = pool.waiting
    found = selection.order(waiting, _looks(store, pool, waiting), wishes_of(store, pool))
    told = _told(store, pool)
    store.queue.set_order(found, {key: told[key] for key in found[:WITH_REASONS]})
    store.queue.set_outlook(_outlook(pool, found[: selection.BATCH]))
    words = {key: tuple(one.text for one in own) for key, own in told.items()}
    doubts = {one.key: one.doubt for one in pool.values}
    store.images.set_ranks(_flags(pool, doubts, words))
    rest = sorted(set(pool.images) - set(found), key=lambda key: -doubts[key])
    return [
        RankedImage(key, pool.images[key].file_name, doubts[key], words[key])
        for key in (*found, *rest)
    ]


def wishes_of(store: Store, pool: Pool) -> selection.Wishes:
    """How the next batch is chosen: rarer categories more; chance goes by the model version."""
    from models import selection  # noqa: PLC0415

    reviewed = [i.id for i in store.images.all() if i.state == ImageState.REVIEWED]
    objects = store.annotations.of_images(reviewed)
    counts = Counter(
        pool.labels[a.category_id]
        for own in objects.values()
        for a in own
        if a.category_id in pool.labels
    )
    active = store.versions.active()
    return selection.Wishes(labelled=counts, seed=0 if active is None else active.id)


def _appearances(store: Store, images: Mapping[int, Image]) -> dict[int, Appearance]:
    """To the version that predicted most images: those of others cannot be compared with it."""
    versions = Counter(image.version_id for image in images.values())
    if not versions:
        return {}
    (usual, _), *_ = versions.most_common(1)
    return {} if usual is None else store.queue.appearances(usual)


def _held_out(images: Mapping[int, Image]) -> list[int]:
    return [
        key
        for key, image in images.items()
        if image.split == Split.HELD_OUT and image.state == ImageState.REVIEWED
    ]


def _numbers(own: Sequence[Prediction], seen: Appearance) -> list[int]:
    lost = set(seen.unconfirmed or ())
    return [number for number, prediction in enumerate(own) if prediction.id in lost]


def _looks(store: Store, pool: Pool, waiting: Sequence[valuation.Valued]) -> selection.Looks | None:
    """What the images look like; an image nobody looked at is taken to be an average one."""
    from models import selection  # noqa: PLC0415

    seen = pool.appearances
    known = [seen[one.key].scene for one in waiting if one.key in seen]
    if not known:
        return None
    average: FloatRows = np.asarray(np.mean(known, axis=0, dtype=np.float64), np.float16)
    rows = [seen[one.key].scene if one.key in seen else average for one in waiting]
    reviewed = [i.id for i in store.images.all() if i.state == ImageState.REVIEWED]
    labelled = [seen[key].scene for key in reviewed if key in seen]
    return selection.Looks(np.stack(rows), np.stack(labelled or [average])[: len(labelled)])


def _told(store: Store, pool: Pool) -> dict[int, tuple[Reason, ...]]:
    """The reasons of each image in words, with the predictions they are about."""
    categories = {c.id: c for c in store.categories.all()}
    return {
        one.key: tuple(_reason(why, pool.predictions[one.key], categories) for why in one.reasons)
        for one in pool.values
    }


def _reason(
    why: valuation.Reason, own: Sequence[Prediction], categories: Mapping[int, Category]
) -> Reason:
    if why.detection < 0:
        return Reason(in_words(why.part), why.part)
    about = own[why.detection]
    category = categories[about.category_id]
    names = category.joints[why.joint : why.joint + 1] if why.joint >= 0 else ()
    side = about.doubt.side if why.part == "box" else ""
    text = in_words(
        why.part,
        what=f"{category.name} {about.score:.2f}",
        joint=names[0] if names else "",  # the skeleton may have changed
        side=side,
    )
    return Reason(text, why.part, about.id, why.joint if names else None, side)


def _outlook(pool: Pool, batch: Sequence[int]) -> Outlook | None:
    """What the next images will bring: the work, and how good their masks will be."""
    from models import annotator_cost  # noqa: PLC0415

    if not batch:
        return None
    seconds = {one.key: one.seconds for one in pool.values}
    chosen = set(batch)
    sure = [
        annotator_cost.expected_iou(detection)
        for one in pool.said
        if one.key in chosen
        for detection in one.detections
        if detection.score >= annotator_cost.SHOWN
    ]
    iou = float(np.median(sure)) if sure else None
    return Outlook(len(batch), sum(seconds[key] for key in batch), iou)


def _flags(
    pool: Pool, doubts: Mapping[int, float], words: Mapping[int, Sequence[str]]
) -> dict[int, tuple[float | None, str]]:
    waiting = sorted((one.key for one in pool.waiting), key=lambda key: -doubts[key])
    count = max(1, round(FLAGGED_SHARE * len(waiting))) if len(waiting) >= FEWEST_TO_FLAG else 0
    flagged = set(waiting[:count])
    return {
        key: (doubts[key], "; ".join(dict.fromkeys(words[key])) if key in flagged else "")
        for key in pool.images
    }
