/*===- network.h - a table of emitted networks ---*- C -*-===*\
|*
|* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/
/*
 * random-graphs writes the table (Objects.cpp), network-driver.c runs what is in it.
 */
#ifndef QCC_TEST_NETWORK_H
#define QCC_TEST_NETWORK_H

#include <stddef.h>

#define MAX_TENSORS 8
#define MAX_BATCHES 8

typedef void (*ParallelFor)(void *context, void (*task)(void *argument, size_t i), void *argument,
                            size_t tasks);

/* A tensor of one image. */
struct Tensor {
  size_t bytes, elementBytes;
};

struct Network {
  const char *name;
  int (*run)(const void *const *in, void *const *out, size_t batch, void *workspace);
  int (*runParallel)(const void *const *in, void *const *out, size_t batch, void *workspaces,
                     size_t count, ParallelFor parallelFor, void *context);
  size_t inputs, outputs;
  struct Tensor input[MAX_TENSORS], output[MAX_TENSORS];
  size_t workspaceBytes, workspaceAlignment;
  size_t batches, batch[MAX_BATCHES];
};

extern const struct Network networks[];
extern const size_t networkCount;

#endif
