"""Profiles of the deviance: how they are walked, what is read off them, and the roots that they approach."""
