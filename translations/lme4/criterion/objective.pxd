# What other compiled modules know of objective.py's class: see there.
from translations.optim.function cimport Function
from translations.optim.search cimport Search
cdef class Objective(Function):
    cdef double[::1] beta
    cdef double[:, ::1] RX
    cdef readonly double pwrss
    cdef void take(self, const double[:] y) noexcept nogil
    cdef double at(self, const double[:] free) noexcept nogil
    cdef void differences(self, const double[:] theta, double value, double[:] x, double[:, :] out) noexcept nogil
    cdef void standard_errors(self, double[:, ::1] inverse, double[:] out) noexcept nogil
    cdef void hold_effect(self, double value) noexcept nogil
    cdef void effects(self, double[:] out) noexcept nogil
    cpdef fit_many(self, Search search, bint anew, const double[:, :] Y, bint checked, double[:, ::1] theta, double[:, ::1] beta, double[:, ::1] se, double[:] pwrss, double[:] value, Py_ssize_t[:] evaluations, double[:, :, :] derivatives, unsigned char[:] failed)
