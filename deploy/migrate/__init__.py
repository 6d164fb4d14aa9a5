"""Brings the engines to what this version of Tocsin needs: users, topics, rules, indices.

step    what a step is, and how all are taken
steps   the steps, in their order
"""
