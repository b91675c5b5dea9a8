"""How Cabbot reaches people, the network and the clock."""
