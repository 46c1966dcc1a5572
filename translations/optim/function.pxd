# What other compiled modules know of function.py's classes: see there.
cdef class Function:
    cdef double[::1] free
    cdef public Py_ssize_t evaluations
    cdef public bint failed
    cdef public bint stopped
    cdef double value(self) noexcept nogil

cdef class Called(Function):
    cdef object function
    cdef public object error
    cdef double value(self) noexcept nogil
    cdef double _ask(self) noexcept
