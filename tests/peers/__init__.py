"""One whole story against servers that this project did not write. Not a part of `make test`: it installs from npm and
PyPI. Run it with `make test-peers`."""
