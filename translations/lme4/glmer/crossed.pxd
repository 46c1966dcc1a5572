from translations.lme4.glmer.intercepts cimport Intercepts

cdef class Crossed(Intercepts):
    cdef bint _complete(self) noexcept nogil
