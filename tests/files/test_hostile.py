"""Each hostile upload is refused with its code, in bounded time and memory, and nothing of it is kept."""

import resource
import time
from pathlib import Path

import pytest

from db.files.pictures import MAX_PIXELS
from db.files.refusals import FileRefused
from db.files.uploads import UploadLimits, prepare
from tests.files.hostile import HOSTILE, png

# Of one file, the child that decodes it included; on a busy machine everything takes longer.
SECONDS, BYTES = 30, 1_300_000_000
LIMITS = UploadLimits()


def outcome(folder: Path, content: bytes, limits: UploadLimits = LIMITS) -> str:
    """Upload contents, and return the code of the refusal, or the type that they were kept as."""
    given = folder / "given"
    given.write_bytes(content)
    kept = folder / "kept"
    kept.mkdir(exist_ok=True)
    try:
        with given.open("rb") as upload:
            return prepare(upload, kept, limits).columns["media_type"]
    except FileRefused as refused:
        return refused.code if refused.chinese != refused.message else "not in Chinese"


def test_hostile_files_are_refused_with_their_codes(tmp_path: Path) -> None:
    started, slowest = time.monotonic(), 0.0
    largest_before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    found = {}
    for name, (content, _) in HOSTILE.items():
        begun = time.monotonic()
        found[name] = outcome(tmp_path, content)
        slowest = max(slowest, time.monotonic() - begun)

    assert found == {name: code for name, (_, code) in HOSTILE.items()}
    assert len(found) >= 30
    assert slowest < SECONDS, (slowest, time.monotonic() - started)
    # The largest process that decoded one: the kernel counts in kilobytes.
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # Other tests of this process may have had a larger one before.
    assert largest == largest_before or largest * 1024 < BYTES


@pytest.mark.parametrize(("width", "accepted"), [(MAX_PIXELS // 5_000, True), (MAX_PIXELS // 5_000 + 1, False)])
def test_the_largest_image_fits_into_the_memory(tmp_path: Path, width: int, accepted: bool) -> None:
    row = b"\0" * (1 + (width + 7) // 8)

    found = outcome(tmp_path, png(width, 5_000, rows=row * 5_000))

    assert found == ("image/png" if accepted else "FILE_TOO_LARGE")
