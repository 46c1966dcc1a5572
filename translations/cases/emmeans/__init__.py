"""Cases about marginal means, contrasts and trends."""
