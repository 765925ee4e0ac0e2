"""Sends the contents of a file: in whole or a range of them, with what a cache may do, and what a browser may not."""

import re
from pathlib import Path
from typing import Any

from flask import Response

from db.files.kinds import BY_MEDIA_TYPE
from db.files.models import File
from db.files.pictures import WIDTHS
from db.files.store import Store
from graph_api.file_part import FilePart
from graph_api.reading import Environ
from graph_api.refusal import Refusal, bad_request
from schema.ids import global_id

_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
_MAX_WIDTH = 4_096
# Whoever opens one of our files in a browser gets no script to run, whatever it holds.
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def contents(store: Store, file: File, width: str | None) -> tuple[Path, str]:
    """Return where the contents of a file are, and their tag; of an image as wide as asked for, or the next larger.

    Raises:
        Refusal: BAD_REQUEST, the width is none; NOT_FOUND, the contents are gone.
    """
    tag = file.sha256
    if width is not None:
        if not re.fullmatch(r"[1-9][0-9]{0,3}", width) or int(width) > _MAX_WIDTH:
            raise bad_request(f"`width` must be a number of pixels from 1 to {_MAX_WIDTH}.")
        if file.width is None:
            raise bad_request("A document has no thumbnail; leave out `width`.")
        kept = next((one for one in WIDTHS if int(width) <= one < file.width), None)
        tag = file.sha256 if kept is None else f"{file.sha256}-{kept}"
    path = store.find(tag)
    if path is None:
        raise Refusal(
            "NOT_FOUND", "The contents of this file are not kept here any more; ask whoever runs this server."
        )
    return path, tag


def sent(file: File, found: tuple[Path, str], environ: Environ, *, is_private: bool) -> Response:
    """Build the response with a file's contents. is_private: who asks is signed in, so that no other may get it."""
    path, tag = found
    kind = BY_MEDIA_TYPE[file.media_type]
    size, etag = path.stat().st_size, f'"{tag}"'
    charset = "; charset=utf-8" if kind.media_type == "text/plain" else ""
    shown = "inline" if kind.is_image else "attachment"
    headers = {
        "ETag": etag,
        # The contents never change, but who may see them does: who is signed in asks each time, and is told at once.
        "Cache-Control": "private, no-cache" if is_private else "public, max-age=300",
        "Vary": "Authorization",
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Disposition": f'{shown}; filename="{global_id("File", file.id)}.{kind.extension}"',
    }
    if etag in _tags(environ.get("HTTP_IF_NONE_MATCH") or ""):
        return Response(status=304, headers=headers)
    start, end, status = _range(environ, size, etag)
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    headers["Content-Type"] = f"{kind.media_type}{charset}"
    body: Any = FilePart(path, start, end)
    return Response(body, status, headers, direct_passthrough=True)


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _range(environ: Environ, size: int, etag: str) -> tuple[int, int, int]:
    """Return the first byte, the one after the last, and the status: 206 for a range that was asked for.

    Raises:
        Refusal: RANGE_NOT_SATISFIABLE, the file has no such bytes.
    """
    match = _RANGE.fullmatch(environ.get("HTTP_RANGE") or "")
    condition = environ.get("HTTP_IF_RANGE")
    # A form that is not known, several ranges, and a range of another version are answered with the whole.
    if match is None or match[0] == "bytes=-" or (condition and condition != etag):
        return 0, size, 200
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
    if first and last and int(first) > int(last):
        return 0, size, 200
    if start >= end:
        message = f"The file has {size} bytes; ask for a range of these."
        raise Refusal("RANGE_NOT_SATISFIABLE", message, [("Content-Range", f"bytes */{size}")])
    return start, end, 206
