# How newton_steps.py's class is laid out in C, and how its functions are called: see there.
cdef class Descent:
    cdef const Py_ssize_t[::1] across
    cdef double anew
    cdef bint costly
    cdef public int most
    cdef readonly bint exhausted
    cdef public double[:, ::1] H
    cdef double[:, ::1] vectors, other
    cdef double[::1] values
    cdef public double[::1] step, change
    cdef readonly double[::1] x_new, g_new
    cdef readonly double ratio
    cpdef double at(self, double[::1] x, double[::1] g) except? -1
    cpdef bint information(self, double[::1] x) except? -1
    cpdef double descend(self, double[::1] x, double[::1] g, double[:, ::1] known, double[::1] lowest) except? -1
    cpdef double search(self, double[::1] x, double f, double slope, int trials) except? -1
    cpdef bint differences(self, double[::1] x, double[::1] g) except? -1
    cpdef bint steps(self, int way, double[::1] x, double[::1] g) noexcept
    cpdef bint update(self) noexcept
    cdef void _eigen(self, double[::1] x, double[::1] g, bint logs) noexcept

cdef bint is_near(double[::1] x, double f, double[:, ::1] known, double[::1] lowest) noexcept nogil
cdef double largest(double[::1]) noexcept nogil
cpdef void eigen(double[:, ::1], double[::1], double[:, ::1]) noexcept nogil
