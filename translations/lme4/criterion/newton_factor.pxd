# How newton_factor.py's class is laid out in C: see there.
from translations.lme4.criterion.one_factor cimport OneFactor
cdef class NewtonFactor(OneFactor):
    cpdef bint load(self, const double[:] y, const Py_ssize_t[:] codes, const double[:, :] Z, const double[:, :] Q, double[::1] effects, double[::1] rest)
    cpdef double estimates(self, const double[:] theta, double df, bint REML, double[::1] effects, double[:, :] back, double[:] beta, double[:] se)
    cpdef double fit(self, const double[:] start, double[::1] scale, Py_ssize_t[::1] across, bint alone, double df, bint REML, double[:, ::1] work, double[::1] x, double[::1] g)
    cpdef double descend(self, double[::1] x, double[::1] g, double[::1] scale, Py_ssize_t[::1] across, double df, bint REML, double[:, ::1] work, double[:, ::1] known, double f_known)
    cdef double _scaled(self, double[::1] x, double[::1] g, double[::1] scale, double df, bint REML, double[::1] theta) noexcept nogil
    cdef bint _curvature(self, double[::1] x, double[::1] g, double[::1] scale, double df, bint REML, double[:, ::1] H, double[::1] shifted, double[::1] there, double[::1] theta) noexcept nogil
