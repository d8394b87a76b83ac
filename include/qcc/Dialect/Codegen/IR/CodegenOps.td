//===- CodegenOps.td - The codegen dialect: operations ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CODEGEN_IR_CODEGENOPS_TD
#define QCC_DIALECT_CODEGEN_IR_CODEGENOPS_TD

include "qcc/Dialect/Codegen/IR/CodegenAttributes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Codegen_Op<string mnemonic, list<Trait> traits = []> : Op<Codegen_Dialect, mnemonic, !listconcat([Pure], traits)>;

def Codegen_CodeElement : AnyTypeOf<[UI8, I<8>, SI8]>;

def Codegen_UnpackOp : Codegen_Op<"unpack"> {
  let summary = "Weights in the order of their operation, from the order that they have in memory";
  let description = [{
    A kernel's weights come packed; this says what they mean, so that a kernel means the same before and after packing.
    No code is made of it: whoever lowers the operation that uses it reads the packed weights.

    `dot`: `[G * ceil(O/G / 16), K/d, 16, d]`, blocks of 16 output channels of one group; `d` is 4 for codes and 1 for
    floats. A depth `K` runs over kernel rows, kernel columns and input channels; the channels of a tap, or with
    `fold_taps` the taps of a kernel row, are filled up with zeros to a multiple of `d`, and so are the channels of a
    block. `depth_multiple`, a multiple of `d`, says that they are filled up further: the tiles of a matrix unit take
    64 codes of the depth, and all levels of an instruction set can read the same weights.

    `taps`: `[KH * KW, O]`, one vector of channels for each tap of a depthwise convolution.

    `tap_rows`: `[R, KW, ceil((KH + R - 1) / 4), O, 4]`, four rows of one column of a depthwise convolution's taps for each
    channel. Groups of four rows are those of the input, counted from the first one that `rows` (R) rows of the result
    read: the taps of row `r` are moved down by `r`, and zeros are around them. Channels come in blocks of `block`; the last
    one is filled up with zeros to a power of two that is at least 16. A block is four quarters, each of which has four of
    every 16 channels: that is the order in which unpacking bytes and then pairs interleaves four vectors of codes.

    `winograd`: `[ceil(O / 16), 16, ceil(I / 2), 16, 2]` of 16 bits, of 3x3 taps `g`: for each block of 16 output channels the
    16 elements of `4 G g Gt`, where `G` is that of F(2x2, 3x3) (#codegen.winograd); pairs of input channels are adjacent. What
    is filled up is zero.

    ```mlir
    %w = codegen.unpack %p <dot> {groups = 1 : i64} : tensor<4x72x16x4xi8> -> tensor<64x3x3x32xi8>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$packed, Codegen_PackingAttr:$packing,
                       DefaultValuedAttr<I64Attr, "1">:$groups, UnitAttr:$fold_taps,
                       DefaultValuedAttr<I64Attr, "1">:$depth_multiple, DefaultValuedAttr<I64Attr, "1">:$rows,
                       DefaultValuedAttr<I64Attr, "16">:$block);
  let results = (outs AnyRankedTensor:$weights);
  let assemblyFormat = "$packed $packing attr-dict `:` type($packed) `->` type($weights)";
  let hasVerifier = 1;
}

def Codegen_FlipSignOp : Codegen_Op<"flip_sign"> {
  let summary = "Codes of the other signedness: each code's highest bit is inverted";
  let description = [{
    `ui8` code `c` becomes `i8` code `c - 128`, and back. A dot product whose instruction wants signed codes reads unsigned
    ones through it; the correction is in the bias.

    ```mlir
    %s = codegen.flip_sign %u : tensor<?x8x8x4xui8> -> tensor<?x8x8x4xi8>
    ```
  }];
  let arguments = (ins TensorOf<[Codegen_CodeElement]>:$input);
  let results = (outs TensorOf<[Codegen_CodeElement]>:$output);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($output)";
  let hasVerifier = 1;
}

def Codegen_NarrowOp : Codegen_Op<"narrow", [AllTypesMatch<["first", "second", "third", "fourth"]>]> {
  let summary = "Four vectors of floats, rounded to codes";
  let description = [{
    Element `i` of vector `q` becomes the code `round(x) + zero_point`, saturated to 8 bits, unsigned ones with `unsigned`.
    Ties go to even; nothing is NaN. The codes come in the order that undoes the interleaving of four vectors of codes
    (packing `tap_rows` of `codegen.unpack`): this one is `output[16 * (i / 4) + 4 * q + i % 4]`.

    Packing instructions narrow two vectors to one and saturate on the way, which saves comparisons. `fits` says that all
    elements are known to be in the range of 32 bits, where conversions to integers are defined.

    ```mlir
    %c = codegen.narrow %x0, %x1, %x2, %x3 zero_point 3 unsigned : vector<16xf32> -> vector<64xi8>
    ```
  }];
  let arguments = (ins VectorOfRankAndType<[1], [F32]>:$first, VectorOfRankAndType<[1], [F32]>:$second,
                       VectorOfRankAndType<[1], [F32]>:$third, VectorOfRankAndType<[1], [F32]>:$fourth, I32Attr:$zero_point, UnitAttr:$isUnsigned,
                       UnitAttr:$fits);
  let results = (outs VectorOfRankAndType<[1], [I8]>:$output);
  let assemblyFormat = [{
    $first `,` $second `,` $third `,` $fourth `zero_point` $zero_point (`unsigned` $isUnsigned^)? (`fits` $fits^)? attr-dict `:`
        type($first) `->` type($output)
  }];
  let hasVerifier = 1;
}

def Codegen_DotOp : Codegen_Op<"dot", [AllTypesMatch<["accumulators", "output"]>]> {
  let summary = "Adds four products of codes, or two of 16 bits, to each accumulator";
  let description = [{
    `output[i] = accumulators[i] + sum over j < 4 of activations[j] * weights[4 * i + j]`, in 32 bits, wrapping. If there are
    as many activations as weights, each accumulator has its own: `activations[4 * i + j]`. Activations are unsigned with `unsigned`, else signed; weights are signed. `pair_fits` says that
    `activations[j] * weights[4i + j] + activations[j+1] * weights[4i + j + 1]` (j even) is known to fit into 16 bits.

    Of elements of 16 bits, which are signed, there are two where there are four codes; no sum of two products is 2^31.

    The one operation that each ISA lowers to instructions of its own (`qcc-lower-dot`).

    ```mlir
    %2 = codegen.dot %acc, %a, %w unsigned : vector<16xi32>, vector<4xi8>, vector<64xi8>
    ```
  }];
  let arguments = (ins VectorOfRankAndType<[1], [I32]>:$accumulators, VectorOfRankAndType<[1], [I8, I16]>:$activations,
                       VectorOfRankAndType<[1], [I8, I16]>:$weights, UnitAttr:$isUnsigned, UnitAttr:$pair_fits);
  let results = (outs VectorOfRankAndType<[1], [I32]>:$output);
  let assemblyFormat = [{
    $accumulators `,` $activations `,` $weights (`unsigned` $isUnsigned^)? (`pair_fits` $pair_fits^)? attr-dict `:`
        type($accumulators) `,` type($activations) `,` type($weights)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Products that are added to an accumulator.
    int64_t getProducts() {
      return 32 / ::mlir::cast<::mlir::VectorType>(getWeights().getType()).getElementTypeBitWidth();
    }
  }];
}

def Codegen_BlockDotOp : Codegen_Op<"block_dot", [AllTypesMatch<["accumulators", "output"]>, AllTypesMatch<["activations", "weights"]>]> {
  let summary = "Adds eight products of codes to each of 2x2 accumulators";
  let description = [{
    `output[2 * i + j] = accumulators[2 * i + j] + sum over k < 8 of activations[8 * i + k] * weights[8 * j + k]`, in 32
    bits, wrapping: of two positions `i` and two channels `j`. Activations are unsigned with `unsigned`, else signed; weights are
    signed.

    ```mlir
    %2 = codegen.block_dot %acc, %a, %w unsigned : vector<4xi32>, vector<16xi8>
    ```
  }];
  let arguments = (ins VectorOfLengthAndType<[4], [I32]>:$accumulators, VectorOfLengthAndType<[16], [I8]>:$activations,
                       VectorOfLengthAndType<[16], [I8]>:$weights, UnitAttr:$isUnsigned);
  let results = (outs VectorOfLengthAndType<[4], [I32]>:$output);
  let assemblyFormat = [{
    $accumulators `,` $activations `,` $weights (`unsigned` $isUnsigned^)? attr-dict `:` type($accumulators) `,` type($activations)
  }];
}

#endif // QCC_DIALECT_CODEGEN_IR_CODEGENOPS_TD
