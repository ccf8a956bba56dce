package main

import "testing"

func TestMedianIgnoresOutliers(t *testing.T) {
	t.Parallel()
	if got := median([]int64{2, 900, 2, 1, 2}); got != 2 {
		t.Errorf("median %d, want 2", got)
	}
}
