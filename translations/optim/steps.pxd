# What other compiled modules know of steps.py's functions: see there.
from translations.optim.quadratic cimport Quadratic
cdef double trust_step(Quadratic m, double radius) noexcept nogil
cdef double line_step(Quadratic m, Py_ssize_t j, double radius) noexcept nogil
cdef double cauchy_step(Quadratic m, double radius) noexcept nogil
