"""Which orders are held and which have begun: so none is carried out twice, and none is lost that has not begun."""

from __future__ import annotations

import threading
from collections import OrderedDict


class Ledger:
    """Orders by their unique ids.

    *Held* orders are taken and wait for a worker; they still lie in the queue, invisible. If the process dies they come
    again. *Begun* orders are deleted and remembered. The memory is the process's own: a process that starts knows of no
    order, so one that its predecessor took and did not begin is no duplicate.

    :param room: how many may be held
    :param remembered: how many begun ones are remembered
    """

    def __init__(self, room: int, remembered: int) -> None:
        self._room = room
        self._remembered = remembered
        self._changed = threading.Condition()
        self._held: dict[str, str] = {}
        self._begun: OrderedDict[str, None] = OrderedDict()
        self._undeleted: list[str] = []

    def wait_for_room(self, seconds: float) -> int:
        """Waits until an order may be taken; answers how many may."""
        with self._changed:
            if len(self._held) >= self._room:
                self._changed.wait(seconds)
            return self._room - len(self._held)

    def known(self, unique_id: str, receipt: str) -> str | None:
        """Whether an order is ``held`` or has ``begun``; of a held one the newer receipt is kept."""
        with self._changed:
            if unique_id in self._begun:
                return "begun"
            if unique_id in self._held:
                self._held[unique_id] = receipt
                return "held"
            return None

    def hold(self, unique_id: str, receipt: str) -> None:
        """An order was taken."""
        with self._changed:
            self._held[unique_id] = receipt

    def begin(self, unique_id: str) -> str | None:
        """A worker begins with a held order; answers its receipt."""
        with self._changed:
            receipt = self._held.pop(unique_id, None)
            self._begun[unique_id] = None
            while len(self._begun) > self._remembered:
                self._begun.popitem(last=False)
            self._changed.notify_all()
            return receipt

    def release(self, unique_id: str) -> str | None:
        """A held order goes back to its queue; answers its receipt."""
        with self._changed:
            receipt = self._held.pop(unique_id, None)
            self._changed.notify_all()
            return receipt

    def receipts(self) -> list[str]:
        """The receipts of all held orders."""
        with self._changed:
            return list(self._held.values())

    def keep_undeleted(self, receipt: str) -> None:
        """A begun order could not be deleted."""
        with self._changed:
            self._undeleted.append(receipt)

    def take_undeleted(self) -> list[str]:
        """The receipts of begun orders that are still to be deleted."""
        with self._changed:
            receipts, self._undeleted = self._undeleted, []
            return receipts

    def wake(self) -> None:
        """Ends the waiting for room."""
        with self._changed:
            self._changed.notify_all()
