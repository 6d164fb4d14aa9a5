"""The engines and services as local processes, for machines without Docker.

install    fetches the engines into .tocsin/dist/
stack      one running instance of engines and services under one directory
"""
