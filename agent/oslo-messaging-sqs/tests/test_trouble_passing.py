"""What goes wrong with SQS, and passes: the service goes on, and one line says what it was."""

from __future__ import annotations

import threading
import time
from typing import Any, Callable, ContextManager

import oslo_messaging
import pytest

from conductor import Conductor
from conftest import Compute, Join, eventually
from proxy import Proxy

QUEUE = "cell-cell1-host-host1"


class Endpoint:
    """Keeps what it receives."""

    target = oslo_messaging.Target(version="6.1")

    def __init__(self) -> None:
        self.received: list[str] = []

    def build(self, _ctxt: Any, name: str) -> None:
        self.received.append(name)


class Calling:
    """A call in a thread of its own."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self.outcome: list[Any] = []
        self._thread = threading.Thread(target=self._run, args=(call,), daemon=True)
        self._thread.start()

    def _run(self, call: Callable[[], Any]) -> None:
        try:
            self.outcome.append(call())
        except Exception as error:
            self.outcome.append(error)

    def result(self, seconds: float = 120) -> Any:
        self._thread.join(seconds)
        return self.outcome[0]


def lines(caplog: pytest.LogCaptureFixture, word: str) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "oslo_messaging_sqs" and word in record.getMessage()
    ]


@pytest.fixture
def compute(conductor: Conductor, proxy: Proxy, join: Join) -> Compute:
    """A host behind the proxy, that has called once."""
    conductor.make(QUEUE)
    conductor.methods["echo"] = lambda args: args["n"]
    joined = join(endpoint=proxy.endpoint, hold_seconds=60)
    joined.client("conductor").call({}, "echo", n=0)
    return joined


FAULTS: list[tuple[str, Callable[[Proxy], ContextManager[None]], str]] = [
    ("refused connections", lambda proxy: proxy.refusing(), "cannot be reached"),
    ("throttling", lambda proxy: proxy.failing("ThrottlingException", 400, "SendMessage"), "throttled"),
    ("failures of the service", lambda proxy: proxy.failing("ServiceUnavailable", 503), "the service failed"),
    (
        "missing rights",
        lambda proxy: proxy.failing("AccessDeniedException", 403, "SendMessage"),
        "access denied: allow",
    ),
    ("an unknown deployment", lambda proxy: proxy.failing("QueueDoesNotExist", 400, "SendMessage"), "no such queue"),
    ("expired credentials", lambda proxy: proxy.failing("ExpiredToken", 403), "credentials are refused"),
    ("an unusable key", lambda proxy: proxy.failing("KmsAccessDenied", 400, "SendMessage"), "kms:GenerateDataKey"),
]


@pytest.mark.parametrize(("fault", "advice"), [pytest.param(f, a, id=name) for name, f, a in FAULTS])
def test_a_call_outlives(
    fault: Callable[[Proxy], ContextManager[None]],
    advice: str,
    compute: Compute,
    proxy: Proxy,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "oslo_messaging_sqs")
    client = compute.client("conductor").prepare(timeout=2)

    with fault(proxy):
        calling = Calling(lambda: client.call({}, "echo", n=7))
        eventually(lambda: lines(caplog, advice))
        time.sleep(3)
        still_waiting = calling.outcome == []

    assert still_waiting
    assert calling.result() == 7
    assert len(lines(caplog, f"SendMessage {compute.driver._settings.deployment}-cell-cell1-conductor in")) <= 1
    eventually(lambda: lines(caplog, "works again"))


def test_a_cast_is_tried_until_it_succeeds(compute: Compute, proxy: Proxy, conductor: Conductor) -> None:
    client = compute.client("conductor", namespace="compute_task")

    with proxy.refusing():
        casting = Calling(lambda: client.cast({}, "build_instances"))
        time.sleep(2)
        still_trying = casting.outcome == []

    assert still_trying
    assert casting.result() is None
    assert [message["method"] for message in conductor.take("compute-task")] == ["build_instances"]


def test_a_cast_with_a_number_of_tries_fails_after_them(compute: Compute, proxy: Proxy) -> None:
    client = compute.client("conductor").prepare(retry=1)

    with proxy.refusing(), pytest.raises(oslo_messaging.MessageDeliveryFailure, match="cannot be reached"):
        client.cast({}, "build_instances")


def test_orders_come_again_when_the_queue_can_be_read_again(
    compute: Compute, proxy: Proxy, conductor: Conductor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "oslo_messaging_sqs")
    endpoint = Endpoint()
    compute.serve(endpoint)

    with proxy.refusing():
        conductor.cast("host1", "build", name="meanwhile")
        eventually(lambda: compute.counters.get("failed_unreachable", 0) >= 4)
    eventually(lambda: endpoint.received == ["meanwhile"])

    place = f"ReceiveMessage {conductor.deployment}-{QUEUE} in"
    assert len(lines(caplog, place)) == 1


def test_an_order_whose_deletion_fails_is_begun_once_and_deleted_later(
    compute: Compute, proxy: Proxy, conductor: Conductor
) -> None:
    endpoint = Endpoint()
    compute.serve(endpoint)

    with proxy.failing("ServiceUnavailable", 503, "DeleteMessageBatch"):
        conductor.cast("host1", "build", name="a")
        eventually(lambda: endpoint.received == ["a"])
        eventually(lambda: compute.counters.get("failed_service_error"))

    eventually(lambda: conductor.waiting(QUEUE) == (0, 0))
    assert endpoint.received == ["a"]


def test_a_host_without_a_queue_waits_for_it_and_says_how_to_make_it(
    conductor: Conductor, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    compute = join()
    endpoint = Endpoint()
    compute.serve(endpoint)
    eventually(lambda: lines(caplog, "conductor host add host1 --cell cell1"))

    conductor.make(QUEUE)
    conductor.cast("host1", "build", name="a")
    eventually(lambda: endpoint.received == ["a"])

    assert len(lines(caplog, "conductor host add host1 --cell cell1")) == 1


def test_an_answer_is_tried_again(compute: Compute, proxy: Proxy, conductor: Conductor) -> None:
    class Checking:
        target = oslo_messaging.Target(version="6.1")

        def check(self, _ctxt: Any) -> str:
            return "checked"

    compute.serve(Checking())

    with proxy.failing("ServiceUnavailable", 503, "SendMessage"):
        message_id = conductor.call("host1", "check")
        eventually(lambda: compute.counters.get("failed_service_error"))

    assert [answer["result"] for answer in conductor.wait_for(message_id)] == ["checked"]


def test_slow_requests_are_waited_for(compute: Compute, proxy: Proxy) -> None:
    client = compute.client("conductor").prepare(timeout=10)

    with proxy.slow(1.5, "SendMessage"):
        result = client.call({}, "echo", n=3)

    assert result == 3


def test_a_payload_that_cannot_be_stored_is_tried_again(compute: Compute, proxy: Proxy) -> None:
    client = compute.client("conductor").prepare(timeout=30)

    with proxy.failing("SlowDown", 503, "S3:PUT"):
        calling = Calling(lambda: client.call({}, "echo", n="x" * 1_100_000))
        eventually(lambda: [name for name in compute.counters if name.startswith("failed_")])

    assert calling.result() == "x" * 1_100_000


def test_a_service_that_starts_while_nothing_is_there_starts_when_it_is(
    conductor: Conductor, proxy: Proxy, join: Join
) -> None:
    conductor.make(QUEUE)
    conductor.methods["echo"] = lambda args: args["n"]
    endpoint = Endpoint()

    with proxy.refusing():
        compute = join(endpoint=proxy.endpoint, hold_seconds=60)
        compute.serve(endpoint)
        calling = Calling(lambda: compute.client("conductor").prepare(timeout=5).call({}, "echo", n=1))
        time.sleep(2)
    conductor.cast("host1", "build", name="a")

    assert calling.result() == 1
    eventually(lambda: endpoint.received == ["a"])
