"""`python -m freealg`."""

import sys

from freealg.cli import main

if __name__ == "__main__":
    sys.exit(main())
