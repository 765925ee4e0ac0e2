"""Addresses of files: https with a host's name, written one way; stored ones are shown when they are safe."""

import pytest
from peewee import DatabaseProxy

from db.issues.models.issue import Evidence
from db.kernel.addresses import read_address, safe_address
from db.kernel.errors import DomainError, ErrorCode
from tests import factories as make


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://files.example/a.jpg", "https://files.example/a.jpg"),
        (" HTTPS://Files.Example:443/A?b=1#c ", "https://files.example/A?b=1#c"),
        ("https://文件.example/照片.jpg", "https://xn--5nqy36c.example/%E7%85%A7%E7%89%87.jpg"),
        ("https://files.example:8443/@a/%20b", "https://files.example:8443/@a/%20b"),
        ('https://files.example/"<b>`', "https://files.example/%22%3Cb%3E%60"),
        ("https://files.example.?a", "https://files.example?a"),
    ],
)
def test_an_address_is_kept_in_its_plain_form(given: str, kept: str) -> None:
    assert read_address(given, ("uri",)) == kept


UNSAFE = (
    "javascript:alert(1)", "JavaScript://files.example/%0aalert(1)", "file:///etc/passwd", "data:text/html,<b>",
    "vbscript:x", "blob:https://files.example/a", "http://files.example/a", "ftp://files.example/a",
    "//files.example/a",
    "https:files.example", "https:/files.example", "https://", "https:///a", "https://?a", "https://#a", "https://:443/a",
    "https://user@files.example/a", "https://user:secret@files.example/a", "https://files.example\\@other.example/a",
    "https://files.example/a b",
)  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        *UNSAFE, "", "https://files.example/a\u200bb", "https://files.example/\na", "https://files.example/\u3000a",
        "https://files.example\x00/a", "https://localhost/a", "https://a.localhost/a", "https://127.0.0.1/a",
        "https://[::1]/a", "https://0x7f.1/a", "https://2130706433/a", "https://１２７.0.0.1/a", "https://files..example/a",
        "https://-a.example/a", "https://a_b.example/a", "https://files.example:0/a", "https://files.example:70000/a",
        "https://files%2eexample/a", "https://files.example/" + "a" * 2_000,
    ],
)  # fmt: skip
def test_anything_else_is_refused(given: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_address(given, ("uri",))

    assert (refused.value.code, refused.value.field) == (ErrorCode.INVALID_INPUT, ("uri",))


@pytest.mark.parametrize(
    ("stored", "is_shown"),
    [
        *((stored, False) for stored in UNSAFE),
        ("https://files.example", True),
        ("HTTPS://Files.example:8443?a", True),
        ("https://files.example/@a#b", True),
    ],
)
def test_a_stored_address_is_shown_when_it_is_safe(scratch: DatabaseProxy, stored: str, is_shown: bool) -> None:
    row = make.make_evidence(uri=stored)

    shown = Evidence.select(safe_address(Evidence.uri)).where(Evidence.id == row.id).scalar()

    assert shown == (stored if is_shown else None)
