# What other compiled modules call of loops.py.
cpdef void factor_levels(const double[:, ::1], const double[:, :, ::1], const double[:, :, ::1], double[:, :, ::1], double[:, :, ::1]) noexcept nogil
cpdef void residual_weights(const double[:, :], double, bint, double[:, ::1], double[:, ::1]) noexcept nogil
cpdef double eliminate(const double[:, ::1], const double[:, :, ::1], const double[:, :, ::1], const Py_ssize_t[::1], const unsigned int[::1], const double[:, ::1], double[:, :], double[:, :, ::1], double[:, ::1], double[:, :, ::1]) noexcept nogil
cpdef void random_column(Py_ssize_t, const int[::1], const int[::1], const double[::1], const Py_ssize_t[::1], const int[::1], const int[::1], const unsigned int[::1], const double[:, ::1], double[::1]) noexcept nogil
cpdef void random_columns(const int[::1], const int[::1], const double[::1], const Py_ssize_t[::1], const int[::1], const int[::1], const unsigned int[::1], const double[:, ::1], double[::1, :]) noexcept nogil
cpdef void scale_trailing(double[::1, :], Py_ssize_t, const Py_ssize_t[::1], const Py_ssize_t[::1], const double[:, :, ::1], double[:, ::1]) noexcept nogil
cpdef bint cholesky(double[:, :]) noexcept nogil
cpdef void trailing_effects(const double[::1, :], double[::1]) noexcept nogil
cpdef void level_effects(const double[:, :, ::1], const double[:, ::1], const double[:, :, ::1], const Py_ssize_t[::1], const unsigned int[::1], const double[::1], const double[::1], double[:, ::1]) noexcept nogil
