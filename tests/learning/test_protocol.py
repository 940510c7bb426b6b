"""The messages between window and learner."""

from __future__ import annotations

import pytest

from annotator.domain.model import Part, Polygons
from annotator.learning.assist_messages import LookAlike, mask_of, outlines_of
from annotator.learning.protocol import (
    Assist,
    Assisted,
    Began,
    Compare,
    Compared,
    Ending,
    Evaluated,
    Failed,
    FindAlike,
    Finished,
    FoundAlike,
    Keep,
    Paused,
    Predict,
    Predicted,
    Progress,
    Ready,
    Resume,
    Saved,
    Stop,
    Told,
    Train,
    TrainStep,
    decode,
    encode,
    job_of,
)

RING = (0.0, 0.0, 4.0, 0.0, 4.0, 4.0)
HOLE = (1.0, 1.0, 2.0, 1.0, 2.0, 2.0)
MESSAGES = [
    Predict((2**40, 3), version_id=7, device="cpu", only_unreviewed=True),
    Predict(),
    Train("squeezenet1_0", "/a b/ü.safetensors", 12, "cpu", 3, "Ada"),
    Train(learning_rate=0.001, loss_weights={"mask": 0.5}, evaluate_every=20, replaces=True),
    Resume(1, 300, learning_rate=0.001, steps=900, device="cpu", person="Ada"),
    Keep(0, 150),
    Compare(2**40, 3),
    Assist(1, 2**40),
    Assist(
        2, 3, (1.0, 2.0, 3.5, 4.0), 7, ((1.5, 2.0, True),), (((0.0, 0.0, 4.0, 0.0, 4.0, 4.0),),)
    ),
    Assisted(
        2, (((0.0, 0.0, 4.0, 0.0, 4.0, 4.0), (1.0, 1.0, 2.0, 1.0, 2.0, 2.0)),), ((1.0, 2.0, 0.5),)
    ),
    Assisted(3, text="There is no model yet."),
    FindAlike(4, 2**40, 7, ((3, (1.0, 2.0, 3.5, 4.0)),), ((0.0, 0.0, 4.0, 4.0),), 2, "cpu"),
    FoundAlike(4, (LookAlike((1.0, 2.0, 3.5, 4.0), 0.75),), False, "v1"),
    FoundAlike(5, text="There is no model yet."),
    Stop(),
    Stop(Ending.PAUSE),
    Began(1, 300, 900),
    Saved(0, 150, 2**33),
    Paused(310, 1500, "Training is paused."),
    Compared(1, 2, {"first": {"box": {"AP": 0.5}}}),
    Ready("CPU, 2 threads"),
    Progress("train", 3, 10, 4.5, "Testing"),
    TrainStep(1, 2, {"mask": 0.25}, None, 0.005),
    Evaluated(5, {"box": {"AP": 0.5}}),
    Predicted((1, 2)),
    Told("train", "no weights\nsecond line"),
    Finished("predict", "done", None),
    Failed("train", "it broke", "Traceback ..."),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda m: type(m).__name__)
def test_a_message_survives_the_wire_on_one_line(message: object) -> None:
    line = encode(message)  # type: ignore[arg-type]
    assert "\n" not in line
    assert decode(line) == message


@pytest.mark.parametrize("line", ["", "nonsense", "[]", '{"kind": "Nobody"}', '{"kind": "Ready"}'])
def test_a_line_that_is_no_message_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not a message"):
        decode(line)


def test_each_request_is_of_one_job() -> None:
    jobs = [job_of(request) for request in (Predict(), Train(), Resume(), Keep(), Compare(1, 2))]
    assert jobs == ["predict", "train", "train", "train", "compare"]


def test_a_mask_with_holes_travels_and_an_empty_one_is_none() -> None:
    mask = Polygons((Part(RING, (HOLE,)),))
    assert mask_of(outlines_of(mask)) == mask
    assert mask_of(()) is None
