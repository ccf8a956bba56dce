package ports

// RescuedJob is a background job that was taken from a runner that fell silent, or that ran for too long.
type RescuedJob struct {
	ID      int64
	Kind    string
	Attempt int
	Args    []byte
	// IsDiscarded is set if that was the job's last attempt. Otherwise the job is run again.
	IsDiscarded bool
}
