"""The objects of many images are deleted as one step, some images at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotator.domain.edits import Edit
from annotator.domain.model import ImageState, Review
from annotator.services.bulk_jobs import DeleteObjects
from annotator.services.bulk_writing import Outcome, Writing

_AT_ONCE = 100
"""Images whose objects are in memory at a time."""


def delete(writing: Writing, job: DeleteObjects) -> Outcome:
    """They go, but for those that are locked; all of them come back with an undo.

    A reviewed image needs work again: else it would be learned from as one that shows nothing.
    """
    counts = writing.store.images.columns()
    asked = set(job.image_ids)
    owners = [
        (key, count)
        for key, count in zip(counts.ids.tolist(), counts.objects.tolist(), strict=True)
        if count and key in asked
    ]
    if not owners:
        return Outcome("There are no objects on these images.")
    total = sum(count for _, count in owners)
    writing.begin("Delete objects", person=job.person, total=total)
    locked = frozenset(job.locked)
    objects = images = held = 0
    for some in _portions([key for key, _ in owners]):
        found = writing.store.annotations.of_images(some)
        reviewed = {r.image_id: r for r in writing.store.images.reviews(some) if _is_done(r)}
        for key, own in found.items():
            units = [[Edit(one, None)] for one in own if one.id not in locked]
            if units and key in reviewed:
                again = Review(key, ImageState.IN_PROGRESS, is_complete=False)
                units[0].append(Edit(reviewed[key], again))
            objects += writing.add(units)
            images += bool(units)
            held += len(own) - len(units)
            writing.count(len(own) - len(units))
    if not objects:
        writing.give_up()
        return Outcome("Every object there is locked. Press L to unlock one.")
    text = f"Delete {_counted(objects, 'object')} on {_counted(images, 'image')}"
    writing.finish(text)
    left = f" {_counted(held, 'locked object')} stayed." if held else ""
    return Outcome(f"{text.replace('Delete', 'Deleted', 1)}.{left}", writing.step_id, "undo")


def _is_done(review: Review) -> bool:
    return review.state is ImageState.REVIEWED


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
