"""A function URL for tests: it answers calls by the methods of a test's conductor, or fails as a URL may."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import threading
import time
import uuid
from typing import Callable, Iterator

from conductor import Conductor, Failure, envelope, opened

#: What a fault does with a request: writes an answer itself (True), or lets it pass.
Fault = Callable[["_Handler"], bool]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def answer(self, status: int, body: str = "") -> None:
        data = body.encode()
        self.send_response(status)
        if self.headers.get("Accept-Encoding") == "gzip" and len(data) >= 256:
            data = gzip.compress(data)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        url = self.server.url
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        request = opened(body)
        url.received.append(request)
        url.headers.append({name.lower(): value for name, value in self.headers.items()})
        if any(fault(self) for fault in list(url.faults)):
            return
        with contextlib.suppress(OSError):
            self.answer(*url.carry_out(request))

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    url: FunctionUrlServer

    def handle_error(self, *_: object) -> None:
        """Clients that go away are what the tests are about."""


class FunctionUrlServer:
    """Serves direct calls of a cell."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor
        self.received: list[dict] = []
        self.headers: list[dict[str, str]] = []
        self.faults: list[Fault] = []
        #: whether answers go to the reply queue, as those do that are too long
        self.long_answers = False
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.url = self
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def carry_out(self, request: dict) -> tuple[int, str]:
        method = self._conductor.methods.get(request["method"])
        if method is None:
            return 503, "it failed for now"
        try:
            result, failure = method(request["args"]), None
        except Failure as error:
            result, failure = None, error.text
        if self.long_answers:
            self._conductor.reply(request["_reply_q"], request["_msg_id"], result, failure)
            return 202, ""
        answer = {"result": result, "failure": failure, "ending": True, "_msg_id": request["_msg_id"]}
        return 200, envelope({**answer, "_unique_id": uuid.uuid4().hex})

    @contextlib.contextmanager
    def failing(self, fault: Fault) -> Iterator[None]:
        self.faults.append(fault)
        try:
            yield
        finally:
            self.faults.remove(fault)

    def status(self, status: int, body: str = "") -> contextlib.AbstractContextManager[None]:
        """Answers a status of HTTP and nothing that is ours."""

        def answer(handler: _Handler) -> bool:
            handler.answer(status, body)
            return True

        return self.failing(answer)

    def slow(self, seconds: float) -> contextlib.AbstractContextManager[None]:
        """Carries calls out, and answers later than anybody waits."""

        def wait(_: _Handler) -> bool:
            time.sleep(seconds)
            return False

        return self.failing(wait)

    def cut(self, behind: bool) -> contextlib.AbstractContextManager[None]:
        """Ends the connection, before its work or in the middle of the answer."""

        def end(handler: _Handler) -> bool:
            if behind:
                _, body = self.carry_out(self.received[-1])
                handler.send_response(200)
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body.encode()[:40])
            handler.close_connection = True
            return True

        return self.failing(end)
