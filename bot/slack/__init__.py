"""Slack's edge: requests become sentences, answers and cards become Block Kit. It decides nothing about releases."""
