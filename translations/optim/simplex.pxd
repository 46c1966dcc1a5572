from translations.optim.function cimport Function

cdef class Simplex:
    cdef Py_ssize_t n, low, high, maxfun
    cdef public Py_ssize_t evaluations
    cdef public double least
    cdef double[:, ::1] points
    cdef double[::1] values, tolerance, lower, upper, centre, trial, further, best
    cdef Function function
    cdef double _ask(self, double[::1] x) noexcept nogil
    cdef bint _towards(self, double[::1] centre, double scale, double[::1] old, double[::1] new) noexcept nogil
    cdef void _put(self, Py_ssize_t i, double[::1] x, double value) noexcept nogil
    cdef bint _small(self) noexcept nogil
    cdef bint _over(self) noexcept nogil
    cdef Py_ssize_t run(self) noexcept nogil
