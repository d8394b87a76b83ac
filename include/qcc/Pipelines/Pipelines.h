//===- Pipelines.h - The compiler's phases, from an imported model to integers ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tool chains these; none of them branches on what a tool was asked for. What follows the integer
// level is in ReferenceLowering.h.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_PIPELINES_PIPELINES_H
#define QCC_PIPELINES_PIPELINES_H

#include "qcc/Pipelines/ReferenceLowering.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"
#include "llvm/ADT/SmallVector.h"

#include <array>
#include <optional>
#include <string>

namespace qcc {

/// The levels at which the compiler can stop, in order.
enum class Phase {
  Import,    ///< "import": as the model was read.
  Fuse,      ///< "fuse": batch normalizations, pads and activations folded into layers.
  Observe,   ///< "observe": observers inserted.
  Calibrate, ///< "calibrate": observers have parameters.
  QDQ,       ///< "qdq": quantize-dequantize pairs around float layers.
  Quantize,  ///< "quantize": layers on quantized types.
  Integer,   ///< "integer": codes and explicit requantization.
  Plan,      ///< "plan": kernels, strategies, packed weights, memory. Optimized lowering only.
  Linalg,    ///< "linalg": see ReferencePhase. Reference lowering only, as is
  Bufferize, ///< "bufferize".
  Loops,     ///< "loops": of either lowering.
  ISA,       ///< "isa": the target's instructions. Optimized lowering only.
  LLVM,      ///< "llvm": the LLVM dialect.
};

/// The two ways from the integer level to the LLVM dialect.
enum class Lowering {
  Optimized, ///< OptimizedLowering.h
  Reference, ///< ReferenceLowering.h
};

/// Every phase, in order.
llvm::ArrayRef<Phase> allPhases();
/// The phases that one passes on the way through `lowering`, in order.
llvm::SmallVector<Phase> getPhases(Lowering lowering);
/// The name that a command line uses.
llvm::StringRef stringifyPhase(Phase phase);
/// The inverse of stringifyPhase; nothing for any other text.
std::optional<Phase> parsePhase(llvm::StringRef name);

/// import -> fuse. On a model that was imported with quantize-dequantize pairs, or on a quantized
/// one, it leaves those as they are.
void buildFusePipeline(mlir::OpPassManager &pm);

struct ObserveOptions : mlir::PassPipelineOptions<ObserveOptions> {
  Option<std::string> qconfig{*this, "qconfig", llvm::cl::desc("Named quantization configuration"),
                              llvm::cl::init("fbgemm")};
  Option<std::string> activationObserver{
      *this, "activation-observer",
      llvm::cl::desc("Another observer of activations than the configuration's")};
};

/// fuse -> observe.
void buildObservePipeline(mlir::OpPassManager &pm, const ObserveOptions &options);

/// calibrate -> qdq.
void buildQDQPipeline(mlir::OpPassManager &pm);

struct QuantizeOptions : mlir::PassPipelineOptions<QuantizeOptions> {
  Option<bool> strict{*this, "strict", llvm::cl::desc("Fail if a layer stays in float"),
                      llvm::cl::init(false)};
};

/// qdq -> quantize, float islands reported. What was quantized already stays so.
void buildFuseQDQPipeline(mlir::OpPassManager &pm, const QuantizeOptions &options);

/// calibrate -> quantize: both of the above.
void buildQuantizePipeline(mlir::OpPassManager &pm, const QuantizeOptions &options);

struct IntegerOptions : mlir::PassPipelineOptions<IntegerOptions> {
  Option<std::string> contract{*this, "contract",
                               llvm::cl::desc("fbgemm, qnnpack or onnx; default: the module's")};
  Option<bool> report{*this, "report", llvm::cl::desc("Report the bounds of accumulators"),
                      llvm::cl::init(false)};
};

/// quantize -> integer: accumulators proved, max pools moved before requantizations. On a float
/// module it does nothing.
void buildIntegerPipeline(mlir::OpPassManager &pm, const IntegerOptions &options);

/// What a model returns besides its own results.
struct ExposeOptions {
  /// Every named layer's value, as a float.
  bool layers = false;
  /// Codes instead of floats, in and out, where the model converts between them.
  bool codes = false;
};

/// From a model at any level to the integer level: what running a model takes before either
/// lowering.
void buildRunnablePipeline(mlir::OpPassManager &pm, const IntegerOptions &options,
                           const ExposeOptions &expose = {});

/// The above and the reference lowering.
void buildRunPipeline(mlir::OpPassManager &pm, const IntegerOptions &options);

/// From an observed model to the LLVM dialect, its observers calls of the calibration's runtime.
void buildCalibrationPipeline(mlir::OpPassManager &pm);

/// Makes the pipelines known as qcc-fuse, qcc-observe, qcc-quantize, qcc-integer, qcc-lower and
/// qcc-reference-lowering.
void registerPipelines();

} // namespace qcc

#endif // QCC_PIPELINES_PIPELINES_H
