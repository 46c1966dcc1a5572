# How the functions of loops.py are called in C.
cpdef void factor_levels(const double[:, ::1], const double[:, :, ::1], const double[:, :, ::1], double[:, :, ::1], double[:, :, ::1]) noexcept nogil
cpdef void residual_weights(const double[:, :], double, bint, double[:, ::1], double[:, ::1]) noexcept nogil
cpdef double eliminate(const double[:, ::1], const double[:, :, ::1], const double[:, :, ::1], const Py_ssize_t[::1], const unsigned int[::1], const double[:, ::1], double[:, :], double[:, :, ::1], double[:, ::1], double[:, :, ::1]) noexcept nogil
cpdef void random_column(Py_ssize_t, const int[::1], const int[::1], const double[::1], const Py_ssize_t[::1], const int[::1], const int[::1], const unsigned int[::1], const double[:, ::1], double[::1]) noexcept nogil
cpdef void random_columns(const int[::1], const int[::1], const double[::1], const Py_ssize_t[::1], const int[::1], const int[::1], const unsigned int[::1], const double[:, ::1], double[::1, :]) noexcept nogil
cpdef void scale_trailing(double[::1, :], Py_ssize_t, const Py_ssize_t[::1], const Py_ssize_t[::1], const double[:, :, ::1], double[:, ::1]) noexcept nogil
cpdef bint cholesky(double[:, :]) noexcept nogil
cpdef void trailing_effects(const double[::1, :], double[::1]) noexcept nogil
cpdef void level_effects(const double[:, :, ::1], const double[:, ::1], const double[:, :, ::1], const Py_ssize_t[::1], const unsigned int[::1], const double[::1], const double[::1], double[:, ::1]) noexcept nogil
cpdef void transpose(double[:, :] L, double[:, :] U) noexcept nogil
cpdef void back_substitute(const double[:, ::1] T, const double[:, :, ::1] A, const double[:, :, ::1] D, const Py_ssize_t[::1] ptr, const unsigned int[::1] idx, const double[:, ::1] C, const double[:, :, ::1] L, const double[:, :] V, double[:, :, ::1] U, double[:, :, ::1] G, double[:, ::1] G2) noexcept nogil
cpdef void subtract_modes(const Py_ssize_t[::1] codes, const double[:, ::1] Z, const double[:, ::1] b, double[::1] residual) noexcept nogil
cpdef void level_precision(const double[:, ::1] T, const double[:, :, ::1] A, const Py_ssize_t[::1] ptr, const double[:, ::1] C, const double[:, :, ::1] L, double[:, :, ::1] P, double[:, ::1] K, double[:, ::1] X, double[:, ::1] Y) noexcept nogil
cpdef void level_quadratic(const Py_ssize_t[::1] by_column, const int[::1] order, const int[::1] owner, const Py_ssize_t[::1] ptr, const unsigned int[::1] idx, const double[:, ::1] B, const double[:, ::1] Omega, double[:, :, ::1] out) noexcept nogil
cpdef void level_sum(const double[:, :, ::1] P, const double[:, :, ::1] G, const double[:, ::1] K, double[:, ::1] F) noexcept nogil
