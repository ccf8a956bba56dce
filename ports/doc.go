// Package ports says what the use cases need from the outside, in small interfaces that speak in intents. The contract of
// each is its comment, and package porttest checks every sentence of it on the fake and on the real adapter alike.
package ports
