"""From a formula's text to model frames and model matrices."""
