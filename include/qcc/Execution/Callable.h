//===- Callable.h - a compiled function that takes and returns tensors ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The border between the host's tensors and compiled code. Everything that the caller passes is
// checked against the function's signature as the model states it, since compiled code checks
// nothing.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_EXECUTION_CALLABLE_H
#define QCC_EXECUTION_CALLABLE_H

#include "mlir/IR/BuiltinOps.h"
#include "qcc/Data/Tensor.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>

namespace qcc {

/// One input or output of a function.
struct TensorSpec {
  /// Its `cnn.name`, or "input0", "output1", ... without one.
  std::string name;
  /// -1 where a size is dynamic.
  llvm::SmallVector<int64_t, 4> shape;
  ElementType type = ElementType::F32;
};

/// "f32[?, 1, 28, 28]".
std::string formatSpec(const TensorSpec &spec);

/// Inputs and outputs of a function of a module at one of the cnn levels.
struct FunctionSignature {
  std::string function;
  llvm::SmallVector<TensorSpec> inputs, outputs;

  /// Reads it from the function's type; quantized tensors are taken as their codes. Errors: no such
  /// function, it has no body, or it takes or returns something other than ranked tensors of
  /// elements that HostTensor holds.
  static llvm::Expected<FunctionSignature> get(mlir::ModuleOp module, llvm::StringRef function);
};

/// A tensor in somebody else's memory, row-major and contiguous.
struct TensorView {
  ElementType type = ElementType::F32;
  llvm::ArrayRef<int64_t> shape;
  const void *data = nullptr;

  TensorView() = default;
  TensorView(ElementType type, llvm::ArrayRef<int64_t> shape, const void *data)
      : type(type), shape(shape), data(data) {}
  TensorView(const HostTensor &tensor)
      : type(tensor.getElementType()), shape(tensor.getShape()), data(tensor.getBytes().data()) {}
};

/// What compiled code is behind it depends on the lowering: a function of memref descriptors or of
/// plain pointers.
class Callable {
public:
  virtual ~Callable();

  const FunctionSignature &getSignature() const { return signature; }

  /// Calls the function. The inputs are not changed, the results are the caller's. Safe from
  /// several threads. Errors: another number of inputs, a type or shape that differs from the
  /// signature's (names the input, both types and both shapes), inputs whose dynamic first
  /// dimensions, the batch, differ, a result that contradicts the signature or does not fit into
  /// memory.
  llvm::Expected<llvm::SmallVector<HostTensor>> run(llvm::ArrayRef<HostTensor> inputs) const;
  /// The same with inputs that lie elsewhere.
  llvm::Expected<llvm::SmallVector<HostTensor>> runViews(llvm::ArrayRef<TensorView> inputs) const;

protected:
  explicit Callable(FunctionSignature signature) : signature(std::move(signature)) {}

  /// Calls the function with inputs that were found to be right; `batch` is what stands for the
  /// dynamic sizes, none if the signature has no dynamic input.
  virtual llvm::Expected<llvm::SmallVector<HostTensor>>
  call(llvm::ArrayRef<TensorView> inputs, std::optional<int64_t> batch) const = 0;

  /// Whether a shape is one of those that `spec` allows.
  static bool fits(llvm::ArrayRef<int64_t> shape, const TensorSpec &spec);

private:
  llvm::Expected<std::optional<int64_t>> checkInputs(llvm::ArrayRef<TensorView> inputs) const;

  FunctionSignature signature;
};

} // namespace qcc

#endif // QCC_EXECUTION_CALLABLE_H
