"""Steps over several objects: made as a whole, taken back as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain import combining, masks
from annotator.domain.model import Box, Mask, Origin, Part, Polygons
from annotator.ui.workspace import Workspace
from tests.ui.project_hand import PERSON, POSE, SIDE, Hand, Heard

SIZE = (SIDE, SIDE)


def mask_at(seed: int) -> Mask:
    """A square as an outline or as pixels, anywhere."""
    random = np.random.default_rng(seed)
    x, y, side = random.uniform(0, 60), random.uniform(0, 60), random.uniform(10, 30)
    drawn = Polygons((Part((x, y, x + side, y, x + side, y + side, x, y + side)),))
    return drawn if seed % 2 else masks.to_rle(drawn, SIZE)


def joined_or_split(workspace: Workspace, seed: int) -> None:
    """One step that changes, adds or deletes several objects."""
    random = np.random.default_rng(seed)
    objects = [workspace.annotations[n] for n in random.permutation(len(workspace.annotations))]
    if len(objects) < 2 or seed % 4 == 0:
        workspace.add_object(mask=mask_at(seed), keypoints=POSE, category_id=PERSON.id, text="Add")
    elif seed % 4 == 1:
        first, other = objects[:2]
        after = combining.joined((first, other), SIZE)
        workspace.rework(changed=[after], gone=[other.id], text="Join 2 objects")
    elif seed % 4 == 2:
        first, *made = combining.split(objects[0], SIZE)
        workspace.rework(changed=[first], made=made, text="Split")
    else:
        moved = [replace(a, mask=mask_at(seed + n), box=None) for n, a in enumerate(objects)]
        workspace.rework(changed=moved, text="Change all")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seeds=st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_every_step_is_taken_back_exactly_and_made_again(
    workspace: Workspace, hand: Hand, seeds: list[int]
) -> None:
    workspace.delete([a.id for a in workspace.annotations])
    states = [workspace.annotations]
    for seed in seeds:
        joined_or_split(workspace, seed)
        if workspace.annotations != states[-1]:
            states.append(workspace.annotations)
    for before in reversed(states[:-1]):
        workspace.undo()
        assert workspace.annotations == before == hand.stored()
    for after in states[1:]:
        workspace.redo()
        assert workspace.annotations == after == hand.stored()


def test_what_changes_what_is_new_and_what_goes_are_one_step(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    first, second = hand.draw(10), hand.draw(40)
    new = replace(first, box=Box(1, 1, 5, 5), file_id="7", source="{}")
    left = workspace.rework(
        changed=[replace(first, box=Box(2, 2, 9, 9))], made=[new], gone=[second.id], text="Rework"
    )
    assert left == workspace.annotations == workspace.selected == hand.stored()
    assert [a.box for a in left] == [Box(2, 2, 9, 9), Box(1, 1, 5, 5)]
    assert (left[1].file_id, left[1].source) == (None, None)
    assert left[1].ordinal > left[0].ordinal
    assert len({a.id for a in (first, second, *left)}) == 3
    assert hand.steps()[0] == "Rework"
    assert len(heard.edited[-1][0]) == 3
    workspace.undo()
    assert workspace.annotations == (first, second)


def test_objects_of_others_are_noted_as_corrected(workspace: Workspace, hand: Hand) -> None:
    mine = hand.draw(10)
    theirs = replace(mine, origin=Origin(made_by="file"))
    left = workspace.rework(changed=[replace(mine, is_crowd=True)], made=[theirs], text="Rework")
    assert left is not None
    assert [a.origin.corrected_by for a in left] == ["", "Ada"]


def test_a_locked_object_stops_the_whole_step(workspace: Workspace, hand: Hand) -> None:
    both = hand.draw(10), hand.draw(40)
    workspace.set_locked([both[1].id], True)
    workspace.select([both[0].id])
    changed = [replace(both[0], is_crowd=True)]
    assert workspace.rework(changed=changed, gone=[both[1].id], text="Join") is None
    assert workspace.annotations == both == hand.stored()
    assert workspace.selected == both[:1]


def test_nothing_to_do_is_no_step(workspace: Workspace, hand: Hand) -> None:
    made = hand.draw(10)
    steps = hand.steps()
    assert workspace.rework(changed=[made], gone=[99], text="Nothing") is None
    workspace.is_read_only = True
    assert workspace.rework(gone=[made.id], text="Delete") is None
    assert hand.steps() == steps
    assert workspace.annotations == (made,)


def test_a_locked_object_stops_the_whole_step_and_the_selection_stays(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    first, other = hand.draw(5), hand.draw(40)
    workspace.set_locked([other.id], True)
    workspace.select([first.id, other.id])
    after = replace(first, box=Box(1, 2, 30, 40))
    assert workspace.rework(changed=[after], gone=[other.id], text="Join 2 objects") is None
    assert workspace.annotations == (first, other) == hand.stored()
    assert workspace.selected == (first, other)
    assert heard.last.text.startswith("person 2 is locked.")
    assert len(hand.steps()) == 2
