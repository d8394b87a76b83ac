//===- Narrowing.h - Floats become codes, four vectors at a time ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Four vectors of sums have as many elements as one vector of codes. Where packing instructions
// narrow two vectors to one and saturate on the way, four that are narrowed together take half the
// instructions that they take one by one.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_LIB_CODEGEN_KERNELS_NARROWING_H
#define QCC_LIB_CODEGEN_KERNELS_NARROWING_H

#include "KernelLowering.h"

#include "qcc/Conversion/CNNToLinalg/Arithmetic.h"

namespace qcc::codegen {

/// The last operation of a kernel that returns codes of 8 bits, rounded from floats.
class Narrowing {
public:
  /// Nothing if the kernel returns something else.
  static std::optional<Narrowing> get(KernelLowering &lowering);

  /// True if vectors of `lanes` floats are narrowed in fewer instructions four at a time.
  bool paysOff(int64_t lanes) const;

  /// What is rounded to the codes at `position`, in units of their scale and not NaN; arguments and
  /// errors are emitElementwise's.
  mlir::FailureOr<mlir::Value> emitReals(llvm::ArrayRef<mlir::Value> position, int64_t lanes,
                                         const llvm::DenseMap<mlir::Value, mlir::Value> &known);

  /// The codes of one vector of them.
  mlir::Value emitCodes(mlir::Value reals);
  /// The codes of four vectors, in the order of codegen.narrow.
  mlir::Value emitInterleavedCodes(llvm::ArrayRef<mlir::Value> reals);
  /// The same, one vector behind the other.
  mlir::Value emitCodesInOrder(llvm::ArrayRef<mlir::Value> reals);

private:
  Narrowing(KernelLowering &lowering, mlir::Operation *op) : lowering(lowering), op(op) {}

  KernelLowering &lowering;
  /// A cnn.requantize or a cnn.quantize.
  mlir::Operation *op;
  int32_t zeroPoint = 0;
  CodeRange range = {0, 0};
  bool isUnsigned = false, fits = false;
};

} // namespace qcc::codegen

#endif // QCC_LIB_CODEGEN_KERNELS_NARROWING_H
