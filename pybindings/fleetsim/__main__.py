"""`python -m fleetsim`."""

import sys

from fleetsim.command_line import main

if __name__ == "__main__":
    sys.exit(main())
