//===- Passes.td - Conversions out of qcc's dialects ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CONVERSION_PASSES_TD
#define QCC_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// CNNToLinalg
//===----------------------------------------------------------------------===//

def ConvertCNNToLinalg : Pass<"convert-cnn-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower the cnn dialect to linalg on tensors: the reference lowering";
  let description = [{
    Every operation of the float and of the integer level becomes linalg, tensor, arith and math on tensors. The result
    is plain and meant to be read; it is what every faster lowering is compared with.

    Codes `ui8` become signless `i8`, in function signatures too; how an operation extends them was decided by the type
    that it had before. Values at the quantized level are an error: `cnn-lower-quantized` must have run.

    ```mlir
    %y = cnn.relu %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
    ```
    becomes
    ```mlir
    %y = linalg.generic ... ins(%x : tensor<?x8xf32>) outs(%init : tensor<?x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %0 = arith.maximumf %in, %zero : f32
      linalg.yield %0 : f32
    } -> tensor<?x8xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// CalibToRuntime
//===----------------------------------------------------------------------===//

// convert-calib-to-runtime goes here.

//===----------------------------------------------------------------------===//
// Verifiers between the levels
//===----------------------------------------------------------------------===//

def VerifyNoQuantTypes : Pass<"qcc-verify-no-quant-types"> {
  let summary = "Fail if a quantized type is left anywhere";
  let description = [{
    Bufferization turns `tensor<..x!quant..>` into a `memref<..x!quant..>` that nothing can lower, without a word. This
    pass stands before it and names the operation: no operand, result, block argument, function signature or other
    attribute may hold a `!quant` type.
  }];
}

def VerifyBufferized : Pass<"qcc-verify-bufferized"> {
  let summary = "Fail if a tensor is left anywhere";
  let description = [{
    Stands after bufferization: no value and no function signature may have a tensor type. The values of constants may:
    that is how `memref.global` holds its data.
  }];
}

#endif // QCC_CONVERSION_PASSES_TD
