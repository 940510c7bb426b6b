"""Images in parts of like size."""

from __future__ import annotations

from annotator.learning.folds import folds_of


def test_every_image_is_in_one_part_and_parts_are_alike() -> None:
    objects = {key: key % 7 for key in range(1, 20)}
    parts = folds_of(objects, 3)
    assert sorted(key for part in parts for key in part) == sorted(objects)
    assert sorted(len(part) for part in parts) == [6, 6, 7]
    sums = [sum(objects[key] for key in part) for part in parts]
    assert max(sums) - min(sums) <= 7


def test_the_seed_decides() -> None:
    objects = dict.fromkeys(range(12), 1)
    assert folds_of(objects, 3, seed=1) == folds_of(objects, 3, seed=1)
    assert folds_of(objects, 3, seed=1) != folds_of(objects, 3, seed=2)


def test_fewer_images_than_parts() -> None:
    assert folds_of({}, 3) == [(), (), ()]
    assert sorted(folds_of({5: 1}, 3)) == [(), (), (5,)]
