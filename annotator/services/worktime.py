"""The time ledger of a project: written, and added up."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.services.ledger import Totals, Work
from annotator.store.store import Store


def write(store: Store, rows: Sequence[Work]) -> None:
    """Write stretches of time down.

    Raises:
        KnownError: the project cannot be written.
    """
    store.work.add(
        [(w.image_id, w.annotation_id, w.tool, w.way.value, w.seconds, w.objects) for w in rows]
    )


def totals(store: Store) -> Totals:
    """What the project's labelling took and spared so far.

    The time of bulk steps is taken off what the objects of the model spared, where it cannot be
    told apart by object.
    """
    spared = store.work.spared()
    bulk = store.work.bulk_seconds()
    if spared:
        first = next(iter(spared))
        count, seconds = spared[first]
        spared[first] = (count, seconds + bulk)
    return Totals(
        by_tool=store.work.seconds_by("tool"),
        by_way=store.work.seconds_by("origin"),
        by_hand=store.work.by_hand(),
        spared=spared,
        recent=store.work.recent(),
        waiting=store.work.waiting(),
    )
