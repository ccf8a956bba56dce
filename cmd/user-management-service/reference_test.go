package main

import (
	"net/http"
	"testing"
)

func TestDOCSSwitchesTheReferenceOff(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int{"on": http.StatusOK, "off": http.StatusNotFound} {
		s := start(t, "DOCS="+value)
		s.get(t, "", "/docs").want(t, want)
		s.get(t, "", "/docs/viewer/swagger-ui.css").want(t, want)
		s.get(t, "", "/openapi.yaml").want(t, http.StatusOK)
	}
}
