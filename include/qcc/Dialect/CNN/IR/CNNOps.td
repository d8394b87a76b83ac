//===- CNNOps.td - The cnn dialect: operations ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_IR_CNNOPS_TD
#define QCC_DIALECT_CNN_IR_CNNOPS_TD

include "qcc/Dialect/CNN/IR/CNNAttributes.td"
include "qcc/Dialect/CNN/IR/CNNBase.td"
include "qcc/Dialect/CNN/IR/CNNInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class CNN_Op<string mnemonic, list<Trait> traits = []> : Op<CNN_Dialect, mnemonic, !listconcat([Pure], traits)>;

/// A layer: one result whose shape follows from the operands and attributes.
class CNN_Layer<string mnemonic, list<Trait> traits = [], list<string> overrides = []>
    : CNN_Op<mnemonic, !listconcat(traits, [DeclareOpInterfaceMethods<CNN_LayerOpInterface,
          !listconcat(["inferResultShape", "getQuantizationRole"], overrides)>])> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

/// [top, bottom, left, right], in elements.
def CNN_Padding : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<4>, DenseArrayNonNegative<DenseI64ArrayAttr>]>;
/// [height, width], at least one each.
def CNN_Size2D : ConfinedAttr<DenseI64ArrayAttr, [DenseArrayCount<2>, DenseArrayStrictlyPositive<DenseI64ArrayAttr>]>;
def CNN_DefaultSize2D : DefaultValuedAttr<CNN_Size2D, "{1, 1}">;
def CNN_DefaultPadding : DefaultValuedAttr<CNN_Padding, "{0, 0, 0, 0}">;

//===----------------------------------------------------------------------===//
// Weighted layers
//===----------------------------------------------------------------------===//

def CNN_Conv2DOp : CNN_Layer<"conv2d", [], ["getWeightsOperand", "getBiasOperand", "canFuseActivation"]> {
  let summary = "2-D convolution, grouped and depthwise included";
  let description = [{
    `y[n,p,q,o] = bias[o] + sum over kh,kw,i of x[n, p*sh + kh*dh - top, q*sw + kw*dw - left, g*I/G + i] * w[o,kh,kw,i]`
    with `g` the group of output channel `o`. Depthwise is `groups` = number of input channels.

    Float and quantized: padding is the real value 0. Integer: the result is the exact accumulator, zero points are
    part of `bias`, and `pad_value`, the code of 0, stands outside of the image.

    `bounds` is what `cnn-prove-accumulators` proved.

    ```mlir
    %y = cnn.conv2d %x, %w, %b {padding = array<i64: 1, 1, 1, 1>, activation = #cnn.activation<relu>}
       : (tensor<?x28x28x1xf32>, tensor<32x3x3x1xf32>, tensor<32xf32>) -> tensor<?x28x28x32xf32>
    ```
  }];
  let arguments = (ins
    CNN_Tensor:$input, CNN_WeightTensor:$weights, Optional<CNN_WeightTensor>:$bias,
    CNN_DefaultSize2D:$strides, CNN_DefaultPadding:$padding, CNN_DefaultSize2D:$dilations,
    DefaultValuedAttr<ConfinedAttr<I64Attr, [IntPositive]>, "1">:$groups,
    OptionalAttr<CNN_ActivationAttr>:$activation,
    DefaultValuedAttr<I64Attr, "0">:$pad_value,
    OptionalAttr<CNN_BoundsAttr>:$bounds);
  let results = (outs CNN_Tensor:$output);
  let builders = [
    // `bias` may be null; of `window`, the kernel is not used: the weights have it.
    OpBuilder<(ins "::mlir::Type":$output, "::mlir::Value":$input, "::mlir::Value":$weights, "::mlir::Value":$bias,
                   "const ::qcc::cnn::Window2D &":$window, "int64_t":$groups,
                   CArg<"::qcc::cnn::ActivationAttr", "nullptr">:$activation, CArg<"int64_t", "0">:$padValue)>];
  let hasVerifier = 1;
}

def CNN_LinearOp : CNN_Layer<"linear", [], ["getWeightsOperand", "getBiasOperand", "canFuseActivation"]> {
  let summary = "Fully connected layer";
  let description = [{
    `y[n,o] = bias[o] + sum over i of x[n,i] * w[o,i]`. At the integer level the result is the exact accumulator and
    zero points are part of `bias`.

    ```mlir
    %y = cnn.linear %x, %w, %b : (tensor<?x128xf32>, tensor<10x128xf32>, tensor<10xf32>) -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins
    CNN_Tensor:$input, CNN_WeightTensor:$weights, Optional<CNN_WeightTensor>:$bias,
    OptionalAttr<CNN_ActivationAttr>:$activation,
    OptionalAttr<CNN_BoundsAttr>:$bounds);
  let results = (outs CNN_Tensor:$output);
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

class CNN_Unary<string mnemonic, list<Trait> traits = []> : CNN_Layer<mnemonic, traits> {
  let arguments = (ins CNN_Tensor:$input);
  let results = (outs CNN_Tensor:$output);
}

def CNN_ReluOp : CNN_Unary<"relu"> {
  let summary = "max(x, 0)";
  let description = [{
    On quantized tensors it acts on the codes and keeps the parameters.

    ```mlir
    %y = cnn.relu %x : (tensor<?x14x14x8xf32>) -> tensor<?x14x14x8xf32>
    ```
  }];
  let hasFolder = 1;
  let hasVerifier = 1;
}

def CNN_ClampOp : CNN_Layer<"clamp"> {
  let summary = "min(max(x, min), max)";
  let description = [{
    `min` and `max` are real values (`f32`) on float and quantized tensors, codes (`i32`) on integer ones.

    ```mlir
    %y = cnn.clamp %x {min = 0.0 : f32, max = 6.0 : f32} : (tensor<?x14x14x8xf32>) -> tensor<?x14x14x8xf32>
    %z = cnn.clamp %q {min = 3 : i32, max = 255 : i32} : (tensor<?x8xui8>) -> tensor<?x8xui8>
    ```
  }];
  let arguments = (ins CNN_Tensor:$input, AnyAttrOf<[F32Attr, I32Attr]>:$min, AnyAttrOf<[F32Attr, I32Attr]>:$max);
  let results = (outs CNN_Tensor:$output);
  let hasFolder = 1;
  let hasVerifier = 1;
}

def CNN_LeakyReluOp : CNN_Layer<"leaky_relu"> {
  let summary = "x where x is at least 0, alpha * x elsewhere";
  let description = [{
    ```mlir
    %y = cnn.leaky_relu %x {alpha = 0.01 : f32} : (tensor<?x14x14x8xf32>) -> tensor<?x14x14x8xf32>
    ```
  }];
  let arguments = (ins CNN_RealTensor:$input, F32Attr:$alpha);
  let results = (outs CNN_RealTensor:$output);
}

def CNN_SigmoidOp : CNN_Unary<"sigmoid"> {
  let summary = "1 / (1 + exp(-x))";
  let description = [{
    ```mlir
    %y = cnn.sigmoid %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
    ```
  }];
  let arguments = (ins CNN_RealTensor:$input);
  let results = (outs CNN_RealTensor:$output);
}

def CNN_HardSwishOp : CNN_Unary<"hard_swish"> {
  let summary = "x * min(max(x / 6 + 0.5, 0), 1)";
  let description = [{
    ```mlir
    %y = cnn.hard_swish %x : (tensor<?x14x14x8xf32>) -> tensor<?x14x14x8xf32>
    ```
  }];
  let arguments = (ins CNN_RealTensor:$input);
  let results = (outs CNN_RealTensor:$output);
}

def CNN_SoftmaxOp : CNN_Layer<"softmax"> {
  let summary = "exp(x - max) / sum of exp(x - max) along an axis";
  let description = [{
    It has no integer form and stays in float.

    ```mlir
    %y = cnn.softmax %x {axis = 1 : i64} : (tensor<?x10xf32>) -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins CNN_FloatTensor:$input, ConfinedAttr<I64Attr, [IntNonNegative]>:$axis);
  let results = (outs CNN_FloatTensor:$output);
}

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

def CNN_MaxPool2DOp : CNN_Layer<"max_pool2d"> {
  let summary = "Largest element of each window; padding never wins";
  let description = [{
    On quantized tensors it acts on the codes and keeps the parameters. It takes accumulators too: multipliers of a
    requantization are positive, so the two commute.

    ```mlir
    %y = cnn.max_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
       : (tensor<?x28x28x64xf32>) -> tensor<?x14x14x64xf32>
    ```
  }];
  let arguments = (ins CNN_Tensor:$input, CNN_Size2D:$kernel, CNN_DefaultSize2D:$strides, CNN_DefaultPadding:$padding,
                       CNN_DefaultSize2D:$dilations);
  let results = (outs CNN_Tensor:$output);
  let hasFolder = 1;
  let hasVerifier = 1;
}

def CNN_AvgPool2DOp : CNN_Layer<"avg_pool2d"> {
  let summary = "Mean of each window";
  let description = [{
    The sum over the part of the window that lies in the image, divided by the number of positions of the window that
    lie in the image extended by `counted_padding`. That one attribute says all that sources differ in: padding not
    counted (all zero), counted (equal to `padding`), or counted but not where a rounded-up last window hangs over
    (smaller than `padding`).

    ```mlir
    %y = cnn.avg_pool2d %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>}
       : (tensor<?x28x28x64xf32>) -> tensor<?x14x14x64xf32>
    ```
  }];
  let arguments = (ins CNN_RealTensor:$input, CNN_Size2D:$kernel, CNN_DefaultSize2D:$strides,
                       CNN_DefaultPadding:$padding, CNN_DefaultPadding:$counted_padding);
  let results = (outs CNN_RealTensor:$output);
  let hasFolder = 1;
  let hasVerifier = 1;
}

def CNN_GlobalAvgPoolOp : CNN_Layer<"global_avg_pool"> {
  let summary = "Mean over height and width, which become 1";
  let description = [{
    ```mlir
    %y = cnn.global_avg_pool %x : (tensor<?x7x7x64xf32>) -> tensor<?x1x1x64xf32>
    ```
  }];
  let arguments = (ins CNN_RealTensor:$input);
  let results = (outs CNN_RealTensor:$output);
}

//===----------------------------------------------------------------------===//
// Layers with several inputs
//===----------------------------------------------------------------------===//

class CNN_Binary<string mnemonic> : CNN_Layer<mnemonic, [], ["getActivationOperands", "canFuseActivation"]> {
  let arguments = (ins CNN_RealTensor:$lhs, CNN_RealTensor:$rhs, OptionalAttr<CNN_ActivationAttr>:$activation);
  let results = (outs CNN_RealTensor:$output);
}

def CNN_AddOp : CNN_Binary<"add"> {
  let summary = "Sum of two tensors of equal rank; a dimension of 1 is repeated";
  let description = [{
    ```mlir
    %y = cnn.add %a, %b : (tensor<?x14x14x8xf32>, tensor<?x14x14x8xf32>) -> tensor<?x14x14x8xf32>
    ```
  }];
}

def CNN_MulOp : CNN_Binary<"mul"> {
  let summary = "Product of two tensors of equal rank; a dimension of 1 is repeated";
  let description = [{
    ```mlir
    %y = cnn.mul %a, %b : (tensor<?x14x14x8xf32>, tensor<?x1x1x8xf32>) -> tensor<?x14x14x8xf32>
    ```
  }];
}

def CNN_ConcatOp : CNN_Layer<"concat", [], ["getActivationOperands"]> {
  let summary = "Tensors one after the other along an axis";
  let description = [{
    ```mlir
    %y = cnn.concat %a, %b {axis = 3 : i64} : (tensor<?x7x7x8xf32>, tensor<?x7x7x4xf32>) -> tensor<?x7x7x12xf32>
    ```
  }];
  let arguments = (ins Variadic<CNN_Tensor>:$inputs, ConfinedAttr<I64Attr, [IntNonNegative]>:$axis);
  let results = (outs CNN_Tensor:$output);
  let hasFolder = 1;
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Shape
//===----------------------------------------------------------------------===//

def CNN_FlattenOp : CNN_Unary<"flatten"> {
  let summary = "[N, ...] to [N, product of the rest]";
  let description = [{
    ```mlir
    %y = cnn.flatten %x : (tensor<?x7x7x64xf32>) -> tensor<?x3136xf32>
    ```
  }];
  let hasFolder = 1;
  let hasVerifier = 1;
}

def CNN_ReshapeOp : CNN_Unary<"reshape"> {
  let summary = "The same elements in another shape";
  let description = [{
    The result's type says the shape. With a dynamic batch, the batch stays first and the rest is reshaped.

    ```mlir
    %y = cnn.reshape %x : (tensor<?x1x28x28xf32>) -> tensor<?x28x28x1xf32>
    ```
  }];
  let hasFolder = 1;
  let hasVerifier = 1;
}

def CNN_TransposeOp : CNN_Layer<"transpose"> {
  let summary = "Dimensions in another order";
  let description = [{
    Dimension `i` of the result is dimension `permutation[i]` of the input.

    ```mlir
    %y = cnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (tensor<?x3x32x32xf32>) -> tensor<?x32x32x3xf32>
    ```
  }];
  let arguments = (ins CNN_WeightTensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs CNN_WeightTensor:$output);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let hasVerifier = 1;
}

def CNN_PadOp : CNN_Layer<"pad"> {
  let summary = "Constant elements around a tensor";
  let description = [{
    `low` and `high` say how many elements go before and after each dimension; `value` is a real number (`f32`) on float
    and quantized tensors, a code (`i32`) on integer ones.

    ```mlir
    %y = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 0.0 : f32}
       : (tensor<?x28x28x1xf32>) -> tensor<?x30x30x1xf32>
    ```
  }];
  let arguments = (ins CNN_Tensor:$input, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                       AnyAttrOf<[F32Attr, I32Attr]>:$value);
  let results = (outs CNN_Tensor:$output);
  let hasFolder = 1;
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Float only
//===----------------------------------------------------------------------===//

def CNN_BatchNormOp : CNN_Layer<"batch_norm"> {
  let summary = "(x - mean) / sqrt(variance + epsilon) * scale + offset, per channel";
  let description = [{
    Inference form. The channel is the last dimension. `cnn-fold-batch-norm` folds it into a layer before it, or turns
    it into a depthwise 1x1 convolution.

    ```mlir
    %y = cnn.batch_norm %x, %scale, %offset, %mean, %variance {epsilon = 1.0e-5 : f32}
       : (tensor<?x14x14x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x14x14x8xf32>
    ```
  }];
  let arguments = (ins CNN_FloatTensor:$input, CNN_FloatTensor:$scale, CNN_FloatTensor:$offset, CNN_FloatTensor:$mean,
                       CNN_FloatTensor:$variance, F32Attr:$epsilon);
  let results = (outs CNN_FloatTensor:$output);
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

def CNN_ConstantOp : CNN_Op<"constant", [ConstantLike]> {
  let summary = "Weights, biases and other constants";
  let description = [{
    `value` holds floats or codes; the result's type may be a quantized type whose storage type is that of the codes.
    Large values are resources, so that they print as a name in the text and as raw bytes in bytecode.

    ```mlir
    %b = cnn.constant dense<[0.5, -1.0]> : tensor<2xf32>
    %w = cnn.constant dense_resource<w> : tensor<2x4xi8> as tensor<2x4x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs CNN_WeightTensor:$output);
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value), [{
    build($_builder, $_state, value.getShapedType(), value);
  }]>];
  let hasCustomAssemblyFormat = 1;
  let hasFolder = 1;
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Between the levels
//===----------------------------------------------------------------------===//

def CNN_QuantizeOp : CNN_Layer<"quantize"> {
  let summary = "Real values to codes";
  let description = [{
    At the quantized level, the result's type holds the parameters. At the integer level they are attributes, and so are
    the bounds that a fused activation leaves of the code range.

    An operation of its own rather than `quant.qcast`, whose folder removes quantize-dequantize pairs and with them the
    rounding that they stand for.

    ```mlir
    %q = cnn.quantize %x : (tensor<?x8xf32>) -> tensor<?x8x!quant.uniform<u8:f32, 0.1:3>>
    %c = cnn.quantize %x {scale = 0.1 : f32, zero_point = 3 : i32, min = 3 : i32, max = 255 : i32,
                          contract = #cnn.contract<fbgemm>} : (tensor<?x8xf32>) -> tensor<?x8xui8>
    ```
  }];
  let arguments = (ins CNN_FloatTensor:$input, OptionalAttr<F32Attr>:$scale, OptionalAttr<I32Attr>:$zero_point,
                       OptionalAttr<I32Attr>:$min, OptionalAttr<I32Attr>:$max, OptionalAttr<CNN_ContractAttr>:$contract);
  let results = (outs CNN_WeightTensor:$output);
  let hasVerifier = 1;
}

def CNN_DequantizeOp : CNN_Layer<"dequantize"> {
  let summary = "Codes to real values: (q - zero_point) * scale";
  let description = [{
    ```mlir
    %x = cnn.dequantize %q : (tensor<?x8x!quant.uniform<u8:f32, 0.1:3>>) -> tensor<?x8xf32>
    %y = cnn.dequantize %c {scale = 0.1 : f32, zero_point = 3 : i32} : (tensor<?x8xui8>) -> tensor<?x8xf32>
    ```
  }];
  let arguments = (ins CNN_WeightTensor:$input, OptionalAttr<F32Attr>:$scale, OptionalAttr<I32Attr>:$zero_point);
  let results = (outs CNN_FloatTensor:$output);
  let hasVerifier = 1;
}

def CNN_RequantizeOp : CNN_Layer<"requantize"> {
  let summary = "Exact accumulators to codes: the only place where a float multiplies an accumulator";
  let description = [{
    `q = clamp(round_half_even((float(acc) + bias) * multiplier) + zero_point, min, max)`, float32 throughout and never
    contracted. `multiplier` repeats along the leading dimensions of the accumulators: one element, one per channel, or
    one per position and channel (`[OH, OW, 1]`, average pools whose windows hang over). `bias` is there under
    contracts that keep the bias in float, one element per channel, in units of the accumulator.

    ```mlir
    %q = cnn.requantize %acc, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32}
       : (tensor<?x28x28x32xi32>, tensor<32xf32>) -> tensor<?x28x28x32xui8>
    ```
  }];
  let arguments = (ins CNN_AccumulatorTensor:$input, CNN_FloatTensor:$multiplier, Optional<CNN_FloatTensor>:$bias,
                       I32Attr:$zero_point, I32Attr:$min, I32Attr:$max);
  let results = (outs CNN_CodeTensor:$output);
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Integer level only
//===----------------------------------------------------------------------===//

def CNN_SumPool2DOp : CNN_Layer<"sum_pool2d"> {
  let summary = "Sum of (code - zero_point) over the part of each window that lies in the image";
  let description = [{
    What the average pools become at the integer level; the division is the multiplier of the requantization.

    ```mlir
    %s = cnn.sum_pool2d %x {kernel = array<i64: 7, 7>, zero_point = 3 : i32}
       : (tensor<?x7x7x64xui8>) -> tensor<?x1x1x64xi32>
    ```
  }];
  let arguments = (ins CNN_CodeTensor:$input, CNN_Size2D:$kernel, CNN_DefaultSize2D:$strides,
                       CNN_DefaultPadding:$padding, I32Attr:$zero_point);
  let results = (outs CNN_AccumulatorTensor:$output);
  let hasVerifier = 1;
}

def CNN_LookupOp : CNN_Layer<"lookup"> {
  let summary = "A function of one code, as a table of 256 codes";
  let description = [{
    Element `c` becomes `table[c]`, or `table[c + 128]` where codes are signed. What sigmoid, leaky_relu, hard_swish and
    every other function of one quantized value become: exact, and the same on every machine.

    ```mlir
    %y = cnn.lookup %x, %table : (tensor<?x8xui8>, tensor<256xui8>) -> tensor<?x8xui8>
    ```
  }];
  let arguments = (ins CNN_CodeTensor:$input, CNN_CodeTensor:$table);
  let results = (outs CNN_CodeTensor:$output);
  let hasVerifier = 1;
}

#endif // QCC_DIALECT_CNN_IR_CNNOPS_TD
