from translations.optim.function cimport Function

cdef class Observations(Function):
    cdef public Py_ssize_t n, p, q, m, width, link, family, status, stage, most, lead
    cdef public bint complete, refresh, moment, full, once_more, rounded, quick
    cdef public double theta_nb, constant, tolerance, df_scale, phi, nearest, dev, ldL2, ldRX2, sqrL, total_weight
    cdef bint scalar, summed, kept, at_start
    cdef double[::1] y, w, ya, wa, saturated, base, offset, eta, mu, slopes, W, z, lp0, theta, raised, mu0, slopes0, held
    cdef double[:, ::1] X, Z, U, RZX, RX, nodes, RZX0, RX0
    cdef Py_ssize_t[:, ::1] place, pairs
    cdef Py_ssize_t[::1] rows, cols, column
    cdef Py_ssize_t[::1] Ap, Ai, Rp, Ri, Lp, Li, source, target, rest, filled
    cdef double[::1] Ax, Lx, work, u, old_u, beta, old_beta, Xwz, each, first, total, Ax0, work0, Xwz0
    cdef void _set_theta(self, double[::1] theta) noexcept nogil
    cdef void _means(self) noexcept nogil
    cdef void _logistic(self) noexcept nogil
    cdef void _keep_start(self) noexcept nogil
    cdef void _start(self, double[::1] theta, bint held) noexcept nogil
    cdef void _scatter(self, bint with_X) noexcept nogil
    cdef void _weigh(self) noexcept nogil
    cdef void _sum(self, bint with_X, double unit) noexcept nogil
    cdef void _predict(self, bint with_beta) noexcept nogil
