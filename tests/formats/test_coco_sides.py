"""Left and right are read off joint names."""

from __future__ import annotations

import pytest

from annotator.formats.coco.sides import pairs_of


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("left_eye", "right_eye"),
        ("eye_left", "eye_right"),
        ("LEFT EYE", "RIGHT EYE"),
        ("l_eye", "r_eye"),
        ("eye.L", "eye.R"),
        ("LShoulder", "RShoulder"),
        ("leftEye", "rightEye"),
        ("leftear", "rightear"),
        ("earleft", "earright"),
        ("front-left-paw", "front-right-paw"),
        ("left_ear_1", "right_ear_1"),
        ("L", "R"),
    ],
)
def test_a_left_and_a_right_joint_are_a_pair(left: str, right: str) -> None:
    assert pairs_of(["nose", right, left]) == ((2, 1),)


@pytest.mark.parametrize(
    "names",
    [[], ["nose", "tail"], ["left_eye"], ["left_eye", "right_ear"], ["l_eye", "l_eye"],
     ["lip", "rip"], ["left", "tail"]],
)  # fmt: skip
def test_what_has_no_counterpart_is_no_pair(names: list[str]) -> None:
    assert pairs_of(names) == ()


def test_each_joint_is_in_one_pair() -> None:
    assert pairs_of(["left_a", "left_a", "right_a", "l_a", "r_a"]) == ((0, 2),)
