# How the functions of newton_steps.py are called in C.
cpdef double largest(double[::1]) noexcept nogil
cpdef bint step_of(int, double[:, ::1], double[::1], double[::1], Py_ssize_t[::1], double[::1], double[:, ::1], double[:, ::1], double[::1]) noexcept nogil
cpdef void eigen(double[:, ::1], double[::1], double[:, ::1]) noexcept nogil
cpdef bint update(double[:, ::1], double[::1], double[::1], double[::1]) noexcept nogil
