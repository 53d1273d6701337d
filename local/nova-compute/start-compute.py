"""Stock nova-compute with one more driver among its own: start-compute.py --config-file FILE.

Nova looks for ``compute_driver`` in its package ``nova.virt`` alone. Periodic tasks that have no interval of their own
run every five seconds here, and not every minute.
"""

import pathlib

import nova.cmd  # noqa: F401  it patches what has to be patched before all else is imported
import nova.virt
from oslo_service import periodic_task

nova.virt.__path__.append(str(pathlib.Path(__file__).parent / "virt"))

periodic_task.DEFAULT_INTERVAL = 5.0

from nova.cmd.compute import main  # noqa: E402

main()
