"""The starter as it is shipped."""

from __future__ import annotations

from benchmarks.make_starter import categories, scenes
from models import checkpoint
from models.evaluate import evaluate
from models.starting import starter_of

UNSEEN = 2_000_000
"""A seed of scenes that neither training nor its test drew."""


def test_it_comes_along_small_and_with_its_numbers() -> None:
    place = starter_of("squeezenet1_0")
    assert place is not None
    assert place.stat().st_size <= 15e6
    assert (place.parent / "LICENCE-OF-THE-TRUNK").is_file()
    card = checkpoint.read_card(place)
    assert [category["name"] for category in card["categories"]] == ["person", "ball", "crate"]
    assert {"scenes", "steps", "seed", "metrics"} <= card["extra"]["starter"].keys()
    assert starter_of("resnet50") is None


def test_it_finds_what_is_on_scenes_it_never_saw() -> None:
    place = starter_of("squeezenet1_0")
    assert place is not None
    network = checkpoint.load(place)
    assert list(network.categories) == categories()
    found = evaluate(network, list(scenes(4, UNSEEN)))
    assert found.box is not None
    assert found.mask is not None
    assert min(found.box.AP50, found.mask.AP50) > 0.6
