"""Data simulated from a multi-level design, and what can be learned from fitting them: recovery of parameters, and
power."""

from .multilevel import Design, simulate_multilevel
from .studies import power_study, recovery_study

__all__ = ["Design", "power_study", "recovery_study", "simulate_multilevel"]
