conv:                                   # @conv
# %bb.0:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	movq	%r9, -40(%rsp)                  # 8-byte Spill
	movq	%rdx, -64(%rsp)                 # 8-byte Spill
	movq	%rdi, -48(%rsp)                 # 8-byte Spill
	testq	%rdi, %rdi
	jle	.LBB0_13
# %bb.1:                                # %.preheader4.preheader
	addq	$16, -64(%rsp)                  # 8-byte Folded Spill
	addq	$992, %rsi                      # imm = 0x3E0
	xorl	%eax, %eax
	movdqa	.LCPI0_0(%rip), %xmm0           # xmm0 = [16711935,16711935,16711935,16711935]
	pxor	%xmm13, %xmm13
	.p2align	4
.LBB0_2:                                # %.preheader4
                                        # =>This Loop Header: Depth=1
                                        #     Child Loop BB0_3 Depth 2
                                        #       Child Loop BB0_4 Depth 3
                                        #         Child Loop BB0_5 Depth 4
                                        #           Child Loop BB0_6 Depth 5
                                        #             Child Loop BB0_7 Depth 6
	movq	%rax, -32(%rsp)                 # 8-byte Spill
	imulq	$12544, %rax, %rax              # imm = 0x3100
	addq	-40(%rsp), %rax                 # 8-byte Folded Reload
	movq	%rax, -16(%rsp)                 # 8-byte Spill
	movq	%rsi, -24(%rsp)                 # 8-byte Spill
	movq	%rsi, -56(%rsp)                 # 8-byte Spill
	xorl	%eax, %eax
	.p2align	4
.LBB0_3:                                # %.preheader3
                                        #   Parent Loop BB0_2 Depth=1
                                        # =>  This Loop Header: Depth=2
                                        #       Child Loop BB0_4 Depth 3
                                        #         Child Loop BB0_5 Depth 4
                                        #           Child Loop BB0_6 Depth 5
                                        #             Child Loop BB0_7 Depth 6
	movq	%rax, -8(%rsp)                  # 8-byte Spill
	imulq	$896, %rax, %r14                # imm = 0x380
	addq	-16(%rsp), %r14                 # 8-byte Folded Reload
	xorl	%r15d, %r15d
	xorl	%r12d, %r12d
	.p2align	4
.LBB0_4:                                # %.preheader
                                        #   Parent Loop BB0_2 Depth=1
                                        #     Parent Loop BB0_3 Depth=2
                                        # =>    This Loop Header: Depth=3
                                        #         Child Loop BB0_5 Depth 4
                                        #           Child Loop BB0_6 Depth 5
                                        #             Child Loop BB0_7 Depth 6
	movq	%r12, %rax
	andq	$-16, %rax
	shlq	$5, %rax
	leaq	(%rax,%rax,8), %rax
	movzbl	%r15b, %edx
	andl	$1, %edx
	shll	$5, %edx
	orq	%rax, %rdx
	addq	-64(%rsp), %rdx                 # 8-byte Folded Reload
	movq	%r12, %rbp
	orq	$4, %rbp
	movq	-56(%rsp), %rsi                 # 8-byte Reload
	xorl	%eax, %eax
	.p2align	4
.LBB0_5:                                #   Parent Loop BB0_2 Depth=1
                                        #     Parent Loop BB0_3 Depth=2
                                        #       Parent Loop BB0_4 Depth=3
                                        # =>      This Loop Header: Depth=4
                                        #           Child Loop BB0_6 Depth 5
                                        #             Child Loop BB0_7 Depth 6
	movdqu	(%rcx,%r12,4), %xmm8
	movdqu	(%rcx,%rbp,4), %xmm5
	movq	%rax, %r9
	shlq	$6, %r9
	movq	%rsi, %r11
	movq	%rdx, %r10
	movdqa	%xmm5, %xmm6
	movdqa	%xmm8, %xmm10
	movdqa	%xmm5, %xmm9
	movdqa	%xmm8, %xmm12
	movdqa	%xmm5, %xmm7
	movdqa	%xmm8, %xmm11
	xorl	%ebx, %ebx
	.p2align	4
.LBB0_6:                                #   Parent Loop BB0_2 Depth=1
                                        #     Parent Loop BB0_3 Depth=2
                                        #       Parent Loop BB0_4 Depth=3
                                        #         Parent Loop BB0_5 Depth=4
                                        # =>        This Loop Header: Depth=5
                                        #             Child Loop BB0_7 Depth 6
	movq	$-1, %rdi
	movq	%r10, %r13
	.p2align	4
.LBB0_7:                                #   Parent Loop BB0_2 Depth=1
                                        #     Parent Loop BB0_3 Depth=2
                                        #       Parent Loop BB0_4 Depth=3
                                        #         Parent Loop BB0_5 Depth=4
                                        #           Parent Loop BB0_6 Depth=5
                                        # =>          This Inner Loop Header: Depth=6
	movd	-988(%r11,%rdi,4), %xmm2        # xmm2 = mem[0],zero,zero,zero
	pshufd	$0, %xmm2, %xmm1                # xmm1 = xmm2[0,0,0,0]
	movdqa	%xmm1, %xmm4
	pand	%xmm0, %xmm4
	packuswb	%xmm4, %xmm4
	punpcklbw	%xmm13, %xmm4           # xmm4 = xmm4[0],xmm13[0],xmm4[1],xmm13[1],xmm4[2],xmm13[2],xmm4[3],xmm13[3],xmm4[4],xmm13[4],xmm4[5],xmm13[5],xmm4[6],xmm13[6],xmm4[7],xmm13[7]
	movdqu	-16(%r13), %xmm14
	movdqu	(%r13), %xmm3
	movdqa	%xmm14, %xmm15
	psllw	$8, %xmm15
	psraw	$8, %xmm15
	movdqa	%xmm4, %xmm13
	pmaddwd	%xmm15, %xmm13
	psrlw	$8, %xmm1
	psraw	$8, %xmm14
	movdqa	%xmm1, %xmm2
	pmaddwd	%xmm14, %xmm2
	paddd	%xmm2, %xmm11
	paddd	%xmm13, %xmm11
	movdqa	%xmm3, %xmm13
	psllw	$8, %xmm13
	psraw	$8, %xmm13
	pmaddwd	%xmm13, %xmm4
	psraw	$8, %xmm3
	pmaddwd	%xmm3, %xmm1
	paddd	%xmm1, %xmm7
	paddd	%xmm4, %xmm7
	movd	-956(%r11,%rdi,4), %xmm1        # xmm1 = mem[0],zero,zero,zero
	pshufd	$0, %xmm1, %xmm1                # xmm1 = xmm1[0,0,0,0]
	movdqa	%xmm1, %xmm2
	pand	%xmm0, %xmm2
	movdqa	%xmm2, %xmm4
	pmaddwd	%xmm15, %xmm4
	paddd	%xmm12, %xmm4
	psrlw	$8, %xmm1
	movdqa	%xmm1, %xmm12
	pmaddwd	%xmm14, %xmm12
	paddd	%xmm4, %xmm12
	pmaddwd	%xmm13, %xmm2
	paddd	%xmm9, %xmm2
	pmaddwd	%xmm3, %xmm1
	movdqa	%xmm1, %xmm9
	paddd	%xmm2, %xmm9
	movd	-28(%r11,%rdi,4), %xmm1         # xmm1 = mem[0],zero,zero,zero
	pshufd	$0, %xmm1, %xmm1                # xmm1 = xmm1[0,0,0,0]
	movdqa	%xmm1, %xmm2
	pand	%xmm0, %xmm2
	movdqa	%xmm2, %xmm4
	pmaddwd	%xmm15, %xmm4
	paddd	%xmm10, %xmm4
	psrlw	$8, %xmm1
	movdqa	%xmm1, %xmm10
	pmaddwd	%xmm14, %xmm10
	paddd	%xmm4, %xmm10
	pmaddwd	%xmm13, %xmm2
	paddd	%xmm6, %xmm2
	pmaddwd	%xmm3, %xmm1
	movdqa	%xmm1, %xmm6
	paddd	%xmm2, %xmm6
	movd	4(%r11,%rdi,4), %xmm1           # xmm1 = mem[0],zero,zero,zero
	pshufd	$0, %xmm1, %xmm1                # xmm1 = xmm1[0,0,0,0]
	movdqa	%xmm1, %xmm2
	pand	%xmm0, %xmm2
	pmaddwd	%xmm2, %xmm15
	paddd	%xmm8, %xmm15
	psrlw	$8, %xmm1
	pmaddwd	%xmm1, %xmm14
	movdqa	%xmm14, %xmm8
	paddd	%xmm15, %xmm8
	pmaddwd	%xmm13, %xmm2
	pxor	%xmm13, %xmm13
	paddd	%xmm5, %xmm2
	pmaddwd	%xmm3, %xmm1
	movdqa	%xmm1, %xmm5
	paddd	%xmm2, %xmm5
	incq	%rdi
	addq	$64, %r13
	cmpq	$23, %rdi
	jb	.LBB0_7
# %bb.8:                                #   in Loop: Header=BB0_6 Depth=5
	addq	$1536, %r10                     # imm = 0x600
	addq	$960, %r11                      # imm = 0x3C0
	cmpq	$2, %rbx
	leaq	1(%rbx), %rbx
	jb	.LBB0_6
# %bb.9:                                #   in Loop: Header=BB0_5 Depth=4
	movdqa	%xmm11, %xmm1
	pcmpgtd	%xmm12, %xmm1
	pand	%xmm1, %xmm11
	pandn	%xmm12, %xmm1
	por	%xmm11, %xmm1
	movdqa	%xmm1, %xmm3
	pcmpgtd	%xmm10, %xmm3
	pand	%xmm3, %xmm1
	pandn	%xmm10, %xmm3
	por	%xmm1, %xmm3
	movdqa	%xmm3, %xmm2
	pcmpgtd	%xmm8, %xmm2
	pand	%xmm2, %xmm3
	pandn	%xmm8, %xmm2
	por	%xmm3, %xmm2
	movdqa	%xmm7, %xmm1
	pcmpgtd	%xmm9, %xmm1
	pand	%xmm1, %xmm7
	pandn	%xmm9, %xmm1
	por	%xmm7, %xmm1
	movdqa	%xmm1, %xmm3
	pcmpgtd	%xmm6, %xmm3
	pand	%xmm3, %xmm1
	pandn	%xmm6, %xmm3
	por	%xmm1, %xmm3
	movdqa	%xmm3, %xmm1
	pcmpgtd	%xmm5, %xmm1
	pand	%xmm1, %xmm3
	pandn	%xmm5, %xmm1
	por	%xmm3, %xmm1
	movups	(%r8,%r12,4), %xmm3
	cvtdq2ps	%xmm2, %xmm2
	mulps	%xmm3, %xmm2
	xorps	%xmm3, %xmm3
	maxps	%xmm2, %xmm3
	movaps	.LCPI0_1(%rip), %xmm4           # xmm4 = [1.27E+2,1.27E+2,1.27E+2,1.27E+2]
	movaps	%xmm4, %xmm2
	minps	%xmm3, %xmm2
	movaps	.LCPI0_2(%rip), %xmm5           # xmm5 = [1.2582912E+7,1.2582912E+7,1.2582912E+7,1.2582912E+7]
	addps	%xmm5, %xmm2
	movaps	.LCPI0_3(%rip), %xmm6           # xmm6 = [255,0,255,0,255,0,255,0]
	andps	%xmm6, %xmm2
	packuswb	%xmm2, %xmm2
	packuswb	%xmm2, %xmm2
	movups	(%r8,%rbp,4), %xmm3
	cvtdq2ps	%xmm1, %xmm1
	mulps	%xmm3, %xmm1
	xorps	%xmm3, %xmm3
	maxps	%xmm1, %xmm3
	movaps	%xmm4, %xmm1
	minps	%xmm3, %xmm1
	addps	%xmm5, %xmm1
	andps	%xmm6, %xmm1
	packuswb	%xmm1, %xmm1
	packuswb	%xmm1, %xmm1
	addq	%r14, %r9
	movd	%xmm2, (%r12,%r9)
	movd	%xmm1, (%rbp,%r9)
	addq	$64, %rsi
	cmpq	$13, %rax
	leaq	1(%rax), %rax
	jb	.LBB0_5
# %bb.10:                               #   in Loop: Header=BB0_4 Depth=3
	xorb	$1, %r15b
	cmpq	$56, %r12
	leaq	8(%r12), %r12
	jb	.LBB0_4
# %bb.11:                               #   in Loop: Header=BB0_3 Depth=2
	addq	$1920, -56(%rsp)                # 8-byte Folded Spill
                                        # imm = 0x780
	movq	-8(%rsp), %rax                  # 8-byte Reload
	cmpq	$13, %rax
	leaq	1(%rax), %rax
	jb	.LBB0_3
# %bb.12:                               #   in Loop: Header=BB0_2 Depth=1
	movq	-32(%rsp), %rax                 # 8-byte Reload
	incq	%rax
	movq	-24(%rsp), %rsi                 # 8-byte Reload
	addq	$28800, %rsi                    # imm = 0x7080
	cmpq	-48(%rsp), %rax                 # 8-byte Folded Reload
	jl	.LBB0_2
.LBB0_13:                               # %._crit_edge
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.Lfunc_end0:
