// RUN: qcc-opt %s --qcc-attach-target="triple=aarch64-linux-gnu isa=dotprod" | FileCheck %s
// RUN: echo "module {}" | qcc-opt --qcc-attach-target="triple=aarch64-linux-gnu isa=dotprod" | FileCheck %s
// RUN: not qcc-opt %s --qcc-attach-target="triple=x86_64-linux-gnu isa=sse9" 2>&1 | FileCheck %s --check-prefix=ISA

// Also in place of another target.
// CHECK: module attributes {codegen.target = #codegen.target<"aarch64-unknown-linux-gnu", "dotprod">}
// ISA: error: unknown ISA 'sse9'
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
}
