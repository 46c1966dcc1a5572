# How lme4_criterion.py's class is laid out in C: see there.
from translations.lme4.covariance.templates cimport Template
from translations.lme4.criterion.objective cimport Objective
cdef class Lme4Criterion(Objective):
    cdef object layout
    cdef double df, log_weights, ldL2, ldRX2, wrss, sqrL
    cdef bint reml, structured, holding
    cdef Template template
    cdef int way
    cdef Py_ssize_t size, inner_theta, fours, n_block, q_block
    cdef Py_ssize_t[::1] places, sizes, order
    cdef Py_ssize_t[:, :, ::1] columns
    cdef const Py_ssize_t[::1] rows, cols, place, first, codes, design_row, by_level, level, which, start, inner_codes, ptr, down
    cdef const Py_ssize_t[::1] runs, begin, end
    cdef const Py_ssize_t[:, ::1] met
    cdef const double[::1] root, inner_z, inner_zw, offset, given, column
    cdef Py_ssize_t left_out
    cdef double value_held
    cdef const double[:, ::1] Z, Zw, XT, Xw
    cdef double[::1] y, moved_offset, r, Xty, x, theta, fitted, products, inner_L, inner_u, inner_b
    cdef double[:, ::1] XtX, T, w, logs, u, moved, b, inner_below, inner_RZX, all_RZX
    cdef double[:, :, ::1] L, RZX, sums, scratch
    cdef void _factor_designs(self) noexcept nogil
    cdef double _effects_of_levels(self) noexcept nogil
    cdef double _factor_levels(self) noexcept nogil
    cdef double _fixed_effects(self) noexcept nogil
    cdef void _random_effects(self) noexcept nogil
    cdef void _residuals(self) noexcept nogil
