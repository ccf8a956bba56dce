// Package porttest holds the contract of each port as a suite, one subtest for each sentence of the port's comment. The fake
// and the real adapter both run it.
package porttest
