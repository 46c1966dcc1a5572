# The function of NLopt's C interface that is called from compiled loops, at an address that ctypes knows.
ctypedef int (*optimize_t)(void* problem, double* x, double* value) noexcept nogil
