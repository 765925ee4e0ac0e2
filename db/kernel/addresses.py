"""Addresses of files that people give: https with a host's name alone, so that a page may link to what it is told."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from peewee import Case, fn

from db.kernel.errors import DomainError, ErrorCode
from db.kernel.text import BLANKS, hidden_character

MAX_LENGTH = 2_000
_FORM = re.compile(r"https://(?P<host>[^\s/?#@\\:\[\]%]+)(?P<port>:\d{1,5})?(?P<rest>[/?#][^\s\\]*)?", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# What is not a top-level domain, although it has its form (RFC 6761): no browser finds the file there.
_NOWHERE = ("localhost", "invalid")
# What may stand in an address as it is; everything else is written with a percent sign.
_PLAIN = "/?#:@!$&'()*+,;=%~"
_HOST_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:"


def read_address(text: str, field: Sequence[str]) -> str:
    """Return an address that somebody gave in its plain form: lower-case host, and nothing but ASCII.

    `https://例子.中国/照片 一.jpg` is refused for its blank; without it the host becomes `xn--fsqu00a.xn--fiqs8s`.

    Raises:
        DomainError: INVALID_INPUT, it is no https address, names no host, holds a name or password, a blank or a
            control character, or is too long.
    """
    text = text.strip(BLANKS)
    found = _FORM.fullmatch(text)
    host = _host(found["host"]) if found and hidden_character(text, has_lines=False) is None else None
    port = int(found["port"][1:]) if found and found["port"] else 443
    if not found or host is None or not 1 <= port <= 65_535:
        raise _refused(field)
    address = f"https://{host}{'' if port == 443 else f':{port}'}{quote(found['rest'] or '', safe=_PLAIN)}"
    if len(address) > MAX_LENGTH:
        raise _refused(field)
    return address


def read_file(uri: str | None, sha256: str | None, path: Sequence[str] = ()) -> dict[str, str | None]:
    """Return the columns `uri` and `sha256` of a file that is kept elsewhere. path: of the input that names it.

    Raises:
        DomainError: INVALID_INPUT, as `read_address` refuses it, or the hash has another form.
    """
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise DomainError(
            ErrorCode.INVALID_INPUT,
            "Write the file's SHA-256 as 64 lower-case hexadecimal digits.",
            (*path, "sha256"),
            chinese="SHA-256 须为 64 位小写十六进制数。",
        )
    return {"uri": uri and read_address(uri, (*path, "uri")), "sha256": sha256}


def safe_address(address: Any) -> Any:
    """Build the SQL of a stored address as it may be shown: null where it is not https with a plain host.

    For rows that are older than the rule, or that something else wrote.
    """
    authority = fn.SUBSTR(address, 9)
    after_host = fn.SUBSTR(fn.LTRIM(authority, _HOST_CHARACTERS), 1, 1)
    is_safe = (
        (fn.LOWER(fn.SUBSTR(address, 1, 8)) == "https://")
        & fn.SUBSTR(authority, 1, 1).not_in(["", "/", "?", "#", ":"])
        & after_host.in_(["", "/", "?", "#"])
        & (fn.REPLACE(fn.REPLACE(address, " ", ""), "\\", "") == address)
    )
    return Case(None, [(is_safe, address)], None)


def _host(host: str) -> str | None:
    try:
        name = host.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:
        return None
    labels = name.split(".")
    is_name = len(name) <= 253 and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    # A last part of digits would be an IP address, in one of its spellings.
    return name if is_name and not labels[-1][0].isdigit() and labels[-1] not in _NOWHERE else None


def _refused(field: Sequence[str]) -> DomainError:
    return DomainError(
        ErrorCode.INVALID_INPUT,
        f"Write the whole address of the file as https://host.name/path, with at most {MAX_LENGTH:,} characters and no "
        "password, blank or IP address in it.",
        field,
        chinese=f"请填写文件的完整地址（https://主机名/路径，不超过 {MAX_LENGTH} 个字符），"
        "不能包含密码、空格、控制字符或 IP 地址。",
    )
