"""The images of the open project in order, and the ways to walk through them. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from annotator.domain.model import Image, ImageState


def in_queue(image: Image) -> tuple[bool, float]:
    """What the queue is sorted by: the place; without one, how unsure the model is."""
    if image.place is not None:
        return False, image.place
    return True, 1.0 if image.uncertainty is None else -image.uncertainty


class Album:
    """Rows of the image list, found by id."""

    def __init__(self, images: Iterable[Image] = ()) -> None:
        self._images = list(images)
        self._row = {image.id: n for n, image in enumerate(self._images)}

    @property
    def images(self) -> Sequence[Image]:
        """All images, in order."""
        return self._images

    def get(self, image_id: int) -> Image | None:
        """The image of that id."""
        row = self._row.get(image_id)
        return None if row is None else self._images[row]

    def put(self, images: Iterable[Image]) -> None:
        """Replace rows by newer values."""
        for image in images:
            if image.id in self._row:
                self._images[self._row[image.id]] = image

    def neighbour(self, image_id: int | None, step: int) -> Image | None:
        """The image ``step`` rows away, or None past an end."""
        if not self._images:
            return None
        if image_id is None or image_id not in self._row:
            return self._images[0]
        row = self._row[image_id] + step
        return self._images[row] if 0 <= row < len(self._images) else None

    def unreviewed(self, image_id: int | None, step: int) -> Image | None:
        """The next image (step 1) or the previous one (-1) that is not reviewed, going round."""
        return self._round(image_id, step, lambda i: i.state != ImageState.REVIEWED)

    def queue(self) -> list[Image]:
        """Images not reviewed in the order worth working in; those without a place last."""
        waiting = [i for i in self._images if i.state != ImageState.REVIEWED and not i.is_missing]
        return sorted(waiting, key=in_queue)

    def in_queue(self, image_id: int | None, step: int) -> Image | None:
        """The next image of the queue; past its end, or from outside, its first."""
        queue = self.queue()
        places = {image.id: n for n, image in enumerate(queue)}
        if not queue:
            return None
        if image_id not in places:
            return queue[0]
        place = places[image_id] + step
        return queue[place] if 0 <= place < len(queue) else None

    def _round(
        self, image_id: int | None, step: int, wanted: Callable[[Image], bool]
    ) -> Image | None:
        count = len(self._images)
        outside = -1 if step > 0 else count
        start = outside if image_id is None else self._row.get(image_id, outside)
        for n in range(1, count + 1):
            image = self._images[(start + n * step) % count]
            if wanted(image) and image.id != image_id:
                return image
        return None
