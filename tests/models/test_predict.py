"""Predictions come back in the pixels of the image that was given."""

import threading

import numpy as np
import pytest
import torch
from pycocotools import mask as coco_mask

from models import predict as prediction
from models.augment import Augmentation, augmented, swapped_joints
from models.detections import Kept, RawDetections
from models.errors import OutOfMemory
from models.evaluate import coco_truth, evaluate, regions_to_rle
from models.images import Recall, fitted, load_image
from models.predict import predict
from models.targets import make_target
from models.types import CategorySpec, ObjectTarget, Region, Sample
from tests.models.drawn import make_sample


def found(*boxes, label=2):
    """What the heads would say: full masks, joints in the middle."""
    count = len(boxes)
    maps = torch.zeros(count, 3, 56, 56)
    maps[:, :, 27:29, 27:29] = 20
    kept = Kept(
        torch.tensor(boxes).reshape(-1, 4),
        torch.full((count,), label),
        torch.full((count,), 0.9),
        *(torch.zeros(count), torch.zeros(count, dtype=torch.int64), torch.arange(count)),
    )
    looks = torch.ones(count, 8), torch.ones(8)
    return RawDetections(kept, torch.ones(count, 28, 28), maps, *looks)


@pytest.fixture
def says(tiny, monkeypatch):
    """Make the network say something."""

    def say(raw):
        monkeypatch.setattr(
            type(tiny), "detect", lambda self, images, *, floor: [raw] * len(images)
        )

    return say


def test_an_image_with_nothing_in_it_has_no_detections(tiny, says, sample):
    says(found())

    (prediction,) = predict(tiny, [sample(7)])

    assert prediction.key == 7
    assert prediction.detections == ()


def test_no_images_give_no_predictions(tiny):
    assert list(predict(tiny, [])) == []


def test_coordinates_are_those_of_the_original(tiny, says):
    """An image of 400 x 300 is seen at 128 x 96."""
    pixels = np.zeros((300, 400, 3), np.uint8)
    says(found([32.0, 24.0, 96.0, 72.0]))

    (prediction,) = predict(tiny, [Sample(1, (400, 300), lambda s: pixels)])

    (detection,) = prediction.detections
    assert detection.box == pytest.approx((100, 75, 300, 225))
    assert detection.joints[:, :2] == pytest.approx(np.full((3, 2), (200, 150)), abs=1)
    xs, ys = detection.regions[0].outer[::2], detection.regions[0].outer[1::2]
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((100, 300, 75, 225), abs=4)
    assert 0 <= detection.doubt.classification <= 1
    assert detection.doubt.box == 0
    assert detection.doubt.mask == pytest.approx(0)
    assert len(detection.doubt.joints) == 3
    assert detection.joints[:, 2].tolist() == pytest.approx([1 - d for d in detection.doubt.joints])


def test_detections_stay_inside_the_image(tiny, says):
    pixels = np.zeros((300, 401, 3), np.uint8)
    says(found([100.0, 80.0, 128.5, 96.4]))

    (prediction,) = predict(tiny, [Sample(1, (401, 300), lambda s: pixels)])

    (detection,) = prediction.detections
    assert detection.box[2] <= 401
    assert detection.box[3] <= 300


def test_a_category_without_joints_or_masks_has_none(tiny, says, sample):
    tiny.mask_channel.copy_(torch.tensor([0, -1, 2]))
    says(found([1.0, 1.0, 50.0, 50.0], label=1))

    (prediction,) = predict(tiny, [sample(0)])

    (detection,) = prediction.detections
    assert detection.regions == ()
    assert detection.joints is None
    assert detection.doubt.mask is None
    assert detection.doubt.joints == ()


def test_predicting_needs_no_labels_and_reads_the_image_once(tiny, sample):
    reads = []
    labelled = sample(0)
    bare = Sample(3, labelled.size, lambda s: (reads.append(s), labelled.read(s))[1])

    list(predict(tiny, [bare]))

    assert reads == [96]


def test_predictions_come_in_the_order_of_the_images(tiny, sample):
    keys = [5, 3, 9, 3]

    assert [one.key for one in predict(tiny, [sample(key) for key in keys])] == keys


def test_an_image_that_cannot_be_read_is_told_and_left_out(tiny, sample):
    def broken(_short_side):
        raise OSError("the file is gone")

    told = []
    samples = [sample(1), Sample(2, (128, 96), broken), sample(3)]

    found = list(predict(tiny, samples, skipped=lambda s, error: told.append((s.key, str(error)))))

    assert [one.key for one in found] == [1, 3]
    assert told == [(2, "the file is gone")]
    with pytest.raises(OSError, match="gone"):
        list(predict(tiny, samples))


def test_the_next_image_is_read_while_the_network_looks_at_one(tiny, sample, monkeypatch):
    order = []
    detect = type(tiny).detect

    def slow(self, images, *, floor):
        assert read_second.wait(30)
        order.append("looked")
        return detect(self, images, floor=floor)

    read_second = threading.Event()
    second = Sample(2, (128, 96), lambda s: (read_second.set(), sample(2).read(s))[1])
    monkeypatch.setattr(type(tiny), "detect", slow)

    found = list(predict(tiny, [sample(1), second]))

    assert len(found) == len(order) == 2


def test_whoever_leaves_early_waits_for_nothing_more(tiny, sample):
    before = threading.active_count()
    run = predict(tiny, (sample(n) for n in range(100)))

    assert next(run).key == 0
    run.close()

    assert threading.active_count() == before


def cramped(fitting):
    """A network that has memory for so many images at once."""

    def detect(self, images, *, floor):
        if len(images) > fitting:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return [found([8.0, 8.0, 40.0, 40.0])] * len(images)

    return detect


def test_where_memory_runs_out_images_go_fewer_at_a_time(tiny, sample, monkeypatch):
    monkeypatch.setattr(type(tiny), "detect", cramped(3))
    glance = prediction._Glance(tiny, 0.05, tiles=False)
    view = prediction._View(sample(1), torch.zeros(3, 96, 128, dtype=torch.uint8), None)

    assert len(glance.see([view] * 8, at_once=8)) == 8


def test_not_even_one_image_fitting_is_a_clear_error(tiny, sample, monkeypatch):
    monkeypatch.setattr(type(tiny), "detect", cramped(0))

    with pytest.raises(OutOfMemory, match="close other programs"):
        list(predict(tiny, [sample(1)]))


def test_several_images_at_once_are_predicted_as_one_by_one(tiny, sample, monkeypatch):
    """What a GPU does, on the processor."""
    samples = [sample(1), sample(2), sample(3)]
    alone = [one for s in samples for one in predict(tiny, [s], floor=0.3)]
    monkeypatch.setattr(prediction, "at_once_on", lambda device: 8)

    together = list(predict(tiny, samples, floor=0.3))

    for one, other in zip(alone, together, strict=True):
        assert one.key == other.key
        assert len(one.detections) == len(other.detections)
        for a, b in zip(one.detections, other.detections, strict=True):
            assert a.box == pytest.approx(b.box, abs=0.05)
            assert a.score == pytest.approx(b.score, abs=1e-3)


def test_a_reader_of_grey_pixels_is_refused(tiny):
    grey = Sample(3, (10, 10), lambda s: np.zeros((10, 10), np.uint8))

    with pytest.raises(ValueError, match="image 3: expected RGB"):
        list(predict(tiny, [grey]))


def test_images_are_fitted_to_the_short_side_unless_too_long():
    assert fitted((800, 600), short=400, long=667) == (533, 400)
    assert fitted((3000, 300), short=400, long=600) == (600, 60)
    assert fitted((5000, 1), short=400, long=600) == (600, 1)


def test_a_reduced_decode_gives_the_same_size():
    full = np.zeros((300, 400, 3), np.uint8)
    sample = Sample(1, (800, 600), lambda s: full)

    assert load_image(sample, (133, 100), is_lit=True).shape == (3, 100, 133)


def counted(size, reads):
    """A reader of files that are decoded at a half, a third, ... of their size."""

    def read(short_side):
        reads.append(short_side)
        share = max(1, min(size) // short_side)
        return np.full((size[1] // share, size[0] // share, 3), share, np.uint8)

    return read


def test_a_training_decodes_an_image_once_for_each_size_it_comes_in():
    reads = []
    sample = Recall().of(0, Sample(1, (800, 600), counted((800, 600), reads)))

    pixels = [sample.read(short) for short in (400, 390, 250, 310, 200, 260)]

    assert reads == [400, 250, 200]
    assert [one.shape[0] for one in pixels] == [600, 600, 300, 600, 200, 300]


def test_images_are_told_apart_and_forgotten_where_there_is_no_room():
    reads = []
    recall = Recall(most=300 * 400 * 3)
    one = recall.of(0, Sample(1, (400, 300), counted((400, 300), reads)))
    other = recall.of(1, Sample(1, (400, 300), counted((400, 300), reads)))

    for sample in (one, other, one, other):
        sample.read(200)

    assert reads == [200, 200, 200]


def test_a_reader_that_gives_just_what_is_asked_for_is_asked_for_more():
    reads = []
    exact = Sample(1, (800, 600), lambda s: (reads.append(s), np.zeros((s, 2 * s, 3), np.uint8))[1])
    sample = Recall().of(0, exact)

    assert [sample.read(s).shape[0] for s in (350, 400)] == [350, 400]


def test_perfect_predictions_score_one(tiny, says):
    """Truth and result are drawn the same way, joints included."""
    tiny.mask_channel.copy_(torch.tensor([0, 1, 2]))
    pixels = np.zeros((96, 128, 3), np.uint8)
    joints = np.array([[60, 50, 2]] * 3, np.float32)
    whole = (Region((20, 10, 100, 10, 100, 90, 20, 90)),)
    item = ObjectTarget(2, (20, 10, 100, 90), whole, joints)
    says(found([20.0, 10.0, 100.0, 90.0]))

    metrics = evaluate(tiny, [Sample(5, (128, 96), lambda s: pixels, (item,))])

    assert pytest.approx(1) == metrics.box.AP
    assert pytest.approx(1) == metrics.mask.AP50
    assert pytest.approx(1) == metrics.keypoints.AP


def test_holes_are_holes_in_run_lengths():
    ring = Region((0, 0, 40, 0, 40, 40, 0, 40), ((10, 10, 30, 10, 30, 30, 10, 30),))

    assert coco_mask.area(regions_to_rle((ring,), (50, 60))) == 1200
    assert coco_mask.area(regions_to_rle((), (50, 60))) == 0


def test_the_truth_of_unlabelled_images_is_empty(sample):
    truth = coco_truth([sample(1, "none")], [CategorySpec("box")])

    assert truth["annotations"] == []
    assert truth["images"] == [{"id": 1, "width": 128, "height": 96}]


def test_changes_for_training_keep_image_and_labels_together(tiny):
    """Wherever the red square goes, its box goes."""
    sample = make_sample(0)
    target = make_target(sample, tiny.categories)
    random = np.random.default_rng(0)
    plain = Augmentation(light=0.0, hue=0.0)
    for _ in range(20):
        image, labels = augmented(
            sample,
            target,
            short=96,
            long=160,
            is_lit=True,
            swap=swapped_joints(tiny.categories),
            change=plain,
            random=random,
        )
        assert image.shape[1] <= 96
        assert image.shape[2] <= 128
        red = (image[0] > 180) & (image[2] < 80)
        for box in labels.boxes[labels.labels == 1].round().int().tolist():
            x0, y0, x1, y1 = box
            assert red[y0:y1, x0:x1].float().mean() > 0.9
            assert red.sum() == pytest.approx((x1 - x0) * (y1 - y0), rel=0.15)


def test_left_and_right_joints_trade_places_by_category():
    arm = CategorySpec("arm", ("a", "b"), ((0, 1),))
    face = CategorySpec("face", ("nose", "left", "right"), ((1, 2),))

    assert swapped_joints([arm, CategorySpec("box"), face]).tolist() == [1, 0, 2, 4, 3]
    assert swapped_joints([CategorySpec("box")]).tolist() == []
