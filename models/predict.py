"""Objects in images, in the images' own pixels, with outlines, joints and doubts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

import torch
from torch import Tensor

from models.describe import Facts, describe, weigh
from models.detections import RawDetections
from models.errors import OutOfMemory
from models.images import fitted, load_image, resized
from models.mask_rcnn import Network
from models.memory import is_out_of_memory
from models.tiles import Tile, closer_size, is_cut, merged, tiles_of
from models.types import ImagePrediction, Sample

FLOOR = 0.05
"""Lowest score that ranking looks at; what is shown starts higher."""

Skipped = Callable[[Sample, Exception], None]

_HANDS = 2  # threads that read images and draw outlines while the network works


def predict(
    network: Network,
    samples: Iterable[Sample],
    floor: float = FLOOR,
    *,
    tiles: bool = False,
    skipped: Skipped | None = None,
    pause: Callable[[], None] | None = None,
) -> Iterator[ImagePrediction]:
    """Run the network over images, each result as soon as the next image is under way.

    The network is left in evaluation mode. Masks are never painted: outlines come straight from the
    28 x 28 probabilities, joints from the 56 x 56 heat maps. While the network works on one batch,
    threads read the images of the next and draw the outlines of the last.

    Args:
        network: on any device.
        samples: their labels are not looked at.
        floor: lowest score of a category to keep; what masks and joints promise may lower it then.
        tiles: also look closely, tile by tile, for objects that are small in a large image.
        skipped: is told of an image that could not be read, which is then left out; where None,
            the error is raised.
        pause: is called before each batch; what is more urgent may be done there.

    Yields:
        A prediction for each sample, in their order.

    Raises:
        OutOfMemory: when one image at a time is too much.
    """
    network.eval()
    glance = _Glance(network, floor, tiles=tiles, pause=pause)
    at_once = at_once_on(network.device)
    with ThreadPoolExecutor(_HANDS, "predict") as hands:
        ready: list[Future[ImagePrediction]] = []
        for group in _read_ahead(hands, glance, samples, at_once, skipped):
            seen = glance.look(group, at_once)
            yield from (one.result() for one in ready)
            ready = [hands.submit(_tell, network, *one) for one in seen]
        yield from (one.result() for one in ready)


def at_once_on(device: torch.device) -> int:
    """How many images go together; on a CPU one at a time is as quick, and comes sooner."""
    return 1 if device.type == "cpu" else 8


def _read_ahead(
    hands: ThreadPoolExecutor,
    glance: _Glance,
    samples: Iterable[Sample],
    count: int,
    skipped: Skipped | None,
) -> Iterator[list[tuple[Sample, Tensor]]]:
    """So many samples at a time with their pixels; the next ones are being read meanwhile."""
    source = iter(samples)

    def start() -> list[tuple[Sample, Future[Tensor]]]:
        return [(one, hands.submit(glance.load, one)) for one in islice(source, count)]

    coming = start()
    while coming:
        group = []
        for sample, pixels in coming:
            try:
                group.append((sample, pixels.result()))
            except Exception as error:
                if skipped is None:
                    raise
                skipped(sample, error)
        coming = start()
        yield group


def _tell(network: Network, sample: Sample, facts: Facts, scene: Tensor) -> ImagePrediction:
    found = describe(network, facts.on_cpu())
    return ImagePrediction(sample.key, found, scene.half().cpu().numpy())


@dataclass(frozen=True, slots=True)
class _View:
    """An image, or a tile of it, as the network sees it: uint8 [3, H, W] on its device."""

    sample: Sample
    pixels: Tensor
    tile: Tile | None


class _Glance:
    """How images are looked at: whole, and perhaps in tiles."""

    def __init__(
        self,
        network: Network,
        floor: float,
        *,
        tiles: bool,
        pause: Callable[[], None] | None = None,
    ) -> None:
        self._network, self._floor, self._tiles = network, floor, tiles
        self._pause = pause

    def load(self, sample: Sample) -> Tensor:
        """uint8 [3, H, W] of a sample at the largest size it will be seen at."""
        size = self._closer(sample) or self._plain(sample)
        return load_image(sample, size, is_lit=self._network.preset.is_lit)

    def look(
        self, group: Sequence[tuple[Sample, Tensor]], at_once: int
    ) -> list[tuple[Sample, Facts, Tensor]]:
        """What is in the images, and what each looks like; on the network's device until told."""
        views = [list(self._views(sample, pixels)) for sample, pixels in group]
        found = iter(self.see([view for own in views for view in own], at_once))
        result = []
        for (sample, _), own in zip(group, views, strict=True):
            facts, scenes = zip(*islice(found, len(own)), strict=True)
            whole = facts[0] if len(facts) == 1 else merged(facts)
            result.append((sample, whole, scenes[0]))  # the first view is the whole image
        return result

    def see(self, views: Sequence[_View], at_once: int) -> list[tuple[Facts, Tensor]]:
        """What each view shows and looks like; smaller batches where memory runs out.

        Raises:
            OutOfMemory: when one image at a time is too much.
        """
        found: list[tuple[Facts, Tensor]] = []
        while len(found) < len(views):
            batch = views[len(found) : len(found) + at_once]
            if self._pause is not None:
                self._pause()
            try:
                said = self._network.detect([one.pixels for one in batch], floor=self._floor)
                pairs = zip(batch, said, strict=True)
                found += [(self._placed(view, raw), raw.scene) for view, raw in pairs]
            except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                if at_once == 1:
                    raise OutOfMemory(
                        "Not even one image at a time fits into memory; close other programs, or "
                        "predict on the processor."
                    ) from error
                at_once = max(1, at_once // 2)
        return found

    def _plain(self, sample: Sample) -> tuple[int, int]:
        preset = self._network.preset
        return fitted(sample.size, short=preset.short_side, long=preset.long_side)

    def _closer(self, sample: Sample) -> tuple[int, int] | None:
        return closer_size(self._plain(sample), sample.size) if self._tiles else None

    def _views(self, sample: Sample, pixels: Tensor) -> Iterator[_View]:
        """The whole image, and the tiles of it."""
        pixels = pixels.to(self._network.device)
        plain, closer = self._plain(sample), self._closer(sample)
        if closer is None:
            yield _View(sample, pixels, None)
            return
        whole = resized(pixels, plain)
        yield _View(sample, whole, None)
        for tile in tiles_of(closer, plain):
            rows = slice(tile.top, tile.top + tile.height)
            columns = slice(tile.left, tile.left + tile.width)
            yield _View(sample, pixels[:, rows, columns], tile)

    def _placed(self, view: _View, raw: RawDetections) -> Facts:
        """What is said of one view, in pixels of the original."""
        sample, tile, boxes = view.sample, view.tile, raw.kept.boxes
        seen = self._closer(sample) if tile else None
        size = seen or self._plain(sample)
        shift = boxes.new_tensor([tile.left, tile.top] * 2 if tile else [0, 0] * 2)
        factor = boxes.new_tensor([s / v for s, v in zip(sample.size, size, strict=True)] * 2)
        kept = replace(raw.kept, boxes=(boxes + shift) * factor)
        cut = is_cut(boxes, tile) if tile else None
        return weigh(self._network, replace(raw, kept=kept), sample.size, cut)
