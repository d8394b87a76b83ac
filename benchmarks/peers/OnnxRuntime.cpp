//===- OnnxRuntime.cpp - ONNX Runtime, loaded from its shared library ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxRuntime.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/Support/DynamicLibrary.h"

using namespace qcc;
using namespace qcc::peers;
using llvm::Error;
using llvm::Expected;

namespace {

/// The places of functions in the table of version 1 (OrtApi in onnxruntime_c_api.h).
enum Slot : size_t {
  GetErrorMessage = 2,
  CreateEnv = 3,
  CreateSession = 7,
  Run = 9,
  CreateSessionOptions = 10,
  SetIntraOpNumThreads = 24,
  SetInterOpNumThreads = 25,
  CreateTensorWithDataAsOrtValue = 49,
  CreateCpuMemoryInfo = 69,
  ReleaseEnv = 92,
  ReleaseStatus = 93,
  ReleaseMemoryInfo = 94,
  ReleaseSession = 95,
  ReleaseValue = 96,
  ReleaseSessionOptions = 100,
};

struct ApiBase {
  void *const *(*getApi)(uint32_t version);
  const char *(*getVersion)();
};

constexpr int kFloat = 1, kLogError = 3, kArenaAllocator = 1, kDefaultMemory = 0;

} // namespace

struct OnnxRuntime::State {
  /// Calls a function that returns a status.
  template <typename... Args> Error call(Slot slot, Args... args) const {
    using Function = void *(*)(Args...);
    void *status = reinterpret_cast<Function>(api[slot])(args...);
    if (!status)
      return Error::success();
    auto message = reinterpret_cast<const char *(*)(const void *)>(api[GetErrorMessage])(status);
    Error error = makeError("ONNX Runtime: {}", message);
    release(ReleaseStatus, status);
    return error;
  }
  void release(Slot slot, void *object) const {
    if (object)
      reinterpret_cast<void (*)(void *)>(api[slot])(object);
  }
  Error createValue(HostTensor &tensor, void **value) {
    llvm::ArrayRef<int64_t> shape = tensor.getShape();
    return call(CreateTensorWithDataAsOrtValue, static_cast<const void *>(memory),
                static_cast<void *>(tensor.getMutableBytes().data()), tensor.getBytes().size(),
                shape.data(), shape.size(), kFloat, value);
  }
  ~State() {
    release(ReleaseValue, input);
    release(ReleaseValue, output);
    release(ReleaseMemoryInfo, memory);
    release(ReleaseSession, session);
    release(ReleaseSessionOptions, options);
    release(ReleaseEnv, environment);
  }

  void *const *api = nullptr;
  std::string version, inputName, outputName;
  void *environment = nullptr, *options = nullptr, *session = nullptr, *memory = nullptr;
  void *input = nullptr, *output = nullptr;
};

OnnxRuntime::OnnxRuntime(std::unique_ptr<State> state) : state(std::move(state)) {}
OnnxRuntime::~OnnxRuntime() = default;
llvm::StringRef OnnxRuntime::getVersion() const { return state->version; }

Expected<std::unique_ptr<OnnxRuntime>> OnnxRuntime::create(const std::string &library,
                                                           const std::string &model,
                                                           std::string inputName,
                                                           std::string outputName, int threads) {
  std::string message;
  auto handle = llvm::sys::DynamicLibrary::getPermanentLibrary(library.c_str(), &message);
  if (!handle.isValid())
    return makeError("cannot load '{}': {}", library, message);
  using GetBase = const ApiBase *(*)();
  auto getBase = reinterpret_cast<GetBase>(handle.getAddressOfSymbol("OrtGetApiBase"));
  if (!getBase)
    return makeError("'{}' is not ONNX Runtime's library", library);
  auto state = std::make_unique<State>();
  state->version = getBase()->getVersion();
  state->api = getBase()->getApi(1);
  state->inputName = std::move(inputName);
  state->outputName = std::move(outputName);
  State &s = *state;
  Error error = s.call(CreateEnv, kLogError, "qcc", &s.environment);
  if (!error)
    error = s.call(CreateSessionOptions, &s.options);
  if (!error)
    error = s.call(SetIntraOpNumThreads, s.options, threads);
  if (!error)
    error = s.call(SetInterOpNumThreads, s.options, 1);
  if (!error)
    error = s.call(CreateSession, static_cast<const void *>(s.environment), model.c_str(),
                   static_cast<const void *>(s.options), &s.session);
  if (!error)
    error = s.call(CreateCpuMemoryInfo, kArenaAllocator, kDefaultMemory, &s.memory);
  if (error)
    return std::move(error);
  return std::unique_ptr<OnnxRuntime>(new OnnxRuntime(std::move(state)));
}

Error OnnxRuntime::bind(HostTensor &input, HostTensor &output) {
  state->release(ReleaseValue, std::exchange(state->input, nullptr));
  state->release(ReleaseValue, std::exchange(state->output, nullptr));
  if (Error error = state->createValue(input, &state->input))
    return error;
  return state->createValue(output, &state->output);
}

Error OnnxRuntime::run() {
  const char *inputs[] = {state->inputName.c_str()}, *outputs[] = {state->outputName.c_str()};
  const void *values[] = {state->input};
  return state->call(Run, state->session, static_cast<const void *>(nullptr),
                     static_cast<const char *const *>(inputs),
                     static_cast<const void *const *>(values), size_t{1},
                     static_cast<const char *const *>(outputs), size_t{1}, &state->output);
}
