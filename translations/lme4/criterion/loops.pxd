# What other compiled modules call of loops.py.
cpdef void factor_levels(const double[:, ::1], const double[:, :, ::1], const double[:, :, ::1], double[:, :, ::1], double[:, :, ::1]) noexcept nogil
cpdef void residual_weights(const double[:, :], double, bint, double[:, ::1], double[:, ::1]) noexcept nogil
