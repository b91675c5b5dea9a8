"""Brings what the outbox says and what the platforms show into agreement."""
