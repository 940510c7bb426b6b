"""One object a person points at: the learner's side. Nothing of it is stored."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import ModelVersion
from annotator.learning.assist_messages import Assist, Assisted, Corners, Outlines, Places
from annotator.learning.jobs import find_device, load_network, version_of
from annotator.learning.prelabelling import converter, samples_of
from annotator.store.store import Store
from annotator.store.versions import STARTER

if TYPE_CHECKING:
    from models.alike import Example
    from models.assist import Gaze
    from models.types import Box, Detection, Region, Sample

Place = tuple[int, Corners]
_HELD = 3
"""Images that are kept in view: the one that is open, and where one goes to and fro."""
_EXAMPLES = 64


@dataclass(slots=True)
class _Held:
    """Images in view and examples, the latest last, of one network."""

    network: object = None
    gazes: OrderedDict[int, Gaze] = field(default_factory=OrderedDict)
    examples: OrderedDict[Place, Example] = field(default_factory=OrderedDict)


_held = _Held()


def assist(store: Store, request: Assist, emit: Callable[[Assisted], None]) -> None:
    """Answer a question about one object; one that only looks ahead is not answered.

    What stands in the way, an unreadable image, say, is the answer's text.
    """
    from models.errors import ModelError

    try:
        version = helper_of(store, request.version_id)
        gaze = gaze_at(store, version, request.image_id, request.device)
        if request.box is not None:
            emit(_answer(store, version, gaze, request))
    except (KnownError, ModelError) as error:
        if request.box is not None:
            emit(Assisted(request.number, text=str(error)))


def _answer(store: Store, version: ModelVersion, gaze: Gaze, request: Assist) -> Assisted:
    from models.assist import Click
    from models.types import Region

    assert request.box is not None
    box = corners(request.box)
    label = label_of(store, version, request.category_id)
    answer = Assisted(request.number, version=version.name)
    if request.clicks:
        drawn = [Region(rings[0], rings[1:]) for rings in request.outlines]
        clicks = [Click(*one) for one in request.clicks]
        return replace(answer, outlines=_rings(gaze.corrected(box, label, drawn, clicks)))
    parts = Describer(store, version, label).parts(gaze.object_in(box, label))
    return replace(answer, outlines=parts[0], joints=parts[1], sure=parts[2])


def helper_of(store: Store, version_id: int | None) -> ModelVersion:
    """The version asked for; for None the one in use, or the starter before there is one.

    Raises:
        RefusedError: there is no version of that id.
    """
    if version_id is None and store.versions.active() is None:
        return STARTER
    return version_of(store, version_id)


class Describer:
    """What a network found of one object, as it travels."""

    def __init__(self, store: Store, version: ModelVersion, label: int | None) -> None:
        """Of objects of a label; None for what the network never learned, which has no joints."""
        self._convert = None if label is None else converter(store, version)

    def parts(self, found: Detection) -> tuple[Outlines, Places, float]:
        """Outlines, joints and the IoU that the mask can expect."""
        from models.types import ImagePrediction

        said = () if self._convert is None else self._convert(ImagePrediction(0, (found,)))
        joints = said[0][0].joints if said else ()
        sure = 1 - (1.0 if found.doubt.mask is None else found.doubt.mask)
        return _rings(found.regions), tuple((j.x, j.y, j.score) for j in joints), sure


def corners(box: Corners) -> Box:
    """A box that travelled as xyxy."""
    x, y, width, height = box
    return x, y, x + width, y + height


def example_at(store: Store, version: ModelVersion, place: Place, device: str | None) -> Example:
    """The object at a place, to look for others like it; kept for a while.

    Raises:
        KnownError: as for `gaze_at`.
    """
    network = load_network(store, version, find_device(device))
    kept = _held.examples.pop(place, None) if _held.network is network else None
    if kept is None:
        kept = gaze_at(store, version, place[0], device).example(corners(place[1]))
    _held.examples[place] = kept
    while len(_held.examples) > _EXAMPLES:
        _held.examples.popitem(last=False)
    return kept


def _rings(regions: tuple[Region, ...]) -> Outlines:
    return tuple((region.outer, *region.holes) for region in regions)


def label_of(store: Store, version: ModelVersion, category_id: int | None) -> int | None:
    """What the version's network calls a category; None for one it never learned.

    The starter learned none of the project's, whatever they are called.
    """
    from models import checkpoint

    if not version.checkpoint:
        return None
    card = checkpoint.read_card(store.checkpoints / version.checkpoint)
    known: list[int] = list(card["extra"]["category_ids"])
    return known.index(category_id) + 1 if category_id in known else None


def gaze_at(store: Store, version: ModelVersion, image_id: int, device: str | None) -> Gaze:
    """The image in view of the version's network; looked at once, and kept for a while.

    Raises:
        KnownError: there is no such image, it cannot be read, or the network cannot be loaded.
    """
    from models.assist import Gaze

    network = load_network(store, version, find_device(device))
    if _held.network is not network:
        _held.network = network
        _held.gazes.clear()
        _held.examples.clear()
    gaze = _held.gazes.pop(image_id, None)
    if gaze is None:
        gaze = Gaze(network, _sample_of(store, image_id))
    _held.gazes[image_id] = gaze
    while len(_held.gazes) > _HELD:
        _held.gazes.popitem(last=False)
    return gaze


def _sample_of(store: Store, image_id: int) -> Sample:
    def fail(_sample: Sample, error: Exception) -> None:
        raise error

    for sample in samples_of(store, store.images.many([image_id]), fail):
        return sample
    raise RefusedError("This image is not part of the project any more.")
