"""Opens image files: what goes wrong is told in words, and what is too large to be safe refused.

Pillow's limit on the number of pixels stays in force. Beyond it only such files are opened as can
be read a piece at a time, or reduced: plain JPEGs, and TIFFs in strips or tiles, whose header is
borne out by what the file holds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile
from PIL.TiffImagePlugin import TiffImageFile

from annotator.domain.errors import UnreadableFileError
from annotator.services.layout import blocks_of
from annotator.services.quiet import quiet

JPEGS = frozenset({"JPEG", "MPO"})
MOST = 5_000_000_000
"""Pixels of an image, beyond which no file is believed."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a frame upright, by its EXIF orientation."""
_ORIENTATION = 274
_LEAST_BYTES = 1 / 256
"""Bytes a pixel, of which no sound JPEG has fewer: a block of 16 x 16 pixels takes 12 bits."""
_FOREIGN = frozenset({"EPS", "WMF", "MPEG"})
"""Formats that Pillow hands to another program, or only names."""


def frame_size(image: Image.Image) -> tuple[int, int]:
    """Width and height before rotation; Pillow's size of a TIFF file depends on its release."""
    tags = getattr(image, "tag_v2", None)
    if image.format == "TIFF" and tags is not None:
        return int(tags[256]), int(tags[257])
    return image.size


def orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8, from what stands before the pixels; 1 where it says nothing."""
    # Image's own method: the one of PNG files would decode the pixels to look behind them.
    try:
        value = Image.Image.getexif(image).get(_ORIENTATION, 1)
    except Exception:  # an unreadable EXIF block says nothing about the way the image lies
        return 1
    return value if value in TURNS else 1


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """An image file, open; whatever goes wrong in the block says which file it was."""
    try:
        with quiet, path.open("rb") as file, _image(file, path) as image:
            if image.format in _FOREIGN:
                raise UnreadableFileError(f"{path}: {image.format} files are not images of pixels")
            yield image
    except UnreadableFileError:
        raise
    except FileNotFoundError as error:
        raise UnreadableFileError(f"{path}: there is no such file") from error
    except UnidentifiedImageError as error:
        raise UnreadableFileError(f"{path}: not an image in a known format") from error
    except Exception as error:  # a malformed file may raise anything
        reason = str(error) or type(error).__name__
        raise UnreadableFileError(f"{path}: the image cannot be read ({reason})") from error


def limit() -> int:
    """Pixels that Pillow decodes in one piece at most."""
    return 2 * (Image.MAX_IMAGE_PIXELS or 0)


def _image(file: IO[bytes], path: Path) -> Image.Image:
    """The file as an image; beyond Pillow's limit, if it can be read a piece at a time."""
    try:
        return Image.open(file)
    except Image.DecompressionBombError as error:
        image = _by_pieces(file)
        reason = "too many to open in this format" if image is None else _doubt(image, file)
        if image is None or reason:
            words = f"the image has more than {limit() // 1_000_000} million pixels, {reason}"
            raise UnreadableFileError(f"{path}: {words}") from error
        return image


def _by_pieces(file: IO[bytes]) -> JpegImageFile | TiffImageFile | None:
    file.seek(0)
    head = file.read(3)
    file.seek(0)
    if head == b"\xff\xd8\xff":
        return JpegImageFile(file)
    return TiffImageFile(file) if head[:2] in (b"II", b"MM") else None


def _doubt(image: JpegImageFile | TiffImageFile, file: IO[bytes]) -> str:
    """Why it would not be safe to read such an image; empty where it is."""
    width, height = frame_size(image)
    size = os.fstat(file.fileno()).st_size
    if width * height > MOST:
        return f"even more than {MOST // 1_000_000} million, which is not believed"
    if isinstance(image, TiffImageFile):
        return "" if blocks_of(image, size) else "and no strips or tiles in which it could be read"
    if size < width * height * _LEAST_BYTES:
        return f"but only {size} bytes, too few for them to be there"
    if image.info.get("progressive"):
        return "too many for a progressive JPEG: save it as a baseline one"
    return ""
