"""Anything at all, thrown at every door: parsers and web. `python -m tests.trust.fuzz 100000` prints figures."""
