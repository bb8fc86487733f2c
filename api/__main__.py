"""``python -m cooperon``: the command line."""

import sys

from cooperon.cli import main

if __name__ == "__main__":
    sys.exit(main())
