package argon2id

import (
	"golang.org/x/sys/cpu"

	"github.com/siriusys/user-management-service/adapters/passwordhash/argon2id/internal/blamka"
)

// vectorized returns the implementations whose instructions the processor and the operating system support, the fastest first.
func vectorized() []Implementation {
	var all []Implementation
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW {
		all = append(all, Implementation{name: "avx512", kernel: kernel{fill: blamka.FillAVX512, fillXor: blamka.FillAVX512Xor}})
	}
	if cpu.X86.HasAVX2 {
		all = append(all, Implementation{name: "avx2", kernel: kernel{fill: blamka.FillAVX2, fillXor: blamka.FillAVX2Xor}})
	}
	return all
}
