# How the functions of columns.py are called in C.
cdef void weigh(const double[::1, :] inverse, const double[:, ::1] work, Py_ssize_t h, Py_ssize_t q2, const int[::1] rows, Py_ssize_t first, Py_ssize_t end, const double[:, ::1] V, double[:, ::1] Y) noexcept nogil
