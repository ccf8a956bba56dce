// Package compose tests compose.yaml with the commands of docs/compose.md. It is a module of its own, because it pins Compose 2.
package compose
