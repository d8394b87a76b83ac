//===- CNNAttributes.td - The cnn dialect: attributes ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_IR_CNNATTRIBUTES_TD
#define QCC_DIALECT_CNN_IR_CNNATTRIBUTES_TD

include "qcc/Dialect/CNN/IR/CNNBase.td"

class CNN_Attr<string name, string attrMnemonic> : AttrDef<CNN_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def CNN_ActivationAttr : CNN_Attr<"Activation", "activation"> {
  let summary = "An activation fused into the operation that produces its operand";
  let description = [{
    Only activations that are a clamp of the result can be fused, because a clamp is what a requantization does anyway:

    ```mlir
    #cnn.activation<relu>
    #cnn.activation<clamp, 0.000000e+00, 6.000000e+00>
    ```
  }];
  let parameters = (ins "::mlir::FloatAttr":$min, "::mlir::FloatAttr":$max);
  let builders = [AttrBuilder<(ins "float":$min, "float":$max)>];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    static ActivationAttr getRelu(::mlir::MLIRContext *context);
    /// True for a clamp to [0, inf).
    bool isRelu();
    float getLower();
    float getUpper();
    /// The one clamp that equals this one followed by `next`.
    ActivationAttr then(ActivationAttr next);
  }];
}

def CNN_Contract : I32EnumAttr<"NumericContract", "the arithmetic of quantized operations", [
  I32EnumAttrCase<"Fbgemm", 0, "fbgemm">,
  I32EnumAttrCase<"Qnnpack", 1, "qnnpack">,
  I32EnumAttrCase<"Onnx", 2, "onnx">]> {
  let cppNamespace = "::qcc::cnn";
  let genSpecializedAttr = 0;
}

def CNN_ContractAttr : EnumAttr<CNN_Dialect, CNN_Contract, "contract"> {
  let assemblyFormat = "`<` $value `>`";
}

def CNN_BoundsAttr : CNN_Attr<"Bounds", "bounds"> {
  let summary = "What the accumulators of a convolution or linear layer are proved to stay within";
  let description = [{
    `accumulator` holds for every partial sum in every order of summation, for every input that the operand's type
    allows. `pair` holds for the sum of two adjacent products along the depth, the first of which is at an even depth, which
    is what `vpmaddubsw` must hold in 16 bits; with `every_pair` for any two adjacent products.

    ```mlir
    #cnn.bounds<accumulator = [-81600, 92310], pair = [-1200, 1800]>
    ```
  }];
  let parameters = (ins "int64_t":$accumulatorMin, "int64_t":$accumulatorMax, "int64_t":$pairMin, "int64_t":$pairMax,
                        DefaultValuedParameter<"bool", "false">:$everyPair);
  let assemblyFormat = [{
    `<` `accumulator` `=` `[` $accumulatorMin `,` $accumulatorMax `]` `,`
        `pair` `=` custom<PairBounds>($pairMin, $pairMax, $everyPair)
  }];
  let extraClassDeclaration = [{
    bool fitsInt32();
    bool pairFitsInt16();
  }];
}

def CNN_PreprocessingAttr : CNN_Attr<"Preprocessing", "preprocessing"> {
  let summary = "What turns the pixels of a data set into the input of a module";
  let description = [{
    `value = (pixel / divisor - mean[c]) / std[c]`; the default divides by 255. `mean` and `std` have one element per
    channel, or none for 0 and 1. A divisor and not a factor, because `pixel / 255` is what models are trained on and
    `pixel * (1/255)` differs in the last bit.

    ```mlir
    #cnn.preprocessing<divisor = 2.550000e+02 : f32, mean = [], std = []>
    ```
  }];
  let parameters = (ins "::mlir::FloatAttr":$divisor, "::mlir::DenseF32ArrayAttr":$mean,
                        "::mlir::DenseF32ArrayAttr":$std);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // QCC_DIALECT_CNN_IR_CNNATTRIBUTES_TD
