"""Predictions that nobody decided are removed from all images, some images at a time."""

from __future__ import annotations

from annotator.services.bulk_jobs import Clear
from annotator.services.bulk_writing import CancelledError, Outcome, Writing
from annotator.store.store import Store


def clear(writing: Writing, _job: Clear) -> Outcome:
    """Remove them. Where it is cancelled, the images it had come to have none any more."""
    ids = writing.store.images.columns().ids.tolist()
    writing.total = len(ids)
    place = gone = 0
    words = "Model > Pre-label makes new ones."
    try:
        while place < len(ids):
            start = place
            count, cleared = writing.pace.do(
                lambda n: _clear(writing.store, ids[start : start + n])  # noqa: B023
            )
            place, gone = place + count, gone + cleared
            writing.count(count)
    except CancelledError:
        return Outcome(f"Stopped. {gone} predictions were cleared, the others stay. {words}")
    writing.store.queue.set_outlook(None)
    return Outcome(f"Cleared {gone} predictions. {words}")


def _clear(store: Store, image_ids: list[int]) -> tuple[int, int]:
    """How many images, and how many predictions of them went."""
    gone = store.predictions.clear(image_ids)
    store.images.set_ranks(dict.fromkeys(image_ids, (None, "")))
    store.queue.forget(image_ids)
    return len(image_ids), gone
