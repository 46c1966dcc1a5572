cdef double mean(Py_ssize_t link, double eta) noexcept nogil
cdef double slope(Py_ssize_t link, double eta) noexcept nogil
cdef double second(Py_ssize_t link, double eta, double mu, double slope) noexcept nogil
cdef double third(Py_ssize_t link, double eta, double mu, double slope) noexcept nogil
cdef double variance(Py_ssize_t family, double mu, double theta) noexcept nogil
cdef double deviance(Py_ssize_t family, double y, double mu, double w, double theta) noexcept nogil
