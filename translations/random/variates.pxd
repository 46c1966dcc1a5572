# What the other modules of this folder call of variates.py in C.
from translations.random.bitgen cimport bitgen

cdef bitgen* words(object generator)
cdef double uniform(bitgen* gen) noexcept nogil
cdef double normal(bitgen* gen) noexcept nogil
cdef double exponential(bitgen* gen) noexcept nogil
cdef double horner(
    double x, double c7, double c6, double c5, double c4, double c3, double c2, double c1, double c0
) noexcept nogil
