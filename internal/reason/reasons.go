package reason

// The folder and its files.
var (
	Whole      = format("Files", "a course is stored, compared and handed out as a whole, so each of its files can be read and has its place")
	Bounded    = format("Files", "bounds keep every page quick for everybody, however large one course is")
	Legible    = format("Files", "text has to look the same on every screen, and a character that nobody sees could hide words or turn them around")
	Understood = format("Files", "what stands here is taken as it is written: what CoCare guessed or passed over would be published without anybody having meant it")
	Complete   = format("Files", "each of these parts says something that learners, reviewers or accreditors look for")
)

// What every value has in common.
var (
	Named  = format("IDs", "an answer, a link and a grade point to one thing by its ID")
	There  = format("IDs", "whoever follows what is named here has to find it")
	Said   = format("Texts, numbers and choices", "people read it where it is shown, and would find a gap")
	Fits   = format("Texts, numbers and choices", "it has to fit wherever it is shown: in a list, on a phone, in a mail, in another program")
	Known  = format("Texts, numbers and choices", "CoCare acts by what stands here, and can act only by what it knows")
	Likely = format("Texts, numbers and choices", "beyond these bounds a number is most likely a slip, and learners would be held to it")
)

// The card.
var (
	Address  = by("CoCare’s promise that addresses stay; the course format, Card", "links that people keep, and certificates, point at the address for years")
	Promised = format("Card", "learners read it before they begin, so it has to be kept as it is said")
	Money    = by("CoCare’s rule: whole cents in one currency; the course format, Card", "orders, receipts and refunds are counted by the price")
	Timed    = by("NBCC asks how hours are worked out, and for the count of words; the course format, Card", "learners plan by it, and hours are worked out from words, questions and minutes")
	Fresh    = by("the card’s own promise; the course format, Card", "readers are told that the content is looked at again by then")
)

// Who made the course, and who answers for it.
var (
	Before    = by("ACCME, Standard 3: disclose before the activity", "learners are to know who made a course, and with what interests, before they begin")
	Disclosed = by("ACCME, Standard 3", "everybody in control of content names what they had to do with companies in the last 24 months")
	Reviewed  = format("Reviews", "clinical content counts as reviewed only where a licensed person has signed for it")
)

// Objectives, and what they are held to.
var (
	Three      = by("CE Approval, application checklist", "NASW asks for at least three objectives of a program")
	Measurable = by("16 CCR 1887.4.0", "California asks for measurable objectives, by which the course is evaluated")
	Reflected  = by("NASW, CE Approval; the course format, Objectives", "the evaluation must reflect the objectives, and an exam can only test what was taught")
)

// What statements rest on.
var (
	Checked    = format("Facts", "what is taught as true, or decides over a certificate, has to have been checked")
	Printed    = format("References", "readers find a work by the number and the words that are printed here")
	Numbered   = format("Figures", "readers find a figure by its number")
	Rests      = format("References", "a work on which no statement rests was not read for this course")
	TenYears   = by("CE Approval", "NASW accepts references of the last ten years")
	Cited      = by("ACCME asks that clinical recommendations be based on evidence; the course format, Citations", "a reader has to see what a statement rests on")
	TrueNumber = format("Citations", "readers remember and quote numbers, so each has to be the one of its source")
	Searched   = format("Language", "that nothing was found is what a search can say, and never that there is nothing")
	Marked     = format("Marks", "a mark tells readers what a number counts or whose claim they read, so it has to be whole and stand at its passage")
	Compared   = format("Marks", "a share says little without its outcome, its time and what it is compared with")
)

// What learners see.
var (
	Shown      = format("Modules and lessons", "a course holds what learners come to see: what nobody sees was forgotten, or should not go out with it")
	Once       = format("Figures, media and links", "what is shown in one place and pointed to from others is read once and found again")
	Apart      = format("Figures, media and links", "a figure or a recording needs room of its own, with its words below")
	Pondered   = format("Cases", "a case is there to be thought about: each of its questions has a point to compare one’s own answer with")
	Met        = format("Cases", "a case names the modules in which learners meet it, and what it says has to be so")
	Boxed      = format("Boxes", "readers know a box by its title, and look there for the same kind of thing in every lesson")
	Placed     = format("Boxes", "what is allowed differs between places, and readers look for theirs")
	Crisis     = format("Language", "a reader or a client may be in danger, and this line says who helps at once")
	Harmless   = by("CoCare’s rule; the course format, Figures", "a drawing that runs, loads or leads elsewhere would do so for every reader")
	Plain      = by("CoCare’s rule; the course format, Modules and lessons", "a text that runs, loads or leads elsewhere would do so for every reader")
	Drawn      = by("WCAG 2.2, 1.4.1; the course format, Figures", "a drawing is read on a phone, in light and in dark, and by people who do not tell colors apart")
	Alt        = by("WCAG 2.2, 1.1.1", "who cannot see a figure reads its text instead")
	Captions   = by("WCAG 2.2, 1.2.2; the course format, Media", "who cannot hear a video reads what is said, at the time at which it is said")
	Transcript = by("WCAG 2.2, 1.2.1", "who cannot hear a recording reads it")
	Outline    = by("WCAG 2.2, 1.3.1 and 2.4.6", "who listens to a page moves by its headings, and a level that is left out sounds like a missing part")
	Listed     = by("CoCare’s rule; the course format, Media", "an edition never changes, so it names each of its pictures and recordings exactly")
)

// Language.
var (
	Grade     = by("Kincaid and others 1975; the course format, Language", "sentences that are hard to read are read less well")
	Ruled     = format("Language", "words can promise more than the evidence holds, endorse, or wound: the course itself lists those that it does without")
	Approved  = format("Language", "cleared, approved and off-label are three different things, and readers pass the word on to clients")
	Unwritten = format("Language", "learners would read this reminder in place of what was promised")
)

// Questions, the exam and the evaluation.
var (
	Guessed    = by("Haladyna, Downing and Rodriguez 2002, on writing items", "who has not read the course should not be able to guess")
	Gradable   = format("Questions", "an answer is graded beyond doubt and by the same measure for everybody, and the right one has to be possible")
	Explained  = by("CoCare’s promise of a reason for every option; the course format, Questions", "learners learn from why an answer is right or wrong, so the reason is there and agrees with the grade")
	KeyKept    = by("CoCare’s rule that keys stay on the server; the course format, Questions", "a learner’s browser has the ids and their order, which must not give the answer away")
	Drawable   = format("Exam", "every learner’s exam is drawn by this plan, so it has to be possible and fair from one to the next")
	Answerable = format("Evaluation", "learners have to be able to answer it, since the certificate waits for their evaluation")
)
