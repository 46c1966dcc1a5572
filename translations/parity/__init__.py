"""The parity machine: cases, their references, the comparison, live R, the report.

    from translations.parity import case, tolerances as tol
"""
from translations.parity import tolerances
from translations.parity.cases import Case, case

__all__ = ["Case", "case", "tolerances"]
