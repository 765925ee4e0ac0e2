"""GraphQL over HTTP: methods, media types, bodies, statuses and headers, and what hostile requests get."""

import io
import logging
import re
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask.testing import FlaskClient

from graph_api import endpoint
from graph_api.auth import SignIn
from graph_api.config import Config
from graph_api.endpoint import Endpoint
from graph_api.reading import language_of, response_type
from graph_api.refusal import Refusal
from schema.request.context import Context
from schema.request.execute import Request, Response

JSON = "application/json"
NEW = "application/graphql-response+json"
TYPE_NAME = {"query": "{ __typename }"}
ANSWER = b'{"data":{"__typename":"Query"}}'


def post(http: FlaskClient, body: Any = TYPE_NAME, content_type: str | None = JSON, **headers: str) -> Any:
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.post("/graphql", data=data, content_type=content_type, headers=named)


def refusal(response: Any) -> tuple[int, str]:
    answer = response.get_json()
    assert set(answer) == {"errors"}
    return response.status_code, answer["errors"][0]["extensions"]["code"]


def test_post_is_answered(http: FlaskClient) -> None:
    response = post(http)

    assert (response.status, response.data) == ("200 OK", ANSWER)


def test_get_is_answered(http: FlaskClient) -> None:
    query = quote("query Named($name: String!) { __type(name: $name) { name } }")
    variables = quote('{"name": "Query"}')

    response = http.get(f"/graphql?query={query}&variables={variables}&operationName=Named&extensions=%7B%7D")

    assert (response.status_code, response.json) == (200, {"data": {"__type": {"name": "Query"}}})


def test_head_has_the_headers_of_get_and_no_body(http: FlaskClient) -> None:
    response = http.head("/graphql?query={__typename}")

    assert (response.status_code, response.content_length, response.data) == (200, len(ANSWER), b"")


def test_options_names_the_methods(http: FlaskClient) -> None:
    response = http.options("/graphql")

    assert (response.status_code, response.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "QUERY"])
def test_other_methods_are_refused(http: FlaskClient, method: str) -> None:
    response = http.open("/graphql", method=method, json=TYPE_NAME)

    assert refusal(response) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize("accept", [JSON, NEW])
def test_get_does_not_mutate(http: FlaskClient, accept: str) -> None:
    response = http.get("/graphql?query=mutation{__typename}", headers={"Accept": accept})

    assert refusal(response) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (f"{JSON}; charset=utf-8", JSON),
        (NEW, NEW),
        (NEW.upper(), NEW),
        (f"{NEW}, {JSON}", NEW),
        (f"{JSON}, {NEW}", NEW),
        (f"{NEW}, {JSON};q=0.9", NEW),
        (f"{JSON}, {NEW};q=0.9", JSON),
        (f"{NEW};q=0.5, */*;q=0.1", NEW),
        (f"{JSON};q=0, */*", NEW),
        (f"{NEW};q=0, application/*", JSON),
        (f"text/html, {NEW}", NEW),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
        (f"{NEW};q=nonsense, {JSON}", JSON),
    ],
)
def test_answer_has_the_media_type_that_is_accepted(http: FlaskClient, accept: str, media_type: str) -> None:
    response = post(http, Accept=accept)

    assert response.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert response.data == ANSWER


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "application/graphql+json", f"{JSON};q=0", "x" * 9000]
)
def test_nothing_acceptable_is_refused_as_json(http: FlaskClient, accept: str) -> None:
    response = post(http, Accept=accept)

    assert refusal(response) == (406, "NOT_ACCEPTABLE")
    assert response.content_type == f"{JSON}; charset=utf-8"


@pytest.mark.parametrize(
    "content_type",
    [JSON, "Application/JSON", f"{JSON};charset=utf-8", f'{JSON}; charset="UTF-8"', f"{JSON}; charset=utf8; x=y"],
)
def test_json_in_utf_8_is_read(http: FlaskClient, content_type: str) -> None:
    assert post(http, content_type=content_type).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        NEW,
        "application/graphql",
        f"{JSON}; charset=utf-16",
        f"{JSON}; charset=gb18030",
        "application/jsonp",
        "json",
    ],
)
def test_what_a_form_could_send_is_refused(http: FlaskClient, content_type: str | None) -> None:
    assert refusal(post(http, content_type=content_type)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "gzip, identity"])
def test_compressed_body_is_refused(http: FlaskClient, encoding: str) -> None:
    assert refusal(post(http, Content_Encoding=encoding)) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("accept", "status"),
    [(JSON, 200), ("", 200), (NEW, 400)],
)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nothingOfTheKind }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query Q($id: ID!) { node(id: $id) { id } }", "variables": {"id": None}}, "BAD_USER_INPUT"),
        ({"query": "query A { __typename } query B { __typename }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ __typename }", "operationName": "Other"}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
def test_request_errors_have_a_code_and_no_data(
    http: FlaskClient, given: Any, code: str, accept: str, status: int
) -> None:
    response = post(http, given, Accept=accept)

    assert refusal(response) == (status, code)


NESTED = b"[" * 100_000
HOSTILE = {
    "nothing": b"",
    "cut off": b'{"query": "{ __ty',
    "no JSON": b"query { __typename }",
    "a number": b"1",
    "null": b"null",
    "a text": b'"{ __typename }"',
    "a batch": b'[{"query": "{ __typename }"}]',
    "no query": b'{"variables": {}}',
    "null query": b'{"query": null}',
    "query no text": b'{"query": {"a": 1}}',
    "query a list": b'{"query": ["{ __typename }"]}',
    "variables a text": b'{"query": "{ __typename }", "variables": "{}"}',
    "variables a list": b'{"query": "{ __typename }", "variables": []}',
    "variables false": b'{"query": "{ __typename }", "variables": false}',
    "operationName a number": b'{"query": "{ __typename }", "operationName": 0}',
    "operationName an object": b'{"query": "{ __typename }", "operationName": {}}',
    "extensions a text": b'{"query": "{ __typename }", "extensions": "x"}',
    "extensions a list": b'{"query": "{ __typename }", "extensions": []}',
    "not UTF-8": b'{"query": "{ __typename }", "x": "\xff\xfe"}',
    "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16"),
    "a lone surrogate": b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
    "a surrogate in the key": b'{"query": "{ __typename }", "variables": {"\\udc00": 1}}',
    "NaN": b'{"query": "{ __typename }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ __typename }", "variables": {"a": -Infinity}}',
    "1e999": b'{"query": "{ __typename }", "variables": {"a": 1e999}}',
    "a long integer": b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5_000 + b"}}",
    "a control character": b'{"query": "{ __typename }\x01"}',
    "deep variables": b'{"query": "{ __typename }", "variables": {"a": ' + NESTED[:4_000] + b"}}",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00",
    "a form": b"query=%7B__typename%7D",
    "trailing text": b'{"query": "{ __typename }"} x',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_body_that_cannot_be_read_is_refused(http: FlaskClient, body: bytes) -> None:
    response = post(http, body)

    assert refusal(response) == (400, "BAD_REQUEST")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "query",
    [
        "{" * 3_000,
        "{a" * 2_000 + "}" * 2_000,
        "{ a(b: " + "[" * 3_000 + "]" * 3_000 + ") }",
        "query Q($a: " + "[" * 3_000 + "Int" + "]" * 3_000 + ") { __typename }",
        "# " + "x" * 9_000,
        "{ __typename " + "@a " * 2_000 + "}",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ " + "__typename " * 900 + "}\0",
        "\ufeff",
        '{ __type(name: "\\u{110000}") { name } }',
        "subscription { x }",
        "type Query { a: Int }",
    ],
)
def test_hostile_document_is_a_request_error(http: FlaskClient, query: str) -> None:
    response = post(http, {"query": query}, Accept=NEW)

    status, code = refusal(response)
    assert status == 400
    assert code in ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "QUERY_TOO_DEEP", "BAD_USER_INPUT")


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query=%FF",
        "query=%ED%A0%80",
        "query={__typename}&query={__typename}",
        "query={__typename}&variables=nonsense",
        "query={__typename}&variables=[]",
        "query={__typename}&variables=1",
        "query={__typename}&extensions=%00",
        "query={__typename}&" + "&".join(f"x{n}=1" for n in range(30)),
    ],
)
def test_query_string_that_cannot_be_read_is_refused(http: FlaskClient, query_string: str) -> None:
    response = http.get(f"/graphql?{query_string}", headers={"Accept": NEW})

    assert response.status_code == 400
    assert response.json is not None
    assert response.json["errors"][0]["extensions"]["code"] in ("BAD_REQUEST", "GRAPHQL_PARSE_FAILED")


def test_long_query_string_is_refused(http: FlaskClient) -> None:
    assert refusal(http.get("/graphql?query={__typename}%23" + "x" * 10_000)) == (413, "PAYLOAD_TOO_LARGE")


class Endless(io.RawIOBase):
    """A body without an end, which counts what is taken of it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "nobody may ask for all of it"
        self.taken += size
        return b" " * size


def environ(stream: Any, **more: Any) -> dict[str, Any]:
    given = {"REQUEST_METHOD": "POST", "PATH_INFO": "/graphql", "CONTENT_TYPE": JSON, "wsgi.input": stream}
    return given | {"wsgi.input_terminated": True} | more


def code_of(body: bytes) -> str:
    return orjson.loads(body)["errors"][0]["extensions"]["code"]


def answer(http: FlaskClient, environ: dict[str, Any]) -> tuple[str, bytes]:
    answered: Endpoint = http.application.extensions["graph_api"]
    status, _, body = answered.handle(environ)
    return status, body


def test_body_of_unknown_length_is_read_up_to_the_limit(http: FlaskClient) -> None:
    stream = Endless()

    status, body = answer(http, environ(stream))

    assert (status[:3], code_of(body)) == ("413", "PAYLOAD_TOO_LARGE")
    assert stream.taken <= 100_000


def test_body_in_chunks_is_read(http: FlaskClient) -> None:
    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 3))

    body = orjson.dumps(TYPE_NAME)

    assert answer(http, environ(Dripping(body))) == ("200 OK", ANSWER)
    assert answer(http, environ(Dripping(body), CONTENT_LENGTH=str(len(body)))) == ("200 OK", ANSWER)


def test_body_without_length_or_end_is_none(http: FlaskClient) -> None:
    status, body = answer(http, environ(Endless()) | {"wsgi.input_terminated": False})

    assert (status[:3], code_of(body)) == ("400", "BAD_REQUEST")


@pytest.mark.parametrize(
    ("length", "status", "code"),
    [
        ("10001", "413", "PAYLOAD_TOO_LARGE"),
        ("9" * 400, "413", "PAYLOAD_TOO_LARGE"),
        ("-1", "400", "BAD_REQUEST"),
        ("1_0", "400", "BAD_REQUEST"),
        ("٣", "400", "BAD_REQUEST"),
        ("50", "400", "BAD_REQUEST"),
    ],
)
def test_content_length_is_not_believed(http: FlaskClient, length: str, status: str, code: str) -> None:
    answered, body = answer(http, environ(io.BytesIO(orjson.dumps(TYPE_NAME)), CONTENT_LENGTH=length))

    assert (answered[:3], code_of(body)) == (status, code)


def test_body_as_large_as_the_limit_is_read(http: FlaskClient) -> None:
    body = orjson.dumps(TYPE_NAME).ljust(10_000)

    assert post(http, body).status_code == 200
    assert refusal(post(http, body + b" ")) == (413, "PAYLOAD_TOO_LARGE")


def test_answers_carry_their_headers(http: FlaskClient) -> None:
    for response in (post(http), post(http, b"x"), http.get("/healthz"), http.get("/nothing")):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Vary"] == "Accept, Accept-Language"
        assert re.fullmatch(r"[0-9a-f]{16}", response.headers["X-Request-Id"])
        assert "Access-Control-Allow-Origin" not in response.headers


def test_request_id_of_the_client_is_kept_where_it_is_sane(http: FlaskClient) -> None:
    assert post(http, X_Request_Id="trace-1:2.3_4").headers["X-Request-Id"] == "trace-1:2.3_4"
    for odd in ("a b", "x" * 65, "é", "<script>"):
        assert post(http, X_Request_Id=odd).headers["X-Request-Id"] != odd


def without_count(response: Any) -> list[tuple[str, str]]:
    return sorted(header for header in response.headers if header[0] != "RateLimit-Remaining")


def test_both_ways_to_the_answer_give_the_same(http: FlaskClient) -> None:
    address, headers = "/graphql?query={__typename}", {"X-Request-Id": "same"}

    in_front = http.get(address, headers=headers | {"Accept": JSON})
    by_flask = http.get(address, headers=headers | {"Accept": f"{JSON}, text/html;q=0.1"})

    assert in_front.data == by_flask.data == ANSWER
    assert without_count(in_front) == without_count(by_flask)


def test_browser_that_opens_the_address_gets_the_page(http: FlaskClient) -> None:
    page = http.get("/graphql", headers={"Accept": "text/html,*/*;q=0.8"}, buffered=True)

    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert page.data == http.get("/", buffered=True).data


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("POST", "/graphql/", TYPE_NAME),
        ("GET", "/graphql/?query={__typename}", None),
        ("GET", "/graphql/?query={__typename}&variables=%EF%BB%BF{}", None),
        ("POST", "/graphql", b"\xef\xbb\xbf" + orjson.dumps(TYPE_NAME)),
        ("POST", "/graphql/", b"\xef\xbb\xbf \n" + orjson.dumps(TYPE_NAME)),
        ("POST", "/graphql", {"query": "\ufeff{ __typename }"}),
    ],
)
def test_trailing_slash_and_byte_order_mark_are_answered(
    http: FlaskClient, method: str, address: str, body: Any
) -> None:
    data = body if body is None or isinstance(body, bytes) else orjson.dumps(body)

    response = http.open(address, method=method, data=data, content_type=JSON)

    assert (response.status_code, response.data) == (200, ANSWER)


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00"])
def test_body_of_nothing_but_marks_is_refused(http: FlaskClient, body: bytes) -> None:
    assert refusal(post(http, body)) == (400, "BAD_REQUEST")


def test_browser_at_the_trailing_slash_is_sent_to_the_page(http: FlaskClient) -> None:
    page = http.get("/graphql/", headers={"Accept": "text/html"})
    query = http.get("/graphql/?query={__typename}", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (page.status_code, page.headers["Location"]) == (308, "/graphql")
    assert query.data == ANSWER


@pytest.mark.parametrize("address", ["/nothing", "/graphql/x/", "/graphql/x", "/GRAPHQL", "/static/x"])
def test_other_addresses_are_not_found_as_json(http: FlaskClient, address: str) -> None:
    response = http.get(address)

    assert refusal(response) == (404, "NOT_FOUND")
    assert response.content_type == JSON


def failing(request: Request, context: Context) -> Response:
    raise RuntimeError("SELECT secret FROM account; see /srv/graph/db.py")


def test_exception_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    broken = Endpoint(failing, SignIn(0), Config())

    with caplog.at_level(logging.ERROR):
        status, headers, body = broken.handle(environ(io.BytesIO(orjson.dumps(TYPE_NAME))))

    request_id = dict(headers)["X-Request-Id"]
    (error,) = orjson.loads(body)["errors"]
    assert status == "500 Internal Server Error"
    assert error["extensions"] == {"code": "INTERNAL_ERROR", "requestId": request_id}
    assert b"secret" not in body
    assert b"/srv" not in body
    assert f"request {request_id} failed" in caplog.text
    assert "SELECT secret" in caplog.text


@pytest.mark.parametrize("accept", [JSON, NEW])
def test_partial_answer_is_a_success(accept: str) -> None:
    partial = Response(b'{"data":null,"errors":[{"message":"too slow"}]}')
    answered = Endpoint(lambda request, context: partial, SignIn(0), Config())

    status, _, body = answered.handle(environ(io.BytesIO(orjson.dumps(TYPE_NAME)), HTTP_ACCEPT=accept))

    assert (status, body) == ("200 OK", partial.body)


def test_request_reaches_the_engine_as_it_was_sent() -> None:
    seen: list[Request] = []

    def keep(request: Request, context: Context) -> Response:
        seen.append(request)
        return Response(b"{}")

    given = {
        "query": "{ 兰州 }",
        "variables": {"a": [1, {"b": "汉"}]},
        "operationName": "Q",
        "extensions": {"plan": True},
    }
    Endpoint(keep, SignIn(0), Config()).handle(environ(io.BytesIO(orjson.dumps(given))))
    Endpoint(keep, SignIn(0), Config()).handle(environ(io.BytesIO(orjson.dumps({"query": "", "operationName": ""}))))

    assert [request._replace(written=None) for request in seen] == [
        Request("{ 兰州 }", {"a": [1, {"b": "汉"}]}, "Q", False, {"plan": True}),
        Request("", {}, None, False, None),
    ]


def test_access_log_has_a_line_for_each_request(caplog: pytest.LogCaptureFixture) -> None:
    logged = Endpoint(lambda request, context: Response(b"{}"), SignIn(0), Config(access_log=True))

    with caplog.at_level(logging.INFO, logger="graph_api.access"):
        logged.handle(environ(io.BytesIO(orjson.dumps(TYPE_NAME)), HTTP_X_REQUEST_ID="trace"))

    (line,) = caplog.messages
    assert re.fullmatch(r"POST /graphql 200 2 bytes [0-9.]+ ms request trace", line)


def test_media_type_cache_holds_little() -> None:
    for number in range(2_000):
        with pytest.raises(Refusal):
            response_type(f"text/{number}" + "x" * 1_000)
        response_type(f"{JSON};v={number}" + "x" * 1_000)

    assert response_type.cache_info().currsize <= 256


def test_paths_and_methods_are_those_that_are_documented() -> None:
    assert (endpoint.PATH, endpoint.METHODS) == ("/graphql", ("GET", "HEAD", "OPTIONS", "POST"))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"), ("zh", "zh"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en;q=0.1, zh-CN;q=0.9", "zh"),
        ("en-GB, zh;q=0.5", "en"), ("ZH-hans-CN", "zh"), ("zh_CN", "zh"), ("fr", "en"), ("fr, zh;q=0.1", "zh"),
        ("*", "en"),
        ("zh;q=0", "en"), ("zh;q=0, *", "en"), ("en;q=0, *;q=0.1", "zh"), ("en;q=0", "en"),
        ("zh;q=0.0, en;q=0.0", "en"),
        ("zh, en", "zh"), ("en, zh", "en"), ("zh;q=nan", "en"), ("zh;q=2, en", "en"), ("zh;q=x, en;q=0.1", "en"),
        ("zh;q=0.001", "zh"), (";;;,,,", "en"), ("zh;level=1;q=0.9, en;q=0.8", "zh"), ("zhx", "en"),
        ("zh ; q = 0.9", "zh"),
        ("*;q=0.5, zh;q=0.1", "en"), ("zh-TW;q=0.2, zh-CN;q=0.9, en;q=0.5", "zh"), ("a" * 5_000, "en"),
    ],
)  # fmt: skip
def test_the_language_follows_the_weights(header: str, language: str) -> None:
    assert language_of(header) == language


def test_refusals_by_http_speak_chinese(http: FlaskClient) -> None:
    answers = [post(http, body, Accept_Language="en;q=0.1, zh-CN;q=0.9") for body in (b"", b"{", b"[]", b"1")]

    messages = [answer.get_json()["errors"][0]["message"] for answer in answers]
    assert messages[:2] == ["请求内容为空。", "请求内容不是有效的 JSON。"]
    assert all(message.startswith("无法读取请求（") for message in messages[2:])
