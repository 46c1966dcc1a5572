# What other compiled modules know of templates.py's classes: see there.
cdef class Template:
    cdef Py_ssize_t k, n_sd, n_par
    cdef bint broken, more
    cdef Template next
    cdef void factor(self, double[:] rho, Py_ssize_t at, double[:] theta, Py_ssize_t to) noexcept nogil
    cdef void fill(self, double[:] x, Py_ssize_t at, double sigma, double[:] theta, Py_ssize_t to) noexcept nogil
    cdef void _own(self, double[:] x, Py_ssize_t at, double sigma, double[:] theta, Py_ssize_t to) noexcept nogil

cdef class Entries(Template):
    cdef void _own(self, double[:] x, Py_ssize_t at, double sigma, double[:] theta, Py_ssize_t to) noexcept nogil
