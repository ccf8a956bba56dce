package passwordhash

import "testing"

func TestAFaultAsideIsTheCallers(t *testing.T) {
	t.Parallel()
	defer func() {
		if fault := recover(); fault != "fault" {
			t.Errorf("recovered %v", fault)
		}
	}()
	aside(func() { panic("fault") })
	t.Error("the fault is lost")
}
