# How the functions of scales.py are called in C.
cpdef void theta_of(double[:], Py_ssize_t[:], double[:], int, double[:, :, ::1]) noexcept nogil
cpdef void sdcor_of(double[:] theta, double sigma, Py_ssize_t[:] sizes, double[:] x, double[:, :, ::1] scratch, int way) noexcept nogil
cdef void _template(double[:] theta, Py_ssize_t at, Py_ssize_t k, double[:, ::1] T) noexcept nogil
cdef void _semidefinite(double[:, ::1] S, Py_ssize_t k, double[:, ::1] T) noexcept nogil
cdef void _of_lower_rank(double[:, ::1] S, Py_ssize_t k, double[:, ::1] T, double[:, ::1] V, double[::1] values) noexcept nogil
cdef double _length(double[:, ::1] S, Py_ssize_t j) noexcept nogil
cdef void _pivoted(double[:, ::1] S, Py_ssize_t k, double[:, ::1] T, double[:, ::1] R, double[:, ::1] work) noexcept nogil
