# What other compiled modules know of start.py's class: see there.
from translations.optim.function cimport Function
from translations.optim.quadratic cimport Quadratic
cdef class Start(Quadratic):
    cdef Function function
    cdef double[::1] given_lower, given_upper, scale, floor, ceiling, point
    cdef Py_ssize_t most
    cdef readonly Py_ssize_t status, evaluations
    cdef readonly double least
    cdef double first, rho, delta
    cdef Py_ssize_t quiet_from, rescued_at, doubts
    cdef double _scaled(self, double[::1] x) noexcept nogil
    cdef bint _place_start(self) noexcept nogil
    cdef void _place(self, double[::1] x) noexcept nogil
    cdef double _value(self, double[::1] x) noexcept nogil
    cdef void _end(self, Py_ssize_t status) noexcept nogil
    cdef void _first_model(self) noexcept nogil
