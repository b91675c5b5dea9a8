"""The playground: Cabbot with a chat page of its own, on this machine, without any account."""

from bot.playground.demo import run_demo
from bot.playground.guard import NotLoopback

__all__ = ["NotLoopback", "run_demo"]
