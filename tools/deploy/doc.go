// Package deploy tests the files of deploy/. It is a module of its own, because the libraries that know Kubernetes are large.
package deploy
