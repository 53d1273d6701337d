"""Log lines and counters."""

from __future__ import annotations

import logging

import pytest

from oslo_messaging_sqs.report import Report


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def report(clock: Clock, caplog: pytest.LogCaptureFixture) -> Report:
    caplog.set_level(logging.INFO, "oslo_messaging_sqs")
    return Report(repeat_seconds=300, counters_seconds=60, clock=clock)


def test_a_trouble_is_logged_once_and_again_after_a_while(
    report: Report, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for second in range(0, 601, 10):
        clock.now = second
        report.complain("k", "away")

    assert caplog.messages == ["away", "away (for 300 s, 31 times)", "away (for 600 s, 61 times)"]


def test_its_end_is_logged_once_and_only_after_a_trouble(
    report: Report, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    report.settle("k", "back")
    report.complain("k", "away")
    clock.now = 20
    report.settle("k", "back")
    report.settle("k", "back")

    assert caplog.messages == ["away", "back, after 20 s"]


def test_counters_are_logged_at_their_interval(report: Report, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    report.count("calls")
    report.count("casts", 2)
    report.write()
    clock.now = 60
    report.write()
    report.write()

    assert caplog.messages == ["counters since the start: calls=1 casts=2"]
