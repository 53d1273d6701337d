"""Calls by the function URL of the cell, with the queue as the second way."""

from __future__ import annotations

import gzip
import http.server
from contextlib import AbstractContextManager
from typing import Callable, Iterator

import pytest

from conductor import Conductor, Failure
from conftest import Compute, Join, eventually
from function_url import FunctionUrlServer
from oslo_messaging_sqs.names import reply_prefix


@pytest.fixture
def url(conductor: Conductor) -> Iterator[FunctionUrlServer]:
    serving = FunctionUrlServer(conductor)
    yield serving
    serving.stop()


def direct(join: Join, url: FunctionUrlServer, **options: object) -> Compute:
    return join(direct_url=url.address, **{"direct_seconds": 20, **options})


def test_a_call_is_answered_by_the_response_and_no_message_is_sent(
    conductor: Conductor, url: FunctionUrlServer, join: Join
) -> None:
    conductor.methods["object_action"] = lambda args: [args["n"] + 1]
    compute = direct(join, url)

    result = compute.client("conductor", version="3.0").call({"user_id": "u1"}, "object_action", n=1)

    assert result == [2]
    assert conductor.received == []
    (request,) = url.received
    assert request["_context_user_id"] == "u1"
    assert request["_reply_q"].startswith(reply_prefix("host:host1"))
    assert compute.counters["direct_calls"] == 1


def test_a_call_is_signed_for_lambda_and_an_emulator_is_told_who_speaks(
    conductor: Conductor, url: FunctionUrlServer, join: Join
) -> None:
    conductor.methods["echo"] = lambda args: args["n"]

    direct(join, url).client("conductor").call({}, "echo", n=1)

    (headers,) = url.headers
    assert "/us-east-1/lambda/aws4_request" in headers["authorization"]
    assert headers["x-sender"] == "host:host1"


def test_a_compressed_answer_is_read_and_the_signature_leaves_out_what_is_accepted(
    conductor: Conductor, url: FunctionUrlServer, join: Join
) -> None:
    conductor.methods["echo"] = lambda args: "é" * args["n"]
    compute = direct(join, url)

    result = compute.client("conductor").call({}, "echo", n=100_000)

    assert result == "é" * 100_000
    (headers,) = url.headers
    assert headers["accept-encoding"] == "gzip"
    assert "accept-encoding" not in headers["authorization"]
    assert compute.counters["direct_calls"] == 1


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"x" * 1000)[:-9], gzip.compress(b"x" * 7_000_000)])
def test_what_cannot_be_unfolded_is_no_answer_and_the_queue_answers(
    conductor: Conductor, url: FunctionUrlServer, join: Join, content: bytes
) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    compute = direct(join, url)

    def answer(handler: http.server.BaseHTTPRequestHandler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)
        return True

    with url.failing(answer):
        result = compute.client("conductor").call({}, "echo", n=1)

    assert result == 1
    assert compute.counters["direct_calls_by_queue"] == 1


def test_a_failure_is_raised_as_by_the_queue(conductor: Conductor, url: FunctionUrlServer, join: Join) -> None:
    def fail(_: dict) -> None:
        raise Failure("builtins", "ValueError", "no such value")

    conductor.methods["fail"] = fail

    with pytest.raises(ValueError, match="no such value"):
        direct(join, url).client("conductor").call({}, "fail")


def test_a_long_answer_is_taken_from_the_reply_queue(conductor: Conductor, url: FunctionUrlServer, join: Join) -> None:
    conductor.methods["echo"] = lambda args: "x" * args["n"]
    url.long_answers = True

    result = direct(join, url).client("conductor").call({}, "echo", n=1_100_000)

    assert len(result) == 1_100_000
    assert conductor.received == []


def test_casts_and_workflows_go_by_the_queue(conductor: Conductor, url: FunctionUrlServer, join: Join) -> None:
    client = direct(join, url).client("conductor")

    client.cast({}, "told")
    client.prepare(namespace="compute_task").cast({}, "build_instances")

    eventually(lambda: [request["method"] for request in conductor.received] == ["told"])
    assert [request["method"] for request in conductor.take("compute-task")] == ["build_instances"]
    assert url.received == []


Trouble = Callable[[FunctionUrlServer], AbstractContextManager[None]]

TROUBLES: dict[str, Trouble] = {
    "refuses (403)": lambda url: url.status(403, '{"Message":"Forbidden"}'),
    "is gone (404)": lambda url: url.status(404, '{"Message":null}'),
    "is throttled (429)": lambda url: url.status(429, '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}'),
    "cannot read it (400)": lambda url: url.status(400, "MalformedMessage"),
    "failed (500)": lambda url: url.status(500),
    "failed (502)": lambda url: url.status(502, "Internal Server Error"),
    "failed for now (503)": lambda url: url.status(503, "it failed for now"),
    "answers a page for people": lambda url: url.status(200, "<html>sign in</html>"),
    "is slow": lambda url: url.slow(3),
    "is cut before its work": lambda url: url.cut(behind=False),
    "is cut in its answer": lambda url: url.cut(behind=True),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_the_same_call_goes_to_the_queue_where_the_url(
    trouble: Trouble, conductor: Conductor, url: FunctionUrlServer, join: Join
) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    compute = direct(join, url, direct_seconds=1)

    with trouble(url):
        result = compute.client("conductor").call({}, "echo", n=5)

    assert result == 5
    ids = [[each["_msg_id"], each["_unique_id"]] for each in [*url.received, *conductor.received]]
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert compute.counters["direct_calls_by_queue"] == 1


def test_the_queue_takes_the_calls_where_nothing_listens(conductor: Conductor, join: Join) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    gone = FunctionUrlServer(conductor)
    gone.stop()

    assert direct(join, gone).client("conductor").call({}, "echo", n=5) == 5


def test_a_url_that_fails_again_and_again_is_left_alone_for_a_while_and_used_again_then(
    conductor: Conductor, url: FunctionUrlServer, join: Join
) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    compute = direct(join, url)
    client = compute.client("conductor")

    with url.status(500):
        for n in range(8):
            client.call({}, "echo", n=n)
    tried = len(url.received)
    eventually(lambda: client.call({}, "echo", n=9) == 9 and compute.counters.get("direct_calls"))

    assert 2 <= tried < 8


def test_an_answer_that_goes_nowhere_is_said(
    conductor: Conductor, url: FunctionUrlServer, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    conductor.methods["echo"] = lambda args: args["n"]

    with url.status(204), pytest.raises(Exception, match="echo"):
        direct(join, url, direct_seconds=1, hold_seconds=0).client("conductor").prepare(timeout=3).call({}, "echo", n=5)

    assert "set principal" in caplog.text


def test_whoever_waits_for_a_short_time_asks_by_the_queue(
    conductor: Conductor, url: FunctionUrlServer, join: Join
) -> None:
    conductor.methods["echo"] = lambda args: args["n"]

    assert direct(join, url).client("conductor").prepare(timeout=39).call({}, "echo", n=5) == 5
    assert url.received == []
