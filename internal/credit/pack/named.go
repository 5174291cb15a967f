package pack

// Row is a rule as lists show it. Value is what Rule holds.
type Row struct {
	Name, Label string
	Basis       Basis
	Value       any
}

// rowOf adds a rule that is there.
func rowOf[T any](list []Row, name, label string, r *Rule[T]) []Row {
	if r == nil {
		return list
	}
	return append(list, Row{name, label, r.Basis, r.Value})
}

// Rows are the rules that the pack has, in the order of the gates.
func (r Rules) Rows() (list []Row) {
	list = rowOf(list, "hours", "Hours", r.Hours)
	list = rowOf(list, "live", "Live events", r.Live)
	list = rowOf(list, "not_counted", "Not counted as words", r.NotCounted)
	list = rowOf(list, "disclosure", "Disclosure", r.Disclosure)
	list = rowOf(list, "objectives", "Objectives", r.Objectives)
	list = rowOf(list, "active_time", "Active time", r.ActiveTime)
	list = rowOf(list, "pass_percent", "Pass mark", r.PassPercent)
	list = rowOf(list, "questions", "Questions of the exam", r.Questions)
	list = rowOf(list, "true_false_percent", "True or false", r.TrueFalsePercent)
	list = rowOf(list, "attempts", "Tries", r.Attempts)
	list = rowOf(list, "identity", "Who did the work", r.Identity)
	list = rowOf(list, "evaluation", "Evaluation", r.Evaluation)
	list = rowOf(list, "certificate_fields", "Printed on certificates", r.CertificateFields)
	list = rowOf(list, "statement", "Statement", r.Statement)
	list = rowOf(list, "categories", "Categories", r.Categories)
	list = rowOf(list, "partial_credit", "Partial credit", r.PartialCredit)
	list = rowOf(list, "daily_cap", "Daily cap", r.DailyCap)
	list = rowOf(list, "retention_years", "Records are kept", r.RetentionYears)
	list = rowOf(list, "reporting_days", "Reported", r.ReportingDays)
	list = rowOf(list, "reference_years", "Age of references", r.ReferenceYears)
	list = rowOf(list, "review_years", "Time between reviews", r.ReviewYears)
	list = rowOf(list, "renewal_hours", "Hours of a renewal", r.RenewalCentihours)
	list = rowOf(list, "self_paced", "Self-paced courses", r.SelfPaced)
	return rowOf(list, "accepts", "Accepts approvals by", r.Accepts)
}

// Named is one row; nil where the pack has no such rule.
func (r Rules) Named(name string) (*Row, Mark) {
	for _, row := range r.Rows() {
		if row.Name == name {
			return &row, row.Basis.Mark
		}
	}
	return nil, ""
}
