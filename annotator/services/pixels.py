"""Pixels of image files as people see them: upright, 8-bit RGB, whatever the file holds.

Only the first frame of an animation or a multi-page file is read. Pillow's limit on the number of
pixels stays in force: a file beyond it is refused in words.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from annotator.domain.errors import UnreadableFileError

NEUTRAL = (128, 128, 128)
"""What shows through where an image is transparent: white and black drawings both stand out."""

_ORIENTATION = 274
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_INVERSES = {**_TURNS, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
_SAMPLES = 1_000_000
"""Values, about, that the tails of a large image are looked for in."""
_FOREIGN = frozenset({"EPS", "WMF", "MPEG"})
"""Formats that Pillow hands to another program, or only names."""

# What Pillow remarks about odd files (unknown tags, ...) helps nobody who labels images.
logging.getLogger("PIL").setLevel(logging.ERROR)


def read_pixels(
    path: Path, *, short_side: int | None = None, is_raw: bool = False, tail: float = 0.0
) -> NDArray[np.uint8]:
    """Read an image, upright.

    Args:
        path: the image file.
        short_side: when given, a smaller copy will do: the short side of the result is at least
            ``min(short_side, original short side)`` pixels, and JPEG files are decoded reduced.
        is_raw: leave the frame as it lies in the file, without EXIF rotation.
        tail: share of the values at each end that the stretch of 16-bit and float pixels gives up;
            one hot pixel makes an image dark without it.

    Returns:
        RGB, uint8 [H, W, 3], contiguous. 16-bit and float pixels are stretched from the lowest to
        the highest value; transparency is laid on a neutral grey.

    Raises:
        UnreadableFileError: the file is missing, no image, broken, or has too many pixels.
    """

    def factor(width: int, height: int) -> float:
        return 1.0 if short_side is None else short_side / max(1, min(width, height))

    return _read(path, factor, is_raw=is_raw, tail=tail)


def is_deep(path: Path) -> bool:
    """Whether an image has more than 8 bits a value, from the file's header alone.

    Raises:
        UnreadableFileError: the file is missing or no image.
    """
    with _opened(path) as image:
        return _is_deep(image)


def thumbnail(path: Path, side: int, *, is_raw: bool = False) -> NDArray[np.uint8]:
    """A small upright copy, its long side at most ``side`` pixels; small images stay as they are.

    Returns:
        RGB, uint8 [h, w, 3].

    Raises:
        UnreadableFileError: as ``read_pixels``.
    """
    # Twice the wanted size keeps the final resampling smooth.
    pixels = _read(path, lambda width, height: 2 * side / max(1, width, height), is_raw=is_raw)
    image = Image.fromarray(pixels)
    image.thumbnail((side, side), Image.Resampling.BICUBIC)
    return np.ascontiguousarray(image)


def read_size(path: Path) -> tuple[int, int]:
    """Width and height of the upright image, pixels, from the file's header alone.

    Raises:
        UnreadableFileError: the file is missing, no image, or has too many pixels.
    """
    with _opened(path) as image:
        width, height = _frame_size(image)
        return (height, width) if _orientation(image) >= 5 else (width, height)


def read_frame_size(path: Path) -> tuple[int, int]:
    """Width and height as they lie in the file, before EXIF rotation, pixels, from the header.

    Raises:
        UnreadableFileError: the file is missing, no image, or has too many pixels.
    """
    with _opened(path) as image:
        return _frame_size(image)


def _read(
    path: Path, factor: Callable[[int, int], float], *, is_raw: bool, tail: float = 0.0
) -> NDArray[np.uint8]:
    """Decode; ``factor(width, height)`` is the smallest scale of the frame that will do."""
    with _opened(path) as image:
        orientation = _orientation(image)
        width, height = image.size
        scale = min(1.0, factor(width, height))
        if scale < 1.0:
            image.draft(None, (int(np.ceil(width * scale)), int(np.ceil(height * scale))))
        image.load()
        rgb = _to_rgb(image, tail)
        step = int(min(rgb.width / max(1.0, width * scale), rgb.height / max(1.0, height * scale)))
        if step >= 2:
            rgb = rgb.reduce(step)
        # Pillow turns TIFF files itself while it loads them.
        has_turned = image.format == "TIFF"
        if is_raw and has_turned and orientation in _INVERSES:
            rgb = rgb.transpose(_INVERSES[orientation])
        elif not is_raw and not has_turned and orientation in _TURNS:
            rgb = rgb.transpose(_TURNS[orientation])
        pixels = np.array(rgb, dtype=np.uint8)
    if pixels.ndim != 3 or pixels.size == 0:
        raise UnreadableFileError(f"{path}: the image has no pixels")
    return pixels


def _is_deep(image: Image.Image) -> bool:
    return image.mode == "F" or image.mode.startswith("I")


def _to_rgb(image: Image.Image, tail: float) -> Image.Image:
    """The loaded image in mode RGB."""
    if _is_deep(image):
        return Image.fromarray(_stretched(np.asarray(image), tail)).convert("RGB")
    if image.mode == "LAB":
        profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(*profiles, "LAB", "RGB")
        converted = ImageCms.applyTransform(image, transform)
        return image.convert("RGB") if converted is None else converted
    if image.has_transparency_data:
        above = image.convert("RGBA")
        ground = Image.new("RGBA", above.size, (*NEUTRAL, 255))
        return Image.alpha_composite(ground, above).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _stretched(values: NDArray[np.generic], tail: float) -> NDArray[np.uint8]:
    """Any numbers [H, W] as uint8: the lowest becomes 0, the highest 255; what is not finite, 0.

    With a tail so large a share of them becomes 0, and as large a one 255.
    """
    numbers = values.astype(np.float64)
    finite = np.isfinite(numbers)
    if not finite.any():
        return np.zeros(numbers.shape, np.uint8)
    low, high = float(numbers[finite].min()), float(numbers[finite].max())
    if tail > 0:
        known = numbers[finite]
        low, high = np.quantile(known[:: 1 + known.size // _SAMPLES], (tail, 1 - tail)).tolist()
    if low == high:
        return np.full(numbers.shape, int(np.clip(low, 0, 255)), np.uint8)
    numbers = np.where(finite, numbers, low)
    # Halves first: the span of two doubles may be more than a double holds.
    scaled = (numbers / 2 - low / 2) / (high / 2 - low / 2)
    return np.rint(np.clip(scaled, 0, 1) * 255).astype(np.uint8)


def _frame_size(image: Image.Image) -> tuple[int, int]:
    """Width and height before rotation; Pillow's size of a TIFF file depends on its release."""
    tags = getattr(image, "tag_v2", None)
    if image.format == "TIFF" and tags is not None:
        return int(tags[256]), int(tags[257])
    return image.size


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8, from what stands before the pixels; 1 where it says nothing."""
    # Image's own method: the one of PNG files would decode the pixels to look behind them.
    try:
        value = Image.Image.getexif(image).get(_ORIENTATION, 1)
    except Exception:  # an unreadable EXIF block says nothing about the way the image lies
        return 1
    return value if value in _TURNS else 1


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """An image file, open; whatever goes wrong in the block says which file it was."""
    try:
        with _quiet, path.open("rb") as file, Image.open(file) as image:
            if image.format in _FOREIGN:
                raise UnreadableFileError(f"{path}: {image.format} files are not images of pixels")
            yield image
    except UnreadableFileError:
        raise
    except FileNotFoundError as error:
        raise UnreadableFileError(f"{path}: there is no such file") from error
    except Image.DecompressionBombError as error:
        limit = 2 * (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000
        raise UnreadableFileError(
            f"{path}: the image has more than {limit} million pixels, too many to open"
        ) from error
    except UnidentifiedImageError as error:
        raise UnreadableFileError(f"{path}: not an image in a known format") from error
    except Exception as error:  # a malformed file may raise anything
        reason = str(error) or type(error).__name__
        raise UnreadableFileError(f"{path}: the image cannot be read ({reason})") from error


class _Quiet:
    """Silences warnings while any thread is inside.

    ``warnings.catch_warnings`` alone is not safe among threads: whoever leaves last would put back
    the filters that somebody else had already changed. So the first one in changes them, and the
    last one out puts them back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._caught: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._caught = warnings.catch_warnings()
                self._caught.__enter__()
                warnings.simplefilter("ignore")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._caught is not None:
                self._caught.__exit__(None, None, None)
                self._caught = None


_quiet = _Quiet()
