/*===- embed.c - A program that an emitted network is linked into
 * ---------------------------------===
 *
 * Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===------------------------------------------------------------------------------------------------===
 *
 *   embed make INPUT.npy               writes IMAGES images of noise
 *   embed run INPUT.npy EXPECTED.npy   runs the network on them in batches of several sizes, with
 * memory that cannot be accessed right behind and right before each buffer
 *
 * Compiled with -DHEADER, and -DCODES for the entry that takes codes. The network is called `net`.
 */
#define _GNU_SOURCE
#include HEADER

#include "../../Inputs/guarded-memory.h"

#include <math.h>

#ifdef CODES
#define RUN net_run_codes
#define RUN_PARALLEL net_run_codes_parallel
#define INPUT_TYPE NET_CODES_INPUT0_TYPE
#define INPUT_BYTES NET_CODES_INPUT0_BYTES
#define OUTPUT_TYPE NET_CODES_OUTPUT0_TYPE
#define OUTPUT_BYTES NET_CODES_OUTPUT0_BYTES
#define ELEMENTS NET_CODES_INPUT0_ELEMENTS
#define RANK NET_CODES_INPUT0_RANK
static const long kDims[] = NET_CODES_INPUT0_DIMS;
#else
#define RUN net_run
#define RUN_PARALLEL net_run_parallel
#define INPUT_TYPE NET_INPUT0_TYPE
#define INPUT_BYTES NET_INPUT0_BYTES
#define OUTPUT_TYPE NET_OUTPUT0_TYPE
#define OUTPUT_BYTES NET_OUTPUT0_BYTES
#define ELEMENTS NET_INPUT0_ELEMENTS
#define RANK NET_INPUT0_RANK
static const long kDims[] = NET_INPUT0_DIMS;
#endif

enum { IMAGES = 64 };

static void fail(const char *what) {
  fprintf(stderr, "embed: %s\n", what);
  exit(1);
}

/* Noise that is the same everywhere: between -1 and 1, or any code. */
static INPUT_TYPE noise(void) {
  static unsigned state = 12345;
  state = state * 1664525u + 1013904223u;
#ifdef CODES
  return (INPUT_TYPE)(state >> 24);
#else
  return (INPUT_TYPE)((double)(state >> 8) / 8388608.0 - 1.0);
#endif
}

static void make(const char *path) {
  char header[128];
  char shape[96] = "";
  FILE *file = fopen(path, "wb");
  size_t i;
  int length;
  if (!file)
    fail(path);
  for (i = 0; i < RANK; ++i)
    sprintf(shape + strlen(shape), "%ld, ", kDims[i]);
#ifdef CODES
  length = sprintf(header + 10, "{'descr': '|%c1', 'fortran_order': False, 'shape': (%d, %s)}",
                   (INPUT_TYPE)-1 > 0 ? 'u' : 'i', IMAGES, shape);
#else
  length = sprintf(header + 10, "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %s)}",
                   IMAGES, shape);
#endif
  memset(header + 10 + length, ' ', sizeof header - 11 - (size_t)length);
  header[127] = '\n';
  memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10);
  fwrite(header, 1, sizeof header, file);
  for (i = 0; i < (size_t)IMAGES * ELEMENTS; ++i) {
    INPUT_TYPE value = noise();
    fwrite(&value, sizeof value, 1, file);
  }
  if (fclose(file))
    fail(path);
}

/* The elements of a .npy file whose header is 128 bytes long. */
static unsigned char *load(const char *path, size_t bytes) {
  unsigned char *data = malloc(bytes);
  FILE *file = fopen(path, "rb");
  if (!file || !data || fseek(file, 128, SEEK_SET) || fread(data, 1, bytes, file) != bytes ||
      fgetc(file) != EOF)
    fail(path);
  fclose(file);
  return data;
}

static void compare(const unsigned char *found, const unsigned char *expected, size_t bytes) {
#ifdef EXACT
  if (memcmp(found, expected, bytes))
    fail("the result differs");
#else
  size_t i;
  for (i = 0; i < bytes / sizeof(float); ++i) {
    float f, e;
    memcpy(&f, found + i * sizeof f, sizeof f);
    memcpy(&e, expected + i * sizeof e, sizeof e);
    if (!(fabsf(f - e) <= 1e-5f * (1.0f + fabsf(e))))
      fail("the result differs");
  }
#endif
}

static void runBatches(const unsigned char *input, const unsigned char *expected, size_t batch,
                       enum Edge edge) {
  unsigned char *workspace = allocateGuarded(NET_WORKSPACE_BYTES, NET_WORKSPACE_ALIGNMENT, edge);
  unsigned char *in = allocateGuarded(batch * INPUT_BYTES, sizeof(INPUT_TYPE), edge);
  unsigned char *out = allocateGuarded(batch * OUTPUT_BYTES, sizeof(OUTPUT_TYPE), edge);
  size_t first;
  for (first = 0; first + batch <= IMAGES; first += batch) {
    memcpy(in, input + first * INPUT_BYTES, batch * INPUT_BYTES);
    if (RUN(in, out, batch, workspace) != NET_OK)
      fail("the network did not run");
    if (memcmp(in, input + first * INPUT_BYTES, batch * INPUT_BYTES))
      fail("the input was written to");
    compare(out, expected + first * OUTPUT_BYTES, batch * OUTPUT_BYTES);
  }
}

/* Runs tasks in an order that nobody expects, and counts them. */
static void backwards(void *context, void (*task)(void *argument, size_t i), void *argument,
                      size_t tasks) {
  *(size_t *)context += tasks;
  while (tasks-- > 0)
    task(argument, tasks);
}

/* As many workspaces as `count`, and not a byte more. What one call computes is what the tasks do,
 * even where sums are rounded. */
static void runTasks(const unsigned char *input, size_t count) {
  unsigned char *workspaces =
      allocateGuarded(count * NET_WORKSPACE_BYTES, NET_WORKSPACE_ALIGNMENT, Behind);
  unsigned char *out = allocateGuarded(IMAGES * OUTPUT_BYTES, sizeof(OUTPUT_TYPE), Behind);
  unsigned char *whole = allocateGuarded(IMAGES * OUTPUT_BYTES, sizeof(OUTPUT_TYPE), Behind);
  size_t blocks = (IMAGES + NET_BLOCK_IMAGES - 1) / NET_BLOCK_IMAGES, tasks = 0;
  if (RUN(input, whole, IMAGES, workspaces) != NET_OK ||
      RUN_PARALLEL(input, out, IMAGES, workspaces, count, backwards, &tasks) != NET_OK)
    fail("the network did not run");
  if (memcmp(out, whole, IMAGES * OUTPUT_BYTES))
    fail("tasks give another result");
  if (tasks != (count > 1 && blocks > 1 ? (blocks < count ? blocks : count) : 0))
    fail("the batch was not split as it should be");
  memset(out, 0, IMAGES * OUTPUT_BYTES);
  if (RUN_PARALLEL(input, out, IMAGES, workspaces, count, NULL, NULL) != NET_OK ||
      memcmp(out, whole, IMAGES * OUTPUT_BYTES))
    fail("the network did not run without tasks");
  if (RUN_PARALLEL(input, NULL, IMAGES, workspaces, count, backwards, &tasks) != NET_BAD_ARGUMENT ||
      RUN_PARALLEL(input, out, IMAGES, workspaces + 1, count, backwards, &tasks) !=
          NET_BAD_ARGUMENT)
    fail("tasks take a bad argument");
}

static void checkArguments(const unsigned char *input) {
  static unsigned char output[OUTPUT_BYTES];
  unsigned char *workspace =
      allocateGuarded(NET_WORKSPACE_BYTES + 64, NET_WORKSPACE_ALIGNMENT, Before);
  if (RUN(NULL, NULL, 0, NULL) != NET_OK)
    fail("no images are a mistake");
  if (RUN(NULL, output, 1, workspace) != NET_BAD_ARGUMENT ||
      RUN(input, NULL, 1, workspace) != NET_BAD_ARGUMENT ||
      RUN(input, output, 1, NULL) != NET_BAD_ARGUMENT ||
      RUN(input, output, 1, workspace + 1) != NET_BAD_ARGUMENT)
    fail("a bad argument is taken");
}

int main(int argc, char **argv) {
  static const size_t kBatches[] = {1, 3, IMAGES};
  unsigned char *input, *expected;
  size_t i;
  if (argc == 3 && !strcmp(argv[1], "make")) {
    make(argv[2]);
    return 0;
  }
  if (argc != 4)
    fail("embed make INPUT.npy, or embed run INPUT.npy EXPECTED.npy");
  input = load(argv[2], (size_t)IMAGES * INPUT_BYTES);
  expected = load(argv[3], (size_t)IMAGES * OUTPUT_BYTES);
  checkArguments(input);
  for (i = 0; i < sizeof kBatches / sizeof *kBatches; ++i) {
    runBatches(input, expected, kBatches[i], Before);
    runBatches(input, expected, kBatches[i], Behind);
  }
  for (i = 1; i <= 5; ++i)
    runTasks(input, i);
  puts("equal");
  return 0;
}
