"""Which orders are held and which have begun."""

from __future__ import annotations

from oslo_messaging_sqs.ledger import Ledger


def test_an_order_is_unknown_then_held_then_begun() -> None:
    ledger = Ledger(room=2, remembered=10)

    seen = [ledger.known("a", "r1")]
    ledger.hold("a", "r1")
    seen.append(ledger.known("a", "r2"))
    receipt = ledger.begin("a")
    seen.append(ledger.known("a", "r3"))

    assert seen == [None, "held", "begun"]
    # the first receipt has run out when the order has come again
    assert receipt == "r2"


def test_an_order_that_went_back_is_unknown_again() -> None:
    ledger = Ledger(room=2, remembered=10)
    ledger.hold("a", "r1")

    assert ledger.release("a") == "r1"
    assert ledger.known("a", "r2") is None


def test_there_is_room_for_so_many() -> None:
    ledger = Ledger(room=2, remembered=10)
    ledger.hold("a", "r1")
    ledger.hold("b", "r2")

    full = ledger.wait_for_room(0)
    ledger.begin("a")

    assert (full, ledger.wait_for_room(0)) == (0, 1)
    assert ledger.receipts() == ["r2"]


def test_the_oldest_begun_orders_are_forgotten() -> None:
    ledger = Ledger(room=5, remembered=2)
    for name in ("a", "b", "c"):
        ledger.hold(name, name)
        ledger.begin(name)

    assert [ledger.known(name, "r") for name in ("a", "b", "c")] == [None, "begun", "begun"]


def test_what_could_not_be_deleted_is_given_out_once() -> None:
    ledger = Ledger(room=5, remembered=2)
    ledger.keep_undeleted("r1")

    assert ledger.take_undeleted() == ["r1"]
    assert ledger.take_undeleted() == []
