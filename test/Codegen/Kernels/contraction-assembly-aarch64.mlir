// How many instructions of each kind the inner loop of a convolution has: four steps of 8 positions and 2 vectors of channels.
// DEFINE: %{isa} = dotprod
// DEFINE: %{count} = qcc-opt %s --qcc-attach-target="triple=aarch64-linux-gnu isa=%{isa}" --qcc-select-strategy --qcc-pack-weights --qcc-lower-to-loops --qcc-isa --qcc-machine \
// DEFINE:   | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | sed 's/define internal/define/' \
// DEFINE:   | opt -O3 -mtriple=aarch64-linux-gnu | llc -O3 -mtriple=aarch64-linux-gnu \
// DEFINE:   | sed -n -e '/Inner Loop Header/,/b[.]ne/p' | grep -o -E '^[[:space:]]+[a-z][a-z0-9.]+' | sort | uniq -c

// 64 dot products for 16 loads: codes, which are flipped, are read from a quarter of a register. Nothing is repeated or spilled.
// RUN: %{count} | FileCheck %s --check-prefix=SDOT --match-full-lines
// SDOT:      {{ *}}2 add
// SDOT-NEXT: {{ *}}1 b.ne
// SDOT-NEXT: {{ *}}8 eor
// SDOT-NEXT: {{ *}}4 ldp
// SDOT-NEXT: {{ *}}8 ldr
// SDOT-NEXT: {{ *}}64 sdot
// SDOT-NEXT: {{ *}}1 subs
// SDOT-NOT:  {{.}}

// 32 products of 2x8 by 8x2 for 16 loads; codes and weights are interleaved, by one instruction for each load.
// REDEFINE: %{isa} = i8mm
// RUN: %{count} | FileCheck %s --check-prefix=MMLA --match-full-lines
// MMLA:      {{ *}}2 add
// MMLA-NEXT: {{ *}}1 b.ne
// MMLA-NEXT: {{ *}}4 ldp
// MMLA-NEXT: {{ *}}8 ldr
// MMLA-NEXT: {{ *}}4 mov
// MMLA-NEXT: {{ *}}1 subs
// MMLA-NEXT: {{ *}}32 usmmla
// MMLA-NEXT: {{ *}}4 zip1
// MMLA-NEXT: {{ *}}8 zip2
// MMLA-NOT:  {{.}}
func.func private @conv(%x: tensor<?x30x30x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}, %b: tensor<64xi32> {codegen.constant}, %m: tensor<64xf32> {codegen.constant}) -> tensor<?x14x14x64xui8> attributes {codegen.kernel} {
  %0 = cnn.conv2d %x, %w, %b : (tensor<?x30x30x32xui8>, tensor<64x3x3x32xi8>, tensor<64xi32>) -> tensor<?x28x28x64xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x28x28x64xi32>) -> tensor<?x14x14x64xi32>
  %2 = cnn.requantize %1, %m {zero_point = 0 : i32, min = 0 : i32, max = 127 : i32} : (tensor<?x14x14x64xi32>, tensor<64xf32>) -> tensor<?x14x14x64xui8>
  return %2 : tensor<?x14x14x64xui8>
}
