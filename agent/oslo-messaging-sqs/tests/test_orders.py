"""Orders of the conductor to a host, through oslo.messaging's own RPC server."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import uuid
from typing import Any, Iterator

import oslo_messaging
import pytest

from conductor import Conductor, envelope
from conftest import Join, eventually
from emulator import Emulator

QUEUE = "cell-cell1-host-host1"


class Endpoint:
    """Keeps what it receives."""

    target = oslo_messaging.Target(version="6.1")

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.contexts: list[dict] = []
        self.go_on = threading.Event()

    def build(self, ctxt: dict, name: str) -> None:
        self.contexts.append(ctxt)
        self.received.append(name)

    def hang(self, _ctxt: dict, name: str) -> None:
        self.received.append(name)
        self.go_on.wait(120)

    def check(self, _ctxt: dict, n: int) -> dict:
        return {"n": n + 1}

    def check_slowly(self, _ctxt: dict) -> str:
        self.go_on.wait(120)
        return "checked"

    def refuse(self, _ctxt: dict) -> None:
        raise ValueError("not here")


@pytest.fixture
def endpoint(conductor: Conductor) -> Iterator[Endpoint]:
    conductor.make(QUEUE)
    serving = Endpoint()
    yield serving
    serving.go_on.set()


def test_a_cast_is_carried_out_and_deleted(conductor: Conductor, join: Join, endpoint: Endpoint) -> None:
    join().serve(endpoint)

    conductor.cast("host1", "build", name="a")
    eventually(lambda: endpoint.received == ["a"])

    assert endpoint.contexts[0]["request_id"] == "req-1"
    eventually(lambda: conductor.waiting(QUEUE) == (0, 0))


def test_a_call_is_answered_to_the_conductors_queue_in_the_hosts_name(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    join().serve(endpoint)

    message_id = conductor.call("host1", "check", n=4)

    (answer,) = conductor.wait_for(message_id)
    assert answer["result"] == {"n": 5}
    assert answer["failure"] is None
    assert answer["ending"] is True


def test_an_exception_travels_with_its_class_and_module(conductor: Conductor, join: Join, endpoint: Endpoint) -> None:
    join().serve(endpoint)

    message_id = conductor.call("host1", "refuse")

    (answer,) = conductor.wait_for(message_id)
    failure = json.loads(answer["failure"])
    assert (failure["class"], failure["module"], failure["args"]) == ("ValueError", "builtins", ["not here"])


def test_a_monitored_call_shows_signs_of_work(conductor: Conductor, join: Join, endpoint: Endpoint) -> None:
    join().serve(endpoint)

    message_id = conductor.call("host1", "check_slowly", timeout=2)
    signs = conductor.wait_for(message_id, many=2)
    endpoint.go_on.set()
    eventually(lambda: conductor.wait_for(message_id)[-1]["ending"])

    assert [answer["ending"] for answer in signs] == [False, False]
    assert conductor.wait_for(message_id)[-1]["result"] == "checked"


def test_an_order_that_comes_twice_is_carried_out_once(conductor: Conductor, join: Join, endpoint: Endpoint) -> None:
    compute = join()
    compute.serve(endpoint)

    unique_id = conductor.cast("host1", "build", name="a")
    eventually(lambda: endpoint.received == ["a"])
    conductor.cast("host1", "build", unique_id=unique_id, name="a")
    eventually(lambda: compute.counters.get("orders_again") == 1)
    conductor.cast("host1", "build", name="b")
    eventually(lambda: "b" in endpoint.received)

    assert endpoint.received == ["a", "b"]


def test_an_order_that_waits_for_a_worker_stays_in_the_queue_and_comes_once(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    compute = join(visibility_timeout=6)
    compute.serve(endpoint, workers=1)
    conductor.cast("host1", "hang", name="first")
    eventually(lambda: endpoint.received == ["first"])

    conductor.cast("host1", "build", name="second")
    eventually(lambda: conductor.waiting(QUEUE) == (0, 1))
    # longer than an order that nobody looks after would stay away
    time.sleep(8)
    held = conductor.waiting(QUEUE)
    endpoint.go_on.set()
    eventually(lambda: endpoint.received == ["first", "second"])

    assert held == (0, 1)
    assert compute.counters["orders_begun"] == 2
    eventually(lambda: conductor.waiting(QUEUE) == (0, 0))


def test_no_more_orders_are_taken_than_there_is_room_for(conductor: Conductor, join: Join, endpoint: Endpoint) -> None:
    compute = join(prefetch=2)
    compute.serve(endpoint, workers=1)
    conductor.cast("host1", "hang", name="first")
    eventually(lambda: endpoint.received == ["first"])

    for n in range(5):
        conductor.cast("host1", "build", name=str(n))
    eventually(lambda: compute.counters["orders_taken"] == 3)

    assert conductor.waiting(QUEUE) == (3, 2)
    endpoint.go_on.set()
    eventually(lambda: len(endpoint.received) == 6)


def test_an_order_taken_but_not_begun_by_a_process_that_died_is_no_duplicate(
    conductor: Conductor, emulator: Emulator, deployment: str, join: Join, endpoint: Endpoint
) -> None:
    netloc = emulator.endpoint.partition("://")[2]
    url = f"sqs://{netloc}/{deployment}/cell1?emulator=true&poll_seconds=1&visibility_timeout=3"
    environment = {name: value for name, value in os.environ.items() if name != "TEST_EVENTLET"}
    process = subprocess.Popen(
        [sys.executable, str(pathlib.Path(__file__).with_name("host.py")), url, "host1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "listening\n"
    conductor.cast("host1", "build", name="begun")
    assert process.stdout.readline() == "begun begun\n"
    conductor.cast("host1", "build", name="taken")
    eventually(lambda: conductor.waiting(QUEUE) == (0, 1))

    process.kill()
    process.wait()
    process.stdout.close()
    join().serve(endpoint)
    eventually(lambda: endpoint.received)

    assert endpoint.received == ["taken"]


def test_an_order_is_put_back_when_its_server_says_so(conductor: Conductor, join: Join) -> None:
    conductor.make(QUEUE)
    compute = join()
    compute.transport._require_driver_features(requeue=True)
    listener = compute.driver.listen(oslo_messaging.Target(topic="compute", server="host1"), 1, None)
    came: list[Any] = []
    listener.start(lambda incoming: came.extend(incoming))

    conductor.cast("host1", "build", name="a")
    eventually(lambda: len(came) == 1)
    came[0].requeue()
    eventually(lambda: len(came) == 2)
    came[1].acknowledge()

    assert came[1].message["args"] == {"name": "a"}
    eventually(lambda: conductor.waiting(QUEUE) == (0, 0))
    listener.stop()


def test_orders_of_the_second_topic_are_served_while_the_first_has_stopped(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    compute = join()
    other = Endpoint()
    first = compute.serve(endpoint)
    compute.serve(other, topic="compute-alt")

    first.stop()
    conductor.cast("host1", "build", name="new")
    message = {"method": "build", "args": {"name": "under way"}, "version": "6.0", "_unique_id": uuid.uuid4().hex}
    conductor.send(QUEUE, envelope(message), topic="compute-alt")
    eventually(lambda: other.received == ["under way"])
    eventually(lambda: compute.counters.get("orders_left"))

    assert endpoint.received == []
    assert sum(conductor.waiting(QUEUE)) == 1


def test_a_release_with_one_topic_takes_the_orders_of_both(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    join().serve(endpoint)

    message = {"method": "build", "args": {"name": "a"}, "version": "6.0", "_unique_id": uuid.uuid4().hex}
    conductor.send(QUEUE, envelope(message), topic="compute-alt")

    eventually(lambda: endpoint.received == ["a"])


def test_a_payload_is_fetched_from_under_the_hosts_own_name_only(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    compute = join()
    compute.serve(endpoint)
    body = envelope({"method": "build", "args": {"name": "a" * 100}, "version": "6.0", "_unique_id": "u1"})

    strange, size = conductor.store("cell-cell1-host-host2", body)
    conductor.send(QUEUE, strange, ExtendedPayloadSize=size)
    eventually(lambda: compute.counters.get("orders_unreadable") == 1)
    own, size = conductor.store(QUEUE, body)
    conductor.send(QUEUE, own, ExtendedPayloadSize=size)
    eventually(lambda: endpoint.received)

    assert endpoint.received == ["a" * 100]


@pytest.mark.parametrize("body", ["no json", "[1]", '"text"', "{}", '{"oslo.version": "2.0", "oslo.message": "[]"}'])
def test_a_message_that_is_no_order_is_dropped_and_the_next_one_taken(
    conductor: Conductor, join: Join, endpoint: Endpoint, body: str
) -> None:
    compute = join()
    compute.serve(endpoint)

    conductor.send(QUEUE, body)
    eventually(lambda: compute.counters.get("orders_unreadable") == 1)
    conductor.cast("host1", "build", name="next")

    eventually(lambda: endpoint.received == ["next"])


def test_an_envelope_of_a_newer_version_stays_in_the_queue(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    compute = join()
    compute.serve(endpoint)

    conductor.send(QUEUE, json.dumps({"oslo.version": "3.0", "oslo.message": "{}"}))
    eventually(lambda: compute.counters.get("newer_envelopes"))

    assert sum(conductor.waiting(QUEUE)) == 1
    assert endpoint.received == []


def test_an_order_of_a_newer_version_is_told_to_its_caller_and_said_once(
    conductor: Conductor, join: Join, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    compute = join()
    compute.serve(endpoint)
    reply = {"_msg_id": "m1", "_reply_q": conductor.queue, "_timeout": None, "_unique_id": "u1"}

    conductor.send(QUEUE, envelope({"method": "build", "args": {}, "version": "7.0", **reply}))

    (answer,) = conductor.wait_for("m1")
    assert json.loads(answer["failure"])["class"] == "UnsupportedVersion"
    said = [record for record in caplog.records if record.name == "oslo_messaging_sqs"]
    assert [record.getMessage().partition(":")[0] for record in said] == ["build 7.0"]
    assert "upgrade this nova-compute" in said[0].getMessage()


def test_an_answer_goes_to_no_queue_but_reply_queues_and_the_conductors(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    compute = join()
    compute.serve(endpoint)
    reply = {"_msg_id": "m1", "_reply_q": "compute-task", "_timeout": None, "_unique_id": "u1"}

    conductor.send(QUEUE, envelope({"method": "check", "args": {"n": 1}, "version": "6.0", **reply}))
    eventually(lambda: compute.counters.get("answers_refused") == 1)

    assert conductor.take("compute-task") == []


def test_an_answer_for_a_caller_that_has_gone_is_dropped_and_counted(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    compute = join()
    compute.serve(endpoint)
    reply = {"_msg_id": "m1", "_reply_q": "reply_gone", "_timeout": None, "_unique_id": "u1"}

    conductor.send(QUEUE, envelope({"method": "check", "args": {"n": 1}, "version": "6.0", **reply}))

    eventually(lambda: compute.counters.get("answers_to_gone_queues") == 1)


def test_nobody_listens_for_another_host_or_on_another_topic(join: Join, endpoint: Endpoint) -> None:
    compute = join()
    wrong = [
        oslo_messaging.Target(topic="compute", server="host2"),
        oslo_messaging.Target(topic="conductor", server="host1"),
    ]

    for target in wrong:
        server = oslo_messaging.get_rpc_server(
            compute.transport, target, [endpoint], access_policy=oslo_messaging.DefaultRPCAccessPolicy
        )
        with pytest.raises(oslo_messaging.InvalidTarget):
            server.start()
        # nothing was started that could be ended
        server._work_executor.shutdown()
