// RUN: qcc-opt %s --split-input-file --qcc-pack-weights | FileCheck %s

// Blocks of 16 channels, steps of 4 input channels; what is missing is zero. The same constant packed in the same way is one
// constant, wherever it is used.
// CHECK-LABEL: module
// CHECK: func.func @main
// CHECK: %[[A:.*]] = cnn.constant dense_resource<[[NAME:.*]]> : tensor<1x2x16x4xi8>
// CHECK: %[[B:.*]] = cnn.constant dense_resource<b{{.*}}> : tensor<1x2x16x4xi8>
// CHECK-NOT: tensor<2x5xi8>
// CHECK: call @linear_0(%{{.*}}, %[[A]])
// CHECK: call @linear_0(%{{.*}}, %[[B]])
// CHECK: call @linear_0(%{{.*}}, %[[A]])
// CHECK: func.func @other
// CHECK: cnn.constant dense_resource<[[NAME]]> : tensor<1x2x16x4xi8>
// CHECK: func.func private @linear_0(%[[X:.*]]: tensor<?x5xui8>, %[[P:.*]]: tensor<1x2x16x4xi8> {codegen.constant})
// CHECK: %[[W:.*]] = codegen.unpack %[[P]] <dot> : tensor<1x2x16x4xi8> -> tensor<2x5xi8>
// CHECK: cnn.linear %[[X]], %[[W]]
// Step 0: four codes of channel 0, of channel 1, of 14 channels that are not there; step 1: the fifth.
// CHECK: [[NAME]]: "0x{{[0-9A-F]{8}()}}0102030406070809{{(00){56}()}}050000000A000000{{(00){56}()}}"
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x5xui8>, %y: tensor<?x5xui8>, %z: tensor<?x5xui8>) -> (tensor<?x2xi32>, tensor<?x2xi32>, tensor<?x2xi32>) {
  %a = cnn.constant dense_resource<a> : tensor<2x5xi8>
  %b = cnn.constant dense_resource<b> : tensor<2x5xi8>
  %0 = call @linear_0(%x, %a) : (tensor<?x5xui8>, tensor<2x5xi8>) -> tensor<?x2xi32>
  %1 = call @linear_0(%y, %b) : (tensor<?x5xui8>, tensor<2x5xi8>) -> tensor<?x2xi32>
  %2 = call @linear_0(%z, %a) : (tensor<?x5xui8>, tensor<2x5xi8>) -> tensor<?x2xi32>
  return %0, %1, %2 : tensor<?x2xi32>, tensor<?x2xi32>, tensor<?x2xi32>
}
func.func @other(%x: tensor<?x5xui8>) -> tensor<?x2xi32> {
  %a = cnn.constant dense_resource<a> : tensor<2x5xi8>
  %0 = call @linear_0(%x, %a) : (tensor<?x5xui8>, tensor<2x5xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
func.func private @linear_0(%x: tensor<?x5xui8>, %w: tensor<2x5xi8> {codegen.constant}) -> tensor<?x2xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x5xui8>, tensor<2x5xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
}
{-# dialect_resources: { builtin: {
  a: "0x010000000102030405060708090A",
  b: "0x010000000B0C0D0E0F1011121314"
} } #-}

// -----

// Folded taps: the two columns of a kernel row, three channels each, are six codes in two steps. Two groups: each begins a
// block.
// CHECK-LABEL: module
// CHECK: cnn.constant dense_resource<{{.*}}> : tensor<1x4x16x4xi8>
// CHECK: cnn.constant dense_resource<{{.*}}> : tensor<2x1x16x1xf32>
// CHECK: codegen.unpack %{{.*}} <dot> {fold_taps} : tensor<1x4x16x4xi8> -> tensor<1x2x2x3xi8>
// CHECK: codegen.unpack %{{.*}} <dot> {groups = 2 : i64} : tensor<2x1x16x1xf32> -> tensor<4x1x1x1xf32>
// CHECK-DAG: "0x{{[0-9A-F]{8}()}}01020304{{(00){60}()}}05060000{{(00){60}()}}0708090A{{(00){60}()}}0B0C0000{{(00){60}()}}"
// CHECK-DAG: "0x{{[0-9A-F]{8}()}}0000803F00000040{{(00){56}()}}0000404000008040{{(00){56}()}}"
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x8x8x3xui8>, %y: tensor<?x8x8x2xf32>) -> (tensor<?x7x7x1xi32>, tensor<?x8x8x4xf32>) {
  %w = cnn.constant dense<[[[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]]> : tensor<1x2x2x3xi8>
  %0 = call @conv2d_0(%x, %w) : (tensor<?x8x8x3xui8>, tensor<1x2x2x3xi8>) -> tensor<?x7x7x1xi32>
  %v = cnn.constant dense<[[[[1.0]]], [[[2.0]]], [[[3.0]]], [[[4.0]]]]> : tensor<4x1x1x1xf32>
  %1 = call @conv2d_1(%y, %v) : (tensor<?x8x8x2xf32>, tensor<4x1x1x1xf32>) -> tensor<?x8x8x4xf32>
  return %0, %1 : tensor<?x7x7x1xi32>, tensor<?x8x8x4xf32>
}
func.func private @conv2d_0(%x: tensor<?x8x8x3xui8>, %w: tensor<1x2x2x3xi8> {codegen.constant}) -> tensor<?x7x7x1xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4, foldTaps = true>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x8x8x3xui8>, tensor<1x2x2x3xi8>) -> tensor<?x7x7x1xi32>
  return %0 : tensor<?x7x7x1xi32>
}
func.func private @conv2d_1(%x: tensor<?x8x8x2xf32>, %w: tensor<4x1x1x1xf32> {codegen.constant}) -> tensor<?x8x8x4xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 1>} {
  %0 = cnn.conv2d %x, %w {groups = 2 : i64} : (tensor<?x8x8x2xf32>, tensor<4x1x1x1xf32>) -> tensor<?x8x8x4xf32>
  return %0 : tensor<?x8x8x4xf32>
}
}

// -----

// A depthwise kernel's weights: one vector of channels for each tap.
// CHECK-LABEL: module
// CHECK: cnn.constant dense<{{\[}}[1, 3], [2, 4]]> : tensor<2x2xi8>
// CHECK: codegen.unpack %{{.*}} <taps> {groups = 2 : i64} : tensor<2x2xi8> -> tensor<2x1x2x1xi8>
module attributes {codegen.target = #codegen.target<"aarch64-linux-gnu", "neon">} {
func.func @main(%x: tensor<?x8x8x2xui8>) -> tensor<?x8x7x2xi32> {
  %w = cnn.constant dense<[[[[1], [2]]], [[[3], [4]]]]> : tensor<2x1x2x1xi8>
  %0 = call @conv2d_0(%x, %w) : (tensor<?x8x8x2xui8>, tensor<2x1x2x1xi8>) -> tensor<?x8x7x2xi32>
  return %0 : tensor<?x8x7x2xi32>
}
func.func private @conv2d_0(%x: tensor<?x8x8x2xui8>, %w: tensor<2x1x2x1xi8> {codegen.constant}) -> tensor<?x8x7x2xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 4, columns = 1>} {
  %0 = cnn.conv2d %x, %w {groups = 2 : i64} : (tensor<?x8x8x2xui8>, tensor<2x1x2x1xi8>) -> tensor<?x8x7x2xi32>
  return %0 : tensor<?x8x7x2xi32>
}
}

// -----

// The target's dot product takes signed codes: 128 times the sum of a channel's weights (10 and -4) goes into the bias. The
// proof about pairs was about the other codes; of signed ones pairs fit unless both weights are -128.
// CHECK-LABEL: module
// CHECK: cnn.constant dense<[1380, -712]> : tensor<2xi32>
// CHECK-NOT: dense<[100, -200]>
// CHECK: func.func private @linear_0(%[[X:.*]]: tensor<?x3xui8>, %[[P:.*]]: tensor<1x1x16x4xi8> {codegen.constant}, %[[M:.*]]: tensor<2xf32> {codegen.constant}, %[[B:.*]]: tensor<2xi32> {codegen.constant})
// CHECK: %[[W:.*]] = codegen.unpack %[[P]]
// CHECK: %[[S:.*]] = codegen.flip_sign %[[X]] : tensor<?x3xui8> -> tensor<?x3xi8>
// CHECK: cnn.linear %[[S]], %[[W]], %[[B]] {bounds = #cnn.bounds<accumulator = [-2147483648, 2147483647], pair = [-32768, 32767]>} : (tensor<?x3xi8>, tensor<2x3xi8>, tensor<2xi32>)
module attributes {codegen.target = #codegen.target<"aarch64-linux-gnu", "dotprod">} {
func.func @main(%x: tensor<?x3xui8>) -> tensor<?x2xui8> {
  %w = cnn.constant dense<[[5, 4, 1], [-1, -2, -1]]> : tensor<2x3xi8>
  %b = cnn.constant dense<[100, -200]> : tensor<2xi32>
  %m = cnn.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %0 = call @linear_0(%x, %w, %b, %m) : (tensor<?x3xui8>, tensor<2x3xi8>, tensor<2xi32>, tensor<2xf32>) -> tensor<?x2xui8>
  return %0 : tensor<?x2xui8>
}
func.func private @linear_0(%x: tensor<?x3xui8>, %w: tensor<2x3xi8> {codegen.constant}, %b: tensor<2xi32> {codegen.constant}, %m: tensor<2xf32> {codegen.constant}) -> tensor<?x2xui8>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 4, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %0 = cnn.linear %x, %w, %b {bounds = #cnn.bounds<accumulator = [-9000, 9000], pair = [-900, 900]>} : (tensor<?x3xui8>, tensor<2x3xi8>, tensor<2xi32>) -> tensor<?x2xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x2xi32>, tensor<2xf32>) -> tensor<?x2xui8>
  return %1 : tensor<?x2xui8>
}
}

// -----

// Two weights of -128 that are multiplied together; the first and the second channel's are apart.
// CHECK-LABEL: module
// CHECK: cnn.linear %{{.*}} {bounds = #cnn.bounds{{.*}}} : (tensor<?x4xi8>, tensor<3x4xi8>, tensor<3xi32>)
// CHECK: cnn.linear %{{.*}}, %{{[a-z0-9]*}} : (tensor<?x4xi8>, tensor<3x4xi8>, tensor<3xi32>)
module attributes {codegen.target = #codegen.target<"aarch64-linux-gnu", "neon">} {
func.func @main(%x: tensor<?x4xui8>) -> (tensor<?x3xi32>, tensor<?x3xi32>) {
  %w = cnn.constant dense<[[1, -128, -128, 1], [-128, 1, 1, -128], [-128, -127, 1, 1]]> : tensor<3x4xi8>
  %v = cnn.constant dense<[[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, -128, -128]]> : tensor<3x4xi8>
  %0 = call @linear_0(%x, %w) : (tensor<?x4xui8>, tensor<3x4xi8>) -> tensor<?x3xi32>
  %1 = call @linear_1(%x, %v) : (tensor<?x4xui8>, tensor<3x4xi8>) -> tensor<?x3xi32>
  return %0, %1 : tensor<?x3xi32>, tensor<?x3xi32>
}
func.func private @linear_0(%x: tensor<?x4xui8>, %w: tensor<3x4xi8> {codegen.constant}) -> tensor<?x3xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 4, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x4xui8>, tensor<3x4xi8>) -> tensor<?x3xi32>
  return %0 : tensor<?x3xi32>
}
func.func private @linear_1(%x: tensor<?x4xui8>, %w: tensor<3x4xi8> {codegen.constant}) -> tensor<?x3xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 4, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x4xui8>, tensor<3x4xi8>) -> tensor<?x3xi32>
  return %0 : tensor<?x3xi32>
}
}

// -----

// The other way round, and no bias before.
// CHECK-LABEL: module
// CHECK: cnn.constant dense<[-1280, 512]> : tensor<2xi32>
// CHECK: func.func private @linear_0(%[[X:.*]]: tensor<?x3xi8>, %[[P:.*]]: tensor<1x1x16x4xi8> {codegen.constant}, %[[B:.*]]: tensor<2xi32> {codegen.constant})
// CHECK: %[[S:.*]] = codegen.flip_sign %[[X]] : tensor<?x3xi8> -> tensor<?x3xui8>
// CHECK: cnn.linear %[[S]], %{{.*}}, %[[B]] : (tensor<?x3xui8>, tensor<2x3xi8>, tensor<2xi32>)
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func @main(%x: tensor<?x3xi8>) -> tensor<?x2xi32> {
  %w = cnn.constant dense<[[5, 4, 1], [-1, -2, -1]]> : tensor<2x3xi8>
  %0 = call @linear_0(%x, %w) : (tensor<?x3xi8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
func.func private @linear_0(%x: tensor<?x3xi8>, %w: tensor<2x3xi8> {codegen.constant}) -> tensor<?x2xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 16, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %0 = cnn.linear %x, %w : (tensor<?x3xi8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
}

// -----

// Neither other strategies nor weights that are packed already are touched.
// CHECK-LABEL: module
// CHECK: func.func private @reference(%{{.*}}: tensor<?x3xi8>, %{{.*}}: tensor<2x3xi8> {codegen.constant})
// CHECK-NOT: codegen.unpack
// CHECK: func.func private @packed
// CHECK: codegen.unpack
// CHECK-NOT: codegen.unpack
// CHECK: return
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func private @reference(%x: tensor<?x3xi8>, %w: tensor<2x3xi8> {codegen.constant}) -> tensor<?x2xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  %0 = cnn.linear %x, %w : (tensor<?x3xi8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
func.func private @packed(%x: tensor<?x3xi8>, %p: tensor<1x1x16x4xi8> {codegen.constant}) -> tensor<?x2xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<1x1x16x4xi8> -> tensor<2x3xi8>
  %0 = cnn.linear %x, %w : (tensor<?x3xi8>, tensor<2x3xi8>) -> tensor<?x2xi32>
  return %0 : tensor<?x2xi32>
}
}

// -----

// A matrix unit takes 64 codes of the depth: a kernel row of 6 is filled up. It takes signed codes as they are.
// CHECK-LABEL: module
// CHECK: func.func @main
// CHECK: cnn.constant dense_resource<{{.*}}> : tensor<1x32x16x4xi8>
// CHECK: func.func private @conv2d_0(%[[X:.*]]: tensor<?x4x18x3xi8>, %[[P:.*]]: tensor<1x32x16x4xi8> {codegen.constant})
// CHECK: %[[W:.*]] = codegen.unpack %[[P]] <dot> {depth_multiple = 64 : i64, fold_taps} : tensor<1x32x16x4xi8> -> tensor<1x2x2x3xi8>
// CHECK: cnn.conv2d %[[X]], %[[W]] :
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "amx">} {
func.func @main(%x: tensor<?x4x18x3xi8>) -> tensor<?x3x17x1xi32> {
  %w = cnn.constant dense<[[[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]]]> : tensor<1x2x2x3xi8>
  %0 = call @conv2d_0(%x, %w) : (tensor<?x4x18x3xi8>, tensor<1x2x2x3xi8>) -> tensor<?x3x17x1xi32>
  return %0 : tensor<?x3x17x1xi32>
}
func.func private @conv2d_0(%x: tensor<?x4x18x3xi8>, %w: tensor<1x2x2x3xi8> {codegen.constant}) -> tensor<?x3x17x1xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.matrix<tileRows = 16, rows = 1, columns = 1, blocks = 1, foldTaps = true>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x4x18x3xi8>, tensor<1x2x2x3xi8>) -> tensor<?x3x17x1xi32>
  return %0 : tensor<?x3x17x1xi32>
}
}

// -----

// Taps by rows, for two rows of the result: column 0 of the kernel is 1, 3, 5 in channel 0, and moves down by one for the second
// row. Channels come by quarters of four: 0 to 3 are the first one's, so that channel 5's weights are those of 4 channels later.
// The dot product takes unsigned codes: the sums of the weights go into the bias.
// CHECK-LABEL: module
// CHECK: cnn.constant dense<[-2688, -128, -128, -128, -128, -2816]> : tensor<6xi32>
// CHECK: cnn.constant dense_resource<[[NAME:.*]]> : tensor<2x2x1x16x4xi8>
// CHECK: codegen.unpack %{{.*}} <tap_rows> {block = 64 : i64, groups = 6 : i64, rows = 2 : i64} : tensor<2x2x1x16x4xi8> -> tensor<6x3x2x1xi8>
// CHECK: codegen.flip_sign %{{.*}} : tensor<?x8x8x6xi8> -> tensor<?x8x8x6xui8>
// CHECK: [[NAME]]: "0x{{[0-9A-F]{8}()}}01030500{{(01000000){4}()}}07000F00{{(00){40}()}}02040600{{(00){60}()}}0001030500010000
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func @main(%x: tensor<?x8x8x6xi8>) -> tensor<?x6x7x6xi32> {
  %w = cnn.constant dense<[[[[1], [2]], [[3], [4]], [[5], [6]]], [[[1], [0]], [[0], [0]], [[0], [0]]], [[[1], [0]], [[0], [0]], [[0], [0]]],
                           [[[1], [0]], [[0], [0]], [[0], [0]]], [[[1], [0]], [[0], [0]], [[0], [0]]], [[[7], [0]], [[0], [0]], [[15], [0]]]]> : tensor<6x3x2x1xi8>
  %0 = call @conv2d_0(%x, %w) : (tensor<?x8x8x6xi8>, tensor<6x3x2x1xi8>) -> tensor<?x6x7x6xi32>
  return %0 : tensor<?x6x7x6xi32>
}
func.func private @conv2d_0(%x: tensor<?x8x8x6xi8>, %w: tensor<6x3x2x1xi8> {codegen.constant}) -> tensor<?x6x7x6xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.depthwise<lanes = 64, columns = 2, rows = 2, taps = 4, slide = true>} {
  %0 = cnn.conv2d %x, %w {groups = 6 : i64} : (tensor<?x8x8x6xi8>, tensor<6x3x2x1xi8>) -> tensor<?x6x7x6xi32>
  return %0 : tensor<?x6x7x6xi32>
}
}

// -----

// 4 G g Gt, of 16 bits: ones in the middle of the nine taps give 1 and -1 where rows and columns of G have them. Pairs of
// input channels are adjacent: the second one is not there.
// CHECK-LABEL: module
// CHECK: cnn.constant dense_resource<{{.*}}> : tensor<1x16x1x16x2xi16>
// CHECK: codegen.unpack %{{.*}} <winograd> : tensor<1x16x1x16x2xi16> -> tensor<1x3x3x1xi8>
// CHECK-NOT: flip_sign
// CHECK: "0x{{[0-9A-F]{8}()}}{{(00){160}()}}{{(00){160}()}}0100{{(00){62}()}}FFFF{{(00){190}()}}FFFF{{(00){62}()}}0100{{(00){191}()}}{{(00){191}()}}"
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x4x4x1xui8>) -> tensor<?x2x2x1xi32> {
  %w = cnn.constant dense<[[[[0], [0], [0]], [[0], [1], [0]], [[0], [0], [0]]]]> : tensor<1x3x3x1xi8>
  %0 = call @conv2d_0(%x, %w) : (tensor<?x4x4x1xui8>, tensor<1x3x3x1xi8>) -> tensor<?x2x2x1xi32>
  return %0 : tensor<?x2x2x1xi32>
}
func.func private @conv2d_0(%x: tensor<?x4x4x1xui8>, %w: tensor<1x3x3x1xi8> {codegen.constant}) -> tensor<?x2x2x1xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.winograd<lanes = 8, rows = 1, columns = 1, positions = 1, vectors = 2>} {
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xui8>, tensor<1x3x3x1xi8>) -> tensor<?x2x2x1xi32>
  return %0 : tensor<?x2x2x1xi32>
}
}
