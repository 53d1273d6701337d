"""Placement on the loopback of this host: what its compute asks there becomes a call of the conductor."""

from __future__ import annotations

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Mapping

import oslo_messaging

from oslo_messaging_sqs.report import Report

METHOD = "placement"
NAMESPACE = "hostapi"
VERSION = "1.2"

ADDRESS = "127.0.0.1"

#: Names under which this host's own processes speak to the port; a page of a browser speaks under another.
_NAMES = (ADDRESS, "localhost")

#: Bytes of a body that is read; a compute sends a few thousand.
_MOST_BYTES = 1_000_000

#: Asks the conductor, and gives its answer.
Ask = Callable[[Mapping[str, Any]], Any]


class PlacementPort:
    """The port on the loopback; it is opened when this process first uses its transport."""

    def __init__(self, port: int, ask: Ask, report: Report) -> None:
        self._port = port
        self._ask = ask
        self._report = report
        self._server: ThreadingHTTPServer | None = None

    def open(self) -> None:
        """Listens; a port that is taken is left to whoever has it, and tried again later."""
        if self._server is not None:
            return
        try:
            server = ThreadingHTTPServer((ADDRESS, self._port), _handler(self._ask, self._report))
        except OSError as error:
            text = f"{ADDRESS}:{self._port} cannot be listened on ({error}): if nova-compute does not have it itself, "
            self._report.complain("placement_port", f"{text}set another placement_port", logging.WARNING)
            return
        server.daemon_threads = True
        self._server = server
        threading.Thread(target=server.serve_forever, name="sqs-placement", daemon=True).start()
        self._report.settle("placement_port", f"{ADDRESS}:{self._port} serves Placement")

    def close(self) -> None:
        """Ends it."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


def _handler(ask: Ask, report: Report) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Carries each request as it is."""

        protocol_version = "HTTP/1.1"

        def _carry(self) -> None:
            read = self._body()
            if read is None:
                return
            try:
                body = json.loads(read) if read else None
            except ValueError:
                self._answer(400, {}, _error(400, "the body is no JSON"))
                return
            report.count("placement_requests")
            request = {
                "method": self.command,
                "path": self.path,
                "version": self.headers.get("OpenStack-API-Version"),
                "body": body,
            }
            message = {"method": METHOD, "args": request, "namespace": NAMESPACE, "version": VERSION}
            try:
                answer = ask(message)
            except oslo_messaging.MessagingException as error:
                text = f"placement is not reached ({type(error).__name__}): nothing to do if the conductor is away"
                report.complain("placement", text, logging.WARNING)
                self._answer(503, {}, _error(503, "the deployment's placement is not reached"))
                return
            except Exception as error:
                # whatever the conductor fails with, a compute gets an answer that it knows
                text = f"placement failed: {type(error).__name__}: {error}"
                report.complain("placement", text, logging.ERROR)
                self._answer(503, {}, _error(503, "the deployment's placement failed"))
                return
            report.settle("placement", "placement answers again")
            if answer["status"] == 403:
                text = f"{self.command} {self.path} is refused: it is another host's"
                report.complain("placement_rights", text, logging.WARNING)
            self._answer(answer["status"], answer["headers"], answer.get("body"))

        do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = _carry  # noqa: N815

        def _body(self) -> bytes | None:
            """The body; None when the request was answered already."""
            name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
            length = self.headers.get("Content-Length") or "0"
            if name not in _NAMES:
                problem = (403, "only this host's own processes are served")
            elif not length.isdigit() or self.headers.get("Transfer-Encoding"):
                problem = (411, "the length of the body is not told")
            elif int(length) > _MOST_BYTES:
                problem = (413, f"the body has more than {_MOST_BYTES} bytes")
            else:
                return self.rfile.read(int(length))
            self.close_connection = True
            self._answer(problem[0], {}, _error(*problem))
            return None

        def _answer(self, status: int, headers: Mapping[str, str], body: Any) -> None:
            text = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if text:
                self.send_header("content-type", "application/json")
            if status != 204:
                self.send_header("content-length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD" and status != 204:
                self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """The compute's own log has its requests."""

    return Handler


def _error(status: int, detail: str) -> dict[str, Any]:
    return {"errors": [{"status": status, "title": "", "detail": detail}]}
