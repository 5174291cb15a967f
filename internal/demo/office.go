package demo

import (
	"context"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/support"
)

// desk places a scene at the provider's office.
func (w *world) desk(days, hour int, do func(ctx context.Context) error) {
	w.at(w.daysAgo(days, hour, 20, w.Config.Location()), func(ctx context.Context) error {
		if err := do(w.as(ctx, admin)); err != nil {
			return err
		}
		return w.work(ctx)
	})
}

// ended is how many days ago a member's way through the clinical course ended.
func (w *world) ended(email string) int {
	for i := range cast {
		if m := &cast[i]; m.email == email {
			return m.clinical.ago(w.now)
		}
	}
	return 0
}

// office writes down what the staff do.
func (w *world) office() {
	// Short answers wait a few days; the youngest wait still.
	for days := opened - 1; days >= 2; days -= 2 {
		w.loose(w.daysAgo(days, 14, 0, time.UTC), w.grade) // most rounds find nothing
	}
	for days := (&way{month: 4, day: 10}).ago(w.now); days >= 3; days -= 2 {
		w.loose(w.daysAgo(days, 15, 0, time.UTC), w.issue)
	}
	w.desk(200, 10, w.amendPolicy)
	w.desk(150, 11, func(ctx context.Context) error {
		return w.onEnrollment(ctx, "chloe.dubois@example.net", func(e enrollment.Enrollment) error {
			return w.Enrollments.End(ctx, e.ID, enrollment.Withdrawn, "The learner asked for it: no time this year.")
		})
	})
	w.desk(70, 9, func(ctx context.Context) error {
		return w.Accounts.Block(ctx, w.people["ingrid.solheim@example.net"], "Registered twice; her other account is the one in use.")
	})
	w.desk(38, 9, func(ctx context.Context) error {
		return w.onEnrollment(ctx, "terrence.blackwood@example.com", func(e enrollment.Enrollment) error {
			return w.Exams.Grant(ctx, w.people[admin], e.ID, "Illness during the third attempt; a note of the employer is on file.")
		})
	})
	w.desk(w.ended("imogen.hartwell@example.net")-9, 15, func(ctx context.Context) error {
		return w.onCertificate(ctx, "imogen.hartwell@example.net", func(c certificate.Certificate) error {
			return w.Certificates.Revoke(ctx, c.Number, "The holder told us that somebody else had taken the exam.", w.people[admin])
		})
	})
	w.desk(w.ended("darius.kowalczyk@example.com")-12, 10, func(ctx context.Context) error {
		const married = "Darius Kowalczyk-Reed"
		if err := w.Accounts.SetLegalName(ctx, w.people["darius.kowalczyk@example.com"], married); err != nil {
			return err
		}
		return w.onCertificate(ctx, "darius.kowalczyk@example.com", func(c certificate.Certificate) error {
			_, err := w.Certificates.Replace(ctx, c.Number, married, "The holder’s legal name changed by marriage.", w.people[admin])
			return err
		})
	})
	w.desk(w.ended("yara.sayegh@example.com")-14, 16, w.refund("yara.sayegh@example.com", "Her employer had paid for the course as well.", payment.Keep))
	w.desk(10, 10, w.refund("refunded@example.org", "Asked for within the refund period.", ""))
	w.requests()
}

// grade is a round through the grading queue.
func (w *world) grade(ctx context.Context) error {
	grader := w.people[instructor]
	q, err := w.Exams.Queue(ctx, grader, exam.QueueFilter{Limit: 200})
	if err != nil || len(q.Waiting) == 0 {
		return err
	}
	return w.DB.InTx(w.as(ctx, instructor), func(ctx context.Context) error {
		for _, item := range q.Waiting {
			w.clock.pass(4 * time.Minute)
			m := marksFor(item.Question, item.Response.Text)
			err := w.Exams.Grade(ctx, grader, item.ItemID, exam.Marks{Awarded: m.awarded, Deductions: m.deductions, Comment: m.comment})
			if err != nil {
				return err
			}
		}
		return w.work(ctx)
	})
}

// issue is a round through the certificates to issue; the youngest wait still.
func (w *world) issue(ctx context.Context) error {
	list, err := w.Enrollments.List(ctx, enrollment.Filter{Uncertified: true})
	if err != nil || list.Total == 0 {
		return err
	}
	return w.DB.InTx(w.as(ctx, admin), func(ctx context.Context) error {
		for _, e := range list.Entries {
			w.clock.pass(3 * time.Minute)
			if _, err := w.Certificates.Issue(ctx, e.ID, w.people[admin]); err != nil {
				return err
			}
		}
		return w.work(ctx)
	})
}

func (w *world) onEnrollment(ctx context.Context, email string, do func(e enrollment.Enrollment) error) error {
	e, err := w.Enrollments.Find(ctx, w.people[email], clinical, 0)
	if err != nil {
		return err
	}
	return do(e)
}

func (w *world) onCertificate(ctx context.Context, email string, do func(c certificate.Certificate) error) error {
	return w.onEnrollment(ctx, email, func(e enrollment.Enrollment) error {
		c, err := w.Certificates.OfEnrollment(ctx, e.ID)
		if err != nil {
			return err
		}
		return do(c)
	})
}

func (w *world) refund(email, reason string, d payment.Decision) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		list, err := w.Payments.ByPerson(ctx, w.people[email])
		if err != nil {
			return err
		}
		return w.Payments.Refund(ctx, list[0].ID, reason, d)
	}
}

// amendPolicy publishes a second version, so that orders differ in what they
// accepted.
func (w *world) amendPolicy(ctx context.Context) error {
	p, err := w.Support.Policy(ctx, "refund", 0)
	if err != nil {
		return err
	}
	const place = "## How to ask"
	body := strings.Replace(p.Body, place, "If somebody else has paid for you, the money goes back to them.\n\n"+place, 1)
	_, err = w.Support.PublishPolicy(ctx, p.Name, p.Title, body, "Says who gets the money back.", w.people[admin], p.Version)
	return err
}

// asked is a request with what became of it.
type asked struct {
	days                 int
	kind                 support.Kind
	email                string // a member's, or a visitor's
	visitor, about, body string
	answers              []support.Answer // one a day later each; By is filled in
}

func (w *world) requests() {
	for _, q := range asks {
		id := new(string)
		w.at(w.daysAgo(q.days, 8, q.days*7%60, w.Config.Location()), func(ctx context.Context) error {
			return w.ask(w.as(ctx, q.email), q, id)
		})
		for i, a := range q.answers {
			w.desk(q.days-1-i, 13, func(ctx context.Context) error {
				a.By = w.people[admin]
				return w.Support.Reply(ctx, *id, a)
			})
		}
	}
	w.desk(7, 14, func(ctx context.Context) error {
		return w.Support.Grant(ctx, support.Accommodation{PersonID: w.people["hannah.osei@example.net"], ExtraTimePercent: 50,
			ExtraAttempts: 1, Reason: "A letter of her clinic confirms the need; seen and returned.", GrantedBy: w.people[admin]})
	})
}

func (w *world) ask(ctx context.Context, q asked, id *string) error {
	n := support.NewRequest{Kind: q.kind, PersonID: w.people[q.email], Name: q.visitor, Email: q.email, About: q.about, Body: q.body}
	if n.PersonID != "" {
		p, err := w.Accounts.Get(ctx, n.PersonID)
		if err != nil {
			return err
		}
		n.Name = p.Name
	}
	r, err := w.Support.Submit(ctx, n)
	*id = r.ID
	return err
}
