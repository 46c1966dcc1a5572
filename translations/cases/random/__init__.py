"""Cases of R's random numbers: streams, seeds, samples."""
