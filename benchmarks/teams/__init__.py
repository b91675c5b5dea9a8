"""What a press on Teams costs beside a plain aiohttp handler and the stock adapter: `python -m benchmarks.teams`."""
