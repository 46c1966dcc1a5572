# How the functions of cross_sums.py are called in C.
cdef double lost(double a, double b, double total) noexcept nogil
cdef double upper_half(double a) noexcept nogil
cdef double product_lost(double a, double b, double product) noexcept nogil
cpdef residuals(const double[:] y, const double[:, :] X, const double[:] beta, const double[:] offset, double[:] out)
cpdef level_products(const Py_ssize_t[:] codes, const double[:, :] Z, const double[:, :] W, double[:, :, :] out, bint compensated)
cpdef level_sums(const Py_ssize_t[:] codes, const double[:] y, const long double[:] about, long double[:] out)
cpdef double variance(const double[:] y, const long double[:] zero)
cpdef sparse_products(const Py_ssize_t[:] codes, const double[:, :] Z, const Py_ssize_t[:] codes2, const double[:, :] Z2, Py_ssize_t offset, const Py_ssize_t[:] ptr, const unsigned int[:] idx, double[:, ::1] C)
