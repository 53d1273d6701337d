"""Calls and casts between two computes, through oslo.messaging's own client and server on both sides."""

from __future__ import annotations

import threading
from typing import Any

import oslo_messaging
import pytest

from conductor import Conductor, Failure, envelope
from conftest import Compute, Join, eventually
from oslo_messaging_sqs.queues import Received


def thing(**fields: Any) -> dict:
    return {"nova_object.name": "Thing", "nova_object.data": fields}


#: The principal that the emulator names for every sender.
EVERYBODY = "000000000000"

MOVE = thing(source_compute="host2", dest_compute="host1")

SERVER = thing(uuid="u-1", host="host2")


class Endpoint:
    """A source host's part of a move."""

    target = oslo_messaging.Target(version="6.1")

    def __init__(self) -> None:
        self.received: list[str] = []

    def resize_instance(self, _ctxt: Any, instance: Any, migration: Any) -> None:
        self.received.append(
            f"resize {instance['nova_object.data']['uuid']} {migration['nova_object.data']['dest_compute']}"
        )

    def check_instance_shared_storage(self, _ctxt: Any, data: str) -> str:
        if data == "refused":
            raise ValueError("no such file")
        return f"{data} is here"

    def pre_live_migration(self, _ctxt: Any, instance: Any, text: str) -> str:  # noqa: ARG002
        return text

    def stop_instance(self, _ctxt: Any, name: str) -> None:
        self.received.append(f"stop {name}")


@pytest.fixture
def endpoint(conductor: Conductor) -> Endpoint:
    for host in ("host1", "host2"):
        conductor.make(f"cell-cell1-host-{host}")
    for method, instance in (
        ("check_instance_shared_storage", None),
        ("pre_live_migration", "u-1"),
        ("resize_instance", "u-1"),
    ):
        conductor.allowed.add(("host:host1", method, instance))
    return Endpoint()


@pytest.fixture
def principals(conductor: Conductor, monkeypatch: pytest.MonkeyPatch) -> str:
    """A transport URL that takes the emulator for a service that vouches for its senders."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    options = f"endpoint={conductor.endpoint}&region=us-east-1&account=000000000000&poll_seconds=1&principal=AROAHOST"
    return f"sqs:///{conductor.deployment}/cell1?{options}"


def test_a_call_to_another_host_gives_its_answer(join: Join, endpoint: Endpoint) -> None:
    join("host2").serve(endpoint)
    client = join("host1").client("compute", version="6.0").prepare(server="host2")

    assert client.call({}, "check_instance_shared_storage", data="disk") == "disk is here"


def test_many_calls_at_once_get_their_own_answers(join: Join, endpoint: Endpoint) -> None:
    join("host2").serve(endpoint)
    client = join("host1").client("compute", version="6.0").prepare(server="host2")
    results: dict[int, str] = {}

    def one(n: int) -> None:
        results[n] = client.call({}, "check_instance_shared_storage", data=str(n))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert results == {n: f"{n} is here" for n in range(12)}


def test_an_answer_of_another_host_than_the_one_that_was_asked_is_dropped(conductor: Conductor, join: Join) -> None:
    conductor.make("cell-cell1-host-host2")
    caller = join("host1")
    client = caller.client("compute", version="6.0").prepare(server="host2", timeout=120)
    results: list[str] = []
    asking = threading.Thread(
        target=lambda: results.append(client.call({}, "check_instance_shared_storage", data="disk"))
    )
    asking.start()
    taken: list[dict] = []
    eventually(lambda: taken.extend(conductor.take("cell-cell1-host-host2")) or taken)
    queue, message_id = taken[0]["_reply_q"], taken[0]["_msg_id"]

    def answer(host: str, result: str) -> None:
        message = {"result": result, "failure": None, "ending": True, "_msg_id": message_id, "_unique_id": host}
        conductor.send(queue, envelope(message), sender=f"host:{host}")

    answer("host3", "forged")
    eventually(lambda: caller.counters.get("answers_forged") == 1)
    answer("host2", "true")
    asking.join(60)

    assert results == ["true"]


def test_an_exception_of_another_host_is_raised_as_itself(join: Join, endpoint: Endpoint) -> None:
    join("host2").serve(endpoint)
    client = join("host1").client("compute", version="6.0").prepare(server="host2")

    with pytest.raises(ValueError, match="no such file"):
        client.call({}, "check_instance_shared_storage", data="refused")


def test_payloads_beyond_a_message_pass_between_hosts_both_ways(join: Join, endpoint: Endpoint) -> None:
    join("host2").serve(endpoint)
    client = join("host1").client("compute", version="6.0").prepare(server="host2")
    text = "é" * 700_000

    assert client.call({}, "pre_live_migration", instance=SERVER, text=text) == text


def test_the_other_side_of_a_move_may_order_its_part(join: Join, endpoint: Endpoint) -> None:
    join("host2").serve(endpoint)

    join("host1").client("compute").prepare(server="host2", version="6.0").cast(
        {}, "resize_instance", instance=SERVER, migration=MOVE
    )

    eventually(lambda: endpoint.received == ["resize u-1 host1"])


def test_the_conductor_is_asked_by_its_records_and_the_order_is_not_believed(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    receiver = join("host2")
    receiver.serve(endpoint)
    strange = join("host3").client("compute").prepare(server="host2", version="6.0")

    strange.cast({}, "resize_instance", instance=SERVER, migration=thing(source_compute="host2", dest_compute="host3"))
    eventually(lambda: receiver.counters.get("orders_refused") == 1)
    with pytest.raises(oslo_messaging.RemoteError, match="no move of u-1 under way"):
        strange.call({}, "pre_live_migration", instance=SERVER, text="t")

    assert endpoint.received == []
    assert conductor.waiting("cell-cell1-host-host2") == (0, 0)
    asked = [request["args"] for request in conductor.received if request["method"] == "may_order"]
    assert asked[0] == {"host": "host2", "sender": "host:host3", "method": "resize_instance", "instance_uuid": "u-1"}


def test_an_order_waits_while_the_conductor_does_not_say_whether_it_may(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    def older(_args: dict) -> bool:
        raise Failure("oslo_messaging.rpc.client", "UnsupportedVersion", "endpoint does not support 1.1")

    may_order, conductor.methods["may_order"] = conductor.methods["may_order"], older
    receiver = join("host2")
    receiver.serve(endpoint)

    join("host1").client("compute").prepare(server="host2", version="6.0").cast(
        {}, "resize_instance", instance=SERVER, migration=MOVE
    )
    eventually(lambda: receiver.counters.get("orders_put_back"))
    assert endpoint.received == []
    conductor.methods["may_order"] = may_order

    eventually(lambda: endpoint.received == ["resize u-1 host1"])


def test_a_forged_order_of_a_method_that_computes_do_not_send_is_refused(
    conductor: Conductor, join: Join, endpoint: Endpoint
) -> None:
    receiver = join("host2")
    receiver.serve(endpoint)
    body = envelope({"method": "stop_instance", "args": {"name": "i"}, "version": "6.0", "_unique_id": "u1"})
    conductor.send("cell-cell1-host-host2", body, sender="host:host1")

    eventually(lambda: receiver.counters.get("orders_refused") == 1)
    assert endpoint.received == []


def test_such_an_order_is_not_even_sent(join: Join, endpoint: Endpoint) -> None:
    client = join("host1").client("compute").prepare(server="host2", version="6.0")

    with pytest.raises(oslo_messaging.InvalidTarget, match="computes do not send it"):
        client.cast({}, "stop_instance", name="i")

    assert endpoint.received == []


def test_a_host_orders_itself_what_it_likes(join: Join, endpoint: Endpoint) -> None:
    compute = join("host1")
    compute.serve(endpoint)

    compute.client("compute").prepare(server="host1", version="6.0").cast({}, "stop_instance", name="i")

    eventually(lambda: endpoint.received == ["stop i"])


def test_a_call_to_a_host_that_is_away_times_out_in_its_time(join: Join, endpoint: Endpoint) -> None:
    client = join("host1", hold_seconds=600).client("compute", version="6.0").prepare(server="host2", timeout=2)

    with pytest.raises(oslo_messaging.MessagingTimeout):
        client.call({}, "check_instance_shared_storage", data="disk")

    assert endpoint.received == []


def test_an_answer_counts_of_the_principal_that_the_conductor_names_for_the_host(
    endpoint: Endpoint, principals: str
) -> None:
    caller = Compute(f"{principals}&conductor_principals=AROAOTHER&hold_seconds=0", "host1")
    told: list[str] = []
    try:
        engine = caller.driver._own_engine()
        for hosts in (["host3"], ["host2"]):
            waiting = engine._calls.begin("m-1", "host2")
            engine._judging.hosts_of = lambda _sender, hosts=hosts: tuple(hosts)
            message = {"result": "yes", "failure": None, "ending": True, "_msg_id": "m-1", "_unique_id": "u"}
            engine._replies._take("reply_x", Received(envelope(message), {}, "AROA2:i-2", "r", "id"))
            if hosts == ["host2"]:
                told.append(waiting.get(10).result)
            else:
                eventually(lambda: caller.counters.get("answers_forged") == 1)
    finally:
        caller.stop()

    assert told == ["yes"]
    assert endpoint.received == []


def test_orders_wait_while_nobody_knows_who_the_conductor_is(
    conductor: Conductor, endpoint: Endpoint, principals: str
) -> None:
    waiting = Compute(f"{principals}&visibility_timeout=3", "host1")
    try:
        waiting.serve(endpoint)
        conductor.cast("host1", "stop_instance", name="i")
        eventually(lambda: waiting.counters.get("conductor_unknown"))
        assert sum(conductor.waiting("cell-cell1-host-host1")) == 1
    finally:
        waiting.stop()

    knowing = Compute(f"{principals}&conductor_principals={EVERYBODY}", "host1")
    try:
        knowing.serve(endpoint)
        eventually(lambda: endpoint.received == ["stop i"])
    finally:
        knowing.stop()


def test_with_principals_the_messages_own_word_is_not_believed(
    conductor: Conductor, endpoint: Endpoint, principals: str
) -> None:
    compute = Compute(f"{principals}&conductor_principals=AROAOTHER", "host1")
    try:
        compute.serve(endpoint)
        conductor.cast("host1", "stop_instance", name="i")
        eventually(lambda: compute.counters.get("orders_refused") == 1)
        assert endpoint.received == []
    finally:
        compute.stop()
