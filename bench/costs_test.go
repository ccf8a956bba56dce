package main

import "testing"

func TestMedianIsNotMovedByOutliers(t *testing.T) {
	t.Parallel()
	if got := median([]int64{2, 900, 2, 1, 2}); got != 2 {
		t.Error(got)
	}
}
