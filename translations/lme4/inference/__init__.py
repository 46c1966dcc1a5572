"""What follows from a fit: profiles, the bootstrap, degrees of freedom, tests of terms."""
