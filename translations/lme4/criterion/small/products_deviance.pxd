# What other compiled modules know of products_deviance.py's class: see there.
from translations.lme4.criterion.objective cimport Objective
cdef class ProductsDeviance(Objective):
    cdef double n, df, log_weights, log_det_R, yty, target
    cdef bint holding, REML
    cdef int way
    cdef Py_ssize_t[::1] places, sizes
    cdef double[::1] x, theta, towards, half, beta0
    cdef double[:, :] corner
    cdef double[:, ::1] R
    cdef double[:, :, ::1] scratch
    cdef Py_ssize_t place_held
    cdef double factored(self) noexcept nogil
    cdef double _rise(self) noexcept nogil
