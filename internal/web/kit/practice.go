package kit

import "time"

// Practice is what pages tell of the questions that a person may be asked after a
// course: the template "practice-offer" shows it. Its zero value offers nothing.
type Practice struct {
	Base    string     // of its own pages; "" where nothing is offered
	Running bool       // the person chose it
	Due     int        // questions today
	NextAt  *time.Time // when the next is due, nil: none
}
