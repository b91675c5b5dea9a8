"""How fast Cabbot answers beside a bare slack-bolt app: `make bench`."""
