# How the functions of gram.py are called in C.
cpdef void add_gram(const double[:, ::1] V, const Py_ssize_t[::1] rows, Py_ssize_t fours, Py_ssize_t block, double[:, :, ::1] sums, double sign, double[:, ::1] out) noexcept nogil
cdef void _join(double[:, :, ::1] sums, Py_ssize_t fours) noexcept nogil
