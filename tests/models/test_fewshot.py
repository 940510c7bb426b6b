"""Twelve labelled photographs are enough: minutes on two cores, so only run when asked for."""

import time

import pytest

from benchmarks.fewshot import options_of, run


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("shared")
def test_twelve_fruit_images_teach_boxes_and_masks():
    options = options_of(["--data", "fruits", "--images", "12", "--device", "cpu"])
    started = time.monotonic()

    metrics = run(options)["metrics"]

    assert metrics["box"]["AP"] >= 0.55
    assert metrics["mask"]["AP"] >= 0.70
    assert time.monotonic() - started < 600
