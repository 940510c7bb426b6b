"""Steps by name: from what is and what is wanted to the edits that are made and undone together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import UnsoundError
from annotator.domain.model import (
    Annotation,
    Category,
    Decision,
    Image,
    ImageState,
    Keypoint,
    Origin,
    Prediction,
    Review,
    Verdict,
    Visibility,
)
from annotator.domain.offers import is_offer
from annotator.domain.soundness import Frame, salvaged
from annotator.store.store import Store

JOINT_FLOOR = 0.2
"""Below this score (expected OKS) a predicted joint is taken as not placed."""

_ABSENT = Keypoint(0.0, 0.0, Visibility.ABSENT)


def adopted(
    prediction: Prediction, category: Category, *, annotation_id: int, person: str
) -> Annotation:
    """What a prediction is as a person's own object.

    Its joints stay behind when the category was given others since. One that no model version made
    (its number is 0) is of none.
    """
    keypoints = tuple(
        Keypoint(j.x, j.y, Visibility.VISIBLE) if j.score >= JOINT_FLOOR else _ABSENT
        for j in prediction.joints
        if len(prediction.joints) == len(category.joints)
    )
    return Annotation(
        id=annotation_id,
        image_id=prediction.image_id,
        category_id=prediction.category_id,
        box=prediction.box,
        mask=prediction.mask,
        keypoints=keypoints,
        origin=Origin(made_by=person, version_id=prediction.version_id or None),
    )


def accept(
    store: Store, predictions: Sequence[Prediction], *, person: str, image: Image | None, text: str
) -> Step:
    """Predictions become objects, mended where they must be.

    Args:
        store: gives the new ids.
        predictions: undecided ones, and look-alikes, which become objects made with help.
        person: who accepts.
        image: the image they all are on; None for a bulk step over many images.
        text: of the step.

    Raises:
        UnsoundError: none of them makes sense on its image.
    """
    edits: list[Edit] = []
    categories = {c.id: c for c in store.categories.all()}
    touched = [image] if image else store.images.many(sorted({p.image_id for p in predictions}))
    is_open = bool(store.settings.get("allow_outside"))
    frames = {i.id: Frame(size_of(i), is_open) for i in touched}
    ids = store.take_ids("annotation", len(predictions))
    for annotation_id, prediction in zip(ids, predictions, strict=True):
        category = categories[prediction.category_id]
        whole = adopted(prediction, category, annotation_id=annotation_id, person=person)
        made = salvaged(whole, frames[prediction.image_id])
        if made is None:
            continue
        if is_offer(prediction):  # the model made it when asked: there is no row to decide about
            own = replace(made.origin, corrected_by=person)
            edits.append(Edit(None, replace(made, origin=own)))
            continue
        edits.append(Edit(None, made))
        decision = Decision(prediction.id, prediction.image_id, Verdict.ACCEPTED, annotation_id)
        edits.append(Edit(None, decision))
    if not edits:
        raise UnsoundError("Nothing of that lies inside the image. Esc rejects it.")
    made_on = {e.image_id for e in edits}
    for one in touched:
        edits.extend(begun(one) if one.id in made_on else ())
    return Step(text, tuple(edits), image.id if image else None)


def reject(predictions: Sequence[Prediction], *, image_id: int, text: str) -> Step:
    """Predictions are put aside; they are not shown again."""
    edits = tuple(
        Edit(None, Decision(p.id, p.image_id, Verdict.REJECTED, None)) for p in predictions
    )
    return Step(text, edits, image_id)


def begun(image: Image) -> tuple[Edit, ...]:
    """A new image that is worked on becomes one in progress."""
    if image.state != ImageState.NEW:
        return ()
    before = review_of(image)
    return (Edit(before, replace(before, state=ImageState.IN_PROGRESS)),)


def size_of(image: Image) -> tuple[float, float] | None:
    """Width and height that objects must not leave; None while they are not known."""
    return (float(image.width), float(image.height)) if image.width and image.height else None


def review_of(image: Image) -> Review:
    """How far a person is with the image."""
    return Review(image.id, image.state, image.is_complete)


def mark(images: Sequence[Image], state: ImageState, *, complete: bool, text: str) -> Step | None:
    """Set the state of images; None when they all have it already."""
    edits = tuple(
        Edit(review_of(i), after)
        for i in images
        if (after := Review(i.id, state, complete)) != review_of(i)
    )
    image_id = images[0].id if len(images) == 1 else None
    return Step(text, edits, image_id) if edits else None


def is_reordered(
    before: Category, after: Category, origins: Sequence[int | None] | None = None
) -> bool:
    """Whether a category has as many joints as before, but others at some places of the row.

    Predictions know their joints by their places alone; of another number they are left behind.
    """
    if origins is None:
        return len(before.joints) == len(after.joints) and before.joints != after.joints
    return len(before.joints) == len(origins) and list(origins) != list(range(len(origins)))


def rejointed(a: Annotation, origins: Sequence[int | None]) -> Annotation:
    """The object with its joints in another order: each the one of the index, None an absent one.

    It counts as edited when that changes anything.
    """
    keypoints = tuple(
        a.keypoints[n] if n is not None and n < len(a.keypoints) else _ABSENT for n in origins
    )
    return a if keypoints == a.keypoints else replace(a, keypoints=keypoints, is_edited=True)


def reorder_categories(categories: Sequence[Category]) -> Step | None:
    """Give categories the ordinals of their present order; None when they have them."""
    edits = tuple(
        Edit(c, replace(c, ordinal=n)) for n, c in enumerate(categories) if c.ordinal != n
    )
    return Step("Re-order categories", edits) if edits else None
