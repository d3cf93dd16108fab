"""State machines: anybody does anything at any moment, and what must never be is looked for after every step."""
