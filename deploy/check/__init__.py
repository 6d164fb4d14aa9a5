"""`make check-compose`: the operator's installation, booted in real containers and tried.

__main__   the machine's packages, and a namespace that takes everything with it when it ends
inside     the steps within it: container engine, images, installation, tests
standins/  what takes the place of an official image where no registry is at hand

docs/decisions/0010 says why it is done so; docs/operations.md what it has shown.
"""
