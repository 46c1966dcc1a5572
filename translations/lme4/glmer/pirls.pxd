from translations.lme4.glmer.crossed cimport Crossed

cdef class Pirls(Crossed):
    cdef bint _factor(self) noexcept nogil
    cdef double _leading(self) noexcept nogil
    cdef void _forward(self, double[::1] x) noexcept nogil
    cdef void _backward(self, double[::1] x) noexcept nogil
    cdef bint _fixed_factor(self) noexcept nogil
    cdef double _step(self, bint with_beta) noexcept nogil
    cdef bint _iterate(self, bint with_beta) noexcept nogil
    cdef bint _refresh(self, bint with_beta) noexcept nogil
