// Package porttest contains the contract of each port as a test suite: a subtest for each sentence of the port's comments. The
// fake and the real adapter both run the suite.
package porttest
