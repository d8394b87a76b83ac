// RUN: qcc-opt %s --qcc-plan-memory=images=2 --split-input-file | FileCheck %s
// RUN: qcc-opt %s --qcc-plan-memory --split-input-file | FileCheck %s --check-prefix=CACHE
// RUN: qcc-opt %s --qcc-plan-memory="images=8 front-images=2" --split-input-file | FileCheck %s --check-prefix=FRONT

// A pad whose input a kernel computes is a border around that kernel's result: one buffer, addressed from its first
// byte. A second pad of the same value is a copy. Results lie in the caller's memory. 64 bytes are left before the first buffer and
// behind the last, and lives that do not overlap share memory.
// CHECK-LABEL: func.func @main
// CHECK-SAME: codegen.arena = #codegen.arena<size = 320, bound = 320, alignment = 64, images = 2>
// CHECK: %[[A:.*]] = call @relu(%arg0) {codegen.offset = 64 : i64}
// CHECK: %[[B:.*]] = call @grow(%[[A]]) {codegen.offset = 64 : i64}
// CHECK: %[[C:.*]] = call @wide(%[[B]]) {codegen.offset = 128 : i64}
// CHECK: %[[D:.*]] = call @pad(%[[A]]) {codegen.offset = 192 : i64}
// CHECK: %[[E:.*]] = call @max(%[[D]]) {codegen.offset = 64 : i64}
// CHECK: %[[F:.*]] = call @max(%[[C]]) {codegen.offset = 192 : i64}
// CHECK: call @both(%[[E]], %[[F]]) :

// CHECK: func.func private @relu(
// CHECK-SAME: memref<2x2x2x2xi8>
// CHECK-SAME: memref<2x2x2x2xi8, strided<[32, 8, 2, 1], offset: 4>>
// CHECK: func.func private @grow
// CHECK-SAME: memref<2x2x2x2xi8, strided<[32, 8, 2, 1], offset: 4>>
// CHECK-SAME: memref<2x4x4x2xi8>
// CHECK-SAME: codegen.strategy = #codegen.copy<inPlace = true>
// CHECK: func.func private @pad
// CHECK-SAME: memref<2x2x2x2xi8, strided<[32, 8, 2, 1], offset: 4>>
// CHECK-SAME: codegen.strategy = #codegen.copy}

// As many images as the second cache level takes, up to a limit.
// CACHE: images = 32>
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @main(%x: tensor<?x2x2x2xui8>) -> tensor<?x1x1x2xui8> {
  %a = call @relu(%x) : (tensor<?x2x2x2xui8>) -> tensor<?x2x2x2xui8>
  %b = call @grow(%a) : (tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8>
  %c = call @wide(%b) : (tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xui8>
  %d = call @pad(%a) : (tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8>
  %e = call @max(%d) : (tensor<?x4x4x2xui8>) -> tensor<?x1x1x2xui8>
  %f = call @max(%c) : (tensor<?x4x4x2xui8>) -> tensor<?x1x1x2xui8>
  %g = call @both(%e, %f) : (tensor<?x1x1x2xui8>, tensor<?x1x1x2xui8>) -> tensor<?x1x1x2xui8>
  return %g : tensor<?x1x1x2xui8>
}
func.func private @relu(%x: tensor<?x2x2x2xui8>) -> tensor<?x2x2x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.clamp %x {min = 1 : i32, max = 9 : i32} : (tensor<?x2x2x2xui8>) -> tensor<?x2x2x2xui8>
  return %0 : tensor<?x2x2x2xui8>
}
func.func private @grow(%x: tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %0 = cnn.pad %x {low = array<i64: 0, 0, 2, 0>, high = array<i64: 0, 2, 0, 0>, value = 7 : i32} : (tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8>
  return %0 : tensor<?x4x4x2xui8>
}
func.func private @wide(%x: tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.clamp %x {min = 1 : i32, max = 9 : i32} : (tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xui8>
  return %0 : tensor<?x4x4x2xui8>
}
func.func private @pad(%x: tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 3 : i32} : (tensor<?x2x2x2xui8>) -> tensor<?x4x4x2xui8>
  return %0 : tensor<?x4x4x2xui8>
}
func.func private @max(%x: tensor<?x4x4x2xui8>) -> tensor<?x1x1x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 8>} {
  %0 = cnn.max_pool2d %x {kernel = array<i64: 4, 4>} : (tensor<?x4x4x2xui8>) -> tensor<?x1x1x2xui8>
  return %0 : tensor<?x1x1x2xui8>
}
func.func private @both(%x: tensor<?x1x1x2xui8>, %y: tensor<?x1x1x2xui8>) -> tensor<?x1x1x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  %0 = cnn.concat %x, %y {axis = 1 : i64} : (tensor<?x1x1x2xui8>, tensor<?x1x1x2xui8>) -> tensor<?x2x1x2xui8>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 1>} : (tensor<?x2x1x2xui8>) -> tensor<?x1x1x2xui8>
  return %1 : tensor<?x1x1x2xui8>
}
}

// -----

// A fixed batch is the block. A view needs its input contiguous, so that no border goes around it.
// CHECK-LABEL: func.func @fixed
// CHECK-SAME: images = 3, fixed = true>
// CHECK: call @relu(%arg0) {codegen.offset = 192 : i64}
// CHECK: call @pad(%{{.*}}) {codegen.offset = 64 : i64}
// CHECK-NOT: strided
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @fixed(%x: tensor<3x2x2x2xui8>) -> (tensor<3x1x1x2xui8>, tensor<3x1x1x8xui8>) {
  %a = call @relu(%x) : (tensor<3x2x2x2xui8>) -> tensor<3x2x2x2xui8>
  %d = call @pad(%a) : (tensor<3x2x2x2xui8>) -> tensor<3x4x4x2xui8>
  %e = call @max(%d) : (tensor<3x4x4x2xui8>) -> tensor<3x1x1x2xui8>
  %v = cnn.reshape %a : (tensor<3x2x2x2xui8>) -> tensor<3x1x1x8xui8>
  %w = call @narrow(%v) : (tensor<3x1x1x8xui8>) -> tensor<3x1x1x8xui8>
  return %e, %w : tensor<3x1x1x2xui8>, tensor<3x1x1x8xui8>
}
func.func private @relu(%x: tensor<3x2x2x2xui8>) -> tensor<3x2x2x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.clamp %x {min = 1 : i32, max = 9 : i32} : (tensor<3x2x2x2xui8>) -> tensor<3x2x2x2xui8>
  return %0 : tensor<3x2x2x2xui8>
}
func.func private @pad(%x: tensor<3x2x2x2xui8>) -> tensor<3x4x4x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %0 = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 3 : i32} : (tensor<3x2x2x2xui8>) -> tensor<3x4x4x2xui8>
  return %0 : tensor<3x4x4x2xui8>
}
func.func private @max(%x: tensor<3x4x4x2xui8>) -> tensor<3x1x1x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 8>} {
  %0 = cnn.max_pool2d %x {kernel = array<i64: 4, 4>} : (tensor<3x4x4x2xui8>) -> tensor<3x1x1x2xui8>
  return %0 : tensor<3x1x1x2xui8>
}
func.func private @narrow(%x: tensor<3x1x1x8xui8>) -> tensor<3x1x1x8xui8> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.clamp %x {min = 1 : i32, max = 9 : i32} : (tensor<3x1x1x8xui8>) -> tensor<3x1x1x8xui8>
  return %0 : tensor<3x1x1x8xui8>
}
}

// -----

// An elementwise kernel writes over what it reads last, not over what is read again, and not over the caller's memory. Calls
// whose buffers are alike share a kernel.
// CHECK-LABEL: func.func @in_place
// CHECK: %[[A:.*]] = call @relu(%arg0) {codegen.offset = 64 : i64}
// CHECK: %[[B:.*]] = call @relu(%[[A]]) {codegen.offset = 64 : i64}
// CHECK: %[[C:.*]] = call @relu(%[[B]]) {codegen.offset = 128 : i64}
// CHECK: call @add(%[[B]], %[[C]]) :
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @in_place(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %a = call @relu(%x) : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %b = call @relu(%a) : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %c = call @relu(%b) : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %d = call @add(%b, %c) : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %d : tensor<?x8xf32>
}
func.func private @relu(%x: tensor<?x8xf32>) -> tensor<?x8xf32> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.relu %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
func.func private @add(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<?x8xf32> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.add %x, %y : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
}

// -----

// Of two equal pads of one value only the first can be in place, and no pad that is returned: the caller's memory is
// not the arena.
// CHECK-LABEL: func.func @pads
// CHECK: %[[A:.*]] = call @relu(%arg0) {codegen.offset
// CHECK: %[[B:.*]] = call @pad(%[[A]]) {codegen.offset
// CHECK: %[[C:.*]] = call @[[COPY:pad_[0-9]+]](%[[A]]) {codegen.offset
// CHECK: %[[D:.*]] = call @add(%[[B]], %[[C]])
// CHECK: call @pad_more(%[[D]]) :
// CHECK: func.func private @pad(
// CHECK-SAME: codegen.strategy = #codegen.copy<inPlace = true>
// CHECK: func.func private @pad_more(
// CHECK-SAME: codegen.strategy = #codegen.copy}
// CHECK: func.func private @[[COPY]](
// CHECK-SAME: codegen.strategy = #codegen.copy}
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @pads(%x: tensor<?x8xf32>) -> tensor<?x12xf32> {
  %a = call @relu(%x) : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %b = call @pad(%a) : (tensor<?x8xf32>) -> tensor<?x10xf32>
  %c = call @pad(%a) : (tensor<?x8xf32>) -> tensor<?x10xf32>
  %d = call @add(%b, %c) : (tensor<?x10xf32>, tensor<?x10xf32>) -> tensor<?x10xf32>
  %e = call @pad_more(%d) : (tensor<?x10xf32>) -> tensor<?x12xf32>
  return %e : tensor<?x12xf32>
}
func.func private @relu(%x: tensor<?x8xf32>) -> tensor<?x8xf32> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.relu %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
func.func private @pad(%x: tensor<?x8xf32>) -> tensor<?x10xf32> attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %0 = cnn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 1>, value = 0.0 : f32} : (tensor<?x8xf32>) -> tensor<?x10xf32>
  return %0 : tensor<?x10xf32>
}
func.func private @pad_more(%x: tensor<?x10xf32>) -> tensor<?x12xf32> attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %0 = cnn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 1>, value = 0.0 : f32} : (tensor<?x10xf32>) -> tensor<?x12xf32>
  return %0 : tensor<?x12xf32>
}
func.func private @add(%x: tensor<?x10xf32>, %y: tensor<?x10xf32>) -> tensor<?x10xf32> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.add %x, %y : (tensor<?x10xf32>, tensor<?x10xf32>) -> tensor<?x10xf32>
  return %0 : tensor<?x10xf32>
}
}

// -----

// A pad of channels puts them between columns, which a kernel that folds taps reads as adjacent: not in place then. A pad of
// rows and columns does not.
// CHECK-LABEL: func.func @channels
// CHECK: func.func private @pad_channels(
// CHECK-SAME: codegen.strategy = #codegen.copy}
// CHECK-LABEL: func.func @columns
// CHECK: func.func private @pad_columns(
// CHECK-SAME: codegen.strategy = #codegen.copy<inPlace = true>
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @channels(%x: tensor<?x4x4x1xui8>) -> (tensor<?x3x3x1xi32>, tensor<?x4x4x2xi32>) {
  %a = call @clamp(%x) : (tensor<?x4x4x1xui8>) -> tensor<?x4x4x1xui8>
  %w = cnn.constant dense<1> : tensor<1x2x16x4xi8>
  %b = call @conv(%a, %w) : (tensor<?x4x4x1xui8>, tensor<1x2x16x4xi8>) -> tensor<?x3x3x1xi32>
  %c = call @pad_channels(%a) : (tensor<?x4x4x1xui8>) -> tensor<?x4x4x2xui8>
  %d = call @sum(%c) : (tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xi32>
  return %b, %d : tensor<?x3x3x1xi32>, tensor<?x4x4x2xi32>
}
func.func private @clamp(%x: tensor<?x4x4x1xui8>) -> tensor<?x4x4x1xui8> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.clamp %x {min = 3 : i32, max = 9 : i32} : (tensor<?x4x4x1xui8>) -> tensor<?x4x4x1xui8>
  return %0 : tensor<?x4x4x1xui8>
}
func.func private @conv(%x: tensor<?x4x4x1xui8>, %p: tensor<1x2x16x4xi8> {codegen.constant}) -> tensor<?x3x3x1xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4, foldTaps = true>} {
  %w = codegen.unpack %p <dot> {fold_taps} : tensor<1x2x16x4xi8> -> tensor<1x2x2x1xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xui8>, tensor<1x2x2x1xi8>) -> tensor<?x3x3x1xi32>
  return %0 : tensor<?x3x3x1xi32>
}
func.func private @pad_channels(%x: tensor<?x4x4x1xui8>) -> tensor<?x4x4x2xui8> attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %0 = cnn.pad %x {low = array<i64: 0, 0, 0, 1>, high = array<i64: 0, 0, 0, 0>, value = 0 : i32} : (tensor<?x4x4x1xui8>) -> tensor<?x4x4x2xui8>
  return %0 : tensor<?x4x4x2xui8>
}
func.func private @sum(%x: tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xi32> attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 8>} {
  %0 = cnn.sum_pool2d %x {kernel = array<i64: 1, 1>, zero_point = 0 : i32} : (tensor<?x4x4x2xui8>) -> tensor<?x4x4x2xi32>
  return %0 : tensor<?x4x4x2xi32>
}
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @columns(%x: tensor<?x4x4x1xui8>) -> (tensor<?x3x3x1xi32>, tensor<?x4x6x1xi32>) {
  %a = call @clamp(%x) : (tensor<?x4x4x1xui8>) -> tensor<?x4x4x1xui8>
  %w = cnn.constant dense<1> : tensor<1x2x16x4xi8>
  %b = call @conv(%a, %w) : (tensor<?x4x4x1xui8>, tensor<1x2x16x4xi8>) -> tensor<?x3x3x1xi32>
  %c = call @pad_columns(%a) : (tensor<?x4x4x1xui8>) -> tensor<?x4x6x1xui8>
  %d = call @sum(%c) : (tensor<?x4x6x1xui8>) -> tensor<?x4x6x1xi32>
  return %b, %d : tensor<?x3x3x1xi32>, tensor<?x4x6x1xi32>
}
func.func private @clamp(%x: tensor<?x4x4x1xui8>) -> tensor<?x4x4x1xui8> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %0 = cnn.clamp %x {min = 3 : i32, max = 9 : i32} : (tensor<?x4x4x1xui8>) -> tensor<?x4x4x1xui8>
  return %0 : tensor<?x4x4x1xui8>
}
func.func private @conv(%x: tensor<?x4x4x1xui8>, %p: tensor<1x2x16x4xi8> {codegen.constant}) -> tensor<?x3x3x1xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 1, vectors = 1, depth = 4, foldTaps = true>} {
  %w = codegen.unpack %p <dot> {fold_taps} : tensor<1x2x16x4xi8> -> tensor<1x2x2x1xi8>
  %0 = cnn.conv2d %x, %w : (tensor<?x4x4x1xui8>, tensor<1x2x2x1xi8>) -> tensor<?x3x3x1xi32>
  return %0 : tensor<?x3x3x1xi32>
}
func.func private @pad_columns(%x: tensor<?x4x4x1xui8>) -> tensor<?x4x6x1xui8> attributes {codegen.kernel, codegen.strategy = #codegen.copy} {
  %0 = cnn.pad %x {low = array<i64: 0, 0, 1, 0>, high = array<i64: 0, 0, 1, 0>, value = 0 : i32} : (tensor<?x4x4x1xui8>) -> tensor<?x4x6x1xui8>
  return %0 : tensor<?x4x6x1xui8>
}
func.func private @sum(%x: tensor<?x4x6x1xui8>) -> tensor<?x4x6x1xi32> attributes {codegen.kernel, codegen.strategy = #codegen.window<lanes = 8>} {
  %0 = cnn.sum_pool2d %x {kernel = array<i64: 1, 1>, zero_point = 0 : i32} : (tensor<?x4x6x1xui8>) -> tensor<?x4x6x1xi32>
  return %0 : tensor<?x4x6x1xi32>
}
}

// -----

// A linear layer of 1 MiB of weights runs on 64 images at once, which read them once, and what comes before it on as many as the second
// cache takes. The buffer between them is the whole block's: while the front runs again, nothing else lies there. Tasks take whole tiles
// of four images, at least a quarter of a block.
// CACHE-LABEL: func.func @linear
// CACHE-SAME: codegen.arena = #codegen.arena<size = 655488, bound = 655488, alignment = 64, images = 64, front = 2, frontImages = 16, taskImages = 16>
// FRONT-LABEL: func.func @linear
// FRONT-SAME: codegen.arena = #codegen.arena<size = 82048, bound = 82048, alignment = 64, images = 8, front = 2, frontImages = 2, taskImages = 4>
// FRONT: call @front_a(%arg0) {codegen.offset = 65600 : i64}
// FRONT: call @front_b(%{{.*}}) {codegen.offset = 64 : i64, codegen.whole_block}
// FRONT: call @linear_0
// FRONT: func.func private @front_a(
// FRONT-SAME: memref<2x8192xi8>
// FRONT-SAME: memref<2x8192xi8>
// FRONT: func.func private @front_b(
// FRONT-SAME: memref<2x8192xi8>
// FRONT-SAME: memref<2x8192xi8>
// FRONT: func.func private @linear_0(
// FRONT-SAME: memref<8x8192xi8>
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
func.func @linear(%x: tensor<?x8192xui8>) -> tensor<?x128xi32> {
  %p = cnn.constant dense<1> : tensor<8x2048x16x4xi8>
  %0 = call @front_a(%x) : (tensor<?x8192xui8>) -> tensor<?x8192xui8>
  %1 = call @front_b(%0) : (tensor<?x8192xui8>) -> tensor<?x8192xui8>
  %2 = call @linear_0(%1, %p) : (tensor<?x8192xui8>, tensor<8x2048x16x4xi8>) -> tensor<?x128xi32>
  return %2 : tensor<?x128xi32>
}
func.func private @front_a(%x: tensor<?x8192xui8>) -> tensor<?x8192xui8> attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  %0 = cnn.clamp %x {min = 1 : i32, max = 9 : i32} : (tensor<?x8192xui8>) -> tensor<?x8192xui8>
  return %0 : tensor<?x8192xui8>
}
func.func private @front_b(%x: tensor<?x8192xui8>) -> tensor<?x8192xui8> attributes {codegen.kernel, codegen.strategy = #codegen.reference<"a test">} {
  %0 = cnn.clamp %x {min = 1 : i32, max = 9 : i32} : (tensor<?x8192xui8>) -> tensor<?x8192xui8>
  return %0 : tensor<?x8192xui8>
}
func.func private @linear_0(%x: tensor<?x8192xui8>, %p: tensor<8x2048x16x4xi8> {codegen.constant}) -> tensor<?x128xi32>
    attributes {codegen.kernel, codegen.strategy = #codegen.contraction<lanes = 8, rows = 1, columns = 4, vectors = 2, depth = 4>} {
  %w = codegen.unpack %p <dot> : tensor<8x2048x16x4xi8> -> tensor<128x8192xi8>
  %0 = cnn.linear %x, %w : (tensor<?x8192xui8>, tensor<128x8192xi8>) -> tensor<?x128xi32>
  return %0 : tensor<?x128xi32>
}
}
