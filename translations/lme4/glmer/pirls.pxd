from translations.optim.function cimport Function

cdef class Pirls(Function):
    cdef public Py_ssize_t n, p, q, m, width, link, family, status, stage, most
    cdef public bint refresh, moment, full, rounded, quick
    cdef public double theta_nb, constant, tolerance, df_scale, phi, nearest, dev, ldL2, ldRX2, sqrL, total_weight
    cdef double[::1] y, w, ya, wa, saturated, base, offset, eta, mu, slopes, W, lp0, theta
    cdef double[:, ::1] X, Z, U, RZX, RX, nodes
    cdef Py_ssize_t[:, ::1] place, pairs
    cdef Py_ssize_t[::1] rows, cols
    cdef Py_ssize_t[::1] Ap, Ai, Rp, Ri, Lp, Li, filled
    cdef double[::1] Ax, Lx, work, u, old_u, beta, old_beta, Xwz, each, first, total
    cdef void _set_theta(self, double[::1] theta) noexcept nogil
    cdef void _means(self) noexcept nogil
    cdef void _scatter(self, bint with_X) noexcept nogil
    cdef bint _factor(self) noexcept nogil
    cdef void _forward(self, double[::1] x) noexcept nogil
    cdef void _backward(self, double[::1] x) noexcept nogil
    cdef bint _fixed_factor(self) noexcept nogil
    cdef void _predict(self, bint with_beta) noexcept nogil
    cdef double _step(self, bint with_beta) noexcept nogil
    cdef bint _iterate(self, bint with_beta) noexcept nogil
    cdef bint _refresh(self, bint with_beta) noexcept nogil
