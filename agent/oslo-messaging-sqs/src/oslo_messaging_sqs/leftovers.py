"""Reply queues of processes that were killed: SQS keeps a queue for ever, so the next process deletes them."""

from __future__ import annotations

import contextlib
import os
import pathlib
from typing import Callable

#: The folder under Nova's state_path.
_FOLDER = "oslo-messaging-sqs"


class Leftovers:
    """One file per process, named by its id, with its start and its reply queue; without a folder nothing is kept."""

    def __init__(self, state_path: str | None) -> None:
        self._folder = None if state_path is None else pathlib.Path(state_path) / _FOLDER

    def keep(self, queue: str) -> None:
        """This process has a reply queue."""
        if self._folder is None:
            return
        # what cannot be kept costs an empty queue, no more
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / str(os.getpid())).write_text(f"{_start(os.getpid())} {queue}\n")

    def forget(self) -> None:
        """This process has none any more."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / str(os.getpid())).unlink()

    def clear(self, prefix: str, remove: Callable[[str], None]) -> int:
        """Deletes the queues of processes that have ended; answers how many.

        :param prefix: what the names of this host's reply queues begin with: nothing else is deleted
        :param remove: deletes one queue; what it raises leaves the rest for another time
        """
        cleared = 0
        for file in self._files():
            try:
                start, queue = file.read_text().split()
            except (OSError, ValueError):
                continue
            if _start(int(file.name)) == start or not queue.startswith(prefix):
                continue
            remove(queue)
            cleared += 1
            with contextlib.suppress(OSError):
                file.unlink()
        return cleared

    def _files(self) -> list[pathlib.Path]:
        if self._folder is None or not self._folder.is_dir():
            return []
        return [file for file in self._folder.iterdir() if file.name.isdigit()]


def _start(pid: int) -> str:
    """When a process began, in ticks since the boot; empty when there is none of that id."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    # the name of the program may have spaces in it
    return stat.rpartition(")")[2].split()[19]
