from translations.lme4.glmer.laplace cimport Laplace

cdef class Curvature(Laplace):
    cdef bint canonical
    cdef Py_ssize_t k
    cdef Py_ssize_t[:, ::1] where
    cdef Py_ssize_t[::1] mark
    cdef double[::1] s, D, D1, W1, W2, v, l, L, L1, S, S1, ratio, ratio1, sums, sums1, adjoint, g, each_pair
    cdef double[:, ::1] own, eta1, v1, l1, u1, A1, H, levels, levels_first
    cdef void _densities(self) noexcept nogil
    cdef bint _observed(self) noexcept nogil
    cdef bint _to_the_mode(self) noexcept nogil
    cdef bint _prepare(self) noexcept nogil
    cdef void _of_parameter(self, Py_ssize_t j) noexcept nogil
    cdef void _inverse(self, bint moved) noexcept nogil
    cdef void _factor_moves(self, Py_ssize_t k) noexcept nogil
    cdef void _gradient(self, Py_ssize_t stage) noexcept nogil
    cdef void _hessian(self, Py_ssize_t stage) noexcept nogil
    cdef void _gather(self, Py_ssize_t stage) noexcept nogil
    cdef double _by_observations(self, Py_ssize_t i, Py_ssize_t j) noexcept nogil
