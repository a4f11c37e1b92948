"""`python -m paybyinvoice`: the command line."""

import sys

from paybyinvoice.command_line.program import main

if __name__ == "__main__":
    sys.exit(main())
