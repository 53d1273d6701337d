"""Placement without Keystone on a port of the loopback: placement-server.py PORT.

It answers one request after the other: SQLite refuses a second writer that has begun to read, whatever time-out it has.
"""

import sys

port = int(sys.argv.pop())

import waitress  # noqa: E402
from placement.wsgi.api import application  # noqa: E402

waitress.serve(application, host="127.0.0.1", port=port, threads=1)
