package mail

import (
	"fmt"
	"strings"
	"time"
)

// The mails. Amounts come formatted; instants come in the zone of the person who
// reads them; links are absolute and made from the base URL.

// ConfirmAddress goes to an address that somebody entered.
type ConfirmAddress struct {
	Link     string
	ValidFor time.Duration
}

// AddressAlreadyRegistered answers a registration with a known address: the
// page says the same in both cases, only the owner learns the difference.
type AddressAlreadyRegistered struct {
	SignInLink, ResetLink string
}

// ResetPassword carries the single-use link.
type ResetPassword struct {
	Link     string
	ValidFor time.Duration
}

// PasswordChanged tells the owner, whose other devices were signed out.
type PasswordChanged struct {
	When         time.Time
	SecurityLink string
}

// AddressChanged goes to the old address.
type AddressChanged struct {
	NewMasked, SupportLink string
}

// NewFactor tells that a way to sign in was added; What is a noun with its
// article, such as "a passkey".
type NewFactor struct {
	What, SecurityLink string
}

// RecoveryCodes tells that new recovery codes stand in for the old ones.
type RecoveryCodes struct {
	SecurityLink string
}

// FactorsRemoved tells that an administrator took the second factors away.
type FactorsRemoved struct {
	SecurityLink string
}

// SessionsRevoked tells that a copied session was detected.
type SessionsRevoked struct {
	SecurityLink string
}

// Receipt confirms a payment. SellerAddress and SellerTaxID may be empty.
type Receipt struct {
	OrderNumber, CourseTitle, Amount, OrderLink, LearnLink string
	Seller, SellerAddress, SellerTaxID                     string
}

// PaidNotEnrolled tells a buyer whose enrollment was refused after the payment
// that the money comes back.
type PaidNotEnrolled struct {
	OrderNumber, CourseTitle, Amount, OrderLink string
}

// PaymentFailed tells a buyer that the bank refused what they believe is paid: a
// debit fails days after they left the checkout page.
type PaymentFailed struct {
	OrderNumber, CourseTitle, Amount, CourseLink string
}

// Enrolled confirms an enrollment; AccessUntil is zero if access does not end.
type Enrolled struct {
	CourseTitle, LearnLink string
	AccessUntil            time.Time
}

// EventInvitation goes to somebody who attended a live event and for whom an
// administrator made an account: Link is where they choose a password, ForgotLink
// where they get another one when it has expired.
type EventInvitation struct {
	Title, Link, ForgotLink string
	ValidFor                time.Duration
}

// EventAttended tells somebody who attended a live event what is Left before the
// certificate.
type EventAttended struct {
	Title     string
	Left      []string
	LearnLink string
}

// AccessEnding reminds whoever has no certificate yet; Days are whole days from
// now, EndsAt is the end in the person's zone.
type AccessEnding struct {
	CourseTitle string
	Days        int
	EndsAt      time.Time
	LearnLink   string
}

// AccessExtended tells that an administrator moved the end of access.
type AccessExtended struct {
	CourseTitle, LearnLink string
	AccessUntil            time.Time
}

// EnrollmentWithdrawn tells that an administrator ended an enrollment.
type EnrollmentWithdrawn struct {
	CourseTitle, HelpLink string
}

// CorrectionPublished tells that something in a course was wrong that is about
// safety. Lesson is its title, "" for the whole course.
type CorrectionPublished struct {
	CourseTitle, Lesson, Text, CourseLink string
}

// EnrollmentReinstated tells that an administrator took a withdrawal back.
type EnrollmentReinstated struct {
	CourseTitle, LearnLink string
	AccessUntil            time.Time
}

// AttemptGranted tells that an administrator gave one more attempt at the exam.
type AttemptGranted struct {
	CourseTitle, ExamLink string
}

// ExamGraded tells that a result became final.
type ExamGraded struct {
	CourseTitle string
	Passed      bool
	LearnLink   string
}

// FollowUp asks whoever agreed to it, some days after the evaluation that they
// sent on SentOn. Link leads to the form, StopLink to where they take it back.
type FollowUp struct {
	CourseTitle    string
	Questions      []string
	SentOn         time.Time
	Days           int
	Link, StopLink string
}

// Refresher tells whoever chose it that practice questions of courses they completed
// are due.
// StopLink ends those of all courses by one POST, for mail programs with a button for it.
type Refresher struct {
	Courses  []RefresherCourse
	StopLink string
}

// RefresherCourse is one of the courses. StopLink ends its questions without signing in.
type RefresherCourse struct {
	Title          string
	Due            int
	Link, StopLink string
}

// CertificateReady tells that a certificate was issued; Live says that it is for a live
// event.
type CertificateReady struct {
	CourseTitle, Number, Link string
	Live                      bool
}

// CertificateRevoked tells its holder.
type CertificateRevoked struct {
	CourseTitle, Number, Reason string
}

// CertificateReinstated tells its holder that a revocation was taken back.
type CertificateReinstated struct {
	CourseTitle, Number, Reason, Link string
}

// LicenseExpiring reminds of a renewal; Days are whole days from today, 0 for the
// last one. License names it without its whole number, Standing says how many hours
// count and what is missing.
type LicenseExpiring struct {
	License   string
	Days      int
	ExpiresOn time.Time
	Standing  []string
	Link      string
}

// ApprovalEnding reminds the provider of an approval of it, or of one of its courses,
// that ends after LastDay; Days are whole days from today, 0 for the last one.
// CourseTitle may be empty even then, and Number too.
type ApprovalEnding struct {
	Accreditor, Number string
	OfCourse           bool
	CourseTitle        string
	Days               int
	LastDay            time.Time
	Link               string
}

// What names the approval.
func (m ApprovalEnding) What() string {
	switch {
	case !m.OfCourse:
		return "Your approval as a provider"
	case m.CourseTitle == "":
		return "The approval of a course"
	}
	return "The approval of the course “" + m.CourseTitle + "”"
}

// RequestReceived confirms a request; Kind is a noun such as "Grievance". Link
// is "" for a visitor, who has no page to open. AnswerDays is the promise, in
// calendar days.
type RequestReceived struct {
	Kind, Reference, Link string
	AnswerDays            int
}

// RequestAnswered carries the answer; Link as in RequestReceived.
type RequestAnswered struct {
	Kind, Reference, Answer, Link string
}

// Refunded confirms that money is on its way back.
type Refunded struct {
	OrderNumber, CourseTitle, Amount string
	EnrollmentEnded                  bool // with the refund
	// Certificate is the number of one that was issued, "" without; CertificateStays
	// says that it was decided to stay valid, CertificateRevoked that it does not.
	Certificate                          string
	CertificateStays, CertificateRevoked bool
}

// RoleChanged tells the roles that a person holds from now on.
type RoleChanged struct {
	Roles        []string
	SecurityLink string
}

func (ConfirmAddress) Name() string           { return "confirm_address" }
func (AddressAlreadyRegistered) Name() string { return "address_already_registered" }
func (ResetPassword) Name() string            { return "reset_password" }
func (PasswordChanged) Name() string          { return "password_changed" }
func (AddressChanged) Name() string           { return "address_changed" }
func (NewFactor) Name() string                { return "new_factor" }
func (RecoveryCodes) Name() string            { return "recovery_codes" }
func (FactorsRemoved) Name() string           { return "factors_removed" }
func (SessionsRevoked) Name() string          { return "sessions_revoked" }
func (Receipt) Name() string                  { return "receipt" }
func (PaidNotEnrolled) Name() string          { return "paid_not_enrolled" }
func (PaymentFailed) Name() string            { return "payment_failed" }
func (Enrolled) Name() string                 { return "enrolled" }
func (EventInvitation) Name() string          { return "event_invitation" }
func (EventAttended) Name() string            { return "event_attended" }
func (AccessEnding) Name() string             { return "access_ending" }
func (AccessExtended) Name() string           { return "access_extended" }
func (EnrollmentWithdrawn) Name() string      { return "enrollment_withdrawn" }
func (CorrectionPublished) Name() string      { return "correction_published" }
func (EnrollmentReinstated) Name() string     { return "enrollment_reinstated" }
func (AttemptGranted) Name() string           { return "attempt_granted" }
func (ExamGraded) Name() string               { return "exam_graded" }
func (FollowUp) Name() string                 { return "follow_up" }
func (Refresher) Name() string                { return "refresher" }
func (CertificateReady) Name() string         { return "certificate_ready" }
func (CertificateRevoked) Name() string       { return "certificate_revoked" }
func (CertificateReinstated) Name() string    { return "certificate_reinstated" }
func (LicenseExpiring) Name() string          { return "license_expiring" }
func (ApprovalEnding) Name() string           { return "approval_ending" }
func (RequestReceived) Name() string          { return "request_received" }
func (RequestAnswered) Name() string          { return "request_answered" }
func (Refunded) Name() string                 { return "refunded" }
func (RoleChanged) Name() string              { return "role_changed" }

// messages is one of each.
var messages = []Message{
	ConfirmAddress{}, AddressAlreadyRegistered{}, ResetPassword{}, PasswordChanged{}, AddressChanged{}, NewFactor{}, RecoveryCodes{},
	FactorsRemoved{}, SessionsRevoked{}, Receipt{}, PaidNotEnrolled{}, PaymentFailed{}, Enrolled{}, EventInvitation{}, EventAttended{}, AccessEnding{}, AccessExtended{},
	EnrollmentWithdrawn{}, CorrectionPublished{}, EnrollmentReinstated{}, AttemptGranted{}, ExamGraded{}, FollowUp{}, Refresher{}, CertificateReady{}, CertificateRevoked{},
	CertificateReinstated{}, LicenseExpiring{}, ApprovalEnding{},
	RequestReceived{}, RequestAnswered{}, Refunded{}, RoleChanged{}, NamedForCourse{}, QuestionAnswered{}, ReportHandled{}, LessonChanged{}, QuestionDigest{},
}

func (ConfirmAddress) Subject() string           { return "Confirm your email address" }
func (AddressAlreadyRegistered) Subject() string { return "You already have an account" }
func (ResetPassword) Subject() string            { return "Choose a new password" }
func (PasswordChanged) Subject() string          { return "Your password was changed" }
func (AddressChanged) Subject() string           { return "Your email address was changed" }
func (m NewFactor) Subject() string              { return "A way to sign in was added: " + m.What }
func (RecoveryCodes) Subject() string            { return "New recovery codes were made" }
func (FactorsRemoved) Subject() string           { return "Your second factors were removed" }
func (SessionsRevoked) Subject() string          { return "You were signed out for safety" }
func (m Receipt) Subject() string                { return "Receipt for order " + m.OrderNumber }
func (m PaidNotEnrolled) Subject() string {
	return fmt.Sprintf("We received your payment, but could not enroll you (order %s)", m.OrderNumber)
}
func (m PaymentFailed) Subject() string {
	return "The payment of order " + m.OrderNumber + " did not go through"
}
func (m Enrolled) Subject() string        { return "You are enrolled: " + m.CourseTitle }
func (m EventInvitation) Subject() string { return "Your account for the certificate: " + m.Title }
func (m EventAttended) Subject() string   { return "Before your certificate: " + m.Title }
func (m AccessEnding) Subject() string {
	return fmt.Sprintf("%s left: %s", plural(m.Days, "day"), m.CourseTitle)
}
func (m AccessExtended) Subject() string { return "Your access was extended: " + m.CourseTitle }
func (m EnrollmentWithdrawn) Subject() string {
	return "Your enrollment was withdrawn: " + m.CourseTitle
}
func (m CorrectionPublished) Subject() string {
	return "Please read: a correction in " + m.CourseTitle
}
func (m EnrollmentReinstated) Subject() string {
	return "Your enrollment is open again: " + m.CourseTitle
}
func (m AttemptGranted) Subject() string { return "You have one more attempt: " + m.CourseTitle }
func (m ExamGraded) Subject() string     { return "Your exam was graded: " + m.CourseTitle }
func (m FollowUp) Subject() string       { return "A question about what you learned: " + m.CourseTitle }
func (m Refresher) Subject() string {
	if len(m.Courses) == 1 {
		return "A few questions to keep it fresh: " + m.Courses[0].Title
	}
	return "A few questions to keep what you learned fresh"
}
func (m CertificateReady) Subject() string   { return "Your certificate is ready: " + m.CourseTitle }
func (m CertificateRevoked) Subject() string { return "Certificate " + m.Number + " was revoked" }
func (m CertificateReinstated) Subject() string {
	return "Certificate " + m.Number + " is valid again"
}
func (m LicenseExpiring) Subject() string {
	if m.Days == 0 {
		return "Your license expires today: " + m.License
	}
	return fmt.Sprintf("Your license expires in %s: %s", plural(m.Days, "day"), m.License)
}
func (m ApprovalEnding) Subject() string {
	if m.Days == 0 {
		return "An approval ends today: " + m.Accreditor
	}
	return fmt.Sprintf("An approval ends in %s: %s", plural(m.Days, "day"), m.Accreditor)
}
func (m RequestReceived) Subject() string {
	return fmt.Sprintf("We received your %s request (%s)", strings.ToLower(m.Kind), m.Reference)
}
func (m RequestAnswered) Subject() string {
	return fmt.Sprintf("Answer to your %s request (%s)", strings.ToLower(m.Kind), m.Reference)
}
func (m Refunded) Subject() string  { return "Refund for order " + m.OrderNumber }
func (RoleChanged) Subject() string { return "Your roles were changed" }

// stoppable marks mails that a person chose and that their mail program can end.
type stoppable interface{ stop() string }

func (m Refresher) stop() string { return m.StopLink }

// unconfirmed marks mails to an address that may belong to a stranger: they
// greet nobody by name, or a name typed into the registration form would carry
// an advertisement to anybody.
type unconfirmed interface{ unconfirmed() }

func (ConfirmAddress) unconfirmed()           {}
func (AddressAlreadyRegistered) unconfirmed() {}
func (ResetPassword) unconfirmed()            {}
