"""Imported once by the server that child processes are forked from."""

from bot.app import knowledge

knowledge()
