"""Which practices to visit, on which day and in which order: tiers, suggestions, routes."""
