# numpy's bit generators in C (numpy/random/bitgen.h): their functions, and the state that these take.
from libc.stdint cimport uint32_t, uint64_t

ctypedef struct bitgen:
    void* state
    uint64_t (*next_uint64)(void* state) noexcept nogil
    uint32_t (*next_uint32)(void* state) noexcept nogil
    double (*next_double)(void* state) noexcept nogil
    uint64_t (*next_raw)(void* state) noexcept nogil
