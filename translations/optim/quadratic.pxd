# What other compiled modules know of quadratic.py's class: see there.
cdef class Quadratic:
    cdef Py_ssize_t n, npt, rank, best
    cdef double curvature
    cdef double[::1] base, lower, upper, x, f, g, pq
    cdef double[:, ::1] X, Hess, Z, B
    cdef double[::1] d, new, values, along, w, gradient, fixed, s, Hs, Hd, other, slope, column, step
    cdef double squared(self) noexcept nogil
    cdef double row_square(self, Py_ssize_t k) noexcept nogil
    cdef double distance(self, Py_ssize_t k, double[::1] x) noexcept nogil
    cdef void hessian_times(self, double[::1] v, double[::1] out) noexcept nogil
    cdef void bend(self, double[::1] v) noexcept nogil
    cdef void shift(self) noexcept nogil
    cdef double lagrange(self) noexcept nogil
    cdef void update_inverse(self, Py_ssize_t j, double beta, double denominator) noexcept nogil
    cdef double change(self) noexcept nogil
    cdef bint absorb(self, Py_ssize_t j, double f, double error) noexcept nogil
    cdef void least_norm(self) noexcept nogil
