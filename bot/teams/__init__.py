"""Microsoft Teams' edge: the only place that knows botbuilder-core. It translates, and decides nothing."""
