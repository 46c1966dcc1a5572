# What other compiled modules know of search.py's class: see there.
from translations.optim.rescue cimport Rescue
cdef class Search(Rescue):
    cdef bint as_nlopt
    cdef double rhobeg, rhoend, last, xtol_rel, ftol_rel, ftol_abs, error_1, error_2, error_3
    cdef double[::1] xtol
    cdef void run(self, double[::1] x) noexcept nogil
    cdef void _iterate(self) noexcept nogil
    cdef void _finish(self, bint short) noexcept nogil
    cdef void _note(self, double error, double length) noexcept nogil
    cdef bint _accurate(self) noexcept nogil
    cdef Py_ssize_t _leaving(self, double beta, double[::1] centre, Py_ssize_t kept) noexcept nogil
    cdef bint _taken(self, Py_ssize_t j, double f, double error, double before) noexcept nogil
    cdef void _doubt(self) noexcept nogil
    cdef void _improve(self, Py_ssize_t j, double radius, double length) noexcept nogil
