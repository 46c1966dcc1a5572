from translations.lme4.glmer.pirls cimport Pirls

cdef class Laplace(Pirls):
    cdef double _aic(self) noexcept nogil
    cdef double _by_level(self, double[::1] out) noexcept nogil
    cdef bint _with_dispersion(self, bint with_beta) noexcept nogil
    cdef double _quadrature(self) noexcept nogil
    cdef double _criterion(self, bint with_beta, Py_ssize_t stage) noexcept nogil
    cdef double at(self, double[::1] par, Py_ssize_t stage) noexcept nogil
    cdef double value(self) noexcept nogil
