"""Every odd image is read upright, or refused in words."""

import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotator.domain.errors import UnreadableFileError
from annotator.services.pixels import is_deep, read_frame_size, read_pixels, read_size, thumbnail
from annotator.services.rgb import NEUTRAL


def _marked(width: int = 60, height: int = 40) -> Image.Image:
    """Grey with a red top left and a blue top right corner."""
    array = np.full((height, width, 3), 90, np.uint8)
    array[: height // 4, : width // 4] = (250, 0, 0)
    array[: height // 4, -width // 4 :] = (0, 0, 250)
    return Image.fromarray(array)


def _write_turned(path: Path, orientation: int) -> None:
    """A file that is upright only after its EXIF orientation is applied."""
    backwards = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = _marked() if backwards is None else _marked().transpose(backwards)
    exif = Image.Exif()
    exif[274] = orientation
    image.save(path, exif=exif)


def _is_upright(array: np.ndarray) -> bool:
    height, width = array.shape[:2]
    left, right = array[height // 10, width // 10], array[height // 10, -width // 10]
    return bool(left[0] > 180 and left[2] < 70 and right[2] > 180 and right[0] < 70)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_read_upright(tmp_path: Path, suffix: str, orientation: int) -> None:
    path = tmp_path / f"turned{suffix}"
    _write_turned(path, orientation)
    assert read_size(path) == (60, 40)
    assert read_frame_size(path) == ((40, 60) if orientation >= 5 else (60, 40))
    array = read_pixels(path)
    assert array.shape == (40, 60, 3)
    assert _is_upright(array)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_raw_image_is_left_as_it_lies(tmp_path: Path, suffix: str, orientation: int) -> None:
    path = tmp_path / f"turned{suffix}"
    _write_turned(path, orientation)
    width, height = read_frame_size(path)
    array = read_pixels(path, is_raw=True)
    assert array.shape == (height, width, 3)
    assert _is_upright(array) == (orientation == 1)


def test_a_reduced_read_keeps_the_short_side_it_was_asked_for(tmp_path: Path) -> None:
    for suffix in (".jpg", ".png"):
        path = tmp_path / f"big{suffix}"
        _marked(1201, 801).save(path)
        small = read_pixels(path, short_side=200)
        assert 200 <= min(small.shape[:2]) < 400
        assert _is_upright(small)
        assert read_pixels(path, short_side=5000).shape == (801, 1201, 3)


def test_a_reduced_read_of_a_turned_image_is_upright(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[274] = 6
    _marked(1600, 800).transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)
    small = read_pixels(path, short_side=100)
    assert small.shape == (100, 200, 3)
    assert _is_upright(small)


def test_a_thumbnail_fits_and_is_never_enlarged(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    _marked(640, 320).save(path)
    assert thumbnail(path, 96).shape == (48, 96, 3)
    _marked(20, 10).save(path)
    assert thumbnail(path, 96).shape == (10, 20, 3)
    Image.new("RGB", (3000, 1)).save(path)
    assert thumbnail(path, 96).shape == (1, 96, 3)


def test_sixteen_bits_and_floats_are_stretched(tmp_path: Path) -> None:
    ramp = np.linspace(1000, 5000, 256).reshape(16, 16)
    Image.fromarray(ramp.astype(np.uint16)).save(tmp_path / "a.png")
    broken = ramp.astype(np.float32)
    broken[0, 0] = np.nan
    broken[0, 1] = np.inf
    Image.fromarray(broken).save(tmp_path / "b.tif")
    for name in ("a.png", "b.tif"):
        array = read_pixels(tmp_path / name)
        assert array.min() == 0
        assert array.max() == 255
    assert read_pixels(tmp_path / "b.tif")[0, 0].tolist() == [0, 0, 0]


def test_a_hot_pixel_leaves_no_steps_unless_the_tails_are_given_up(tmp_path: Path) -> None:
    ramp = np.repeat(np.arange(1000, 1064), 64).reshape(64, 64).astype(np.uint16)
    ramp[0, 0], ramp[0, 1] = 0, 65_535
    Image.fromarray(ramp).save(tmp_path / "a.png")
    assert len(np.unique(read_pixels(tmp_path / "a.png"))) <= 4
    array = read_pixels(tmp_path / "a.png", tail=0.005)
    assert len(np.unique(array)) >= 60
    assert (array[0, 0, 0], array[0, 1, 0]) == (0, 255)
    assert (np.diff(array[:, 5, 0].astype(int)) >= 0).all()


def test_only_files_of_more_than_8_bits_are_deep(tmp_path: Path) -> None:
    Image.new("I;16", (4, 4)).save(tmp_path / "a.png")
    Image.new("F", (4, 4)).save(tmp_path / "b.tif")
    _marked().save(tmp_path / "c.png")
    assert [is_deep(tmp_path / name) for name in ("a.png", "b.tif", "c.png")] == [True, True, False]
    eight = read_pixels(tmp_path / "c.png")
    assert (read_pixels(tmp_path / "c.png", tail=0.2) == eight).all()
    with pytest.raises(UnreadableFileError):
        is_deep(tmp_path / "none.png")


def test_transparency_shows_a_neutral_ground(tmp_path: Path) -> None:
    image = Image.new("RGBA", (4, 4), (255, 255, 255, 0))
    image.putpixel((0, 0), (255, 0, 0, 255))
    image.save(tmp_path / "a.png")
    array = read_pixels(tmp_path / "a.png")
    assert tuple(array[0, 0]) == (255, 0, 0)
    assert tuple(array[3, 3]) == NEUTRAL


def test_too_many_pixels_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _marked().save(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(UnreadableFileError, match="too many to open"):
        read_pixels(tmp_path / "a.png")
    with pytest.raises(UnreadableFileError, match="too many to open"):
        read_size(tmp_path / "a.png")


def test_pillows_limit_stays_in_force() -> None:
    assert Image.MAX_IMAGE_PIXELS is not None


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "no such file"), (b"", "known format"), (b"hello", "known format")],
)
def test_what_is_no_image_is_refused_in_words(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "a.jpg"
    if content is not None:
        path.write_bytes(content)
    for read in (read_pixels, read_size, read_frame_size):
        with pytest.raises(UnreadableFileError, match=words) as caught:
            read(path)
        assert "a.jpg" in str(caught.value)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.effect_noise((400, 300), 90).save(path)
    path.write_bytes(path.read_bytes()[:4000])
    assert read_size(path) == (400, 300)
    with pytest.raises(UnreadableFileError, match="truncated"):
        read_pixels(path)


def test_threads_leave_the_warning_filters_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    _marked().save(path)
    before = list(warnings.filters)
    threads = [
        threading.Thread(target=lambda: [read_pixels(path) for _ in range(20)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before


def test_every_real_orientation_is_upright(shared: Path) -> None:
    folder = shared / "data/odd_images/exif"
    for kind in ("Landscape", "Portrait"):
        pictures = [folder / f"{kind}_{i}.jpg" for i in range(9)]
        wanted = thumbnail(pictures[1], 64).astype(float)
        for picture in pictures:
            assert read_size(picture) == read_size(pictures[1])
            array = thumbnail(picture, 64).astype(float)
            assert array.shape == wanted.shape
            # The pictures carry their number, so they agree but for a part.
            assert np.median(np.abs(array - wanted)) < 12


def test_every_readable_image_is_read(shared: Path) -> None:
    for path in sorted((shared / "data/odd_images/readable").iterdir()):
        width, height = read_size(path)
        array = read_pixels(path)
        assert array.shape == (height, width, 3), path.name
        assert array.dtype == np.uint8
        frame_width, frame_height = read_frame_size(path)
        assert read_pixels(path, is_raw=True).shape == (frame_height, frame_width, 3), path.name
        assert min(read_pixels(path, short_side=16).shape[:2]) >= min(16, width, height)
        assert max(thumbnail(path, 32).shape) <= 32


def test_every_broken_image_is_refused_or_sound(shared: Path) -> None:
    # The icon is whole; the PSD is broken only in layers that are not read.
    sound = {"pillow.ico", "psd-oob-write-overflow.psd"}
    for path in sorted((shared / "data/odd_images/broken").iterdir()):
        if path.name in sound:
            assert read_pixels(path).ndim == 3
        else:
            with pytest.raises(UnreadableFileError) as caught:
                read_pixels(path)
            assert path.name in str(caught.value)
