"""How many images are reviewed and labelled, kept up to date without counting them all again."""

from __future__ import annotations

from annotator.domain.model import ImageState
from annotator.ui.album import Album


class Tally:
    """Counts over the images of a project."""

    def __init__(self) -> None:
        self._total = 0
        self._reviewed: set[int] = set()
        self._labelled: set[int] = set()

    @property
    def total(self) -> int:
        """All images."""
        return self._total

    @property
    def reviewed(self) -> int:
        """Images a person called right."""
        return len(self._reviewed)

    @property
    def labelled(self) -> int:
        """Images with an object."""
        return len(self._labelled)

    @property
    def waiting(self) -> int:
        """Labelled images that are not reviewed."""
        return len(self._labelled - self._reviewed)

    def update(self, album: Album, image_ids: frozenset[int] | None) -> None:
        """Count the images whose rows changed anew; None counts all."""
        self._total = len(album.images)
        if image_ids is None:
            self._reviewed = {i.id for i in album.images if i.state == ImageState.REVIEWED}
            self._labelled = {i.id for i in album.images if i.object_count}
            return
        for image_id in image_ids:
            image = album.get(image_id)
            is_reviewed = image is not None and image.state == ImageState.REVIEWED
            is_labelled = image is not None and image.object_count > 0
            (self._reviewed.add if is_reviewed else self._reviewed.discard)(image_id)
            (self._labelled.add if is_labelled else self._labelled.discard)(image_id)
