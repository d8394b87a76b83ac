// RUN: qcc-opt %s --split-input-file --qcc-prepare-object=name=main_codes --verify-diagnostics

// expected-error@+1 {{has no function through which a network is called: qcc-emit-entry must have run}}
module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
  llvm.func @main_block() {
    llvm.return
  }
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
  // expected-error@+1 {{has a name that does not begin with main and end in _run}}
  llvm.func @run() -> i32 attributes {codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    %0 = llvm.mlir.constant(0 : i32) : i32
    llvm.return %0 : i32
  }
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-unknown-linux-gnu", "avx2">} {
  // expected-error@+1 {{cannot be renamed to main_codes_run, which another entry is called; choose another name}}
  llvm.func @main_run() -> i32 attributes {codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    %0 = llvm.mlir.constant(0 : i32) : i32
    llvm.return %0 : i32
  }
  llvm.func @main_codes_run() -> i32 attributes {codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    %0 = llvm.mlir.constant(0 : i32) : i32
    llvm.return %0 : i32
  }
}

// -----

// expected-error@+1 {{code for amx must ask the operating system for the state of tiles, and qcc knows only how to ask Linux; choose another ISA for x86_64-pc-windows-msvc}}
module attributes {codegen.target = #codegen.target<"x86_64-pc-windows-msvc", "amx">} {
  llvm.func @main_run() -> i32 attributes {codegen.arena = #codegen.arena<size = 128, bound = 128, alignment = 64, images = 4>} {
    %0 = llvm.mlir.constant(0 : i32) : i32
    llvm.return %0 : i32
  }
}

// -----

// expected-error@+1 {{has no 'codegen.target': qcc-attach-target must have run}}
module {
}
