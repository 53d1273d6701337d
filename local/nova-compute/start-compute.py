"""Stock nova-compute with one more driver among its own: start-compute.py --config-file FILE.

Nova looks for ``compute_driver`` in its package ``nova.virt`` alone.
"""

import pathlib

import nova.cmd  # noqa: F401  it patches what has to be patched before all else is imported
import nova.virt

nova.virt.__path__.append(str(pathlib.Path(__file__).parent / "virt"))

from nova.cmd.compute import main  # noqa: E402

main()
