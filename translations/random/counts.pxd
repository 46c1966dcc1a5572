# What gamma.py calls of counts.py in C.
from translations.random.bitgen cimport bitgen

cdef double poisson(bitgen* gen, double mu) noexcept nogil
