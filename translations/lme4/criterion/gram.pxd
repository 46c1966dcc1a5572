# What other compiled modules call of gram.py: see there.
cpdef void add_gram(const double[:, ::1] V, const Py_ssize_t[::1] rows, Py_ssize_t fours, Py_ssize_t block, double[:, :, ::1] sums, double sign, double[:, ::1] out) noexcept nogil
