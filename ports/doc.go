// Package ports describes what the use cases need from the outside, as small interfaces that speak in intents. The comment of a
// method is its contract. Package porttest checks each sentence of it on the fake and on the real adapter.
package ports
