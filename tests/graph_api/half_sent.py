"""Requests of which a part is missing, as bytes: over HTTP/1.1, in chunks, and as streams of HTTP/2."""

import socket
import struct
from contextlib import ExitStack

_HEAD = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
_STREAMS = 100

HEADERS = _HEAD[:-10]
KINDS = {
    "length": _HEAD + b"Content-Length: 99\r\n\r\n{",
    "no byte of the body": _HEAD + b"Content-Length: 99\r\n\r\n",
    "chunked": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    "half a chunk": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n4c\r\n{",
}


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """Return an HTTP/2 frame (RFC 9113, section 4.1)."""
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def _literal(name: bytes, value: bytes) -> bytes:
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0)
_FIELDS = {
    b":method": b"POST", b":scheme": b"http", b":path": b"/graphql", b":authority": b"x",
    b"content-type": b"application/json",
}  # fmt: skip
_FIELD_BLOCK = b"".join(_literal(name, value) for name, value in _FIELDS.items())


def half_streams(count: int) -> bytes:
    """Return a connection with so many streams, whose bodies have begun."""
    begun = (frame(1, 4, 2 * stream + 1, _FIELD_BLOCK) + frame(0, 0, 2 * stream + 1, b"{") for stream in range(count))
    return PREFACE + b"".join(begun)


def hold(port: int, kind: str, count: int, held: ExitStack) -> list[socket.socket]:
    """Open so many unfinished requests and return their connections. kind: of `KINDS`, or `streams`."""
    data, connections = (half_streams(_STREAMS), count // _STREAMS) if kind == "streams" else (KINDS[kind], count)
    opened = []
    for _ in range(connections):
        connection = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
        connection.sendall(data)
        opened.append(connection)
    return opened


def read_until(connection: socket.socket, expected: bytes) -> bytes:
    """Return what arrives until it holds the expected bytes, or the connection ends."""
    got = b""
    while expected not in got and (piece := connection.recv(65_536)):
        got += piece
    return got
