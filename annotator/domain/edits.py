"""A reversible change: what was, and what is."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.model import Annotation, Category, Decision, Review

Subject = Annotation | Category | Decision | Review


@dataclass(frozen=True, slots=True)
class Edit:
    """One subject before and after; None where it did not exist. ``inverse`` undoes it."""

    before: Subject | None
    after: Subject | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("an edit changes something")
        if (
            self.before is not None
            and self.after is not None
            and key_of(self.before) != key_of(self.after)
        ):
            raise ValueError(f"an edit is about one subject, not {self.before} and {self.after}")

    @property
    def subject(self) -> Subject:
        """Whichever side exists, the later one first."""
        return self.after if self.after is not None else self.before  # type: ignore[return-value]

    @property
    def image_id(self) -> int | None:
        """The image it touches; None for a category."""
        return getattr(self.subject, "image_id", None)

    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.after, self.before)


def key_of(subject: Subject) -> tuple[str, int]:
    """What a subject is and its id: ``("annotation", 12)``."""
    match subject:
        case Annotation():
            return "annotation", subject.id
        case Category():
            return "category", subject.id
        case Decision():
            return "decision", subject.prediction_id
        case Review():
            return "review", subject.image_id


def apply(values: dict[tuple[str, int], Subject], edit: Edit) -> dict[tuple[str, int], Subject]:
    """The values with the edit made.

    Args:
        values: subjects by ``key_of``; not changed.
        edit: the change; its ``before`` must be what ``values`` holds.

    Raises:
        ValueError: ``values`` holds something else than ``edit.before``.
    """
    key = key_of(edit.subject)
    if values.get(key) != edit.before:
        raise ValueError(f"{key} is not what the edit expects")
    changed = {k: v for k, v in values.items() if k != key}
    if edit.after is not None:
        changed[key] = edit.after
    return changed


@dataclass(frozen=True, slots=True)
class Step:
    """Edits that are done and undone together, in words for the history list.

    Attributes:
        text: "Draw box", "Accept 12 predictions", ...: an imperative without a full stop.
        image_id: the image it belongs to; None for a step over many images or over categories.
        gesture: steps of one gesture (nudges, a drag in pieces) are undone together; None stands
            alone.
        about: the one object it changed, as the lists call it: "person 3"; empty for several.
    """

    text: str
    edits: tuple[Edit, ...]
    image_id: int | None = None
    gesture: str | None = None
    about: str = ""
