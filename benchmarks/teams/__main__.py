"""The part of `make bench` that is about Teams, alone."""

from benchmarks.__main__ import main

if __name__ == "__main__":
    main("teams")
