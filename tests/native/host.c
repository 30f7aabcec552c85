/* A host of ONNX Runtime that knows nothing of .NET: runs a model with the sparse execution provider, or without.
 *
 *   host ONNXRUNTIME_LIBRARY PROVIDER_LIBRARY|- MODEL ROUNDS [REPORT_FILE]
 *
 * Each round registers the library, makes two sessions, runs each on two threads at once, and unregisters the library again.
 * Every float of the first output goes to stdout, one a line, once. The model has one input, float [1, 3, 8, 8], called x, and an output y.
 * Exit code 0, or 1 with a message on stderr. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "onnxruntime_c_api.h"

enum { INPUT_LENGTH = 3 * 8 * 8, RUNS = 50, SESSIONS = 2, THREADS = 2 };

static const OrtApi *api;

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void check(OrtStatus *status)
{
    if (status != NULL) fail(api->GetErrorMessage(status));
}

typedef struct { OrtSession *session; float *output; size_t length; } Work;

static void *run(void *argument)
{
    Work *work = argument;
    float input[INPUT_LENGTH];
    for (int i = 0; i < INPUT_LENGTH; i++) input[i] = (float)(i * 7919 % 1000) / 500.0f - 1.0f;
    OrtMemoryInfo *memory;
    check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
    const int64_t shape[] = {1, 3, 8, 8};
    OrtValue *x;
    check(api->CreateTensorWithDataAsOrtValue(memory, input, sizeof input, shape, 4, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &x));
    const char *inputs[] = {"x"}, *outputs[] = {"y"};
    for (int i = 0; i < RUNS; i++) {
        OrtValue *y = NULL;
        check(api->Run(work->session, NULL, inputs, (const OrtValue *const *)&x, 1, outputs, 1, &y));
        OrtTensorTypeAndShapeInfo *info;
        check(api->GetTensorTypeAndShape(y, &info));
        check(api->GetTensorShapeElementCount(info, &work->length));
        api->ReleaseTensorTypeAndShapeInfo(info);
        float *data;
        check(api->GetTensorMutableData(y, (void **)&data));
        work->output = realloc(work->output, work->length * sizeof *data);
        memcpy(work->output, data, work->length * sizeof *data);
        api->ReleaseValue(y);
    }
    api->ReleaseValue(x);
    api->ReleaseMemoryInfo(memory);
    return NULL;
}

static void append_provider(OrtEnv *env, OrtSessionOptions *options, const char *report)
{
    const OrtEpDevice *const *devices;
    size_t count, found = 0;
    check(api->GetEpDevices(env, &devices, &count));
    const char *keys[] = {"threads", "claim", "report_file"}, *values[] = {"2", "estimated", report};
    for (size_t i = 0; i < count; i++)
        if (strcmp(api->EpDevice_EpName(devices[i]), "PruneSharpSparse") == 0 && found++ == 0)
            check(api->SessionOptionsAppendExecutionProvider_V2(options, env, &devices[i], 1, keys, values, report != NULL ? 3 : 2));
    if (found == 0) fail("the library offers no device");
}

static void round_of_sessions(OrtEnv *env, const char *provider, const char *model, const char *report, bool print)
{
    if (provider != NULL) check(api->RegisterExecutionProviderLibrary(env, "sparse", provider));
    for (int s = 0; s < SESSIONS; s++) {
        OrtSessionOptions *options;
        check(api->CreateSessionOptions(&options));
        check(api->SetIntraOpNumThreads(options, 2));
        if (provider != NULL) append_provider(env, options, report);
        OrtSession *session;
        check(api->CreateSession(env, model, options, &session));
        api->ReleaseSessionOptions(options);
        pthread_t threads[THREADS];
        Work works[THREADS];
        for (int t = 0; t < THREADS; t++) {
            works[t] = (Work){.session = session};
            if (pthread_create(&threads[t], NULL, run, &works[t]) != 0) fail("no thread");
        }
        for (int t = 0; t < THREADS; t++) pthread_join(threads[t], NULL);
        for (int t = 1; t < THREADS; t++)
            if (memcmp(works[0].output, works[t].output, works[0].length * sizeof(float)) != 0) fail("two threads disagree");
        for (size_t i = 0; print && s == 0 && i < works[0].length; i++) printf("%.9g\n", works[0].output[i]);
        for (int t = 0; t < THREADS; t++) free(works[t].output);
        api->ReleaseSession(session);
    }
    if (provider != NULL) check(api->UnregisterExecutionProviderLibrary(env, "sparse"));
}

int main(int count, char **arguments)
{
    if (count < 5) fail("usage: host ONNXRUNTIME_LIBRARY PROVIDER_LIBRARY|- MODEL ROUNDS [REPORT_FILE]");
    void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) fail(dlerror());
    const OrtApiBase *(*get_base)(void) = (const OrtApiBase *(*)(void))dlsym(library, "OrtGetApiBase");
    if (get_base == NULL || (api = get_base()->GetApi(23)) == NULL) fail("this library is not ONNX Runtime 1.23 or later");
    OrtEnv *env;
    check(api->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "host", &env));
    const char *provider = strcmp(arguments[2], "-") == 0 ? NULL : arguments[2];
    for (int i = 0; i < atoi(arguments[4]); i++)
        round_of_sessions(env, provider, arguments[3], count > 5 ? arguments[5] : NULL, i == 0);
    api->ReleaseEnv(env);
    return 0;
}
