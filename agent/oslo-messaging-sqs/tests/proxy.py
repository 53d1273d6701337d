"""A proxy before the emulator that fails as SQS may: by action, for as long as a test says."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import threading
import time
from typing import Callable, Iterator
from urllib.parse import urlsplit

#: What a fault does with a request: writes an answer itself, or lets it pass (None).
Fault = Callable[["_Handler"], bool]


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    @property
    def action(self) -> str:
        """The action of SQS that is asked for; of S3 the method and GET or PUT."""
        target = self.headers.get("X-Amz-Target", "")
        return target.partition(".")[2] or f"S3:{self.command}"

    def answer(self, status: int, body: bytes, kind: str = "application/x-amz-json-1.0") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.server.proxy.seen.append(self.action)
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        if any(fault(self) for fault in list(self.server.proxy.faults)):
            return
        upstream = urlsplit(self.server.proxy.upstream)
        connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=60)
        try:
            connection.request(self.command, self.path, data, dict(self.headers.items()))
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length", "keep-alive"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    do_PUT = do_GET = do_POST  # noqa: N815

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The date of answers: the service's clock, of which the test says how far it is behind."""
        return super().date_time_string((timestamp or time.time()) - self.server.proxy.behind)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy

    def handle_error(self, *_: object) -> None:
        """Clients that go away are what the tests are about."""


class Proxy:
    """Stands before an endpoint."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.faults: list[Fault] = []
        self.seen: list[str] = []
        #: seconds by which the clock of the service is behind that of this machine
        self.behind = 0.0
        self._server = self._start(0)
        self.port = self._server.server_address[1]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Nothing listens meanwhile: connections are refused."""

        def drop(handler: _Handler) -> bool:
            handler.close_connection = True
            return True

        # connections that are open already end with their next request
        self.faults.append(drop)
        self.stop()
        try:
            yield
        finally:
            self._server = self._start(self.port)
            self.faults.remove(drop)

    @contextlib.contextmanager
    def failing(self, code: str, status: int, *actions: str, message: str | None = None) -> Iterator[None]:
        """Requests fail with an error of the service; all of SQS's when no action is named."""
        text = message or f"{code} by the test"

        def fail(handler: _Handler) -> bool:
            if actions and handler.action not in actions:
                return False
            kind = f"com.amazonaws.sqs#{code}"
            handler.answer(status, json.dumps({"__type": kind, "message": text}).encode())
            return True

        yield from self._with(fail)

    @contextlib.contextmanager
    def skewed(self, seconds: float) -> Iterator[None]:
        """This machine's clock is ahead by so many seconds: no signature holds."""
        self.behind = seconds
        try:
            with self.failing("InvalidSignatureException", 403):
                yield
        finally:
            self.behind = 0.0

    @contextlib.contextmanager
    def strange(self) -> Iterator[None]:
        """Something else answers, with a page for people."""

        def page(handler: _Handler) -> bool:
            handler.answer(200, b"<html>please log in</html>", "text/html")
            return True

        yield from self._with(page)

    @contextlib.contextmanager
    def slow(self, seconds: float, *actions: str) -> Iterator[None]:
        """Requests take longer."""

        def wait(handler: _Handler) -> bool:
            if not actions or handler.action in actions:
                time.sleep(seconds)
            return False

        yield from self._with(wait)

    def _with(self, fault: Fault) -> Iterator[None]:
        self.faults.append(fault)
        try:
            yield
        finally:
            self.faults.remove(fault)

    def _start(self, port: int) -> _Server:
        server = _Server(("127.0.0.1", port), _Handler)
        server.proxy = self
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server
