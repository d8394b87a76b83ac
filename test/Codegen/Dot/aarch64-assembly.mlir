// How many vector instructions a loop consists of: two positions, two vectors of channels, unsigned codes that are
// flipped. Loads and stores are not counted; four times zero is before the loop.
// DEFINE: %{isa} = neon
// DEFINE: %{features} = +neon
// DEFINE: %{how} =
// DEFINE: %{count} = sed -e 's/@isa@/%{isa}/' -e 's/@how@/%{how}/' %s \
// DEFINE:   | qcc-opt -qcc-lower-dot -convert-scf-to-cf -convert-vector-to-llvm -finalize-memref-to-llvm -convert-cf-to-llvm -convert-arith-to-llvm -convert-func-to-llvm=use-bare-ptr-memref-call-conv -reconcile-unrealized-casts \
// DEFINE:   | sed -e 's/^module.*/module {/' | mlir-translate -mlir-to-llvmir \
// DEFINE:   | opt -O3 -mtriple=aarch64-linux-gnu -mattr=%{features} | llc -O3 -mtriple=aarch64-linux-gnu -mattr=%{features} \
// DEFINE:   | grep -o -E '[a-z0-9]+[[:space:]]v[0-9]+[.][0-9]+[a-z]' | sed -e 's/v[0-9]*[.]//' | sort | uniq -c

// RUN: %{count} | FileCheck %s --check-prefix=NEON --match-full-lines
// NEON:      {{ *}}4 add 4s
// NEON-NEXT: {{ *}}4 addp 4s
// NEON-NEXT: {{ *}}2 dup 2s
// NEON-NEXT: {{ *}}2 ext 16b
// NEON-NEXT: {{ *}}4 movi 2d
// NEON-NEXT: {{ *}}8 saddlp 4s
// NEON-NEXT: {{ *}}8 smull 8h
// NEON-NOT:  {{.}}

// REDEFINE: %{how} = pair_fits
// RUN: %{count} | FileCheck %s --check-prefix=PAIRS --match-full-lines
// PAIRS:      {{ *}}4 addp 8h
// PAIRS-NEXT: {{ *}}2 dup 2s
// PAIRS-NEXT: {{ *}}2 ext 16b
// PAIRS-NEXT: {{ *}}4 movi 2d
// PAIRS-NEXT: {{ *}}4 sadalp 4s
// PAIRS-NEXT: {{ *}}8 smull 8h
// PAIRS-NOT:  {{.}}

// REDEFINE: %{isa} = dotprod
// REDEFINE: %{features} = +dotprod
// RUN: %{count} | FileCheck %s --check-prefix=SDOT --match-full-lines
// SDOT:      {{ *}}2 dup 4s
// SDOT-NEXT: {{ *}}4 movi 2d
// SDOT-NEXT: {{ *}}4 sdot 4s
// SDOT-NOT:  {{.}}

module attributes {codegen.target = #codegen.target<"aarch64-unknown-linux-gnu", "@isa@">} {
  func.func @tile(%x: memref<4096xi8>, %w: memref<4096xi8>, %y: memref<16xi32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    %c12 = arith.constant 12 : index
    %c16 = arith.constant 16 : index
    %c64 = arith.constant 64 : index
    %c72 = arith.constant 72 : index
    %zero = arith.constant dense<0> : vector<4xi32>
    %flip = arith.constant dense<-128> : vector<4xi8>
    %s:4 = scf.for %i = %c0 to %c72 step %c1 iter_args(%s0 = %zero, %s1 = %zero, %s2 = %zero, %s3 = %zero)
        -> (vector<4xi32>, vector<4xi32>, vector<4xi32>, vector<4xi32>) {
      %d = arith.muli %i, %c64 : index
      %d1 = arith.addi %d, %c16 : index
      %w0 = vector.load %w[%d] : memref<4096xi8>, vector<16xi8>
      %w1 = vector.load %w[%d1] : memref<4096xi8>, vector<16xi8>
      %p = arith.muli %i, %c4 : index
      %p1 = arith.addi %p, %c64 : index
      %u0 = vector.load %x[%p] : memref<4096xi8>, vector<4xi8>
      %x0 = arith.xori %u0, %flip : vector<4xi8>
      %0 = codegen.dot %s0, %x0, %w0 @how@ : vector<4xi32>, vector<4xi8>, vector<16xi8>
      %1 = codegen.dot %s1, %x0, %w1 @how@ : vector<4xi32>, vector<4xi8>, vector<16xi8>
      %u1 = vector.load %x[%p1] : memref<4096xi8>, vector<4xi8>
      %x1 = arith.xori %u1, %flip : vector<4xi8>
      %2 = codegen.dot %s2, %x1, %w0 @how@ : vector<4xi32>, vector<4xi8>, vector<16xi8>
      %3 = codegen.dot %s3, %x1, %w1 @how@ : vector<4xi32>, vector<4xi8>, vector<16xi8>
      scf.yield %0, %1, %2, %3 : vector<4xi32>, vector<4xi32>, vector<4xi32>, vector<4xi32>
    }
    vector.store %s#0, %y[%c0] : memref<16xi32>, vector<4xi32>
    vector.store %s#1, %y[%c4] : memref<16xi32>, vector<4xi32>
    vector.store %s#2, %y[%c8] : memref<16xi32>, vector<4xi32>
    vector.store %s#3, %y[%c12] : memref<16xi32>, vector<4xi32>
    return
  }
}
