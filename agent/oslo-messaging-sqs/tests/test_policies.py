"""The policy that a reply queue is made with."""

from __future__ import annotations

import json
import pathlib
from dataclasses import replace

import pytest

from oslo_messaging_sqs.clients import Clients
from oslo_messaging_sqs.policies import reply_queue_policy
from test_options import read

HERE = read("sqs:///d/c?host=host1&region=eu-west-1")

#: Evaluated by the repository's own tests, by a simulation of IAM.
EXAMPLE = pathlib.Path(__file__).with_name("reply-queue-policy.json")


def test_its_owner_reads_it_and_those_send_that_are_known() -> None:
    here = replace(HERE, conductor_principals=("AROACONDUCTOR",), host_principals={"host2": "AROAHOST2:i-2"})

    policy = json.loads(reply_queue_policy("AROAHOST1", here))

    assert policy == json.loads(EXAMPLE.read_text())


@pytest.mark.parametrize(
    "some",
    [
        {},
        {"conductor_principals": ("AROAC",)},
        {"host_principals": {"host2": "AROA2"}},
        {"conductor_principals": ("AROAC",), "host_principals": {f"host{n}": f"AROA{n:0100}" for n in range(50)}},
    ],
)
def test_who_sends_is_left_to_iam_where_not_everybody_is_named_or_too_many_are(some: dict) -> None:
    policy = json.loads(reply_queue_policy("AROAHOST1:i-1", replace(HERE, **some)))

    assert [each["Sid"] for each in policy["Statement"]] == ["OwnerReads", "NobodyElseReads", "NoPlainTransport"]
    assert policy["Statement"][0]["Condition"] == {"StringLike": {"aws:userid": "AROAHOST1:i-1"}}


def test_a_condition_that_sqs_would_refuse_is_left_out_and_told(caplog: pytest.LogCaptureFixture) -> None:
    hosts = {f"host{n}": f"AROAEXAMPLEEXAMPL{n:04}" for n in range(200)}
    here = replace(HERE, conductor_principals=("AROAC",), host_principals=hosts)

    policy = json.loads(reply_queue_policy("AROAHOST1", here))

    assert "NobodyElseSends" not in [each["Sid"] for each in policy["Statement"]]
    assert "202 principals make a condition of" in caplog.text


def test_the_principal_is_the_one_of_the_configuration_and_of_an_emulator_the_host() -> None:
    assert Clients(replace(HERE, principal="AROA1")).principal == "AROA1"
    assert Clients(read("sqs://127.0.0.1:1/d/c?host=host1&emulator=true")).principal == "host:host1"
