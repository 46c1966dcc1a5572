# How level_sums.py's class is laid out in C: see there.
from translations.lme4.criterion.small.products_deviance cimport ProductsDeviance
cdef class LevelSums(ProductsDeviance):
    cdef const Py_ssize_t[:, ::1] place
    cdef Py_ssize_t inner_theta
    cdef Py_ssize_t[::1] begins, kind
    cdef double[::1] square, count, levels, number, data, weight, packed
    cdef double[:, ::1] cross, sums, T, Y, S
    cdef double[:, :, ::1] ZtZ, unit, left, L, B
    cdef double _weigh(self) noexcept nogil
