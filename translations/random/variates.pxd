# What sampling.py calls of variates.py in C.
from translations.random.bitgen cimport bitgen

cdef bitgen* words(object generator)
cdef double uniform(bitgen* gen) noexcept nogil
