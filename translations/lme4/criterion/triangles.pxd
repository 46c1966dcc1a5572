# How the functions of triangles.py are called in C.
cpdef void forward(double[:, :, ::1], Py_ssize_t, double[:, :, ::1], Py_ssize_t, Py_ssize_t[:, :, ::1]) noexcept nogil
cpdef void backward_row(double[:, :, ::1], Py_ssize_t, double[:, ::1], Py_ssize_t, Py_ssize_t[:, :, ::1], Py_ssize_t) noexcept nogil
