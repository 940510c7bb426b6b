"""What can be done about a label that may be wrong: the edits of each answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from annotator.domain.edits import Edit
from annotator.domain.model import Annotation, Category, Decision, Verdict
from annotator.domain.poses import swapped
from annotator.domain.suspects import Fault, Suspect, is_settled
from annotator.services.steps import adopted
from annotator.store.store import Store


def waiting(store: Store) -> list[Suspect]:
    """What is suspected and not answered yet, by a verdict or by a change of the label."""
    found = store.suspects.undecided()
    now = store.annotations.of_images({s.image_id for s in found})
    by_id = {key: {a.id: a for a in row} for key, row in now.items()}
    return [s for s in found if not is_settled(s, by_id[s.image_id])]


def verb(suspect: Suspect, categories: Mapping[int, Category]) -> str:
    """What the first answer does, as a button says it."""
    match suspect.fault:
        case Fault.MISSED:
            return "Add the object"
        case Fault.EXTRA:
            return "Delete the label"
        case Fault.CATEGORY:
            said = suspect.proposal.category_id if suspect.proposal else 0
            return f"Make it {categories[said].name}" if said in categories else "Change category"
        case Fault.SIDES:
            return "Swap left and right"
        case Fault.JOINTS:
            return "Take the model's joints"
        case Fault.OUTLINE:
            return "Take the model's outline"


def mended(
    suspect: Suspect, now: Annotation | None, categories: Mapping[int, Category], *, person: str
) -> Annotation | None:
    """The object as the first answer leaves it; None where it goes.

    Args:
        suspect: what is asked.
        now: the label as it is; None where one is missing.
        categories: by id.
        person: whose answer it is.
    """
    said = suspect.proposal
    if now is None and said is not None:
        return adopted(said, categories[said.category_id], annotation_id=0, person=person)
    if now is None or said is None:
        return None
    category = categories[now.category_id]
    match suspect.fault:
        case Fault.CATEGORY:
            is_same = categories[said.category_id].joints == category.joints
            points = now.keypoints if is_same else ()
            return replace(now, category_id=said.category_id, keypoints=points)
        case Fault.SIDES:
            return replace(now, keypoints=swapped(now.keypoints, category.pairs))
        case Fault.JOINTS:
            like = adopted(said, category, annotation_id=0, person=person)
            return replace(now, keypoints=like.keypoints)
    mask = said.mask if now.mask is not None and said.mask is not None else now.mask
    return replace(now, box=said.box, mask=mask)


def answered(suspect: Suspect, verdict: Verdict, annotation_id: int | None) -> Edit:
    """What a person said, as part of the step that acts on it."""
    return Edit(None, Decision(suspect.id, suspect.image_id, verdict, annotation_id))
