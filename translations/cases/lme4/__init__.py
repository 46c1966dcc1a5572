"""Models beyond the chapter: one case a model or computation, against fixtures/lme4."""
