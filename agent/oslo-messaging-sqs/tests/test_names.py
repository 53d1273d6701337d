"""Names of queues, as the conductor writes them."""

from __future__ import annotations

import re

import pytest

from oslo_messaging_sqs import names


@pytest.mark.parametrize(
    ("cell", "host", "queue"),
    [
        ("cell1", "host1", "cell-cell1-host-host1"),
        ("cell1", "node-7.example.net", "cell-cell1-host-node-7_2eexample_2enet"),
        ("cell1", "a_b", "cell-cell1-host-a_5fb"),
        ("cell1", "é", "cell-cell1-host-_c3a9"),
        ("a-host-b", "c", "cell-a_2dhost-b-host-c"),
        # the digest is the beginning of the SHA-256 of 200 times x
        ("cell1", "x" * 200, "cell-cell1-host-xxxxxxxxxxxxxxxxxxxxxx__aa20c23e32018340"),
    ],
)
def test_a_host_has_the_queue_that_the_conductor_sends_to(cell: str, host: str, queue: str) -> None:
    assert names.host_queue(cell, host) == queue


@pytest.mark.parametrize("principal", ["AROAEXAMPLE", "AROAEXAMPLE:i-0abc", "host:rack1.a"])
def test_a_reply_queue_is_one_that_the_conductor_answers_to(principal: str) -> None:
    name = names.reply_queue(principal)

    assert re.fullmatch(r"reply_[A-Za-z0-9_-]{1,60}", name)
    assert names.is_reply_queue(name)


def test_reply_queues_carry_the_hash_of_the_principal_as_the_conductor_writes_it() -> None:
    # the beginning of the SHA-256 of the text
    assert names.reply_prefix("AROAEXAMPLE:i-0abc") == "reply_ab7fb15be7dcd29b68a1eba5_"


def test_two_processes_of_a_host_have_two_reply_queues() -> None:
    assert names.reply_queue("AROAEXAMPLE") != names.reply_queue("AROAEXAMPLE")


@pytest.mark.parametrize(("one", "other"), [("AROA1", "AROA1:i-1"), ("AROA1:i-1", "AROA1:i-12"), ("AROA1", "AROA2")])
def test_the_prefix_of_one_principals_reply_queues_fits_no_other_ones(one: str, other: str) -> None:
    assert not names.reply_queue(other).startswith(names.reply_prefix(one))


@pytest.mark.parametrize("name", ["compute-task", "cell-cell1-conductor", "reply_", "reply_a/b", "xreply_a"])
def test_other_queues_are_no_reply_queues(name: str) -> None:
    assert not names.is_reply_queue(name)
