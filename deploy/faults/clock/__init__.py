"""A folder that is put on PYTHONPATH: see sitecustomize.py."""
