"""Images: each is redrawn by a process of its own, whose memory and time are bounded (`db.files.redraw`)."""

import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from db.files.kinds import FileKind
from db.files.refusals import FileError, FileRefused, damaged

# Pixels that an image may have: what cameras of telephones make, and half as many again.
MAX_PIXELS = 75_000_000
# The widths of thumbnails, in pixels.
WIDTHS = (160, 320, 640, 1_280)
# Seconds that one image may take, and that an upload waits for its turn.
_SECONDS, _PATIENCE = 40, 60
# Images that this process has redrawn at once.
_turns = threading.BoundedSemaphore(2)
_PROGRAM = Path(__file__).with_name("redraw.py")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that was redrawn. widths: of the thumbnails that lie beside it."""

    width: int
    height: int
    widths: tuple[int, ...]


class TooBusy(Exception):
    """Too many images are being redrawn; the upload may be sent again shortly."""


def redrawn(file: IO[bytes], kind: FileKind, folder: Path) -> Picture:
    """Redraw an image into a folder: as `image`, and smaller ones, each named by its width.

    Raises:
        FileRefused: DAMAGED, it cannot be decoded; TOO_LARGE, it has too many pixels; NOT_ACCEPTED, it is an animation.
        TooBusy: others were first for too long.
    """
    if not _turns.acquire(timeout=_PATIENCE):
        raise TooBusy
    try:
        told = _run(file, kind, folder)
    finally:
        _turns.release()
    if "refused" in told:
        raise _refusal(told["refused"])
    return Picture(told["width"], told["height"], tuple(told["thumbnails"]))


def _run(file: IO[bytes], kind: FileKind, folder: Path) -> dict[str, Any]:
    file.seek(0)
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    command = [sys.executable, "-I", str(_PROGRAM), str(folder), kind.name, str(MAX_PIXELS), *map(str, WIDTHS)]
    try:
        done = subprocess.run(
            command, stdin=file, capture_output=True, timeout=_SECONDS, check=True, env={"LANG": "C.UTF-8"},
        )  # fmt: skip
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        # It was ended by its limits, or by a decoder that crashed.
        told = {"refused": "damaged", "reason": str(error)[-200:]}
    if "reason" in told:
        _log.info("an image was refused: %s", told["reason"])
    return told


def _refusal(word: str) -> FileRefused:
    if word == "large":
        return FileRefused(
            FileError.TOO_LARGE,
            f"The image has more than {MAX_PIXELS} pixels, or needs too much memory; send a smaller one.",
            f"图片超过 {MAX_PIXELS} 像素，或占用内存过多，请缩小后再上传。",
        )
    if word == "animated":
        return FileRefused(
            FileError.NOT_ACCEPTED,
            "The image is an animation; send one picture.",
            "不接受动态图片，请上传静态图片。",
        )
    return damaged("The image cannot be decoded", "图片无法解码")
