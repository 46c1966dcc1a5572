# What other compiled modules call of scales.py.
cpdef void theta_of(double[:], Py_ssize_t[:], double[:], int, double[:, :, ::1]) noexcept nogil
