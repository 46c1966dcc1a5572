# How newton_factor.py's class is laid out in C: see there.
from translations.lme4.criterion.newton_steps cimport Descent
from translations.lme4.criterion.one_factor cimport OneFactor
cdef class NewtonFactor(Descent):
    cdef readonly OneFactor of
    cdef const double[::1] scale
    cdef double df
    cdef bint REML
    cdef double[::1] theta, effects
    cdef const double[:, :] back, Z, Q
    cdef const Py_ssize_t[:] codes
    cdef const double[:, ::1] starts
    cdef const double[:, :, ::1] expected
    cpdef bint information(self, double[::1] x) except? -1
    cpdef bint load(self, const double[:] y)
    cpdef double estimates(self, double[::1] x, double[:] beta, double[:] se) except? -1
    cpdef double at(self, double[::1] x, double[::1] g) except? -1
    cpdef double fit(self, const double[::1] start, bint alone, double[::1] x, double[::1] g) except? -1
    cdef double _value(self, double[::1] x) noexcept nogil
