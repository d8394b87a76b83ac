//===- CodegenAttributes.td - The codegen dialect: decisions ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CODEGEN_IR_CODEGENATTRIBUTES_TD
#define QCC_DIALECT_CODEGEN_IR_CODEGENATTRIBUTES_TD

include "qcc/Dialect/Codegen/IR/CodegenBase.td"

class Codegen_Attr<string name, string attrMnemonic> : AttrDef<Codegen_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def Codegen_TargetAttr : Codegen_Attr<"Target", "target"> {
  let summary = "What machine code is made for";
  let description = [{
    A triple and the name of an ISA level. All else that passes want to know is in the level's description
    (`qcc::TargetDescription`), so that a module stays valid when a description learns something new.

    ```mlir
    #codegen.target<"x86_64-unknown-linux-gnu", "avx512-vnni">
    ```
  }];
  let parameters = (ins "::mlir::StringAttr":$triple, "::mlir::StringAttr":$isa);
  let assemblyFormat = "`<` $triple `,` $isa `>`";
}

def Codegen_ArenaAttr : Codegen_Attr<"Arena", "arena"> {
  let summary = "The memory that a network's intermediate values share";
  let description = [{
    `size` bytes, aligned to `alignment`, for a block of `images` images; `bound` is the largest number of bytes that are
    live at one time, which no plan can go below. With `fixed`, a block has exactly `images` images and a run takes whole
    blocks of them (a model whose batch is fixed); else a block has up to `images`.

    The first `front` calls run on `frontImages` images of a block, then on the next ones, until all have passed; the other
    calls run on all images of a block at once. Buffers that only the front uses have room for `frontImages`. Where threads
    split a batch, each takes blocks, or less: a multiple of `taskImages`, if that is not 0.

    ```mlir
    #codegen.arena<size = 401408, bound = 401408, alignment = 64, images = 8>
    #codegen.arena<size = 3326976, bound = 3326976, alignment = 64, images = 64, front = 4, frontImages = 1, taskImages = 16>
    ```
  }];
  let parameters = (ins "int64_t":$size, "int64_t":$bound, "int64_t":$alignment, "int64_t":$images,
                        DefaultValuedParameter<"bool", "false">:$fixed,
                        DefaultValuedParameter<"int64_t", "0">:$front,
                        DefaultValuedParameter<"int64_t", "0">:$frontImages,
                        DefaultValuedParameter<"int64_t", "0">:$taskImages);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Codegen_EntryAttr : Codegen_Attr<"Entry", "entry"> {
  let summary = "The function through which a network is called from outside";
  let description = [{
    On a function that runs one block of images. `symbol` is the name of the function that runs any number of them;
    `bytes` are the sizes of each input's and then each result's block, of which the first `inputs` are inputs. `alone` is
    the function, of the same type, that runs a block of one image, if there is one.

    ```mlir
    #codegen.entry<"main_run", inputs = 1, bytes = [25088, 320]>
    #codegen.entry<"main_run", inputs = 1, bytes = [25088, 320], alone = "main_alone">
    ```
  }];
  let parameters = (ins "::mlir::StringAttr":$symbol, "int64_t":$inputs, ArrayRefParameter<"int64_t">:$bytes,
                        OptionalParameter<"::mlir::StringAttr">:$alone);
  let assemblyFormat = [{
    `<` $symbol `,` `inputs` `=` $inputs `,` `bytes` `=` `[` $bytes `]` (`,` `alone` `=` $alone^)? `>`
  }];
}

def Codegen_LoopOrder : I32EnumAttr<"LoopOrder", "what the outer loops of a contraction run over", [
  I32EnumAttrCase<"ChannelsOuter", 0, "channels_outer">,
  I32EnumAttrCase<"RowsOuter", 1, "rows_outer">,
  I32EnumAttrCase<"DepthOuter", 2, "depth_outer">]> {
  let cppNamespace = "::qcc::codegen";
  let genSpecializedAttr = 0;
}

def Codegen_ContractionAttr : Codegen_Attr<"Contraction", "contraction"> {
  let summary = "How a convolution or a linear layer is blocked";
  let description = [{
    One step of the innermost loop adds `depth` products to every element of a register tile. The tile holds
    `rows` x `columns` output positions (of a linear layer: 1 x images) and `vectors` vectors of `lanes` channels each.
    With a pool in the epilogue, rows are a multiple of the pool's or divide it (the windows are then reduced some rows after
    the others), and columns are a multiple. `fold_taps` says that the taps of a kernel row are one depth, because they are
    adjacent in memory (no dilation, one group).

    `depth_block`: of a linear layer whose weights exceed the cache, so many steps of the depth are done with all images of
    a block before the next ones; the sums wait in memory. 0: the whole depth at once. `prefetch`: meanwhile, the weights of
    the next block are fetched into the second cache.

    `paired`: of codes, sums are kept in blocks of two positions and two channels (`codegen.block_dot`), and a step takes eight
    products for each. A tile of one position is not.

    `order` is about which operand stays in cache: `channels_outer` keeps a block of weights and passes over the image
    with it, `rows_outer` keeps rows of the image and passes over all weights. `depth_outer`, of a linear layer whose depth is
    done in blocks, keeps a block of the depth of all images and passes over its weights of all channels.

    ```mlir
    #codegen.contraction<lanes = 16, rows = 2, columns = 2, vectors = 4, depth = 4, order = channels_outer>
    ```
  }];
  let parameters = (ins "int64_t":$lanes, "int64_t":$rows, "int64_t":$columns, "int64_t":$vectors, "int64_t":$depth,
                        DefaultValuedParameter<"bool", "false">:$foldTaps,
                        DefaultValuedParameter<"::qcc::codegen::LoopOrder",
                                               "::qcc::codegen::LoopOrder::ChannelsOuter">:$order,
                        DefaultValuedParameter<"int64_t", "0">:$depthBlock,
                        DefaultValuedParameter<"bool", "false">:$prefetch,
                        DefaultValuedParameter<"bool", "false">:$paired);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Codegen_MatrixAttr : Codegen_Attr<"Matrix", "matrix"> {
  let summary = "How a convolution or a linear layer of codes is blocked for a matrix unit";
  let description = [{
    A step of the innermost loop multiplies `rows` x `columns` tiles of `tile_rows` output positions each, which are
    adjacent columns of one row (of a linear layer: images), with `blocks` blocks of 16 channels. One tile holds 64 codes
    of the depth of each position. With a pool in the epilogue, `rows` and `tile_rows` are multiples of the pool's. With
    `flat`, the positions of an image are one row: there are no taps, and nothing lies between the rows.

    What `tile_rows` does not divide is computed by a last tile that overlaps the one before it. Images that are too few for
    a tile take `rest`.

    ```mlir
    #codegen.matrix<tileRows = 14, rows = 2, columns = 1, blocks = 2, foldTaps = true, order = rows_outer>
    ```
  }];
  let parameters = (ins "int64_t":$tileRows, "int64_t":$rows, "int64_t":$columns, "int64_t":$blocks,
                        DefaultValuedParameter<"bool", "false">:$foldTaps,
                        DefaultValuedParameter<"bool", "false">:$flat,
                        DefaultValuedParameter<"::qcc::codegen::LoopOrder",
                                               "::qcc::codegen::LoopOrder::ChannelsOuter">:$order,
                        OptionalParameter<"::qcc::codegen::ContractionAttr">:$rest);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Codegen_WinogradAttr : Codegen_Attr<"Winograd", "winograd"> {
  let summary = "How a 3x3 convolution of codes is computed by Winograd's F(2x2, 3x3)";
  let description = [{
    A tile is 2x2 output positions (one window of a pool of 2x2), which take 16 products for each input channel instead of
    36: elements of `Bt d B` (4x4 codes of the input) by those of `4 G g Gt` (packing `winograd`), both of which are
    integers of 16 bits. The sums of products, `M`, become accumulators as `At M A / 4`, which has no rest. All of it wraps
    in 32 bits, and is exact because four times an accumulator fits.

    `rows` x `columns` tiles form a block, whose transformed input is made once for all output channels. A step of the
    innermost loop adds two products to each of `positions` tiles x `vectors` vectors of `lanes` channels. Tiles and blocks
    at the end of an image overlap those before them.

    ```mlir
    #codegen.winograd<lanes = 8, rows = 2, columns = 14, positions = 5, vectors = 2>
    ```
  }];
  let parameters = (ins "int64_t":$lanes, "int64_t":$rows, "int64_t":$columns, "int64_t":$positions,
                        "int64_t":$vectors);
  let assemblyFormat = "`<` struct(params) `>`";
}

class Codegen_LanesAttr<string name, string attrMnemonic> : Codegen_Attr<name, attrMnemonic> {
  let parameters = (ins "int64_t":$lanes);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Codegen_DepthwiseAttr : Codegen_Attr<"Depthwise", "depthwise"> {
  let summary = "How a depthwise convolution is blocked: vectors along channels, a few positions at a time";
  let description = [{
    `columns` neighbouring columns of the result are computed at once, for `lanes` channels.

    `taps`: the products that one step adds to each sum. With 1, a step is one tap: a multiplication and an addition. With
    4, it is a dot product of four rows of one column of taps (codes only), `rows` rows of the result are computed at once,
    and weights are packed as `tap_rows`. `slide` keeps the interleaved columns of the input that neighbouring columns of
    the result have in common in registers, instead of the sums of all `columns`. `order`: weights are read anew for every
    few rows, or an image is passed over for every block of channels.

    ```mlir
    #codegen.depthwise<lanes = 64, columns = 2, rows = 2, taps = 4, slide = true>
    ```
  }];
  let parameters = (ins "int64_t":$lanes, "int64_t":$columns, DefaultValuedParameter<"int64_t", "1">:$rows,
                        DefaultValuedParameter<"int64_t", "1">:$taps,
                        DefaultValuedParameter<"bool", "false">:$slide,
                        DefaultValuedParameter<"::qcc::codegen::LoopOrder",
                                               "::qcc::codegen::LoopOrder::RowsOuter">:$order);
  let assemblyFormat = "`<` struct(params) `>`";
}
def Codegen_WindowAttr : Codegen_LanesAttr<"Window", "window"> {
  let summary = "A pool: vectors of `lanes` channels, one position at a time";
}
def Codegen_PointwiseAttr : Codegen_LanesAttr<"Pointwise", "pointwise"> {
  let summary = "Elementwise operations as one loop over vectors of `lanes` elements";
}
def Codegen_CopyAttr : Codegen_Attr<"Copy", "copy"> {
  let summary = "Elements are moved, not computed: concat, pad, transpose, copies";
  let description = [{
    `in_place`: the input lies in the result's buffer already, and only the elements around it are written.
  }];
  let parameters = (ins DefaultValuedParameter<"bool", "false">:$inPlace);
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
}

def Codegen_ReferenceAttr : Codegen_Attr<"Reference", "reference"> {
  let summary = "The reference lowering, and why nothing better";
  let parameters = (ins "::mlir::StringAttr":$reason);
  let assemblyFormat = "`<` $reason `>`";
}

def Codegen_SplitDimension : I32EnumAttr<"SplitDimension", "what the parts of a kernel are blocks of", [
  I32EnumAttrCase<"Positions", 0, "positions">,
  I32EnumAttrCase<"Channels", 1, "channels">,
  I32EnumAttrCase<"Depth", 2, "depth">]> {
  let cppNamespace = "::qcc::codegen";
  let genSpecializedAttr = 0;
}

def Codegen_SplitDimensionAttr : EnumAttr<Codegen_Dialect, Codegen_SplitDimension, "split"> {
  let summary = "A kernel that is computed in parts, and what of it a part computes";
  let description = [{
    On a kernel: its function takes the number of a part and of all parts behind the number of images, and computes that
    part's share of the blocks of output `positions` (rows, most often) or output `channels`, of every image. Blocks are
    those of its strategy, so that parts compute the same bytes as the whole. Threads share kernels that are split along either.

    `depth`: of a linear layer whose strategy is `depth_outer`, for one image. The two numbers are those of the first block
    of the depth and of the one behind the last; the parts follow each other on one thread, and their sums wait in a buffer
    that is the function's last argument.
  }];
  let assemblyFormat = "`<` $value `>`";
}

def Codegen_Packing : I32EnumAttr<"Packing", "an order of weights in memory", [
  I32EnumAttrCase<"Dot", 0, "dot">,
  I32EnumAttrCase<"Taps", 1, "taps">,
  I32EnumAttrCase<"TapRows", 2, "tap_rows">,
  I32EnumAttrCase<"Winograd", 3, "winograd">]> {
  let cppNamespace = "::qcc::codegen";
  let genSpecializedAttr = 0;
}

def Codegen_PackingAttr : EnumAttr<Codegen_Dialect, Codegen_Packing, "packing"> {
  let assemblyFormat = "`<` $value `>`";
}

#endif // QCC_DIALECT_CODEGEN_IR_CODEGENATTRIBUTES_TD
