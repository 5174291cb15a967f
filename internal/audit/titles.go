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

	"comment.reopen": "Comment on a course opened again",

	"conversation.answer":    "Question of a learner answered",
	"conversation.close":     "Question of a learner closed",
	"conversation.export":    "List of questions downloaded",
	"conversation.hide":      "Conversation hidden",
	"conversation.judge":     "Report of an inaccuracy dealt with",
	"conversation.note":      "Note for the next edition kept",
	"conversation.note_done": "Note for an edition done",
	"conversation.note_open": "Note for an edition opened again",
	"conversation.show":      "Question and answer shown to learners",
	"conversation.unhide":    "Conversation no longer hidden",
	"conversation.unshow":    "Question and answer no longer shown",

	"course.create":   "Course begun",
	"course.download": "Course downloaded, with the keys of its exam",
	"course.discard":  "Draft of a course discarded",
	"course.import":   "Course imported",
	"course.restore":  "Draft of a course brought back",
	"course.publish":  "Course published",

	"course.questions_export": "Questions of a course downloaded",
	"course.questions_import": "Questions added to a course from a file",

	"database.backup":  "Database backed up",
	"database.restore": "Database restored",

	"edition.erratum":           "Correction published",
	"edition.settled":           "Correction or withdrawal settled by a new edition",
	"edition.signoff":           "Review recorded",
	"edition.signoff_retracted": "Review retracted",
	"edition.withdrawal":        "Lesson withdrawn",

	"course.member_add":    "Somebody named for a course",
	"course.member_remove": "Somebody taken off a course",

	"enrollment.attend":    "Attendance of a live event recorded",
	"enrollment.by_hand":   "Enrolled by hand",
	"enrollment.create":    "Enrolled",
	"enrollment.end":       "Enrollment ended",
	"enrollment.export":    "List of enrollments downloaded",
	"enrollment.extend":    "Access extended",
	"enrollment.move":      "Moved to a newer edition",
	"enrollment.reinstate": "Withdrawal taken back",
	"enrollment.reopen":    "Enrollment opened again",

	"evaluations.export": "List of evaluations downloaded",
	"evaluation.export":  "Evaluation downloaded",
	"followup.export":    "Follow-up answers downloaded",

	"erratum.export": "List of who has read a correction downloaded",

	"event.change": "Live event changed",
	"event.create": "Live event recorded",
	"event.remove": "Live event removed",

	"exam.begin_overseer": "Exam attempt begun by an administrator, who can read its answers",
	"exam.correct":        "Grade corrected",
	"exam.grade":          "Answer graded",
	"exam.grant":          "Exam attempt granted",
	"exam.name":           "Name for a certificate corrected",
	"exam.reopen":         "Exam attempt opened again after a wrong clock",
	"exam.void":           "Exam attempt voided",

	"factor.add":            "Second factor added",
	"factor.recovery_codes": "Recovery codes made",
	"factor.remove":         "Second factor removed",
	"factor.remove_all":     "Second factors removed by an administrator",

	"grading.export": "List of answers to grade downloaded",

	"insight.export": "Figures of exam questions downloaded",

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

	"media.copied": "File of another course given to a course",

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
func (e Entry) Title() string {
	if before, _ := e.Details["from"].(string); e.Action == "account.legal_name" && before == "" {
		return "Name on certificates given"
	}
	return Title(e.Action)
}
