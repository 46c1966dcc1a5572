# What other compiled modules know of products_deviance.py's class: see there.
from translations.lme4.criterion.objective cimport Objective
cdef class ProductsDeviance(Objective):
    cdef double log_det_R, yty, target
    cdef bint REML
    cdef double[::1] towards, half, beta0
    cdef double[:, :] corner
    cdef double[:, ::1] R
    cdef Py_ssize_t place_held
    cdef double _rise(self) noexcept nogil
