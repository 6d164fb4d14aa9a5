# Each target is a command of `tocsin` (deploy/cli); the logic is there.
PYTHON ?= python3
TOCSIN = .venv/bin/python -m deploy.cli

.PHONY: setup doctor up down status logs prepare demo test lint bench evaluate faults soak environment
.PHONY: setup doctor up down status logs prepare demo test lint bench bench-alerts faults soak environment

environment:
	@$(PYTHON) -m deploy.cli.bootstrap

setup doctor up down status prepare lint bench evaluate faults soak: environment
setup doctor up down status prepare lint bench bench-alerts faults soak: environment
	@$(TOCSIN) $@

test: environment
	@$(TOCSIN) test $(TESTS)

logs: environment
	@$(TOCSIN) logs $(NAME)

demo: environment
	@$(TOCSIN) demo $(if $(filter 1,$(ONCE)),--once)
