"""Numbers and times in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from annotator.domain.model import Box, ModelVersion
from annotator.ui import words

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (41.6, "42 s"),
        (60, "1 min"),
        (724, "12 min"),
        (3600, "1 h"),
        (7800, "2 h 10 min"),
    ],
)
def test_durations(seconds, text):
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-03-20T11:59:30+00:00", "just now"),
        ("2026-03-20T11:55:00+00:00", "5 min ago"),
        ("2026-03-20T09:00:00", "3 h ago"),
        ("2026-03-19T09:00:00+00:00", "yesterday"),
        ("2026-03-15T09:00:00+00:00", "5 days ago"),
        ("2025-12-03T09:00:00+00:00", "3 Dec 2025"),
        ("long ago", "long ago"),
        ("", ""),
    ],
)
def test_moments(moment, text):
    assert words.ago(moment, NOW) == text


def test_counts_and_boxes():
    assert words.counted(1, "image") == "1 image"
    assert words.counted(1204, "image") == "1,204 images"
    assert words.counted(2, "box", "boxes") == "2 boxes"
    assert words.box_words(Box(102.4, 77, 214.2, 388)) == "214 × 388 at 102, 77"


@pytest.mark.parametrize("metrics", ["{}", "not json", "[]", '{"box": null}', '{"box": {}}'])
def test_a_version_without_numbers_says_why(metrics):
    version = ModelVersion(1, "v1", "", "", metrics=metrics)
    assert words.ap50(version) == {}
    assert words.quality(version).startswith("No held-out numbers")


@pytest.mark.parametrize(
    ("images", "text"), [(1, "1 image"), (41, "41 images"), (0, "other images")]
)
def test_what_a_version_learned_from(images, text):
    assert words.teachers(ModelVersion(1, "v1", "tiny", "v1", train_images=images)) == text


def test_numbers_say_on_what_they_were_measured():
    version = ModelVersion(1, "v1", "", "", metrics='{"box": {"AP50": 0.9}}', held_out_images=2)
    assert words.quality(version) == "box AP50 0.90 on 2 held-out images"
    elsewhere = replace(version, held_out_images=0)
    assert words.quality(elsewhere) == "box AP50 0.90 on other images"
