"""Where a version comes from, and how it stands against the one before, in words."""

from __future__ import annotations

import json

from annotator.domain.model import ModelVersion
from annotator.ui.lineage import (
    Standing,
    is_rough,
    learned_words,
    lineage_words,
    receipt_of,
    signed,
    standing,
)


def version(
    name: str = "v1", ap: float = 0.5, *, learned: int = 41, tested: int = 6, **receipt: object
) -> ModelVersion:
    metrics = json.dumps({"box": {"AP50": ap}, "mask": {"AP50": -1.0}})
    return ModelVersion(
        1, name, "squeezenet1_0", name, metrics, json.dumps(receipt), "", learned, tested
    )


def test_numbers_are_set_against_the_version_then_in_use_on_the_same_images() -> None:
    former = {"name": "v1", "metrics": {"box": {"AP50": 0.25}}}
    assert standing(version("v3", former=former), version("v2", 0.1)) == Standing(
        "v1", {"box": 0.25}
    )


def test_else_against_the_one_before_where_the_images_are_the_same() -> None:
    before = version("v1", 0.25)
    same = version("v2", held_out={"1": [], "2": []})
    assert standing(same, version("v1", 0.25, held_out={"2": [], "1": []})).changes == {"box": 0.25}
    assert standing(same, version("v1", 0.25, held_out={"1": []})) == Standing()
    assert standing(same, before) == Standing()
    assert standing(same, None) == Standing()


def test_a_receipt_that_cannot_be_read_is_empty() -> None:
    broken = ModelVersion(1, "v1", "tiny", "v1", receipt="{")
    assert receipt_of(broken) == {}
    assert receipt_of(ModelVersion(1, "v1", "tiny", "v1", receipt="[]")) == {}
    assert lineage_words(broken) == "tiny, from nothing"


def test_changes_have_their_sign() -> None:
    assert [signed(v) for v in (0.031, -0.1, -0.001)] == ["+0.03", "−0.10", "±0.00"]


def test_what_it_learned_from_is_told() -> None:
    assert (
        learned_words(version(learned=1, tested=0)) == "1 image; no image was held out to test it"
    )
    words = learned_words(version(learned=8, tested=2))
    assert words == "8 images; tested on 2 others, so its numbers are rough"


def test_objects_are_counted_where_the_receipt_lists_them() -> None:
    one = ModelVersion(
        1, "v1", "tiny", "v1", receipt='{"train": {"1": [1, 2], "2": [3]}}', train_images=2
    )
    assert learned_words(one).startswith("2 images, 3 objects;")
    assert is_rough(one)
    assert not is_rough(version(learned=28, tested=2))


def test_its_lineage_is_told() -> None:
    plain = version(weights="hub", steps=1500, steps_asked=1500, seconds=840.0)
    assert lineage_words(plain) == (
        "squeezenet1_0, from pre-trained weights; 1,500 steps in 14 min"
    )
    turned = version(
        weights="/some/where/base.safetensors",
        steps=310,
        steps_asked=1500,
        parent="v2",
        stopped_early=True,
        attempts=[
            {"from_step": 0, "learning_rate": 0.005},
            {"from_step": 150, "learning_rate": 0.0015},
        ],
        resumes=[{}, {}, {}],
    )
    assert lineage_words(turned) == (
        "squeezenet1_0, from base.safetensors; 310 of 1,500 steps; "
        "stopped when its scores no longer rose; made while v2 was in use; "
        "gone back to step 150 with learning rate 0.0015; paused or interrupted 2 times"
    )
