package audit

// titles say each act as people would. A test holds them against the source.
var titles = map[string]string{
	"accommodation.end":   "Accommodation ended",
	"accommodation.grant": "Accommodation granted",

	"account.block":            "Account blocked",
	"account.confirm":          "Identity confirmed again",
	"account.create":           "Account created",
	"account.email":            "Email address changed",
	"account.email_confirm":    "Email address confirmed",
	"account.email_cancel":     "Change of email address canceled",
	"account.email_request":    "New email address asked for",
	"account.email_resend":     "Link to the new email address sent again",
	"account.export":           "Own data downloaded",
	"account.factor_failed":    "Second factor refused",
	"account.forgot":           "Password reset asked for",
	"account.legal_name":       "Name on certificates changed",
	"account.password":         "Password changed",
	"account.password_refused": "Password change refused",
	"account.password_reset":   "Password reset",
	"account.profile":          "Profile changed",
	"account.register":         "Registered",
	"account.register_again":   "Registered again",
	"account.sign_in":          "Signed in",
	"account.sign_in_blocked":  "Sign-in of a blocked account",
	"account.sign_in_failed":   "Sign-in failed",
	"account.unblock":          "Account unblocked",

	"approval.add":     "Approval recorded",
	"approval.end":     "Approval ended",
	"approvals.export": "List of approvals downloaded",

	"attendance.check":   "Attendance list checked again",
	"attendance.discard": "Attendance list deleted",
	"attendance.export":  "Attendance list or its report downloaded",
	"attendance.finish":  "Attendance list done",
	"attendance.forget":  "File of an attendance list deleted after its time",
	"attendance.go_on":   "Attendance list worked on again",
	"attendance.start":   "Certificates issued by an attendance list",
	"attendance.upload":  "Attendance list uploaded",

	"audit.export": "Audit log downloaded",

	"certificate.archive":          "Archive of certificates made",
	"certificate.archive_delete":   "Archive of certificates deleted",
	"certificate.archive_download": "Archive of certificates downloaded",
	"certificate.by_hand":          "Certificate issued by hand",
	"certificate.reinstate":        "Certificate reinstated",
	"certificate.resend":           "Mail about a certificate sent again",
	"certificate.freeze_anew":      "Facts of a certificate frozen anew",
	"certificate.export":           "List of certificates downloaded",
	"certificate.issue":            "Certificate issued",
	"certificate.replace":          "Certificate replaced",
	"certificate.reserve":          "Certificate earned",
	"certificate.retry":            "Certificate printed again",
	"certificate.revoke":           "Certificate revoked",
	"certificate.share":            "Certificate shared",
	"certificate.unshare":          "Certificate no longer shared",

	"course.create":  "Course begun",
	"course.import":  "Course imported",
	"course.restore": "Draft of a course brought back",
	"course.publish": "Course published",

	"database.backup":  "Database backed up",
	"database.restore": "Database restored",

	"edition.erratum":           "Correction published",
	"edition.signoff":           "Review recorded",
	"edition.signoff_retracted": "Review retracted",
	"edition.withdrawal":        "Lesson withdrawn",

	"enrollment.attend":    "Attendance of a live event recorded",
	"enrollment.by_hand":   "Enrolled by hand",
	"enrollment.create":    "Enrolled",
	"enrollment.end":       "Enrollment ended",
	"enrollment.export":    "List of enrollments downloaded",
	"enrollment.extend":    "Access extended",
	"enrollment.reinstate": "Withdrawal taken back",
	"enrollment.reopen":    "Enrollment opened again",

	"evaluations.export": "List of evaluations downloaded",
	"evaluation.export":  "Evaluation downloaded",
	"followup.export":    "Follow-up answers downloaded",

	"event.change": "Live event changed",
	"event.create": "Live event recorded",
	"event.remove": "Live event removed",

	"exam.correct": "Grade corrected",
	"exam.grade":   "Answer graded",
	"exam.grant":   "Exam attempt granted",
	"exam.name":    "Name for a certificate corrected",
	"exam.reopen":  "Exam attempt opened again after a wrong clock",
	"exam.void":    "Exam attempt voided",

	"factor.add":            "Second factor added",
	"factor.recovery_codes": "Recovery codes made",
	"factor.remove":         "Second factor removed",
	"factor.remove_all":     "Second factors removed by an administrator",

	"grading.export": "List of answers to grade downloaded",

	"job.dismiss": "Job dismissed",
	"job.export":  "List of jobs downloaded",
	"job.retry":   "Job tried again",

	"key.adopt":       "Document key of the operator taken over",
	"signature.adopt": "A signature for certificates was put in use",
	"key.distrust":    "Key distrusted",
	"key.rotate":      "Key changed",

	"license.add":    "License added",
	"license.change": "License changed",
	"license.remove": "License removed",

	"mail.export": "List of mail downloaded",

	"order.accept":           "Policies accepted",
	"order.alert":            "Order needs attention",
	"order.alert_settled":    "Order alert dealt with",
	"order.payment_returned": "Payment that was not accepted sent back",
	"order.certificate":      "Certificate decided after a refund",
	"order.dispute":          "Payment disputed",
	"order.expired":          "Order ended unpaid",
	"order.export":           "List of orders downloaded",
	"order.failed":           "Payment failed",
	"order.open":             "Order placed",
	"order.paid":             "Order paid",
	"order.pending":          "Payment waits for the bank",
	"order.refund_request":   "Refund asked for",
	"order.refunded":         "Order refunded",
	"order.session":          "Taken to Stripe",

	"people.export":            "List of people downloaded",
	"policies.export":          "List of policies downloaded",
	"policy.publish":           "Policy published",
	"request.reply":            "Request answered",
	"requests.export":          "List of requests downloaded",
	"reviewer-comments.export": "Comments for reviewers downloaded",
	"role.grant":               "Role granted",
	"role.revoke":              "Role taken away",
	"rules.confirm":            "Rule of an accreditor confirmed",
	"rules.save":               "Rules of an accreditor changed",

	"session.end":        "Signed out",
	"session.end_others": "Signed out elsewhere",
	"session.reuse":      "Old session used again; ended",

	"wallet.export":   "Hours of a license downloaded",
	"wallet.feed":     "Address of a calendar made",
	"wallet.feed_off": "Calendar switched off",

	"witness.agree":  "Witness of the log signs again after an alarm",
	"witness.alarm":  "Witness contradicts the log",
	"witness.forget": "Witness forgot what it had signed",
}

// Title says an act in words; one without has its code.
func Title(action string) string {
	if t := titles[action]; t != "" {
		return t
	}
	return action
}

// Title says what was done, in words.
func (e Entry) Title() string { return Title(e.Action) }
