/*===- driver.c - runs an emitted object on files ---*- C -*-===*\
|*
|* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/
/*
 *   driver make BATCH SEED x0.npy...            writes random inputs
 *   driver check BATCH x0.npy... y0.npy...      runs the network on them and compares with what is
 * expected driver refused                              expects that the processor lacks what the
 * object needs
 *
 * It is compiled with the object's header as model.h, with INPUTS and OUTPUTS, and with CODES for
 * the entry that takes codes. Every buffer and the workspace end, and then begin, where memory
 * does: what is read or written beyond is a fault.
 */
#include "model.h"

#include "../Inputs/guarded-memory.h"

#include <math.h>

#ifdef CODES
#define RUN model_run_codes
#define FIELD(role, index, field) MODEL_CODES_##role##index##_##field
#else
#define RUN model_run
#define FIELD(role, index, field) MODEL_##role##index##_##field
#endif
#define TEXT_OF(name) #name
#define TEXT(name) TEXT_OF(name)

/* A tensor of one image. */
struct Tensor {
  const char *type;
  size_t bytes;
  int rank;
  long dims[8];
};
#define TENSOR(role, index)                                                                        \
  {TEXT(FIELD(role, index, TYPE)), FIELD(role, index, BYTES), FIELD(role, index, RANK),            \
   FIELD(role, index, DIMS)}
#define TENSORS_1(role) TENSOR(role, 0)
#define TENSORS_2(role) TENSORS_1(role), TENSOR(role, 1)
#define TENSORS_3(role) TENSORS_2(role), TENSOR(role, 2)
#define TENSORS_4(role) TENSORS_3(role), TENSOR(role, 3)
#define TENSORS_5(role) TENSORS_4(role), TENSOR(role, 4)
#define TENSORS_6(role) TENSORS_5(role), TENSOR(role, 5)
#define TENSORS_OF(count, role) TENSORS_##count(role)
#define TENSORS(count, role) TENSORS_OF(count, role)
#define ARGUMENTS_1(a) a[0]
#define ARGUMENTS_2(a) ARGUMENTS_1(a), a[1]
#define ARGUMENTS_3(a) ARGUMENTS_2(a), a[2]
#define ARGUMENTS_4(a) ARGUMENTS_3(a), a[3]
#define ARGUMENTS_5(a) ARGUMENTS_4(a), a[4]
#define ARGUMENTS_6(a) ARGUMENTS_5(a), a[5]
#define ARGUMENTS_OF(count, a) ARGUMENTS_##count(a)
#define ARGUMENTS(count, a) ARGUMENTS_OF(count, a)

static const struct Tensor inputs[] = {TENSORS(INPUTS, INPUT)};
static const struct Tensor outputs[] = {TENSORS(OUTPUTS, OUTPUT)};

static void fail(const char *what, const char *which) {
  fprintf(stderr, "driver: error: %s: %s\n", which, what);
  exit(1);
}

/*===----------------------------------------------------------------------===*\
|* Files
\*===----------------------------------------------------------------------===*/

static const char *descrOf(const struct Tensor *tensor) {
  return strcmp(tensor->type, "float") == 0     ? "<f4"
         : strcmp(tensor->type, "uint8_t") == 0 ? "|u1"
         : strcmp(tensor->type, "int8_t") == 0  ? "|i1"
                                                : "<i4";
}

static void writeFile(const char *name, const struct Tensor *tensor, size_t batch,
                      const void *data) {
  char header[256], shape[128];
  int length = snprintf(shape, sizeof shape, "%zu,", batch);
  for (int i = 0; i < tensor->rank; ++i)
    length += snprintf(shape + length, sizeof shape - (size_t)length, "%ld,", tensor->dims[i]);
  length =
      snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }",
               descrOf(tensor), shape);
  int padded = (length + 10 + 1 + 63) / 64 * 64 - 10;
  FILE *file = fopen(name, "wb");
  if (!file)
    fail("cannot be written", name);
  fprintf(file, "\x93NUMPY\x01%c%c%c%-*s\n", 0, padded & 0xFF, padded >> 8, padded - 1, header);
  if (fwrite(data, tensor->bytes, batch, file) != batch || fclose(file) != 0)
    fail("cannot be written", name);
}

static void readFile(const char *name, size_t bytes, void *data) {
  unsigned char magic[10];
  FILE *file = fopen(name, "rb");
  if (!file || fread(magic, 1, 10, file) != 10 ||
      fseek(file, 10 + magic[8] + 256 * magic[9], SEEK_SET) != 0 ||
      fread(data, 1, bytes, file) != bytes || fgetc(file) != EOF)
    fail("cannot be read, or has another size", name);
  fclose(file);
}

/*===----------------------------------------------------------------------===*\
|* Values
\*===----------------------------------------------------------------------===*/

static uint32_t state;
static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

static void fill(const struct Tensor *tensor, size_t batch, void *data) {
  if (strcmp(tensor->type, "float") == 0)
    for (size_t i = 0; i < tensor->bytes / 4 * batch; ++i)
      ((float *)data)[i] = (float)((int)(next() % 6001) - 3000) / 1000.0f;
  else
    for (size_t i = 0; i < tensor->bytes * batch; ++i)
      ((unsigned char *)data)[i] = (unsigned char)next();
}

/* Codes are the same bytes everywhere; sums of floats may be added in another order. */
static void compare(const struct Tensor *tensor, size_t batch, const void *actual,
                    const void *expected, const char *name) {
  size_t bytes = tensor->bytes * batch;
  if (memcmp(actual, expected, bytes) == 0)
    return;
  if (strcmp(tensor->type, "float") == 0) {
    const float *a = actual, *e = expected;
    float largest = 0, difference = 0;
    for (size_t i = 0; i < bytes / 4; ++i) {
      largest = fmaxf(largest, fabsf(e[i]));
      difference = fmaxf(difference, a[i] == a[i] ? fabsf(a[i] - e[i]) : INFINITY);
    }
    if (difference <= 1e-5f * largest)
      return;
    fprintf(stderr, "largest difference %g, largest value %g\n", difference, largest);
  }
  size_t wrong = 0, first = bytes;
  for (size_t i = 0; i < bytes; ++i)
    if (((const unsigned char *)actual)[i] != ((const unsigned char *)expected)[i]) {
      first = first == bytes ? i : first;
      ++wrong;
    }
  fprintf(stderr, "%zu of %zu bytes differ, the first at %zu (%d, expected %d)\n", wrong, bytes,
          first, ((const unsigned char *)actual)[first], ((const unsigned char *)expected)[first]);
  fail("the network computes something else", name);
}

/*===----------------------------------------------------------------------===*\
|* Commands
\*===----------------------------------------------------------------------===*/

static void make(size_t batch, char **files) {
  for (int i = 0; i < INPUTS; ++i) {
    void *data = allocateGuarded(inputs[i].bytes * batch, 4, Behind);
    fill(&inputs[i], batch, data);
    writeFile(files[i], &inputs[i], batch, data);
  }
}

static void check(size_t batch, char **files, enum Edge edge) {
  unsigned char *in[INPUTS], *out[OUTPUTS];
  for (int i = 0; i < INPUTS; ++i)
    readFile(files[i], inputs[i].bytes * batch,
             in[i] = allocateGuarded(inputs[i].bytes * batch, 4, edge));
  for (int i = 0; i < OUTPUTS; ++i)
    out[i] = allocateGuarded(outputs[i].bytes * batch, 4, edge);
  unsigned char *workspace =
      allocateGuarded(MODEL_WORKSPACE_BYTES, MODEL_WORKSPACE_ALIGNMENT, edge);

  if (RUN(ARGUMENTS(INPUTS, in), ARGUMENTS(OUTPUTS, out), batch, workspace + 1) !=
      MODEL_BAD_ARGUMENT)
    fail("a workspace that is not aligned was accepted", "model_run");
  if (RUN(ARGUMENTS(INPUTS, in), ARGUMENTS(OUTPUTS, out), batch, NULL) != MODEL_BAD_ARGUMENT)
    fail("no workspace was accepted", "model_run");
  /* Twice: what a run leaves in the workspace must not matter to the next. */
  for (int time = 0; time < 2; ++time) {
    int code = RUN(ARGUMENTS(INPUTS, in), ARGUMENTS(OUTPUTS, out), batch, workspace);
    if (code != MODEL_OK) {
      fprintf(stderr, "driver: error: the network returned %d\n", code);
      exit(1);
    }
    for (int i = 0; i < OUTPUTS; ++i) {
      void *expected = allocateGuarded(outputs[i].bytes * batch, 4, Behind);
      readFile(files[INPUTS + i], outputs[i].bytes * batch, expected);
      compare(&outputs[i], batch, out[i], expected, files[INPUTS + i]);
      memset(out[i], 0x5A, outputs[i].bytes * batch);
    }
  }
  for (int i = 0; i < INPUTS; ++i) {
    void *before = allocateGuarded(inputs[i].bytes * batch, 4, Behind);
    readFile(files[i], inputs[i].bytes * batch, before);
    if (memcmp(in[i], before, inputs[i].bytes * batch) != 0)
      fail("the network wrote to its input", files[i]);
  }
}

/* A batch of nothing only asks the processor. */
static void expectRefusal(void) {
  unsigned char *in[INPUTS], *out[OUTPUTS];
  for (int i = 0; i < INPUTS; ++i)
    in[i] = allocateGuarded(inputs[i].bytes, 4, Behind);
  for (int i = 0; i < OUTPUTS; ++i)
    out[i] = allocateGuarded(outputs[i].bytes, 4, Behind);
  unsigned char *workspace =
      allocateGuarded(MODEL_WORKSPACE_BYTES, MODEL_WORKSPACE_ALIGNMENT, Behind);
  for (size_t batch = 0; batch < 2; ++batch)
    if (RUN(ARGUMENTS(INPUTS, in), ARGUMENTS(OUTPUTS, out), batch, workspace) !=
        MODEL_UNSUPPORTED_CPU)
      fail("it did not refuse a processor that lacks its instructions", "model_run");
}

int main(int argc, char **argv) {
  size_t batch = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
  if (argc == 4 + INPUTS && strcmp(argv[1], "make") == 0) {
    state = (uint32_t)strtoul(argv[3], NULL, 10) * 2654435761u + 1;
    make(batch, argv + 4);
  } else if (argc == 3 + INPUTS + OUTPUTS && strcmp(argv[1], "check") == 0) {
    check(batch, argv + 3, Behind);
    check(batch, argv + 3, Before);
  } else if (argc == 2 && strcmp(argv[1], "refused") == 0) {
    expectRefusal();
  } else {
    fail("unknown command, or not as many files as it needs", argc > 1 ? argv[1] : "");
  }
  return 0;
}
