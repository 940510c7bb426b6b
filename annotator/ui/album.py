"""The images of the open project in order, and the ways to walk through them. No Qt.

What is needed of all images is held in columns; the values are read, some at once, where somebody
looks at them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from annotator.domain.columns import ImageColumns, Mark, columns_of
from annotator.domain.model import Image

PAGE: Final = 32
"""Images that are read at once."""
_PAGES: Final = 96
"""Pages that are kept: some 3,000 images, a few megabytes."""
_AT_ONCE: Final = 4_000
"""Images that are read at once when somebody goes through all of them."""

_MET: Final = 4_000
"""Ids whose rows are remembered."""

Fetch = Callable[[Sequence[int]], list[Image]]
Rows = NDArray[np.int64]


class Album(Sequence[Image]):
    """Every image of a project, found by place and by id."""

    def __init__(self, images: Iterable[Image] = ()) -> None:
        """Of images at hand; ``of_columns`` makes one of a project."""
        self._own = {image.id: image for image in images}
        self._begin(columns_of(self._own.values()), lambda ids: [self._own[key] for key in ids])

    @classmethod
    def of_columns(cls, columns: ImageColumns, fetch: Fetch) -> Album:
        """Of a project.

        Args:
            columns: of all its images.
            fetch: reads the images of those ids, in that order.
        """
        made = cls()
        made._begin(columns, fetch)
        return made

    def _begin(self, columns: ImageColumns, fetch: Fetch) -> None:
        self.columns = columns
        self._fetch = fetch
        self._pages: OrderedDict[int, list[Image]] = OrderedDict()
        self._by_id = np.argsort(columns.ids, kind="stable")
        self._sorted = columns.ids[self._by_id]
        self._queue: Rows | None = None
        self._met: dict[int, int] = {}

    # --- one image, or each ------------------------------------------------------------------

    @property
    def images(self) -> Sequence[Image]:
        """All images, in order."""
        return self

    def __len__(self) -> int:
        return len(self.columns.ids)

    @overload
    def __getitem__(self, row: int) -> Image: ...

    @overload
    def __getitem__(self, row: slice) -> list[Image]: ...

    def __getitem__(self, row: int | slice) -> Image | list[Image]:
        if isinstance(row, slice):
            return self._fetch(self.columns.ids[row].tolist())
        row = row + len(self) if row < 0 else row
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self._page(row // PAGE)[row % PAGE]

    def __iter__(self) -> Iterator[Image]:
        for first in range(0, len(self), _AT_ONCE):
            yield from self[first : first + _AT_ONCE]

    def row_of(self, image_id: int | None) -> int | None:
        """Where an image stands."""
        if image_id is None or not len(self):
            return None
        row = self._met.get(image_id)  # the image in view is asked for hundreds of times
        if row is None:
            place = int(np.searchsorted(self._sorted, image_id))
            if place == len(self) or self._sorted[place] != image_id:
                return None
            row = self._met[image_id] = int(self._by_id[place])
            if len(self._met) > _MET:
                self._met.clear()
        return row

    def rows_of(self, image_ids: Sequence[int]) -> Rows:
        """Where images stand, in the order of the ids; ids of no image are left out."""
        wanted = np.asarray(image_ids, np.int64)
        if not len(self) or not len(wanted):
            return np.zeros(0, np.int64)
        places = np.minimum(np.searchsorted(self._sorted, wanted), len(self) - 1)
        found: Rows = self._by_id[places[self._sorted[places] == wanted]]
        return found

    def get(self, image_id: int) -> Image | None:
        """The image of that id."""
        row = self.row_of(image_id)
        return None if row is None else self[row]

    def put(self, images: Iterable[Image]) -> None:
        """Replace rows by newer values."""
        for image in images:
            row = self.row_of(image.id)
            if row is not None:
                self._page(row // PAGE)[row % PAGE] = image
                if image.id in self._own:
                    self._own[image.id] = image
                self.columns.put(row, image)
                self._queue = None

    def _page(self, number: int) -> list[Image]:
        page = self._pages.get(number)
        if page is None:
            ids = self.columns.ids[number * PAGE : (number + 1) * PAGE].tolist()
            page = self._fetch(ids)
            if len(page) < len(ids):  # another window has taken some out meanwhile
                there = {image.id: image for image in page}
                page = [there.get(key) or Image(key, 0, "", is_missing=True) for key in ids]
            self._pages[number] = page
            if len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page

    # --- walking ---------------------------------------------------------------------------

    def neighbour(self, image_id: int | None, step: int) -> Image | None:
        """The image ``step`` rows away, or None past an end."""
        if not len(self):
            return None
        row = self.row_of(image_id)
        if row is None:
            return self[0]
        return self[row + step] if 0 <= row + step < len(self) else None

    def unreviewed(self, image_id: int | None, step: int) -> Image | None:
        """The next image (step 1) or the previous one (-1) that is not reviewed, going round."""
        waiting = np.flatnonzero(~self.columns.is_reviewed)
        here = self.row_of(image_id)
        if here is not None:
            waiting = waiting[waiting != here]
        if not len(waiting):
            return None
        if here is None:
            return self[int(waiting[0 if step > 0 else -1])]
        place = int(np.searchsorted(waiting, here))
        place = place if step > 0 else place - 1
        return self[int(waiting[place % len(waiting)])]

    def queue_rows(self) -> Rows:
        """Rows not reviewed in the order worth working in; those without a place last."""
        if self._queue is None:
            waiting = np.flatnonzero(~self.columns.is_reviewed & ~self.columns.has(Mark.MISSING))
            self._queue = waiting[np.argsort(self.columns.queue_keys(waiting), kind="stable")]
        return self._queue

    def queue(self) -> list[Image]:
        """The images of the queue."""
        return self._fetch(self.columns.ids[self.queue_rows()].tolist())

    def in_queue(self, image_id: int | None, step: int) -> Image | None:
        """The next image of the queue; past its end, or from outside, its first."""
        queue = self.queue_rows()
        if not len(queue):
            return None
        here = self.row_of(image_id)
        places = np.flatnonzero(queue == here) if here is not None else queue[:0]
        if not len(places):
            return self[int(queue[0])]
        place = int(places[0]) + step
        return self[int(queue[place])] if 0 <= place < len(queue) else None

    # --- counts ----------------------------------------------------------------------------

    @property
    def reviewed(self) -> int:
        """How many images a person called right."""
        return int(np.count_nonzero(self.columns.is_reviewed))

    @property
    def labelled(self) -> int:
        """How many images have an object."""
        return int(np.count_nonzero(self.columns.objects))

    @property
    def held_out(self) -> int:
        """How many reviewed images test the model."""
        return int(np.count_nonzero(self.columns.is_reviewed & self.columns.has(Mark.HELD_OUT)))

    @property
    def waiting_rows(self) -> Rows:
        """Rows with objects that nobody marked reviewed."""
        return np.flatnonzero((self.columns.objects > 0) & ~self.columns.is_reviewed)

    def objects(self, *, reviewed_only: bool = False) -> int:
        """How many objects there are."""
        counts = self.columns.objects
        return int(counts[self.columns.is_reviewed].sum() if reviewed_only else counts.sum())
