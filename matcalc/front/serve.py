"""`matcalc serve`: the page from this machine, for this machine alone. Questions are answered by processes of its own.

Only 127.0.0.1 is listened on. A request that names another host, or comes from another page, is refused: so no page on
the web can ask through the reader's browser.
"""

from __future__ import annotations

import os
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from ..terms.data_files import page_folder
from .workers import Workers

ADDRESS = "127.0.0.1"
LARGEST = 1_000_000  # bytes of a question
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page_files() -> dict[str, str]:
    """The addresses of the page's files, with their places on disk; nothing else is ever sent.

    >>> "/app.js" in page_files(), "/../build.py" in page_files()
    (True, False)
    """
    home = page_folder()
    found = {}
    for folder, _, names in os.walk(home):
        for name in names:
            if os.path.splitext(name)[1] in KINDS:
                path = os.path.join(folder, name)
                found["/" + os.path.relpath(path, home).replace(os.sep, "/")] = path
    return found


class Server(ThreadingHTTPServer):
    """The server of the page."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, port: int, workers: Workers):
        super().__init__((ADDRESS, port), Handler)
        self.workers = workers
        self.files = page_files()
        own = self.server_address[1]
        self.hosts = frozenset(f"{name}:{own}" for name in (ADDRESS, "localhost"))

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{ADDRESS}:{self.server_address[1]}/"


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Server
    server_version = "matcalc"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """A file of the page."""
        if not self.allowed():
            return
        path = urlsplit(self.path).path
        if path == "/engine.json":
            self.reply(b'{"engine": "server"}', KINDS[".json"])
            return
        place = self.server.files.get("/index.html" if path == "/" else path)
        if place is None:
            self.refuse(HTTPStatus.NOT_FOUND, "there is no such file")
            return
        with open(place, "rb") as file:
            self.reply(file.read(), KINDS[os.path.splitext(place)[1]])

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """A question."""
        if not self.allowed():
            return
        if urlsplit(self.path).path != "/ask":
            self.refuse(HTTPStatus.NOT_FOUND, "questions go to /ask")
            return
        if self.headers.get_content_type() != "application/json":
            self.refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a question is application/json")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a question has at most {LARGEST} bytes")
            return
        question = self.rfile.read(int(length)).decode("utf-8", "replace")
        self.reply(self.server.workers.ask(question).encode(), KINDS[".json"])

    def allowed(self) -> bool:
        """Whether the request comes from this machine's page, by the names that a browser does not let pages choose."""
        origin = self.headers.get("Origin")
        own = self.headers.get("Host", "") in self.server.hosts
        if own and (origin is None or urlsplit(origin).netloc in self.server.hosts):
            return True
        self.refuse(HTTPStatus.FORBIDDEN, "only the page of this machine is answered")
        return False

    def reply(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Send a body."""
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cache-Control", "no-cache"),
        ):
            self.send_header(name, value)
        if status != HTTPStatus.OK:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status: HTTPStatus, why: str) -> None:
        """Send an error in one line."""
        self.reply(why.encode(), "text/plain; charset=utf-8", status)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: what is asked is the reader's own."""


def serve(port: int, seconds: float = 20.0, workers: int | None = None) -> None:
    """Serve the page on 127.0.0.1 until interrupted; a question is stopped after a number of seconds."""
    pool = Workers(workers or min(4, os.cpu_count() or 1), seconds)
    try:
        with Server(port, pool) as server:
            print(f"matcalc is at {server.url}; Ctrl-C stops it", flush=True)
            server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        pool.stop()
