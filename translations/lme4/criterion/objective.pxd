# What other compiled modules know of objective.py's class: see there.
from translations.optim.function cimport Function
from translations.optim.search cimport Search
from translations.lme4.covariance.templates cimport Template
cdef class Objective(Function):
    cdef double[::1] beta
    cdef double[:, ::1] RX
    cdef readonly double pwrss
    cdef double df, log_weights
    cdef bint holding, structured
    cdef Template mapping
    cdef int way
    cdef Py_ssize_t n_free
    cdef Py_ssize_t[::1] places, sizes
    cdef double[::1] x, theta
    cdef double[:, :, ::1] scratch
    cdef bint _placed(self) noexcept nogil
    cdef double factored(self) noexcept nogil
    cdef double profiled(self, double value) noexcept nogil
    cdef void take(self, const double[:] y) noexcept nogil
    cdef double at(self, const double[:] free) noexcept nogil
    cdef void differences(self, const double[:] theta, double value, double[:] x, double[:, :] out) noexcept nogil
    cdef void standard_errors(self, double[:, ::1] inverse, double[:] out) noexcept nogil
    cdef void hold_effect(self, double value) noexcept nogil
    cdef void effects(self, double[:] out) noexcept nogil
    cpdef fit_many(self, Search search, bint anew, const double[:, :] Y, bint checked, double[:, ::1] theta, double[:, ::1] beta, double[:, ::1] se, double[:] pwrss, double[:] value, Py_ssize_t[:] evaluations, double[:, :, :] derivatives, unsigned char[:] failed)
