from translations.lme4.glmer.observations cimport Observations

cdef class Intercepts(Observations):
    cdef public bint able, together
    cdef double saturation, at_offset, farthest
    cdef double[::1] scale, v, powers, first_powers, of_levels, counted, counted_X, weighed
    cdef void _set_theta(self, double[::1] theta) noexcept nogil
    cdef void _keep_start(self) noexcept nogil
    cdef void _start(self, double[::1] theta, bint held) noexcept nogil
    cdef void _scatter(self, bint with_X) noexcept nogil
    cdef void _predict(self, bint with_beta) noexcept nogil
    cdef void _pass(self) noexcept nogil
