"""Where joints usually are: what was labelled, what was drawn, what is known by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.domain.edits import Edit, Step
from annotator.domain.joint_sets import known_layout
from annotator.domain.model import Annotation, Box, Category, Keypoint
from annotator.services import layouts
from annotator.store.images import FoundImage
from annotator.store.store import Store

PERSON = Category(1, "person", joints=("nose", "left_wrist"))
FISH = Category(2, "fish", joints=("mouth", "fin"), ordinal=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "project") as made:
        root = made.roots.add(tmp_path)
        made.images.add(root, [FoundImage("a.png", 400, 300)])
        made.take_ids("category", 2)
        step = Step("Create", (Edit(None, PERSON), Edit(None, FISH)))
        made.history.apply(step, person="Ada")
        yield made


def draw(store: Store, category: Category, *joints: Keypoint, box: Box | None) -> None:
    key = store.take_ids("annotation")[0]
    image = store.images.all()[0].id
    made = Annotation(key, image, category.id, box, keypoints=joints)
    store.history.apply(Step("Draw", (Edit(None, made),), image), person="Ada")


def draw_fish(store: Store, count: int) -> None:
    for n in range(count):
        joints = (Keypoint(10 + 40 * n, 10, 2), Keypoint(30 + 40 * n, 20, 1))
        draw(store, FISH, *joints, box=Box(10 + 40 * n, 0, 40, 20))


def test_a_new_category_of_unknown_joints_has_no_layout(store: Store) -> None:
    assert layouts.for_placing(store, FISH) is None
    assert layouts.for_showing(store, FISH) is None
    none = Category(3, "ball")
    assert layouts.for_placing(store, none) is None
    assert layouts.for_showing(store, none) is None


def test_known_joints_have_their_places_from_the_start(store: Store) -> None:
    assert layouts.for_placing(store, PERSON) == known_layout(PERSON.joints)
    assert layouts.for_showing(store, PERSON) == known_layout(PERSON.joints)


def test_from_three_objects_on_their_mean_is_taken(store: Store) -> None:
    draw_fish(store, 2)
    draw(store, FISH, Keypoint(0, 0, 0), Keypoint(0, 0, 0), box=Box(0, 0, 10, 10))
    draw(store, FISH, Keypoint(1, 1, 2), Keypoint(2, 2, 2), box=None)
    assert layouts.for_placing(store, FISH) is None
    draw_fish(store, 1)
    found = layouts.for_placing(store, FISH)
    assert found is not None
    assert found.places == ((0.0, 0.5), (0.5, 1.0))
    assert found.aspect == 2.0
    assert layouts.for_showing(store, FISH) == found


def test_the_mean_is_preferred_for_placing_and_the_drawn_one_for_showing(store: Store) -> None:
    draw_fish(store, 3)
    drawn = {"mouth": (0.9, 0.5), "fin": (0.4, 0.1)}
    layouts.keep(store, FISH.id, drawn, aspect=1.5)
    shown = layouts.for_showing(store, FISH)
    assert shown is not None
    assert (shown.places, shown.aspect) == (((0.9, 0.5), (0.4, 0.1)), 1.5)
    placed = layouts.for_placing(store, FISH)
    assert placed is not None
    assert placed.places == ((0.0, 0.5), (0.5, 1.0))


def test_a_joint_nobody_placed_is_taken_from_the_template(store: Store) -> None:
    for _ in range(3):
        draw(store, FISH, Keypoint(5, 5, 2), Keypoint(0, 0, 0), box=Box(0, 0, 10, 10))
    found = layouts.for_placing(store, FISH)
    assert found is not None
    assert found.places == ((0.5, 0.5), None)
    layouts.keep(store, FISH.id, {"fin": (0.1, 0.2)}, aspect=1.0)
    found = layouts.for_placing(store, FISH)
    assert found is not None
    assert found.places == ((0.5, 0.5), (0.1, 0.2))


def test_whole_objects_are_preferred_for_the_mean(store: Store) -> None:
    draw_fish(store, 3)
    for _ in range(3):
        draw(store, FISH, Keypoint(9, 9, 2), Keypoint(0, 0, 0), box=Box(0, 0, 10, 10))
    found = layouts.for_placing(store, FISH)
    assert found is not None
    assert found.places == ((0.0, 0.5), (0.5, 1.0))


def test_drawn_places_follow_the_names_and_old_names_are_kept(store: Store) -> None:
    layouts.keep(store, FISH.id, {"mouth": (0.1, 0.5), "fin": (0.6, 0.2)}, aspect=2.0)
    layouts.keep(store, FISH.id, {"lips": (0.1, 0.5)}, aspect=2.0)
    turned = replace(FISH, joints=("fin", "lips"))
    found = layouts.for_showing(store, turned)
    assert found is not None
    assert found.places == ((0.6, 0.2), (0.1, 0.5))
    again = layouts.for_showing(store, FISH)
    assert again is not None
    assert again.places == ((0.1, 0.5), (0.6, 0.2))
    assert layouts.for_showing(store, replace(FISH, joints=("eye",))) is None


def test_a_half_drawn_layout_gives_way_to_a_known_one(store: Store) -> None:
    layouts.keep(store, PERSON.id, {"nose": (0.3, 0.3)}, aspect=1.0)
    assert layouts.for_showing(store, PERSON) == known_layout(PERSON.joints)


@pytest.mark.parametrize(
    "kept",
    [
        [],
        "text",
        {"2": []},
        {"2": {"joints": []}},
        {"2": {"joints": {"fin": [0, 1]}, "aspect": 0}},
        {"2": {"joints": {"fin": [0, "x"], "mouth": [1]}, "aspect": 1}},
    ],
)
def test_a_setting_that_says_nothing_sensible_is_no_layout(store: Store, kept: object) -> None:
    store.settings.set(layouts.KEY, kept)  # type: ignore[arg-type]
    assert layouts.for_showing(store, FISH) is None
    layouts.keep(store, FISH.id, {"fin": (2.0, 0.5)}, aspect=1.0)
    found = layouts.for_showing(store, FISH)
    assert found is not None
    assert found.places == (None, (1.0, 0.5)), "inside the box"


def test_the_newest_objects_are_found_by_category(store: Store) -> None:
    assert store.annotations.newest_of_category(FISH.id, limit=5) == ()
    draw_fish(store, 3)
    draw(store, FISH, box=Box(0, 0, 10, 10))
    draw(store, PERSON, box=Box(0, 0, 10, 10))
    everything = store.annotations.of_category(FISH.id)
    assert len(everything) == 4
    assert store.annotations.newest_of_category(FISH.id, limit=9) == everything[::-1]
    newest = store.annotations.newest_of_category(FISH.id, limit=2, with_joints=True)
    assert newest == everything[2:0:-1]
