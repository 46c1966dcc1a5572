# What other compiled modules know of one_factor.py's class: see there.
cdef class OneFactor:
    cdef const double[:, :, ::1] Z1tZ1
    cdef double[:, :, ::1] Z1tXy, L11, RZXy
    cdef double[:, :] corner
    cdef const Py_ssize_t[:, ::1] place
    cdef double log_det_R, log_weights, least
    cdef double[:, ::1] template, corner_factor, weights, corner_inverse, level_U, L11_inverse, half, scaled_half
    cdef Py_ssize_t[::1] clear
    cdef readonly Py_ssize_t count
    cpdef double value(self, const double[:] theta, double df, bint REML) noexcept nogil
    cpdef double gradient(self, const double[:] theta, double df, bint REML, double[:] out)
    cpdef double by_matrix(self, const double[:] theta, double df, bint REML, double[:, :] out)
    cpdef double deviance(self, const double[:] theta, double sigma, double n, double[:] out)
    cdef double _log_det(self, const double[:] theta) noexcept nogil
    cdef void _gradient(self, double df, bint REML, double[:] out) noexcept nogil
    cdef void _direct(self, Py_ssize_t g) noexcept nogil
