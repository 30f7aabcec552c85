/* Stands before CreateEpFactories on x64 Linux: the .NET runtime in this library ends the whole process where the processor lacks the instructions that the library was
 * built for (x86-64-v3), so this looks first and refuses with an error that the host can show. */
#include <stddef.h>
#include <stdint.h>

typedef void *Status;

typedef struct {
    const void *const *(*get_api)(uint32_t version);
    const char *(*get_version)(void);
} ApiBase;

Status prunesharp_create_ep_factories(const char *name, const ApiBase *base, const void *logger, void **factories, size_t most, size_t *count);

Status CreateEpFactories(const char *name, const ApiBase *base, const void *logger, void **factories, size_t most, size_t *count)
{
    enum { CREATE_STATUS = 0, NOT_IMPLEMENTED = 9 }; /* the first function of every version of the table; an error code */
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
        return prunesharp_create_ep_factories(name, base, logger, factories, most, count);
    Status (*create_status)(int, const char *) = (Status (*)(int, const char *))base->get_api(1)[CREATE_STATUS];
    return create_status(NOT_IMPLEMENTED, "PruneSharp: this processor lacks AVX2, FMA or BMI, which the library was built for.");
}
