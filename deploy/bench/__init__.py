"""How much of the machine's best the whole pipeline reaches: `make bench`."""
