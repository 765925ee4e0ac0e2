"""Redraws an image, as a program of its own: decodes it, turns it upright, and writes it anew without its metadata.

Run by `db.files.pictures` with the image as standard input and a folder to write to: `image`, and a thumbnail for each
width. Prints one JSON object. Knows nothing of ours, so that it starts quickly; whatever it does, its limits end it.
"""

import json
import resource
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

# Seconds of computing, bytes of memory, bytes of one output.
_CPU, _MEMORY, _OUTPUT = 20, 1_200_000_000, 100_000_000
# The longest side that is kept; a photograph that is larger is made smaller.
MAX_SIDE = 4_096


def limit() -> None:
    """Bound what this process may use."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU, _CPU))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_OUTPUT, _OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def redraw(folder: Path, form: str, max_pixels: int, widths: list[int]) -> dict[str, Any]:
    """Write an image anew; return its size and its thumbnails, or `refused` with one of three words."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    # Plugins of other formats are never loaded, let alone tried.
    with Image.open(sys.stdin.buffer, formats=(form,)) as opened:
        given: Any = opened
        if given.width * given.height > max_pixels:
            return {"refused": "large"}
        # A photograph may hold a smaller copy of itself besides; an animation is something else.
        if form != "JPEG" and getattr(given, "n_frames", 1) > 1:
            return {"refused": "animated"}
        if form == "JPEG":
            given.draft("RGB", (MAX_SIDE, MAX_SIDE))
        given.load()
        image = _upright(given, _in_common_colours(given))
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    _save(image, folder / "image", form)
    made = []
    for width in widths:
        if width < image.width:
            small = image.copy()
            small.thumbnail((width, 1_000_000))
            _save(small, folder / str(width), form)
            made.append(width)
    return {"width": image.width, "height": image.height, "thumbnails": made}


def _in_common_colours(given: Any) -> Any:
    """Return the pixels as sRGB, with transparency where there is some, in an image that knows nothing else."""
    from PIL import ImageCms

    has_alpha = "A" in given.getbands() or "transparency" in given.info
    profile, mode = given.info.get("icc_profile"), "RGBA" if has_alpha else "RGB"
    image: Any = given
    if given.mode.startswith("I;16"):
        image = given.convert("I").point(lambda value: value / 256).convert("L")
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            image = ImageCms.profileToProfile(image, BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            image = given
    image = image.convert(mode)
    image.info = {}
    return image


def _upright(given: Any, image: Any) -> Any:
    """Turn an image as its camera says that it was held."""
    from PIL import Image

    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    try:
        held = given.getexif().get(0x0112)
    except Exception:
        # Metadata that cannot be read tells nothing; it is not kept in any case.
        held = None
    turn = turns.get(held) if isinstance(held, int) else None
    return image if turn is None else image.transpose(turn)


def _save(image: Any, path: Path, form: str) -> None:
    options = {"JPEG": {"quality": 85}, "PNG": {"compress_level": 6}, "WEBP": {"quality": 85, "method": 2}}[form]
    with path.open("wb") as file:
        image.save(file, form, **options)


def main(folder: str, form: str, max_pixels: str, *widths: str) -> None:
    """Redraw standard input, and write what became of it."""
    limit()
    try:
        told = redraw(Path(folder), form, int(max_pixels), [int(width) for width in widths])
    except MemoryError:
        told = {"refused": "large"}
    except Exception as error:
        # A decoder fails in as many ways as files can be wrong; the reason is for the log of the server.
        told = {"refused": "damaged", "reason": repr(error)[:200]}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
