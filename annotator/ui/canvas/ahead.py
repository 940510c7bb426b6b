"""Pictures at screen size of images that may be looked at next; few of them, and small in all."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

from annotator.ui.canvas.picture import Picture

MOST = 3
"""Pictures kept: next, previous or just left, and next in the queue."""
MOST_BYTES = 26_000_000
"""Of their pixels; a picture of the size of the screen takes 8 MB."""


class Ahead:
    """Keeps the newest pictures, by image id; a file that changed on disk is not taken for them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[Path, tuple[int, int], Picture]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def byte_count(self) -> int:
        """Memory of all pixels kept."""
        return sum(picture.byte_count for _, _, picture in self._kept.values())

    def put(self, image_id: int, path: Path, picture: Picture) -> None:
        """Keep a picture of a file as it is now."""
        stamp = _stamp(path)
        if stamp is None or picture.byte_count > MOST_BYTES:
            return
        self._kept[image_id] = path, stamp, picture
        self._kept.move_to_end(image_id)
        while len(self._kept) > MOST or self.byte_count > MOST_BYTES:
            self._kept.popitem(last=False)

    def get(self, image_id: int, path: Path, short_side: int) -> Picture | None:
        """The picture of an image, if it is here, large enough, and the file is still the same."""
        path_then, stamp, picture = self._kept.get(image_id, (None, None, None))
        if picture is None or path_then != path or stamp != _stamp(path):
            return None
        return picture if picture.serves(short_side) else None

    def clear(self) -> None:
        """Forget all: another project."""
        self._kept.clear()


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes with a file; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
