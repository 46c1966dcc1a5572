# What other compiled modules know of rescue.py's class: see there.
from translations.optim.start cimport Start
cdef class Rescue(Start):
    cdef double[::1] one, two, distances
    cdef double[:, ::1] old
    cdef Py_ssize_t[::1] p, q, replaced
    cdef bint _rescue(self) noexcept nogil
    cdef void _recentre(self) noexcept nogil
    cdef void _axis_points(self) noexcept nogil
    cdef void _offer(self, Py_ssize_t k) noexcept nogil
    cdef void _exchange(self, Py_ssize_t a, Py_ssize_t b) noexcept nogil
    cdef void _reinstate(self) noexcept nogil
    cdef bint _replace(self, Py_ssize_t k, double f_best) noexcept nogil
