"""How long a call is waited for."""

from __future__ import annotations

from typing import Callable

import pytest

from oslo_messaging_sqs.availability import Availability
from oslo_messaging_sqs.calls import Patience
from oslo_messaging_sqs.report import Report
from test_report import Clock


class Side:
    """What is known of the conductor's side, as a test sets it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.failing = False
        self.pings: list[Callable[[], bool]] = []
        self.asked = 0
        report = Report(300, 0, self.clock)
        self.availability = Availability(lambda: self.failing, self._ping, report, self.clock)

    def _ping(self) -> bool:
        self.asked += 1
        return self.pings.pop(0)() if self.pings else False

    def patience(self, timeout: float | None, monitor: float | None = None, hold: float = 100) -> Patience:
        return Patience(timeout, monitor, hold, self.availability, self.clock)


@pytest.fixture
def side() -> Side:
    return Side()


def test_a_call_waits_its_time_out(side: Side) -> None:
    patience = side.patience(60, hold=0)

    assert patience.left() == 60
    side.clock.now = 59
    assert patience.left() == 1
    side.clock.now = 60
    assert patience.left() is None


def test_a_call_that_is_not_held_asks_nobody(side: Side) -> None:
    patience = side.patience(60, hold=0)
    side.clock.now = 60

    assert patience.left() is None
    assert side.asked == 0


def test_a_monitored_call_ends_without_a_sign_of_work(side: Side) -> None:
    patience = side.patience(1800, monitor=60, hold=0)
    side.clock.now = 59
    patience.heard()

    assert patience.left() == 60
    side.clock.now = 119
    assert patience.left() is None


def test_a_call_is_held_while_nothing_can_be_sent(side: Side) -> None:
    patience = side.patience(60)
    side.failing = True
    side.clock.now = 159

    assert patience.left() == 1
    assert patience.held
    side.clock.now = 160
    assert patience.left() is None


def test_a_call_is_held_while_a_ping_is_not_answered_and_one_ping_does_for_a_while(side: Side) -> None:
    patience = side.patience(60)

    for side.clock.now in (60, 70, 80):
        assert patience.left() == 5

    assert side.asked == 1


def test_a_call_ends_when_the_ping_is_answered(side: Side) -> None:
    side.pings = [lambda: True]
    patience = side.patience(60)
    side.clock.now = 60

    assert patience.left() is None


def test_a_call_ends_without_a_ping_when_others_are_answered(side: Side) -> None:
    patience = side.patience(60)
    side.clock.now = 50
    side.availability.answered()
    side.clock.now = 60

    assert patience.left() is None
    assert side.asked == 0


def test_a_held_call_has_its_time_out_anew_when_the_conductor_is_back(side: Side) -> None:
    patience = side.patience(60)
    side.clock.now = 60
    patience.left()
    side.clock.now = 90
    side.availability.answered()

    assert patience.left() == 60
    side.clock.now = 149
    side.availability.answered()
    side.clock.now = 150
    assert patience.left() is None


def test_a_call_sent_into_a_silence_has_its_time_out_from_the_silences_end(side: Side) -> None:
    side.availability.asked()
    patience = side.patience(60)
    side.clock.now = 50
    side.availability.answered()
    side.clock.now = 60

    assert patience.left() == 50


def test_the_time_out_anew_is_bounded_by_the_hold(side: Side) -> None:
    patience = side.patience(60, hold=10)
    side.clock.now = 65
    side.availability.asked()
    side.failing = True
    patience.left()
    side.clock.now = 69
    side.failing = False

    assert patience.left() is not None
    side.clock.now = 70
    assert patience.left() is None


def test_the_time_until_a_held_call_could_be_sent_does_not_count(side: Side) -> None:
    patience = side.patience(60)
    side.failing = True
    side.clock.now = 90
    patience.sent()
    side.failing = False

    assert patience.left() == 60
    side.clock.now = 150
    side.availability.answered()
    assert patience.left() is None
    assert patience.send_until == 160


def test_an_answer_while_the_ping_runs_proves_that_the_conductor_is_there(side: Side) -> None:
    def answered_meanwhile() -> bool:
        side.availability.answered()
        return False

    side.pings = [answered_meanwhile]

    assert not side.availability.away()
