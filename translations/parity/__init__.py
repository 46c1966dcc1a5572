"""The parity machine: cases, their references, the comparison, live R, the report.

    from translations.parity import case, tolerances as tol
"""
from . import tolerances
from .cases import Case, case

__all__ = ["Case", "case", "tolerances"]
