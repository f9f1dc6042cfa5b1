"""The page from this machine: who is answered, what is sent, and what happens to a question that takes too long."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from matcalc.front.serve import ADDRESS, Server
from matcalc.front.workers import Workers

LONG = {"text": "*".join(f"(X + {k}*tanh(X*X + {k}*X))" for k in range(1, 60)), "wrt": "X",
        "where": {"X": "matrix(n, n)"}}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pool = Workers(2, 60)
    with Server(0, pool) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield found
        found.shutdown()
    pool.stop()


def request(server: Server, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(ADDRESS, server.server_address[1], timeout=100)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body.encode(), names)
    reply = connection.getresponse()
    out = reply.status, reply.headers.get("Content-Type", ""), reply.read()
    connection.close()
    return out


def ask(server: Server, question: object) -> dict[str, object]:
    status, _, body = request(server, "POST", "/ask", json.dumps(question), Content_Type="application/json")
    assert status == 200
    found = json.loads(body)
    assert isinstance(found, dict)
    return found


def test_only_this_machine_is_listened_to(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/app.js", "text/javascript; charset=utf-8"),
        ("/style.css?x=1", "text/css; charset=utf-8"),
        ("/katex/katex.min.css", "text/css; charset=utf-8"),
        ("/katex/fonts/KaTeX_Main-Regular.woff2", "font/woff2"),
        ("/gallery.json", "application/json"),
    ],
)
def test_the_files_of_the_page(server: Server, path: str, kind: str) -> None:
    status, found, body = request(server, "GET", path)
    assert (status, found) == (200, kind) and body


def test_the_page_is_told_to_ask_the_server(server: Server) -> None:
    assert json.loads(request(server, "GET", "/engine.json")[2]) == {"engine": "server"}


@pytest.mark.parametrize("path", ["/../build.py", "/%2e%2e/build.py", "/..%2fbuild.py", "//etc/passwd", "/nothing.js"])
def test_nothing_else_is_sent(server: Server, path: str) -> None:
    assert request(server, "GET", path)[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "example.org"},
        {"Host": "example.org:80"},
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_others_are_refused(server: Server, headers: dict[str, str]) -> None:
    question = json.dumps({"text": "x", "wrt": "x"})
    status, _, body = request(server, "POST", "/ask", question, Content_Type="application/json", **headers)
    assert (status, body) == (403, b"only the page of this machine is answered")
    assert request(server, "GET", "/", **headers)[0] == 403


def test_the_own_page_is_answered(server: Server) -> None:
    port = server.server_address[1]
    question = json.dumps({"text": "x'*A*x", "wrt": "x"})
    for name in ("127.0.0.1", "localhost"):
        own = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}", "Content_Type": "application/json"}
        assert request(server, "POST", "/ask", question, **own)[0] == 200


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/ask", {"Content_Type": "text/plain"}, 415),
        ("/ask", {"Content_Type": "application/json", "Content_Length": "99999999999"}, 413),
        ("/ask", {"Content_Type": "application/json", "Content_Length": "-1"}, 413),
        ("/else", {"Content_Type": "application/json"}, 404),
    ],
)
def test_what_is_no_question(server: Server, path: str, headers: dict[str, str], status: int) -> None:
    assert request(server, "POST", path, "{}", **headers)[0] == status


def test_ten_at_once_are_answered(server: Server) -> None:
    questions = [{"text": f"{k}*x'*A*x", "wrt": "x"} for k in range(2, 12)]
    with ThreadPoolExecutor(10) as several:
        found = list(several.map(lambda q: ask(server, q), questions))
    assert [f["layouts"]["numerator"]["unicode"] for f in found] == [f"{k}xᵀ(A + Aᵀ)" for k in range(2, 12)]  # type: ignore[index]


def test_a_question_that_takes_too_long_is_stopped_and_the_next_one_answered() -> None:
    pool = Workers(1, 0.0)  # nothing is answered at once
    try:
        stopped = json.loads(pool.ask(json.dumps(LONG)))
        pool.seconds = 100
        answered = json.loads(pool.ask('{"text": "x", "wrt": "x"}'))
    finally:
        pool.stop()
    assert stopped["error"]["message"] == "stopped: no answer within 0 seconds"
    assert answered["ok"]
