"""What a fitted model is asked for: extractors, predictions, simulations, influence, its text."""
