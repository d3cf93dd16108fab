"""Servers that behave as the providers do, written from what the providers publish and not from our adapters.

They refuse what the real ones refuse, and keep a list of `violations` that a test asserts to be empty.
"""
