"""Cases about what companion packages make of a fit: car, performance, broom and others."""
