"""The parametric bootstrap: replicates, and many responses fitted on one design."""
