"""What an application gets of a request, and a client of its answer, through a worker."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from tests.graph_api.half_sent import PREFACE, frame, read_until
from tests.graph_api.processes import Served, serving_app

ECHO = """
import json
def app(environ, start):
    if environ["PATH_INFO"] == "/fail":
        raise ZeroDivisionError
    if environ["PATH_INFO"] == "/odd":
        start("odd", [])
        return [b"never sent"]
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    told["body"] = environ["wsgi.input"].read().decode("latin-1")
    start("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode(), b" "]
"""


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve an application that tells what it got."""
    folder = tmp_path_factory.mktemp("echo")
    (folder / "echo.py").write_text(ECHO)
    with serving_app(folder, "echo:app", MAX_BODY_BYTES="1000") as (_, served):
        yield served


def send(echo: Served, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", echo.port), timeout=30) as connection:
        connection.sendall(request)
        return read_until(connection, b"} ")


def told(answer: bytes) -> dict[str, Any]:
    return orjson.loads(answer[answer.index(b"{") : answer.rindex(b"}") + 1])


@pytest.mark.parametrize(
    ("lines", "name", "value"),
    [
        (
            b"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n",
            "HTTP_X_FORWARDED_FOR",
            "192.0.2.1,192.0.2.2",
        ),
        (b"X_Forwarded_For: 192.0.2.9\r\n", "HTTP_X_FORWARDED_FOR", None),
        (b"X-Forwarded_For: 192.0.2.9\r\nX-Forwarded-For: 192.0.2.1\r\n", "HTTP_X_FORWARDED_FOR", "192.0.2.1"),
        ("Authorization: Bearer 令牌\r\n".encode(), "HTTP_AUTHORIZATION", "\ufffd"),
        (b"Authorization: Bearer \xff\r\n", "HTTP_AUTHORIZATION", "\ufffd"),
        (b"Content-Type: text/plain\r\n", "CONTENT_TYPE", "text/plain"),
        (b"Authorization:\r\n", "HTTP_AUTHORIZATION", ""),
    ],
)
def test_headers_arrive_as_wsgi_names_them(echo: Served, lines: bytes, name: str, value: str | None) -> None:
    got = told(send(echo, b"GET / HTTP/1.1\r\nHost: x.example\r\n" + lines + b"\r\n"))

    assert got.get(name) == value
    assert (got["HTTP_HOST"], got["REMOTE_ADDR"], got["SERVER_PORT"]) == ("x.example", "127.0.0.1", str(echo.port))


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/a%20b?x=%20y&z", "/a b", "x=%20y&z"),
        ("/%E5%85%B0%E5%B7%9E", "/兰州", ""),
        ("/a%2Fb?", "/a/b", ""),
    ],
)
def test_paths_are_decoded_and_queries_are_not(echo: Served, target: str, path: str, query: str) -> None:
    got = told(send(echo, f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()))

    assert (got["PATH_INFO"].encode("latin-1").decode(), got["QUERY_STRING"]) == (path, query)


@pytest.mark.parametrize(
    ("sent", "body", "length"),
    [
        (b"Content-Length: 3\r\n\r\nabc", "abc", "3"),
        (b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "abc", "3"),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "", None),
        (b"Content-Length: 0\r\n\r\n", "", "0"),
        (b"\r\n", "", None),
        # Too long a body is not read: the application refuses it by what it announces.
        (b"Content-Length: 1001\r\n\r\n" + b"a" * 1_001, "", "1001"),
        (b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"a" * 1_024 + b"\r\n0\r\n\r\n", "a" * 1_024, "1024"),
    ],
)
def test_bodies_arrive_whole(echo: Served, sent: bytes, body: str, length: str | None) -> None:
    got = told(send(echo, b"POST / HTTP/1.1\r\nHost: x\r\n" + sent))

    assert (got["body"], got.get("CONTENT_LENGTH")) == (body, length)


def test_several_requests_of_one_connection_are_answered_in_order(echo: Served) -> None:
    with socket.create_connection(("127.0.0.1", echo.port), timeout=30) as connection:
        connection.sendall(
            b"".join(b"POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na" % n for n in range(3))
        )
        got = b""
        while got.count(b"} ") < 3:
            got += connection.recv(65_536)

    assert [b'"PATH_INFO": "/%d"' % n in part for n, part in enumerate(got.split(b"} ")[:3])] == [True] * 3


def test_a_request_over_http2_names_its_host(echo: Served) -> None:
    fields = b"".join(
        b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value
        for name, value in [
            (b":method", b"GET"),
            (b":scheme", b"http"),
            (b":path", b"/"),
            (b":authority", b"x.example"),
        ]
    )

    answer = send(echo, PREFACE + frame(1, 5, 1, fields))

    assert b'"HTTP_HOST": "x.example"' in answer
    assert b'"SERVER_PROTOCOL": "HTTP/2"' in answer


@pytest.mark.parametrize("path", ["/fail", "/odd"])
def test_an_application_that_fails_is_an_error_of_this_request_alone(echo: Served, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as failed:
        echo.get(path)
    body = failed.value.read()
    failed.value.close()

    assert failed.value.code == 500
    assert orjson.loads(body)["errors"][0]["extensions"] == {"code": "INTERNAL_ERROR"}
    assert b"Zero" not in body
    assert echo.get("/")
