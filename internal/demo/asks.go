package demo

import "github.com/atmacena/cocare/internal/support"

// asks are the requests of the year, of each kind and in each state.
var asks = []asked{
	{days: 230, kind: support.Grievance, email: "bjorn.aasen@example.com", about: "The graded short answer",
		body: "I lost three of four points for one answer and did not pass by less than one question. I would like somebody else to look at it.",
		answers: []support.Answer{
			{Body: "A second grader has read it without seeing the first grade, and came to the same points. Asked him to see the comment beside the answer.", Internal: true},
			{Body: "A second grader, who did not know the first grade, came to the same points; the comment beside your answer says why. Your next attempt is open. If you disagree, you may write to the program director.",
				Outcome: "Grade confirmed by a second grader.", Close: true},
		}},
	{days: 140, kind: support.Help, email: "kimiko.arakawa@example.net", about: "Date on my certificate",
		body: "My certificate shows two dates. Which of them should I report to my board?",
		answers: []support.Answer{{Body: "The date of completion is the day where you live. The other one is the same moment in our time zone. Boards ask for the date of completion.",
			Outcome: "Explained the two dates.", Close: true}}},
	{days: 51, kind: support.Help, email: "paul.adeyemi@example.com", about: "Payment by bank debit",
		body:    "My bank returned the debit. Was I charged, and can I try again?",
		answers: []support.Answer{{Body: "Nothing was charged: the order has ended without a payment. You can start again from the course page, also with a card. Did your bank say why?"}}},
	{days: 12, kind: support.Grievance, email: "terrence.blackwood@example.com", about: "The wait between attempts",
		body: "I think a day between two attempts is too short to learn anything and too long to keep a free evening. Please reconsider."},
	{days: 11, kind: support.RefundAsked, email: "refunded@example.org", about: "How I learn",
		body: "The course is good, but I learn better in a group. I would like my money back.",
		answers: []support.Answer{{Body: "We have sent the full amount back to your card. It takes a few days to arrive. Thank you for telling us why.",
			Outcome: "Refunded in full.", Close: true}}},
	{days: 9, kind: support.AccommodationAsked, email: "hannah.osei@example.net", about: "The exam",
		body: "I read with a screen reader and need half as much time again. I can send a letter of my clinic.",
		answers: []support.Answer{{Body: "Thank you, the letter is enough. Half as much time again and one more attempt hold for all your courses from now on.",
			Outcome: "Granted: half as much time again, one more attempt.", Close: true}}},
	{days: 3, kind: support.Help, email: "office@clinic.example.com", visitor: "Joan Ferris", about: "Group of eight",
		body: "We would like to enroll eight counselors of our clinic. Is there one invoice for all of them?"},
	{days: 1, kind: support.AccommodationAsked, email: "ready@example.org", about: "The exam",
		body: "I have dyslexia and was given a quarter more time in my licensing exam. May I have the same here?"},
}
