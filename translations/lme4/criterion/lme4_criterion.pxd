# How lme4_criterion.py's class is laid out in C: see there.
from translations.lme4.criterion.objective cimport Objective
cdef class Lme4Criterion(Objective):
    cdef object layout
    cdef double ldL2, ldRX2, wrss, sqrL
    cdef bint reml
    cdef Py_ssize_t inner_theta, fours, n_block, q_block
    cdef public const Py_ssize_t[:, :, ::1] columns
    cdef public const Py_ssize_t[::1] rows, cols, place, first, codes, by_level, level, which, start, inner_codes, ptr, down
    cdef public const Py_ssize_t[::1] runs, begin, end, order, design_row
    cdef public const Py_ssize_t[:, ::1] met
    cdef public const double[::1] root, inner_z, inner_zw, offset
    cdef const double[::1] given, column
    cdef Py_ssize_t left_out
    cdef double value_held
    cdef public const double[:, ::1] Z, Zw, XT, Xw, XtX
    cdef double[::1] y, moved_offset, r, Xty, fitted, products, inner_L, inner_u, inner_b
    cdef double[:, ::1] T, w, logs, u, moved, b, inner_below, inner_RZX, all_RZX
    cdef double[:, :, ::1] L, RZX, sums
    cdef void _factor_designs(self) noexcept nogil
    cdef double _effects_of_levels(self) noexcept nogil
    cdef double _factor_levels(self) noexcept nogil
    cdef double _fixed_effects(self) noexcept nogil
    cdef void _random_effects(self) noexcept nogil
    cdef void _residuals(self) noexcept nogil
