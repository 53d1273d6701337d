"""The SQS emulator of the repository as a process of its own."""

from __future__ import annotations

import os
import pathlib
import subprocess

_REPOSITORY = pathlib.Path(__file__).resolve().parents[3]

#: Ends with its standard input, so that it never outlives the tests.
_SCRIPT = """
import { buildApp } from 'fauxqs';
const app = buildApp({ logger: false });
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
process.stdin.on('end', () => process.exit(0)).resume();
"""


class Emulator:
    """SQS and S3 on a free port of this machine."""

    def __init__(self) -> None:
        node = _REPOSITORY / "node_modules" / ".bin" / "node"
        self._process = subprocess.Popen(
            [str(node) if node.exists() else "node", "--input-type=module", "-e", _SCRIPT],
            cwd=_REPOSITORY,
            env={**os.environ, "NODE_NO_WARNINGS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.endpoint = self._process.stdout.readline().strip()
        if not self.endpoint.startswith("http"):
            raise RuntimeError("the emulator did not start: npm ci in the repository first")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
