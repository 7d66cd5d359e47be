"""`python -m schoon`: the same as the program `schoon`."""

from schoon.main import main

main()
