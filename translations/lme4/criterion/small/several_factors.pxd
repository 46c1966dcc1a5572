# How several_factors.py's class is laid out in C: see there.
from translations.lme4.criterion.small.products_deviance cimport ProductsDeviance
cdef class SeveralFactors(ProductsDeviance):
    cdef const Py_ssize_t[:, ::1] place, trailing_place, columns
    cdef const Py_ssize_t[::1] ptr, begins, size, start, codes
    cdef const int[::1] order, ends, Z2tZ2_begins, Z2tZ2_rows
    cdef const unsigned int[::1] idx
    cdef const double[:, :, ::1] Z1tZ1, Z1tXy
    cdef const double[:, ::1] Z1tZ2, Z1, Z2, Q
    cdef const double[::1, :] XytZ2
    cdef const double[::1] Z2tZ2, reduced
    cdef double[:, :, ::1] templates, L11, RZXy
    cdef double[:, ::1] template, L21, u1, b1, work
    cdef double[::1, :] L22
    cdef double[::1] solved, b2
    cdef double _squares(self) noexcept nogil
