package demo

import "github.com/atmacena/cocare/internal/account"

// person is somebody invented. legal is the name that certificates print, empty
// where it is the same. licenses are "JURISDICTION NUMBER" joined by "; ".
type person struct {
	email, name, legal, zone, profession, licenses string
	roles                                          []account.Role // nil: therapist
}

// The staff.
const (
	admin      = "admin@example.org"
	instructor = "instructor@example.org"
	editor     = "editor@example.org"
	reviewer   = "reviewer@example.org"
	accreditor = "accreditor@example.org"
)

var staff = []person{
	{email: admin, name: "Dana Whitfield", zone: newYork, roles: []account.Role{account.Administrator}},
	{email: instructor, name: "Amara Nwosu", zone: newYork, profession: "psychologist", licenses: "US-NY 021880",
		roles: []account.Role{account.Instructor}},
	{email: editor, name: "Théo Marchetti", zone: newYork, roles: []account.Role{account.Guest}},
	{email: reviewer, name: "Leah Rosenthal", zone: chicago, profession: "mental-health-counselor", roles: []account.Role{account.Guest}},
	{email: accreditor, name: "Warren Achebe", zone: denver, roles: []account.Role{account.Guest}},
}

// Time zones by short names, for the table.
const (
	newYork = "America/New_York"
	chicago = "America/Chicago"
	denver  = "America/Denver"
	phoenix = "America/Phoenix"
	pacific = "America/Los_Angeles"
	toronto = "America/Toronto"
	halifax = "America/Halifax"
)

// opened is how many days before the end the first scene plays.
const opened = 400

// everything stands for all lessons of a course.
const everything = 1 << 10

// sitting is how an attempt at an exam goes.
type sitting int

const (
	passes     sitting = iota // whatever people's grades will be
	needsGrade                // passes once the short answers are graded well
	missesIt                  // does not pass, because of a short answer
	fails                     // whatever people's grades will be
)

// way is a person's way through a course, told from its end.
type way struct {
	// The day of the last act: so many days before the end, or the day of the
	// month so many months before.
	days, month, day int
	lessons          int // finished
	sittings         []sitting
	evaluates        bool
	how              entry
}

// entry is how a person comes into a course.
type entry int

const (
	card entry = iota
	declinedFirst
	debit
	told2x     // every event is delivered twice
	toldLate   // the event comes late
	toldWrong  // a debit whose money is told before its session
	bounces    // a debit that the bank refuses: no enrollment
	abandons   // leaves the payment page: no enrollment
	hesitates  // an order without a payment page yet
	byHand     // an administrator enrolls them
	noPurchase // a free course
)

// certified is a way to its end in a month.
func certified(month, day int, s ...sitting) *way {
	return &way{month: month, day: day, lessons: everything, sittings: s, evaluates: true}
}

// completed is a way to its end some days ago.
func completed(days int, s ...sitting) *way {
	return &way{days: days, lessons: everything, sittings: s, evaluates: true}
}

// stage is a way to somewhere in the middle.
func stage(days, lessons int, s ...sitting) *way {
	return &way{days: days, lessons: lessons, sittings: s}
}

func (w *way) by(how entry) *way {
	w.how = how
	return w
}

// member is a person with their ways; nil is none.
type member struct {
	person
	clinical, free *way
}

// cast is everybody who learns. Completions stand together in a few months, as
// before the renewal of licenses, so that evaluations reach the five that a
// summary needs.
var cast = []member{
	// The visitors' accounts.
	{person{"therapist@example.org", "Maya Castellanos", "", newYork, "marriage-family-therapist", "US-NY 001942; US-NJ 37FI00218", nil}, stage(1, 9), certified(1, 9, passes)},
	{person{"new@example.org", "Jordan Ellery", "", chicago, "professional-counselor", "", nil}, nil, nil},
	{person{"ready@example.org", "Sunita Bhandari", "", pacific, "mental-health-counselor", "US-WA LH60988121", nil}, stage(1, everything).by(debit), nil},
	{person{"nearly-done@example.org", "Callum Reyes", "", denver, "professional-counselor", "US-CO LPC.0014733", nil}, stage(1, everything, passes), nil},
	{person{"waiting@example.org", "Ayaan Siddiqui", "", toronto, "psychotherapist", "CA-ON 008814", nil}, stage(1, everything, needsGrade), nil},
	{person{"failed-once@example.org", "Rosalind Akintola", "", newYork, "clinical-social-worker", "US-NY 094471", nil}, stage(3, everything, fails), nil},
	{person{"certified@example.org", "Eleni Papadopoulou", "Ελένη Παπαδοπούλου", newYork, "psychologist", "US-MA PSY11873; US-RI PS01422", nil}, certified(3, 12, passes), certified(1, 12, passes)},
	{person{"refunded@example.org", "Victor Lindgren", "", chicago, "mental-health-counselor", "US-MN CC04126", nil}, stage(12, 4), nil},

	// Eleven months ago.
	{person{"renata.okafor@example.com", "Renata Okafor", "", newYork, "psychologist", "US-NY 023417", nil}, certified(11, 8, passes), certified(10, 6, passes)},
	{person{"tomasz.wisniewski@example.net", "Tomasz Wiśniewski", "", chicago, "clinical-social-worker", "US-IL 149.021185", nil}, certified(11, 11, passes).by(told2x), certified(10, 18, passes)},
	{person{"siobhan.gallagher@example.com", "Siobhan Gallagher", "", newYork, "mental-health-counselor", "US-MA LMHC10422", nil}, certified(11, 15, needsGrade), certified(10, 9, passes)},
	{person{"olena.tkachenko@example.net", "Olena Tkachenko", "Олена Ткаченко", pacific, "marriage-family-therapist", "US-CA 118340", nil}, certified(11, 19, passes), nil},
	{person{"deshawn.pettiford@example.com", "Deshawn Pettiford", "", newYork, "professional-counselor", "US-GA LPC009913", nil}, certified(11, 22, fails, passes), certified(10, 12, passes)},

	// Eight months ago.
	{person{"marisela.quintanilla@example.com", "Marisela Quintanilla", "", chicago, "professional-counselor", "US-TX 81244", nil}, certified(8, 6, passes), nil},
	{person{"siyuan.chen@example.net", "Siyuan Chen", "陈思远", pacific, "psychotherapist", "CA-BC 15507", nil}, certified(8, 10, passes), certified(6, 8, passes)},
	{person{"fiona.macaskill@example.com", "Fiona MacAskill", "", halifax, "social-worker", "CA-NS 4471", nil}, certified(8, 14, passes).by(declinedFirst), certified(10, 15, passes)},
	{person{"layla.alhaddad@example.net", "Layla Al-Haddad", "ليلى الحداد", "America/Detroit", "clinical-social-worker", "US-MI 6801094412", nil}, certified(8, 18, passes), certified(6, 11, fails, passes)},
	{person{"bjorn.aasen@example.com", "Bjørn Aasen", "", chicago, "psychologist", "US-MN LP5830", nil}, certified(8, 23, missesIt, passes), nil},

	// Five months ago.
	{person{"priya.raghunathan@example.com", "Priya Raghunathan", "", newYork, "psychologist", "US-NJ 35SI00641", nil}, certified(5, 5, passes), certified(6, 14, passes)},
	{person{"kimiko.arakawa@example.net", "Kimiko Arakawa", "", "Pacific/Honolulu", "marriage-family-therapist", "US-HI MFT-512", nil}, certified(5, 9, needsGrade).by(toldLate), certified(3, 7, passes)},
	{person{"jf.beaulieu@example.com", "Jean-François Beaulieu", "", toronto, "psychologist", "CA-QC 11207-19", nil}, certified(5, 12, passes), certified(6, 17, passes)},
	{person{"huong.nguyen@example.net", "Hương Nguyễn", "Nguyễn Thị Thanh Hương", pacific, "clinical-social-worker", "US-CA 102266", nil}, certified(5, 16, passes), nil},
	{person{"abena.mensah@example.com", "Abena Mensah-Boateng", "", newYork, "professional-counselor", "US-DC PRC15980; US-MD LC10377", nil}, certified(5, 20, passes), certified(6, 20, passes)},
	{person{"luis.penaloza@example.net", "Luis Ángel Peñaloza", "", phoenix, "addiction-counselor", "US-AZ LISAC-15320", nil}, certified(5, 24, fails, needsGrade), certified(3, 10, passes)},

	// Two months ago.
	{person{"greta.lindqvist@example.com", "Greta Lindqvist", "", pacific, "mental-health-counselor", "US-WA LH61044210", nil}, certified(2, 5, passes), certified(3, 13, passes)},
	{person{"solomon.teitelbaum@example.net", "Solomon Teitelbaum", "", newYork, "psychologist", "US-NY 019034", nil}, certified(2, 8, passes).by(toldWrong), nil},
	{person{"wanda.tsosie@example.com", "Wanda Tsosie", "", denver, "clinical-social-worker", "US-NM C-09921", nil}, certified(2, 11, needsGrade), certified(3, 16, passes)},
	{person{"darius.kowalczyk@example.com", "Darius Kowalczyk", "", newYork, "professional-counselor", "US-OH E.2003318", nil}, certified(2, 17, passes), certified(3, 19, passes)},
	{person{"imogen.hartwell@example.net", "Imogen Hartwell", "", pacific, "professional-counselor", "US-OR C6127", nil}, certified(2, 20, passes), nil},
	{person{"yara.sayegh@example.com", "Yara Sayegh", "", newYork, "social-worker", "CA-QC TSC-4410", nil}, certified(2, 23, passes), certified(1, 15, passes)},

	// Whose way ended otherwise, or goes on.
	{person{"rafael.monteiro@example.com", "Rafael Monteiro", "", newYork, "mental-health-counselor", "US-FL MH15220", nil}, stage(378, 6), nil},
	{person{"chloe.dubois@example.net", "Chloé Dubois", "", toronto, "psychotherapist", "CA-ON 009931", nil}, stage(160, 3), certified(1, 18, passes)},
	{person{"terrence.blackwood@example.com", "Terrence Blackwood", "", chicago, "addiction-counselor", "US-WI 16732-132", nil}, stage(40, everything, fails, missesIt, fails), nil},
	{person{"hannah.osei@example.net", "Hannah Osei", "", newYork, "other", "", nil}, stage(6, 7).by(byHand), certified(1, 21, passes)},
	{person{"marek.dvorak@example.com", "Marek Dvořák", "", denver, "creative-arts-therapist", "", nil}, stage(1, everything, needsGrade), nil},
	{person{"ingrid.solheim@example.net", "Ingrid Solheim", "", chicago, "psychiatric-nurse", "US-IA G-118842", nil}, stage(75, 0).by(abandons), nil},
	{person{"paul.adeyemi@example.com", "Paul Adeyemi", "", chicago, "school-counselor", "", nil}, stage(52, 0).by(bounces), nil},
	{person{"nadia.petrosyan@example.net", "Nadia Petrosyan", "", pacific, "psychologist", "US-CA 31877", nil}, stage(1, 0).by(hesitates), nil},
	{person{"grace.lim@example.com", "Grace Lim", "", toronto, "occupational-therapist", "CA-AB 7710", nil}, nil, certified(1, 6, fails, passes)},
	{person{"owen.fairbanks@example.net", "Owen Fairbanks", "", "Europe/London", "psychotherapist", "", nil}, stage(4, 0), completed(1, passes)},
	{person{"beatriz.figueiredo@example.com", "Beatriz Figueiredo", "", "America/Sao_Paulo", "psychologist", "", nil}, stage(2, 3), stage(9, 1)},
	{person{"mehmet.yildirim@example.net", "Mehmet Yıldırım", "", "America/St_Johns", "social-worker", "CA-NL 2204", nil}, stage(5, 14), nil},
}
