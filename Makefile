# Each target is a command of `tocsin` (deploy/cli); the logic is there.
PYTHON ?= python3
TOCSIN = .venv/bin/python -m deploy.cli

.PHONY: setup doctor up down status logs prepare demo test lint bench bench-alerts evaluate faults soak
.PHONY: environment check-compose

environment:
	@$(PYTHON) -m deploy.cli.bootstrap

setup doctor up down status prepare lint bench bench-alerts evaluate faults soak: environment
	@$(TOCSIN) $@

check-compose: environment
	@$(TOCSIN) check-compose $(if $(filter 1,$(FAULTS)),--faults)

test: environment
	@$(TOCSIN) test $(TESTS)

logs: environment
	@$(TOCSIN) logs $(NAME)

demo: environment
	@$(TOCSIN) demo $(if $(filter 1,$(ONCE)),--once)
