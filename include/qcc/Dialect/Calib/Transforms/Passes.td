//===- Passes.td - Passes on the calib dialect ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CALIB_TRANSFORMS_PASSES_TD
#define QCC_DIALECT_CALIB_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def CalibInsertObservers : Pass<"calib-insert-observers", "::mlir::ModuleOp"> {
  let summary = "Observe every value that is to be quantized";
  let description = [{
    What is observed follows from each layer's quantization role: the inputs of the network, the results of layers that
    get parameters of their own, and the weights. The inputs and the result of a concatenation share one observer (one
    `name`). The module remembers the configuration as `cnn.qconfig`, and its contract as `cnn.contract`.

    ```mlir
    // before
    %0 = cnn.linear %x, %w, %b {cnn.name = "fc1"} : ...
    // after
    %1 = calib.observe %x {name = "x", ...} : tensor<?x4xf32>
    %2 = calib.observe %w {name = "fc1.weight", ...} : tensor<2x4xf32>
    %3 = cnn.linear %1, %2, %b {cnn.name = "fc1"} : ...
    %4 = calib.observe %3 {name = "fc1", ...} : tensor<?x2xf32>
    ```
  }];
  let options = [
    Option<"qconfig", "qconfig", "std::string", "\"fbgemm\"",
           "fbgemm, x86, onednn, qnnpack, each also with -qat, or tflite">,
    Option<"activationObserver", "activation-observer", "std::string", "\"\"",
           "Another observer of activations: min-max, moving-average-min-max, histogram, percentile or entropy">];
  let dependentDialects = ["::qcc::calib::CalibDialect", "::qcc::cnn::CNNDialect"];
}

def CalibApplyTable : Pass<"calib-apply-table", "::mlir::ModuleOp"> {
  let summary = "Give observers the parameters that a calibration table holds";
  let description = [{
    Each `calib.observe` gets the quantized type that its entry in the table resolves to as `params`, and `keep_float`
    where the entry says `float: true`. A value that the table does not have is an error; one that was never observed
    gets scale 1 and zero point 0, with a warning.

    ```mlir
    // before
    %1 = calib.observe %0 {name = "fc1", ...} : tensor<?x2xf32>
    // after
    %1 = calib.observe %0 {name = "fc1", ..., params = !quant.uniform<u8:f32, 0.1:3>} : tensor<?x2xf32>
    ```
  }];
  let options = [Option<"table", "table", "std::string", "\"\"", "Path of the calibration table">];
  let dependentDialects = ["::qcc::calib::CalibDialect", "::mlir::quant::QuantDialect"];
}

#endif // QCC_DIALECT_CALIB_TRANSFORMS_PASSES_TD
