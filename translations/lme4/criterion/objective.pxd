# What other compiled modules know of objective.py's class: see there.
cdef class Objective:
    cdef double[::1] free
    cdef double[::1] beta
    cdef double[:, ::1] RX
    cdef readonly double pwrss
    cdef public Py_ssize_t evaluations
    cdef public bint failed
    cdef double value(self) noexcept nogil
    cdef void take(self, const double[:] y) noexcept nogil
    cdef double at(self, const double[:] free) noexcept nogil
    cdef void differences(self, const double[:] theta, double value, double[:] x, double[:, :] out) noexcept nogil
    cdef void standard_errors(self, double[:, ::1] inverse, double[:] out) noexcept nogil
