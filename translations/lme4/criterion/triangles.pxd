# How the functions of triangles.py are called in C.
cpdef void forward(double[:, :, ::1], Py_ssize_t, double[:, ::1], Py_ssize_t, Py_ssize_t, const Py_ssize_t[:, :, ::1]) noexcept nogil
cpdef void backward(double[:, :, ::1], Py_ssize_t, double[:, ::1], Py_ssize_t, Py_ssize_t, const Py_ssize_t[:, :, ::1], Py_ssize_t) noexcept nogil
cpdef double solved(double[:, ::1], double[::1], double[::1], bint) noexcept nogil
