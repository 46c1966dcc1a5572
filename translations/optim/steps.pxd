# What the C compiler is told of steps.py's functions: see there.
from translations.optim.quadratic cimport Quadratic
cdef double trust_step(Quadratic m, double radius) noexcept nogil
cdef double line_step(Quadratic m, Py_ssize_t j, double radius) noexcept nogil
cdef double cauchy_step(Quadratic m, double radius) noexcept nogil
cdef double _conjugate_gradients(Quadratic m, double radius) noexcept nogil
cdef void _arcs(Quadratic m, double gain) noexcept nogil
cdef double _within(Quadratic m, Py_ssize_t i, double there) noexcept nogil
