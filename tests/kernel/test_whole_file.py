"""Files appear whole, or what was there stays."""

import os
import stat
from pathlib import Path

import pytest

from db.kernel.whole_file import whole_file


class Stopped(Exception):
    """Ends a block before its file is whole."""


@pytest.mark.parametrize("before", [None, "", "台账\n"])
@pytest.mark.parametrize("written", ["", "half", "半" * 100_000])
def test_block_that_fails_leaves_what_was_there(tmp_path: Path, before: str | None, written: str) -> None:
    path = tmp_path / "file.csv"
    if before is not None:
        path.write_text(before, "utf-8")

    def stop_after(text: str) -> None:
        with whole_file(path) as file:
            file.write(text)
            raise Stopped

    with pytest.raises(Stopped):
        stop_after(written)

    assert [each.name for each in tmp_path.iterdir()] == ([] if before is None else ["file.csv"])
    assert before is None or path.read_text("utf-8") == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_file_has_its_encoding_and_line_ends_as_written(tmp_path: Path, encoding: str) -> None:
    with whole_file(tmp_path / "file.csv", encoding) as file:
        file.write("销号\r\n是\n")

    assert (tmp_path / "file.csv").read_bytes() == "销号\r\n是\n".encode(encoding)


def test_character_that_the_encoding_lacks_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("before")

    with pytest.raises(UnicodeEncodeError), whole_file(path, "ascii") as file:
        file.write("销号")

    assert path.read_text() == "before"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444])
def test_mode_of_what_is_replaced_is_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "file.txt"
    path.touch()
    path.chmod(mode)

    with whole_file(path) as file:
        file.write("new")

    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", mode)


def test_private_file_is_its_owners_alone_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.touch(mode=0o644)

    with whole_file(path, is_private=True):
        modes = {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir() if each != path}

    assert modes == {stat.S_IMODE(path.stat().st_mode)} == {0o600}


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file.txt")

    with whole_file(tmp_path / "link") as file:
        file.write("new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file.txt").read_text() == "new"


def test_pipe_is_written_to(tmp_path: Path) -> None:
    reading, writing = os.pipe()

    with whole_file(Path(f"/dev/fd/{writing}")) as file:
        file.write("销号")
    os.close(writing)

    with open(reading, encoding="utf-8") as end:  # noqa: PTH123
        assert end.read() == "销号"


@pytest.mark.parametrize("path", ["/proc/file.txt", "/dev/null/file.txt", "/nowhere/file.txt"])
def test_place_that_cannot_be_written_is_named(path: str) -> None:
    with pytest.raises(OSError, match=path), whole_file(Path(path)):
        pass


def test_disk_that_is_full_is_an_error() -> None:
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"), whole_file(Path("/dev/full")) as file:
        file.write("x")
