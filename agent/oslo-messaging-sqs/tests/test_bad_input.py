"""Wrong settings and a world that is not as it should be: the service says in one line what to do, and goes on."""

from __future__ import annotations

import types
from typing import Any, Callable, ContextManager

import oslo_messaging
import pytest

from conductor import Conductor
from conftest import Join, eventually
from oslo_messaging_sqs import delivery
from oslo_messaging_sqs.report import Report
from proxy import Proxy
from test_trouble_passing import Calling, Endpoint, lines

QUEUE = "cell-cell1-host-host1"

SCOPE = "Credential should be scoped to a valid region."

FAULTS: list[tuple[str, Callable[[Proxy], ContextManager[None]], str]] = [
    (
        "a URL that leads to something else",
        lambda proxy: proxy.strange(),
        "what answers is not SQS: check the endpoint",
    ),
    ("no rights", lambda proxy: proxy.failing("AccessDenied", 403), "access denied: allow sqs:ReceiveMessage"),
    (
        "an unknown deployment",
        lambda proxy: proxy.failing("QueueDoesNotExist", 400),
        "there is no such queue: check region and deployment",
    ),
    (
        "a wrong region",
        lambda proxy: proxy.failing("SignatureDoesNotMatch", 403, message=SCOPE),
        "the endpoint is of another region: set region",
    ),
    ("a clock that is off", lambda proxy: proxy.skewed(900), "the clock of this host is off by about 15 min"),
]


@pytest.mark.parametrize(("fault", "advice"), [pytest.param(f, a, id=name) for name, f, a in FAULTS])
def test_a_host_goes_on_after(
    fault: Callable[[Proxy], ContextManager[None]],
    advice: str,
    conductor: Conductor,
    proxy: Proxy,
    join: Join,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "oslo_messaging_sqs")
    conductor.make(QUEUE)
    conductor.methods["echo"] = lambda args: args["n"]
    endpoint = Endpoint()
    compute = join(endpoint=proxy.endpoint, hold_seconds=60)
    compute.client("conductor").call({}, "echo", n=0)

    with fault(proxy):
        compute.serve(endpoint)
        calling = Calling(lambda: compute.client("conductor").prepare(timeout=5).call({}, "echo", n=7))
        conductor.cast("host1", "build", name="meanwhile")
        eventually(lambda: lines(caplog, advice))
        still_waiting = calling.outcome == []

    assert still_waiting
    assert calling.result() == 7
    eventually(lambda: endpoint.received == ["meanwhile"])
    place = f"ReceiveMessage {conductor.deployment}-{QUEUE} in"
    assert len(lines(caplog, place)) == 1
    eventually(lambda: lines(caplog, f"ReceiveMessage {conductor.deployment}-{QUEUE}: works again"))


def test_a_service_that_starts_where_something_else_answers_starts_when_it_is_sqs(
    conductor: Conductor, proxy: Proxy, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    conductor.methods["echo"] = lambda args: args["n"]

    with proxy.strange():
        compute = join(endpoint=proxy.endpoint, hold_seconds=60)
        calling = Calling(lambda: compute.client("conductor").prepare(timeout=5).call({}, "echo", n=7))
        eventually(lambda: lines(caplog, "what answers is not SQS"))

    assert calling.result() == 7


def test_a_queue_that_is_deleted_is_waited_for(
    conductor: Conductor, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    conductor.make(QUEUE)
    endpoint = Endpoint()
    join().serve(endpoint)
    conductor.cast("host1", "build", name="before")
    eventually(lambda: endpoint.received == ["before"])

    conductor.remove(QUEUE)
    eventually(lambda: lines(caplog, "conductor host add host1 --cell cell1"))
    conductor.make(QUEUE)
    conductor.cast("host1", "build", name="after")

    eventually(lambda: endpoint.received == ["before", "after"])
    assert len(lines(caplog, "conductor host add host1 --cell cell1")) == 1


class Hours:
    """A clock that pauses turn."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return False


def test_an_hour_without_sqs_is_said_every_five_minutes_and_what_was_to_be_sent_is_sent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "oslo_messaging_sqs")
    hours = Hours()
    sent: list[float] = []
    tries: list[float] = []

    def send(*_: Any) -> None:
        tries.append(hours.now)
        if hours.now < 3600:
            raise ConnectionResetError
        sent.append(hours.now)

    queues: Any = types.SimpleNamespace(send=send, full_name=lambda queue: f"d-{queue}", region="r")
    report = Report(repeat_seconds=300, counters_seconds=100_000, clock=hours.monotonic)
    stopping: Any = hours
    monkeypatch.setattr(delivery, "time", hours)
    sender = delivery.Delivery(queues, report, stopping)

    sender.send("conductor", "body", {}, deadline=4000)

    said = lines(caplog, "cannot be reached")
    assert len(sent) == 1
    assert sent[0] < 3600 + 15
    assert 12 <= len(said) <= 14
    assert len(tries) <= 600
    assert len(lines(caplog, "works again")) == 1
    assert not sender.failing


def test_a_message_for_an_endpoint_that_is_not_sqs_is_not_taken_for_sent(
    conductor: Conductor, proxy: Proxy, join: Join
) -> None:
    compute = join(endpoint=proxy.endpoint)
    conductor.methods["echo"] = lambda args: args["n"]
    compute.client("conductor").call({}, "echo", n=0)
    client = compute.client("conductor", namespace="compute_task").prepare(retry=1)

    with proxy.strange(), pytest.raises(oslo_messaging.MessageDeliveryFailure, match="not SQS"):
        client.cast({}, "build_instances")
