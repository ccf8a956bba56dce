package memory_test

import (
	"testing"

	"github.com/siriusys/user-management-service/adapters/memory"
	"github.com/siriusys/user-management-service/ports/porttest"
)

func TestMetricsContract(t *testing.T) {
	t.Parallel()
	porttest.Metrics(t, func(*testing.T) porttest.MetricsUnderTest {
		m := &memory.Metrics{}
		return porttest.MetricsUnderTest{Metrics: m, Read: func(*testing.T) porttest.MetricValues {
			return porttest.MetricValues(m.Counts())
		}}
	})
}
