package content

// Why something is asked of a course, and who says so: it is shown beside the
// finding.
const (
	whyThree      = "NASW asks for at least three objectives of a program (CE Approval, application checklist)"
	whyMeasurable = "California asks for measurable objectives that serve to evaluate the course (16 CCR 1887.4.0)"
	whyReflected  = "the evaluation must reflect the objectives (NASW, CE Approval), and an exam can only test what was taught"
	whyGuessed    = "who has not read the course should not be able to guess (Haladyna, Downing and Rodriguez 2002, on writing items)"
	whyTenYears   = "NASW accepts references of the last ten years (CE Approval)"
	whyLegible    = "sentences that are hard to read are read less well; the grade is worked out as Kincaid and others did in 1975"
	whyOutline    = "who listens to a page moves by its headings, and a level that is left out sounds like a missing part (WCAG 2.2, 1.3.1)"
	whyAlt        = "who cannot see a figure reads its text instead (WCAG 2.2, 1.1.1)"
	whyCaptions   = "who cannot hear a video reads what is said (WCAG 2.2, 1.2.2)"
	whyTranscript = "who cannot hear a recording reads it (WCAG 2.2, 1.2.1)"
	whyDisclosed  = "everybody in control of content names what they had to do with companies in the last 24 months (ACCME, Standard 3)"
	whyFresh      = "the card promises readers that the content is looked at again by then"
	whyCompared   = "a share says little without its outcome, its time and what it is compared with"
	whyReviewed   = "clinical content counts as reviewed only where a licensed person has signed for it"
	whyRests      = "what no statement rests on was not read for this course"
)
