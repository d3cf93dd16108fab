"""Dialogues, and what a change of status means. Pure: the same input gives the same output."""
