"""Calls and casts of a compute to its conductor."""

from __future__ import annotations

import threading

import oslo_messaging
import pytest

from conductor import Conductor, Failure
from conftest import Join, eventually
from oslo_messaging_sqs.names import reply_prefix

CONTEXT = {"request_id": "req-7", "user_id": "u1"}


def test_a_call_gives_what_the_conductor_answers(conductor: Conductor, join: Join) -> None:
    conductor.methods["object_action"] = lambda args: [args["n"] + 1, {"ok": None}]
    client = join().client("conductor", version="3.0")

    result = client.call(CONTEXT, "object_action", n=1)

    assert result == [2, {"ok": None}]
    request = conductor.received[0]
    assert request["version"] == "3.0"
    assert request["_context_user_id"] == "u1"
    assert request["_timeout"] is None
    assert request["_reply_q"].startswith(reply_prefix("host:host1"))
    assert conductor.attributes[0] == {"sender": "host:host1"}


def test_calls_of_many_threads_get_their_own_answers_on_one_reply_queue(conductor: Conductor, join: Join) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    client = join().client("conductor")
    results: dict[int, int] = {}

    def one(n: int) -> None:
        results[n] = client.call({}, "echo", n=n)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert results == {n: n for n in range(20)}
    assert len({request["_reply_q"] for request in conductor.received}) == 1


def test_a_failure_is_raised_as_the_class_that_it_names(conductor: Conductor, join: Join) -> None:
    def fail(_: dict) -> None:
        raise Failure("oslo_messaging.exceptions", "InvalidTarget", "no such thing")

    def fail_elsewhere(_: dict) -> None:
        raise Failure("os", "system", "no such thing")

    def fail_plainly(_: dict) -> None:
        raise Failure("builtins", "ValueError", "no such value")

    conductor.methods.update(known=fail_plainly, elsewhere=fail_elsewhere, other=fail)
    client = join().client("conductor")

    with pytest.raises(ValueError, match="no such value"):
        client.call({}, "known")
    with pytest.raises(oslo_messaging.RemoteError, match="no such thing"):
        client.call({}, "elsewhere")


def test_a_call_that_nobody_answers_times_out_once_the_conductor_has_answered_a_ping(
    conductor: Conductor, join: Join
) -> None:
    client = join().client("conductor").prepare(timeout=1)

    with pytest.raises(oslo_messaging.MessagingTimeout, match="unheard"):
        client.call({}, "unheard")

    eventually(lambda: [request["method"] for request in conductor.received] == ["unheard", "ping"])


def test_a_call_is_held_while_the_conductor_is_away_and_answered_when_it_is_back(
    conductor: Conductor, join: Join
) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    compute = join(hold_seconds=60)
    client = compute.client("conductor").prepare(timeout=3)
    conductor.pause()
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(client.call({}, "echo", n=5)))
    thread.start()
    eventually(lambda: compute.counters.get("calls_held_looks"))

    conductor.resume()
    thread.join(60)

    assert results == [5]
    assert "calls_timed_out" not in compute.counters


def test_holding_is_bounded(conductor: Conductor, join: Join) -> None:
    conductor.pause()
    client = join(hold_seconds=2).client("conductor").prepare(timeout=1)

    with pytest.raises(oslo_messaging.MessagingTimeout):
        client.call({}, "echo")


def test_a_ping_is_never_held(conductor: Conductor, join: Join) -> None:
    conductor.pause()
    compute = join(hold_seconds=600)
    client = compute.client("conductor", namespace="baseapi").prepare(timeout=1)

    with pytest.raises(oslo_messaging.MessagingTimeout):
        client.call({}, "ping", arg="x")

    assert "calls_held_looks" not in compute.counters


def test_signs_of_work_keep_a_monitored_call_waiting(conductor: Conductor, join: Join) -> None:
    done = threading.Event()

    def work(_: dict) -> str:
        request = conductor.received[-1]
        for _ in range(7):
            conductor.reply(request["_reply_q"], request["_msg_id"], ending=False)
            done.wait(1)
        return "done"

    conductor.methods["long"] = work
    client = join(hold_seconds=0).client("conductor").prepare(timeout=60, call_monitor_timeout=6)

    assert client.call({}, "long") == "done"
    assert conductor.received[0]["_timeout"] == 6


def test_without_a_sign_of_work_a_monitored_call_times_out(conductor: Conductor, join: Join) -> None:
    client = join(hold_seconds=0).client("conductor").prepare(timeout=600, call_monitor_timeout=1)

    with pytest.raises(oslo_messaging.MessagingTimeout):
        client.call({}, "unheard")

    eventually(lambda: [request["method"] for request in conductor.received] == ["unheard"])


def test_payloads_beyond_a_message_go_by_the_bucket_both_ways(conductor: Conductor, join: Join) -> None:
    conductor.methods["echo"] = lambda args: args["text"] + "b"
    compute = join()
    text = "a" * 1_200_000

    result = compute.client("conductor").call({}, "echo", text=text)

    assert result == text + "b"
    assert conductor.attributes[0]["ExtendedPayloadSize"] > "1200000"
    assert compute.counters["payloads_stored"] == 1


def test_an_answer_for_nobody_is_dropped_counted_and_said(
    conductor: Conductor, join: Join, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "oslo_messaging_sqs")
    conductor.methods["echo"] = lambda args: args["n"]
    compute = join()
    client = compute.client("conductor")
    client.call({}, "echo", n=1)

    conductor.reply(conductor.received[0]["_reply_q"], "of-somebody-else", 3)
    eventually(lambda: compute.counters.get("answers_for_nobody") == 1)

    assert client.call({}, "echo", n=2) == 2
    assert len([line for line in caplog.messages if "an answer for nobody was dropped" in line]) == 1


def test_reschedules_go_to_the_queue_of_long_operations(conductor: Conductor, join: Join) -> None:
    client = join().client("conductor", namespace="compute_task", version="1.0")

    client.cast(CONTEXT, "build_instances", instances=[])

    (message,) = conductor.take("compute-task")
    assert message["method"] == "build_instances"
    assert message["namespace"] == "compute_task"
    assert "_msg_id" not in message


def test_fanouts_are_dropped_and_counted(conductor: Conductor, join: Join) -> None:
    compute = join()

    compute.client("scheduler").prepare(fanout=True).cast({}, "update_instance_info", host_name="host1")

    assert compute.counters["fanouts_dropped"] == 1
    assert conductor.received == []


def test_a_target_without_a_queue_is_refused(conductor: Conductor, join: Join) -> None:
    client = join().client("scheduler")

    with pytest.raises(oslo_messaging.InvalidTarget, match="no queue"):
        client.cast({}, "select_destinations")

    assert conductor.received == []


def test_the_reply_queue_goes_with_the_transport(conductor: Conductor, join: Join) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    compute = join()
    compute.client("conductor").call({}, "echo", n=1)
    name = conductor.received[0]["_reply_q"]
    assert name in conductor.queues()

    compute.transport.cleanup()

    assert name not in conductor.queues()


def test_a_reply_queue_that_someone_deletes_is_made_anew(conductor: Conductor, join: Join) -> None:
    conductor.methods["echo"] = lambda args: args["n"]
    compute = join()
    client = compute.client("conductor")
    client.call({}, "echo", n=1)

    conductor.remove(conductor.received[0]["_reply_q"])
    eventually(lambda: compute.counters.get("reply_queues_remade") == 1)

    assert client.call({}, "echo", n=2) == 2
