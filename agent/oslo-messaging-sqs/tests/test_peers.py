"""What one compute may have another do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from oslo_messaging_sqs.peers import PEER_METHODS, Sender, UnknownConductor, refusal, sender_of
from oslo_messaging_sqs.queues import Received
from test_options import read

HERE = read("sqs:///d/c?host=host1")
EMULATED = read("sqs://127.0.0.1:1/d/c?host=host1&emulator=true")


def message(sender_id: str | None = None, **attributes: str) -> Received:
    return Received("", attributes, sender_id, "receipt", "id")


def thing(**fields: Any) -> dict:
    return {"nova_object.name": "Thing", "nova_object.data": fields}


def move(source: str, destination: str) -> dict:
    return {"migration": thing(source_compute=source, dest_compute=destination), "instance": thing(host=source)}


def live(source: str) -> dict:
    return {"instance": thing(host=source), "migrate_data": thing(is_volume_backed=False)}


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


class TestRefusal:
    def test_the_conductor_and_this_host_itself_order_everything(self) -> None:
        for sender in (Sender("c", conductor=True), Sender("host:host1", conductor=False, host="host1")):
            assert refusal("terminate_instance", {}, sender, HERE) is None

    @pytest.mark.parametrize("method", ["terminate_instance", "build_and_run_instance", "prep_resize", "stop_instance"])
    def test_what_computes_do_not_send_each_other_is_refused(self, method: str) -> None:
        assert refusal(method, move("host1", "host2"), HOST2, HERE) == "computes do not send it to each other"

    @pytest.mark.parametrize("method", ["resize_instance", "finish_revert_resize", "confirm_resize"])
    def test_the_source_takes_orders_of_the_destination(self, method: str) -> None:
        assert refusal(method, move("host1", "host2"), HOST2, HERE) is None
        assert refusal(method, move("host1", "host2"), UNNAMED, HERE) is None
        assert refusal(method, move("host3", "host2"), HOST2, HERE) == "the source of its move is host3"
        assert refusal(method, move("host1", "host3"), HOST2, HERE) == "the other side of its move is host3"
        assert refusal(method, {}, HOST2, HERE) == "it names no move"

    def test_the_destination_takes_the_end_of_a_resize_from_the_source(self) -> None:
        assert refusal("finish_resize", move("host2", "host1"), HOST2, HERE) is None
        assert refusal("finish_resize", move("host1", "host2"), HOST2, HERE) == "the destination of its move is host2"

    @pytest.mark.parametrize(
        "method",
        [
            "pre_live_migration",
            "post_live_migration_at_destination",
            "rollback_live_migration_at_destination",
            "remove_volume_connection",
            "drop_move_claim_at_destination",
        ],
    )
    def test_the_destination_of_a_live_migration_takes_orders_of_the_servers_host(self, method: str) -> None:
        assert refusal(method, live("host2"), HOST2, HERE) is None
        assert refusal(method, live("host3"), HOST2, HERE) == "the other side of its move is host3"
        assert refusal(method, live("host1"), UNNAMED, HERE) == "its move begins and ends here"

    def test_the_source_of_a_live_migration_is_asked_about_its_own_servers_only(self) -> None:
        assert refusal("check_can_live_migrate_source", live("host1"), HOST2, HERE) is None
        assert refusal("check_can_live_migrate_source", live("host2"), HOST2, HERE) == "the source of its move is host2"

    def test_the_migration_in_the_data_of_a_live_migration_names_both_hosts(self) -> None:
        data = {"migrate_data": thing(migration=thing(source_compute="host3", dest_compute="host1"))}

        assert refusal("pre_live_migration", data, HOST2, HERE) == "the other side of its move is host3"

    def test_who_is_none_of_the_named_hosts_is_refused(self) -> None:
        here = replace(HERE, host_principals={"host2": "AROA2"})

        assert refusal("resize_instance", move("host1", "host2"), UNNAMED, here) is not None

    @pytest.mark.parametrize("method", sorted(PEER_METHODS))
    @pytest.mark.parametrize("strange", [None, 7, [], "text", {"nova_object.data": None}])
    def test_arguments_of_no_shape_are_no_move(self, method: str, strange: Any) -> None:
        args = {"migration": strange, "instance": strange, "migrate_data": strange}

        refused = refusal(method, args, HOST2, HERE)

        assert refused == (None if method == "check_instance_shared_storage" else "it names no move")
