"""The messages between window and learner."""

from __future__ import annotations

import pytest

from annotator.learning.protocol import (
    Evaluated,
    Failed,
    Finished,
    Predict,
    Predicted,
    Progress,
    Ready,
    Stop,
    Told,
    Train,
    TrainStep,
    decode,
    encode,
)

MESSAGES = [
    Predict((2**40, 3), version_id=7, device="cpu", only_unreviewed=True),
    Predict(),
    Train("squeezenet1_0", "/a b/ü.safetensors", 12, "cpu", 3, "Ada"),
    Stop(),
    Ready("CPU, 2 threads"),
    Progress("train", 3, 10, 4.5, "Testing"),
    TrainStep(1, 2, {"mask": 0.25}, None),
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
