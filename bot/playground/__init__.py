"""The playground: Cabbot with a chat page of its own, on this machine, without any account."""
