"""What labelling costs a person, and what the model spares: active seconds, by object and image.

Time is active while something is done: a gap between two deeds counts in full up to ``CAP_S``, a
longer one only so much. Nobody is called idle while looking hard at an image (people look at one
for about eight seconds before they draw), and a break for lunch costs 20 seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from annotator.domain.edits import Edit
from annotator.domain.model import Annotation, Decision, Verdict

CAP_S = 20.0
"""The most that one gap without any deed counts."""
FEW_OBJECTS = 5
"""Objects drawn by hand from which on a person's own pace is known."""
FEW_IMAGES = 3
"""Reviewed images from which on the present pace is known."""
OUTLINE_S = 17.15
"""A usual outline drawn by hand, at published times. ``models.annotator_cost`` says the same;
the window imports nothing of models."""
MANY = 50
"""Objects of one step from which on its time is no longer told apart by object."""


class Way(StrEnum):
    """How an object came to be, or what else the time went into."""

    BY_HAND = "by hand"
    ASSISTED = "assisted"
    """The model made it at a person's word: a box was drawn, say, and the mask came by itself."""
    CORRECTED = "corrected"
    """A prediction, or a file's object, that a person changed."""
    ACCEPTED = "accepted"
    """A prediction as it was."""
    LOOKING = "looking"
    """No object came of it: looking, walking, rejecting, reviewing."""


@dataclass(frozen=True, slots=True)
class Work:
    """A stretch of active time.

    Attributes:
        image_id: None for a step over many images.
        annotation_id: None where it went into no single object.
        tool: the tool in hand, as the workspace names it.
        objects: how many objects it went into.
    """

    image_id: int | None
    annotation_id: int | None
    tool: str
    way: Way
    seconds: float
    objects: int = 0


@dataclass(slots=True)
class Stopwatch:
    """Active seconds by tool since they were taken last.

    Attributes:
        clock: seconds, from any zero. One that jumps, either way, costs at most one gap.
    """

    clock: Callable[[], float]
    tool: str = "select"
    _last: float | None = None
    _seconds: dict[str, float] = field(default_factory=dict)

    def touch(self) -> None:
        """Something was done."""
        now = self.clock()
        if self._last is not None:
            gap = min(max(now - self._last, 0.0), CAP_S)
            self._seconds[self.tool] = self._seconds.get(self.tool, 0.0) + gap
        self._last = now

    def take(self) -> dict[str, float]:
        """The seconds of each tool since the last time, which are counted from zero again."""
        taken = {tool: seconds for tool, seconds in self._seconds.items() if seconds > 0}
        self._seconds.clear()
        return taken

    def rest(self) -> None:
        """What happens until the next deed is no work: another program, another project."""
        self._last = None


def booked(edits: Sequence[Edit], seconds: Mapping[str, float]) -> list[Work]:
    """The time that led to a step, on the objects it touched, in equal parts.

    Args:
        edits: of the step. Where none is about an object, nothing is booked yet.
        seconds: by tool.
    """
    touched = [e for e in edits if isinstance(e.subject, Annotation)]
    if not touched:
        return []
    decisions = [e.after for e in edits if isinstance(e.after, Decision)]
    if len(touched) > MANY:
        way = way_of(touched[0], decisions)
        return [Work(None, None, tool, way, s, len(touched)) for tool, s in seconds.items()]
    return [
        Work(one.image_id, _id(one), tool, way_of(one, decisions), s / len(touched), 1)
        for one in touched
        for tool, s in seconds.items()
    ]


def looked(image_id: int | None, seconds: Mapping[str, float]) -> list[Work]:
    """Time on an image that went into no object."""
    return [Work(image_id, None, tool, Way.LOOKING, s) for tool, s in seconds.items()]


def way_of(edit: Edit, decisions: Sequence[Decision]) -> Way:
    """How an object that a step touched came to be.

    One that bears a model version, without a verdict on a prediction, the model made when asked.
    """
    one = edit.subject
    assert isinstance(one, Annotation)
    verdict = next((d.verdict for d in decisions if d.annotation_id == one.id), None)
    if verdict is not None:
        return Way.ACCEPTED if verdict == Verdict.ACCEPTED else Way.CORRECTED
    if one.origin.version_id is None:
        is_own = one.origin.made_by != "file" and not one.origin.corrected_by
        return Way.BY_HAND if is_own else Way.CORRECTED
    before = edit.before
    is_new = not isinstance(before, Annotation) or before.origin.version_id is None
    return Way.ASSISTED if is_new else Way.CORRECTED


def _id(edit: Edit) -> int:
    assert isinstance(edit.subject, Annotation)
    return edit.subject.id


# --- what it adds up to --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Totals:
    """What was measured in a project.

    Attributes:
        by_tool, by_way: seconds.
        by_hand: for each kind of object ("box", "mask", "joints", "mask and joints") drawn by hand
            and still there: how many were measured, and their seconds.
        spared: objects a model made or helped with, by kind, and the seconds they took all the
            same.
        recent: seconds of the images reviewed last.
        waiting: images that are not reviewed.
    """

    by_tool: Mapping[str, float] = field(default_factory=dict)
    by_way: Mapping[str, float] = field(default_factory=dict)
    by_hand: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    spared: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    recent: Sequence[float] = ()
    waiting: int = 0

    @property
    def spent(self) -> float:
        """Active seconds in all."""
        return sum(self.by_way.values())

    @property
    def drawn(self) -> int:
        """Objects drawn by hand whose time is known."""
        return sum(count for count, _ in self.by_hand.values())

    def pace(self, kind: str = "") -> float | None:
        """Seconds an object of a kind takes by hand; of any kind where too few were drawn.

        None while the person drew fewer than five. A mask is never taken for quicker than a usual
        outline until five were drawn: a pace made of boxes says nothing of it.
        """
        count, seconds = self.by_hand.get(kind, (0, 0.0))
        if count >= FEW_OBJECTS:
            return seconds / count
        of_all = None
        if self.drawn >= FEW_OBJECTS:
            of_all = sum(s for _, s in self.by_hand.values()) / self.drawn
        return max(of_all or 0.0, OUTLINE_S) if "mask" in kind else of_all

    @property
    def saved(self) -> float | None:
        """What the model's objects would have cost by hand, less what they cost; None if unknown.

        Below zero, the model has cost more than it spared. Kinds without a pace are left out.
        """
        known = [(pace, *cost) for kind, cost in self.spared.items() if (pace := self.pace(kind))]
        if not known and self.pace() is None:
            return None
        return sum(pace * count - seconds for pace, count, seconds in known)

    @property
    def an_image(self) -> float | None:
        """Seconds an image takes at the present pace; None while fewer than three are known."""
        if len(self.recent) < FEW_IMAGES:
            return None
        return sum(self.recent) / len(self.recent)

    @property
    def left(self) -> float | None:
        """Seconds that the images not reviewed will take at the present pace."""
        each = self.an_image
        return None if each is None else each * self.waiting
