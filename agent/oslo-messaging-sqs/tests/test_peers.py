"""What one compute may have another do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from oslo_messaging_sqs.judging import Judging
from oslo_messaging_sqs.peers import Sender, UnknownConductor, instance_of, is_trusted, sender_of
from oslo_messaging_sqs.queues import Received
from test_options import read

HERE = read("sqs:///d/c?host=host1")
EMULATED = read("sqs://127.0.0.1:1/d/c?host=host1&emulator=true")


def message(sender_id: str | None = None, **attributes: str) -> Received:
    return Received("", attributes, sender_id, "receipt", "id")


HOST2 = Sender("host:host2", conductor=False, host="host2")
UNNAMED = Sender("AROA2:i-2", conductor=False)


class TestSender:
    def test_a_role_of_the_conductor_is_the_conductor_in_every_session(self) -> None:
        here = replace(HERE, conductor_principals=("AROA1",))

        assert sender_of(message("AROA1:object-rpc"), here) == Sender("AROA1:object-rpc", conductor=True)

    def test_another_principal_is_a_compute_whatever_the_message_says(self) -> None:
        here = replace(HERE, conductor_principals=("AROA1",))

        assert sender_of(message("AROA2:i-2", sender="conductor"), here) == UNNAMED
        assert sender_of(message(None, sender="conductor"), here) == Sender("nobody", conductor=False)

    def test_a_principal_is_a_host_where_the_configuration_names_it(self) -> None:
        here = replace(HERE, conductor_principals=("AROA1",), host_principals={"host2": "AROA2", "host3": "AROA3:i-3"})

        hosts = [sender_of(message(who), here).host for who in ("AROA2:x", "AROA3:i-3", "AROA3:i-4", "AROA2x")]

        assert hosts == ["host2", "host3", None, None]

    def test_nobody_can_be_told_apart_while_no_principal_of_the_conductor_is_known(self) -> None:
        with pytest.raises(UnknownConductor):
            sender_of(message("AROA1:x"), HERE)

    def test_on_an_emulator_the_message_says_who_it_is_of(self) -> None:
        assert sender_of(message(sender="host:host2"), EMULATED) == HOST2
        assert sender_of(message(), EMULATED).conductor


class TestTrusted:
    def test_the_conductor_and_this_host_itself_are_trusted_and_nobody_else_is(self) -> None:
        trusted = [
            is_trusted(sender, HERE)
            for sender in (
                Sender("c", conductor=True),
                Sender("host:host1", conductor=False, host="host1"),
                HOST2,
                UNNAMED,
            )
        ]

        assert trusted == [True, True, False, False]


class TestInstanceOf:
    def test_an_order_names_its_server_by_uuid(self) -> None:
        assert instance_of({"instance": {"nova_object.data": {"uuid": "u"}}}) == "u"

    @pytest.mark.parametrize("strange", [None, 7, [], "text", {}, {"nova_object.data": None}, {"nova_object.data": {}}])
    def test_an_argument_of_no_shape_is_no_server(self, strange: Any) -> None:
        assert instance_of({"instance": strange}) is None
        assert instance_of({}) is None


class TestJudging:
    @pytest.mark.parametrize(
        ("answer", "may"), [(True, True), (False, False), (None, False), ("yes", False), (1, False)]
    )
    def test_an_order_is_carried_out_after_a_plain_yes_and_after_nothing_else(self, answer: Any, may: bool) -> None:
        judging = Judging("host1", lambda _message: answer)

        assert judging.may_order("AROA2:i-2", "resize_instance", None) is may

    def test_a_principal_whose_hosts_are_no_list_speaks_for_none(self) -> None:
        judging = Judging("host1", lambda _message: "host2")

        assert judging.hosts_of("AROA2:i-2") == ()
