/*===- network-driver.c - runs emitted networks on files ---*- C -*-===*\
|*
|* Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/
/*
 *   network-driver FOLDER
 *
 * For each network and each of its batches: reads the inputs from FOLDER/NAME.in, runs it in memory
 * whose ends are pages that must not be touched, and appends the outputs to FOLDER/NAME.out. It
 * runs on one thread and in tasks, at either end, and must give the same bytes each time. Exits
 * with 1 and says which network failed; a fault ends the process, which says it, too.
 */
#include "../Inputs/guarded-memory.h"
#include "network.h"

#include <signal.h>

static const char *current = "";

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", current, what);
  exit(1);
}

static void reportFault(int number) {
  static const char text[] = ": it faults\n";
  ssize_t written = write(STDERR_FILENO, current, strlen(current));
  written = write(STDERR_FILENO, text, sizeof text - 1);
  (void)written;
  signal(number, SIG_DFL);
  raise(number);
}

/* The last task first: nothing may depend on the order. */
static void runBackwards(void *context, void (*task)(void *argument, size_t i), void *argument,
                         size_t tasks) {
  if (tasks == 0 || tasks > *(const size_t *)context)
    fail("it asks for another number of tasks than there are workspaces");
  while (tasks-- > 0)
    task(argument, tasks);
}

/* One run in memory of its own; `results` are those of the first run, or what will be. */
static void runOnce(const struct Network *network, size_t batch, unsigned char *const *given,
                    unsigned char *const *results, enum Edge edge, size_t tasks, int isFirst) {
  unsigned char *in[MAX_TENSORS], *out[MAX_TENSORS];
  for (size_t i = 0; i < network->inputs; ++i) {
    const struct Tensor *tensor = &network->input[i];
    in[i] = allocateGuarded(tensor->bytes * batch, tensor->elementBytes, edge);
    memcpy(in[i], given[i], tensor->bytes * batch);
  }
  for (size_t i = 0; i < network->outputs; ++i)
    out[i] =
        allocateGuarded(network->output[i].bytes * batch, network->output[i].elementBytes, edge);
  size_t workspaces = tasks ? tasks : 1;
  unsigned char *workspace =
      allocateGuarded(network->workspaceBytes * workspaces, network->workspaceAlignment, edge);

  int code = tasks ? network->runParallel((const void *const *)in, (void *const *)out, batch,
                                          workspace, tasks, runBackwards, &tasks)
                   : network->run((const void *const *)in, (void *const *)out, batch, workspace);
  if (code != 0)
    fail(code == 2 ? "this processor cannot run it" : "it returns an error");
  for (size_t i = 0; i < network->inputs; ++i) {
    if (memcmp(in[i], given[i], network->input[i].bytes * batch) != 0)
      fail("it writes to its input");
    releaseGuarded(in[i], network->input[i].bytes * batch);
  }
  for (size_t i = 0; i < network->outputs; ++i) {
    size_t bytes = network->output[i].bytes * batch;
    if (isFirst)
      memcpy(results[i], out[i], bytes);
    else if (memcmp(results[i], out[i], bytes) != 0)
      fail(tasks ? "tasks compute something else" : "another run computes something else");
    releaseGuarded(out[i], bytes);
  }
  releaseGuarded(workspace, network->workspaceBytes * workspaces);
}

static void runBatch(const struct Network *network, size_t batch, FILE *input, FILE *output) {
  unsigned char *given[MAX_TENSORS], *results[MAX_TENSORS];
  for (size_t i = 0; i < network->inputs; ++i) {
    size_t bytes = network->input[i].bytes * batch;
    given[i] = malloc(bytes + 1);
    if (!given[i] || fread(given[i], 1, bytes, input) != bytes)
      fail("its inputs cannot be read");
  }
  for (size_t i = 0; i < network->outputs; ++i)
    if (!(results[i] = malloc(network->output[i].bytes * batch + 1)))
      fail("there is no memory for its outputs");
  runOnce(network, batch, given, results, Behind, 0, 1);
  runOnce(network, batch, given, results, Before, 0, 0);
  runOnce(network, batch, given, results, Behind, 2, 0);
  runOnce(network, batch, given, results, Before, 3, 0);
  for (size_t i = 0; i < network->inputs; ++i)
    free(given[i]);
  for (size_t i = 0; i < network->outputs; ++i) {
    size_t bytes = network->output[i].bytes * batch;
    if (fwrite(results[i], 1, bytes, output) != bytes)
      fail("its outputs cannot be written");
    free(results[i]);
  }
}

static FILE *openFile(const char *folder, const char *suffix, const char *mode) {
  char name[4096];
  snprintf(name, sizeof name, "%s/%s.%s", folder, current, suffix);
  FILE *file = fopen(name, mode);
  if (!file)
    fail("a file cannot be opened");
  return file;
}

int main(int argc, char **argv) {
  if (argc != 2)
    fail("network-driver wants a folder");
  signal(SIGSEGV, reportFault);
  signal(SIGBUS, reportFault);
  signal(SIGILL, reportFault);
  for (size_t n = 0; n < networkCount; ++n) {
    const struct Network *network = &networks[n];
    current = network->name;
    FILE *input = openFile(argv[1], "in", "rb"), *output = openFile(argv[1], "out", "wb");
    for (size_t i = 0; i < network->batches; ++i)
      runBatch(network, network->batch[i], input, output);
    if (fgetc(input) != EOF)
      fail("its inputs are longer than its batches");
    fclose(input);
    if (fclose(output) != 0)
      fail("its outputs cannot be written");
  }
  return 0;
}
