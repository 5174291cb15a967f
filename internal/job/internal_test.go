package job

import "time"

// SetPace shortens what a test would otherwise wait for.
func (q *Queue) SetPace(poll, lease time.Duration) { q.poll, q.lease = poll, lease }

// Claim takes n due jobs and forgets them, as a process that crashes does.
var Claim = (*Queue).claimDue

// Backoff is the wait after a number of attempts.
var Backoff = backoff
