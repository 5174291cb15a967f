package demo

import "strings"

// colleagues are the staff of a clinic who took the free course for its exam alone:
// from so many on, figures of questions and their reliability say something. None
// sends the evaluation, so none waits for a certificate.
var colleagues = strings.Split(strings.ReplaceAll(`Aaliyah Brooks, Anders Holmgren, Bianca Rossi, Caleb Whitaker, Camila Duarte, Dmitri Volkov, Efua Asante, Elias Haddad,
Emiko Tanaka, Fatima Zahra Benali, Gideon Marsh, Hana Novotná, Isaac Feldman, Jasmine Okoro, Joaquín Herrera, Keisha Lambert, Lars Eriksen, Leilani Kahale,
Mateus Carvalho, Miriam Goldfarb, Nikhil Deshpande, Noor Rahman, Oksana Melnyk, Patrick Gallivan, Quinn Abernathy, Rosa Villanueva, Sanjay Iyer, Tamsin Whitlock,
Usha Krishnan, Viktor Andersson, Winona Redcloud, Xiomara Peña, Yusuf Demir, Zoë Lachance, Adaeze Nnamdi, Bram Verhoeven`, "\n", " "), ", ")

// clinicStaff makes members of the colleagues, each on an evening of their own. Of
// twelve, one gives up after a lesson, two fail and two need a second attempt.
func clinicStaff() (list []member) {
	professions := []string{"professional-counselor", "clinical-social-worker", "mental-health-counselor"}
	for i, name := range colleagues {
		days := 12 + 2*i
		w := stage(days, everything, passes)
		switch i % 6 {
		case 2:
			w = stage(days, everything, fails, passes)
		case 4:
			w = stage(days, everything, fails)
		case 5:
			if i%12 == 5 {
				w = stage(days, 1)
			}
		}
		p := person{email: mailbox(name) + "@example.net", name: name, zone: chicago, profession: professions[i%len(professions)]}
		list = append(list, member{person: p, free: w})
	}
	return list
}

// mailbox makes the first part of an address of a name: letters of the alphabet,
// its words joined by dots.
func mailbox(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '.'
		case r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, strings.ToLower(name))
}
