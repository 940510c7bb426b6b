"""The demo is true: its boxes, masks and joints are where they are drawn."""

import json
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as rle
from pycocotools.coco import COCO

from annotator.domain.errors import RefusedError
from annotator.domain.model import Box, ImageState, Visibility
from annotator.services.drawing.pose import JOINTS, SKELETON
from annotator.services.drawing.scene import CATEGORIES, Scene, draw_scene
from annotator.services.sample import make_sample, segmentation
from annotator.store.store import Store


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [draw_scene(np.random.default_rng([7, i]), (320, 240)) for i in range(12)]


def _bitmap(written: list[list[float]] | dict[str, object], shape: tuple[int, int]) -> np.ndarray:
    height, width = shape
    encoded = rle.frPyObjects(written, height, width) if isinstance(written, list) else [written]
    return rle.decode(rle.merge(encoded)).astype(bool)


def test_a_seed_always_draws_the_same_scene() -> None:
    first = draw_scene(np.random.default_rng(3), (160, 120))
    second = draw_scene(np.random.default_rng(3), (160, 120))
    other = draw_scene(np.random.default_rng(4), (160, 120))
    assert np.array_equal(first.pixels, second.pixels)
    assert [o.box for o in first.objects] == [o.box for o in second.objects]
    assert not np.array_equal(first.pixels, other.pixels)


def test_boxes_are_tight_around_what_is_seen(scenes: list[Scene]) -> None:
    for scene in scenes:
        assert scene.pixels.shape == (240, 320, 3)
        assert scene.pixels.dtype == np.uint8
        assert scene.objects
        for thing in scene.objects:
            rows, columns = np.nonzero(thing.mask)
            left, top = columns.min(), rows.min()
            tight = Box(left, top, columns.max() + 1 - left, rows.max() + 1 - top)
            assert thing.box == tight


def test_no_pixel_shows_two_objects(scenes: list[Scene]) -> None:
    for scene in scenes:
        shown = sum(thing.coverage.astype(np.float64) for thing in scene.objects)
        assert np.max(shown) <= 1.001


def test_joints_of_people_are_in_the_image_and_on_them(scenes: list[Scene]) -> None:
    seen = {0: 0, 1: 0, 2: 0}
    for scene in scenes:
        for thing in scene.objects:
            assert len(thing.keypoints) == (len(JOINTS) if thing.category == "person" else 0)
            for x, y, visibility in thing.keypoints:
                seen[int(visibility)] += 1
                if visibility == Visibility.ABSENT:
                    assert (x, y) == (0, 0)
                    continue
                assert 0 <= x < 320
                assert 0 <= y < 240
                if visibility == Visibility.VISIBLE:
                    around = thing.coverage[
                        max(0, int(y) - 2) : int(y) + 3, max(0, int(x) - 2) : int(x) + 3
                    ]
                    assert around.max() > 0.4
    assert seen[Visibility.VISIBLE] > seen[Visibility.OCCLUDED] > 0


def test_every_kind_of_object_and_joint_state_turns_up() -> None:
    found: set[str] = set()
    states: set[int] = set()
    for seed in range(40):
        for thing in draw_scene(np.random.default_rng(seed), (96, 72)).objects:
            found.add(thing.category)
            states |= {int(point.visibility) for point in thing.keypoints}
    assert found == set(CATEGORIES)
    assert states == {0, 1, 2}


def test_outlines_hold_what_the_mask_holds(scenes: list[Scene]) -> None:
    for scene in scenes:
        for thing in scene.objects:
            bitmap = _bitmap(segmentation(thing.coverage), (240, 320))
            overlap = (bitmap & thing.mask).sum() / (bitmap | thing.mask).sum()
            assert overlap > 0.9


def test_a_mask_with_a_hole_keeps_it() -> None:
    coverage = np.zeros((20, 20), np.float32)
    coverage[3:17, 3:17] = 1
    coverage[7:12, 7:12] = 0
    written = segmentation(coverage)
    assert isinstance(written, dict)
    assert np.array_equal(_bitmap(written, (20, 20)), coverage > 0.5)


def test_a_mask_at_the_border_reaches_it() -> None:
    written = segmentation(np.ones((8, 10), np.float32))
    assert isinstance(written, list)
    xs, ys = written[0][::2], written[0][1::2]
    assert (min(xs), max(xs), min(ys), max(ys)) == (0, 10, 0, 8)


def test_an_empty_mask_has_no_area() -> None:
    assert not _bitmap(segmentation(np.zeros((5, 5), np.float32)), (5, 5)).any()


def test_the_demo_has_reviewed_and_new_images(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    folder = make_sample(tmp_path / "demo", images=6, progress=lambda *s: steps.append(s))
    assert steps[-1] == (6, 6)
    with Store.open(folder) as store:
        images = store.images.all()
        assert len(images) == 6
        assert all(store.images.path(image).is_file() for image in images)
        states = [image.state for image in images]
        assert states == [ImageState.REVIEWED] * 4 + [ImageState.NEW] * 2
        person = store.categories.all()[0]
        assert person.joints == JOINTS
        assert person.skeleton == SKELETON
        assert len(person.pairs) == 6
        people = [
            annotation
            for row in store.annotations.of_images([i.id for i in images]).values()
            for annotation in row
            if annotation.category_id == person.id
        ]
        assert people
        assert all(a.box and a.mask and a.has_keypoints for a in people)


def test_the_demos_labels_load_in_pycocotools(tmp_path: Path) -> None:
    folder = make_sample(tmp_path / "demo", images=3)
    coco = COCO(str(folder / "labels.json"))
    assert len(coco.imgs) == 2
    for annotation in coco.anns.values():
        assert coco.annToMask(annotation).sum() == pytest.approx(annotation["area"], rel=0.1)
    assert json.loads((folder / "labels.json").read_text())["annotations"]


def test_a_moved_demo_finds_its_images(tmp_path: Path) -> None:
    folder = make_sample(tmp_path / "demo", images=2)
    folder.rename(tmp_path / "elsewhere")
    with Store.open(tmp_path / "elsewhere") as store:
        assert all(store.images.path(image).is_file() for image in store.images.all())


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RefusedError, match="not empty"):
        make_sample(tmp_path, images=1)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_failed_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedError, match="cannot be made"):
        make_sample(tmp_path / "file" / "demo", images=1)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
