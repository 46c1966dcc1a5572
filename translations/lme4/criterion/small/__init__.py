"""The criteria of small models from cross-products, all compiled: fits ask for them, and profiles."""
