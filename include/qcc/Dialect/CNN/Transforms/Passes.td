//===- Passes.td - Passes on the cnn dialect ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_TRANSFORMS_PASSES_TD
#define QCC_DIALECT_CNN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Float level
//===----------------------------------------------------------------------===//

def CNNFoldBatchNorm : Pass<"cnn-fold-batch-norm"> {
  let summary = "Fold batch normalization into weights";
  let description = [{
    A `cnn.batch_norm` after a `cnn.conv2d` or `cnn.linear` whose only use it is scales that layer's weights and bias;
    any other one becomes a depthwise 1x1 convolution, so that no batch normalization is left where its statistics are
    constants. The factor of channel `c` is `scale[c] / sqrt(variance[c] + epsilon)`, computed in double.

    ```mlir
    // before
    %0 = cnn.conv2d %x, %w : (tensor<?x8x8x1xf32>, tensor<2x3x3x1xf32>) -> tensor<?x6x6x2xf32>
    %1 = cnn.batch_norm %0, %scale, %offset, %mean, %variance {epsilon = 1.0e-5 : f32} : (...) -> tensor<?x6x6x2xf32>
    // after
    %1 = cnn.conv2d %x, %w2, %b2 : (...) -> tensor<?x6x6x2xf32>
    ```
  }];
  let statistics = [Statistic<"folded", "folded", "batch normalizations folded into a layer">,
                    Statistic<"converted", "converted", "batch normalizations turned into depthwise convolutions">];
}

def CNNFoldPad : Pass<"cnn-fold-pad"> {
  let summary = "Fold zero padding of height and width into the convolution or pool that it precedes";
  let description = [{
    A pad of value 0 becomes part of the `padding` of a `cnn.conv2d`, or of the counted padding of a `cnn.avg_pool2d`. A
    `cnn.max_pool2d` takes a pad of 0 only after something that cannot be negative: its own padding never wins.

    ```mlir
    // before
    %0 = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 0.0 : f32} : ...
    %1 = cnn.conv2d %0, %w : ...
    // after
    %1 = cnn.conv2d %x, %w {padding = array<i64: 1, 1, 1, 1>} : ...
    ```
  }];
  let statistics = [Statistic<"folded", "folded", "pads folded">];
}

def CNNFuseLayers : Pass<"cnn-fuse-layers"> {
  let summary = "Fuse activations into the layers that produce their operand";
  let description = [{
    `cnn.relu` and `cnn.clamp` become the `activation` of the conv2d, linear, add or mul before them, where that has no
    other use. The fused layer keeps its own name.

    ```mlir
    // before
    %0 = cnn.conv2d %x, %w, %b : ...
    %1 = cnn.relu %0 : ...
    // after
    %1 = cnn.conv2d %x, %w, %b {activation = #cnn.activation<relu>} : ...
    ```
  }];
  let statistics = [Statistic<"fused", "fused", "activations fused">];
}

def CNNInferShapes : Pass<"cnn-infer-shapes", "::mlir::ModuleOp"> {
  let summary = "Recompute shapes from the function arguments, optionally with a batch of a fixed size";
  let description = [{
    With `batch`, dimension 0 of every argument of every public function becomes that size; all shapes that depend on it
    follow, function results included.

    ```mlir
    // cnn-infer-shapes{batch=8}
    %0 = cnn.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>   // before
    %0 = cnn.relu %x : (tensor<8x4xf32>) -> tensor<8x4xf32>   // after
    ```
  }];
  let options = [Option<"batch", "batch", "int64_t", "0", "The batch of every argument; 0 leaves it as it is">];
}

//===----------------------------------------------------------------------===//
// Quantized level
//===----------------------------------------------------------------------===//

def CNNInsertQDQ : Pass<"cnn-insert-qdq"> {
  let summary = "Replace observers by quantize-dequantize pairs";
  let description = [{
    Every `calib.observe` with parameters becomes `cnn.quantize` followed by `cnn.dequantize`; one without is an error.
    Where the observer says `keep_float`, the layer that produces the value is marked `cnn.keep_float`, its weights stay
    float, and the pair is left out unless a quantized layer reads the value.

    ```mlir
    // before
    %1 = calib.observe %0 {name = "conv1", ..., params = !quant.uniform<u8:f32, 0.1:3>} : tensor<?x8xf32>
    // after
    %q = cnn.quantize %0 : (tensor<?x8xf32>) -> tensor<?x8x!quant.uniform<u8:f32, 0.1:3>>
    %1 = cnn.dequantize %q : (tensor<?x8x!quant.uniform<u8:f32, 0.1:3>>) -> tensor<?x8xf32>
    ```
  }];
  let dependentDialects = ["::qcc::cnn::CNNDialect"];
}

def CNNQuantizeWeights : Pass<"cnn-quantize-weights"> {
  let summary = "Quantize constants at compile time";
  let description = [{
    A `cnn.quantize` of a `cnn.constant` becomes a constant of codes, rounded as the module's contract says.

    ```mlir
    // before
    %w = cnn.constant dense<[1.0, -0.5]> : tensor<2xf32>
    %q = cnn.quantize %w : (tensor<2xf32>) -> tensor<2x!quant.uniform<i8:f32, 0.5>>
    // after
    %q = cnn.constant dense<[2, -1]> : tensor<2xi8> as tensor<2x!quant.uniform<i8:f32, 0.5>>
    ```
  }];
  let dependentDialects = ["::qcc::cnn::CNNDialect"];
  let statistics = [Statistic<"quantized", "quantized", "constants quantized">];
}

def CNNFuseQDQ : Pass<"cnn-fuse-qdq"> {
  let summary = "Fuse quantize-dequantize pairs into the layers between them";
  let description = [{
    A layer whose operands are dequantized and whose only use is a `cnn.quantize` becomes the same layer on quantized
    types. Layers that act on codes (max pool, shape operations) move in front of the dequantize.

    ```mlir
    // before
    %x = cnn.dequantize %qx : ...
    %w = cnn.dequantize %qw : ...
    %y = cnn.linear %x, %w, %b : (tensor<?x4xf32>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<?x2xf32>
    %q = cnn.quantize %y : ...
    // after
    %q = cnn.linear %qx, %qw, %b : (tensor<?x4x!quant...>, tensor<2x4x!quant...>, tensor<2xf32>) -> tensor<?x2x!quant...>
    ```
  }];
  let statistics = [Statistic<"fused", "fused", "layers quantized">];
}

def CNNVerifyQuantized : Pass<"cnn-verify-quantized"> {
  let summary = "Report every layer that stayed in float, and why";
  let description = [{
    Emits one remark per float layer of a function that has quantized values: its name, the reason and its
    multiply-accumulates per image. With `strict`, they are errors.
  }];
  let options = [Option<"strict", "strict", "bool", "false", "Fail if a layer stayed in float">];
  let statistics = [Statistic<"islands", "islands", "layers that stayed in float">];
}

def CNNExposeLayers : Pass<"cnn-expose-layers", "::mlir::ModuleOp"> {
  let summary = "Return the value of every named layer from @main, in float";
  let description = [{
    Appends one result per operation that has a `cnn.name`, dequantized if need be, with that name. What a comparison
    layer by layer runs on. With `codes`, quantized values are returned as they are.

    ```mlir
    // before
    func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
      %0 = cnn.relu %x {cnn.name = "r"} : ...
    // after
    func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32> {cnn.name = "r"}) {
    ```
  }];
  let options = [Option<"codes", "codes", "bool", "false", "Return quantized values without dequantizing them">];
}

def CNNExposeCodes : Pass<"cnn-expose-codes", "::mlir::ModuleOp"> {
  let summary = "Take and return codes at the borders of @main instead of quantizing there";
  let description = [{
    Where an argument is only quantized, the argument itself becomes quantized; where a result is only dequantized, the
    codes are returned. An argument or result for which that is not so stays as it is, with a remark. What the codes mean
    is written beside them (`cnn.quantization`), as their types lose it at the integer level.

    With `copy`, @main stays and @main_codes is added; nothing is if there are no codes to expose.

    ```mlir
    // before
    func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
      %q = cnn.quantize %x : (tensor<?x4xf32>) -> tensor<?x4x!quant.uniform<u8:f32, 0.1>>
    // after
    func.func @main(%q: tensor<?x4x!quant.uniform<u8:f32, 0.1>> {cnn.quantization = !quant.uniform<u8:f32, 0.1>}) -> ...
    ```
  }];
  let options = [Option<"copy", "copy", "bool", "false", "Leave @main as it is and add @main_codes">];
}

//===----------------------------------------------------------------------===//
// Integer level
//===----------------------------------------------------------------------===//

def CNNLowerQuantized : Pass<"cnn-lower-quantized", "::mlir::ModuleOp"> {
  let summary = "Replace quantized types by codes and explicit requantization";
  let description = [{
    The numeric contract is the module's `cnn.contract`, or `contract`. Zero points are folded into biases, weights with
    a zero point have it subtracted (and become i16 if the difference needs it), fused activations become bounds of the
    requantization, functions of one value become tables.

    ```mlir
    // before
    %y = cnn.linear %x, %w, %b {activation = #cnn.activation<relu>} : (tensor<?x4x!quant...>, ...) -> tensor<?x2x!quant...>
    // after
    %acc = cnn.linear %x, %w, %zero_point_correction : (tensor<?x4xui8>, tensor<2x4xi8>, tensor<2xi32>) -> tensor<?x2xi32>
    %y = cnn.requantize %acc, %multiplier, %b2 {zero_point = 3 : i32, min = 3 : i32, max = 255 : i32} : ... -> tensor<?x2xui8>
    ```
  }];
  let options = [Option<"contract", "contract", "std::string", "\"\"",
                        "fbgemm, qnnpack or onnx; by default what the module says">];
  let dependentDialects = ["::qcc::cnn::CNNDialect", "::mlir::func::FuncDialect"];
}

def CNNProveAccumulators : Pass<"cnn-prove-accumulators"> {
  let summary = "Prove that accumulators cannot overflow, or widen them";
  let description = [{
    For every conv2d and linear on codes: bounds of every partial sum, from the actual weights and the codes that the
    input can take, and of every sum of two adjacent products. They are stored as `bounds`; with `report` they are also
    emitted as a remark. Where 32 bits are not proved to be enough, the accumulators become 64 bits wide.

    ```mlir
    %0 = cnn.linear %x, %w {bounds = #cnn.bounds<accumulator = [-510, 255], pair = [-510, 255]>} : ...
    ```
  }];
  let options = [Option<"report", "report", "bool", "false", "Emit the bounds as remarks">];
  let statistics = [Statistic<"widened", "widened", "layers with 64-bit accumulators">,
                    Statistic<"pairsSafe", "pairs-safe", "layers whose products cannot saturate 16 bits in pairs">];
}

def CNNPoolAccumulators : Pass<"cnn-pool-accumulators"> {
  let summary = "Move max pools before requantizations";
  let description = [{
    Requantization is monotonic, so a max pool of its result is the requantization of a max pool, and there are fewer
    elements to requantize.

    ```mlir
    // before
    %q = cnn.requantize %acc, %m {...} : (tensor<?x28x28x64xi32>, tensor<64xf32>) -> tensor<?x28x28x64xui8>
    %p = cnn.max_pool2d %q {...} : (tensor<?x28x28x64xui8>) -> tensor<?x14x14x64xui8>
    // after
    %p = cnn.max_pool2d %acc {...} : (tensor<?x28x28x64xi32>) -> tensor<?x14x14x64xi32>
    %q = cnn.requantize %p, %m {...} : (tensor<?x14x14x64xi32>, tensor<64xf32>) -> tensor<?x14x14x64xui8>
    ```
  }];
  let statistics = [Statistic<"moved", "moved", "max pools moved">];
}

#endif // QCC_DIALECT_CNN_TRANSFORMS_PASSES_TD
