package exchange

import (
	"math"
	"slices"
	"strings"
)

// qtiOperator works an expression out whose parts are known or not.
type qtiOperator func(q *qtiRules, n *node, args []result) result

var qtiOperators = map[string]qtiOperator{
	"multiple": gathered, "ordered": gathered,
	"isNull": func(_ *qtiRules, _ *node, a []result) result {
		if len(a) != 1 || !a[0].known {
			return unknownResult
		}
		return boolResult(a[0].null())
	},
	"not": func(_ *qtiRules, _ *node, a []result) result {
		if len(a) != 1 || !a[0].known || a[0].null() {
			return result{known: len(a) == 1 && a[0].known}
		}
		return boolResult(!a[0].is("true"))
	},
	"and": func(_ *qtiRules, _ *node, a []result) result { return joined(a, "false") },
	"or":  func(_ *qtiRules, _ *node, a []result) result { return joined(a, "true") },
	"match": compared(func(q *qtiRules, _ *node, a, b []string) result {
		if !q.ordered {
			a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
		}
		return boolResult(slices.Equal(a, b))
	}),
	"stringMatch": compared(func(_ *qtiRules, n *node, a, b []string) result {
		if n.attr("substring") == "true" || len(a) != 1 || len(b) != 1 {
			return unknownResult
		}
		return boolResult(a[0] == b[0] || n.attr("caseSensitive") == "false" && strings.EqualFold(a[0], b[0]))
	}),
	"member": compared(func(_ *qtiRules, _ *node, a, b []string) result {
		if len(a) != 1 {
			return unknownResult
		}
		return boolResult(slices.Contains(b, a[0]))
	}),
	"contains": compared(func(q *qtiRules, _ *node, a, b []string) result {
		if q.ordered {
			return unknownResult
		}
		return boolResult(!slices.ContainsFunc(b, func(v string) bool { return !slices.Contains(a, v) }))
	}),
	"equal": compared(func(_ *qtiRules, n *node, a, b []string) result {
		down, up, ok := tolerances(n, b)
		if !ok {
			return unknownResult
		}
		return onNumbers(func(x, y float64) bool { return x >= y-down && x <= y+up })(nil, n, a, b)
	}),
	"gte": compared(onNumbers(func(x, y float64) bool { return x >= y })), "gt": compared(onNumbers(func(x, y float64) bool { return x > y })),
	"lte": compared(onNumbers(func(x, y float64) bool { return x <= y })), "lt": compared(onNumbers(func(x, y float64) bool { return x < y })),
	"sum":      reckoned(func(x, y float64) float64 { return x + y }),
	"product":  reckoned(func(x, y float64) float64 { return x * y }),
	"subtract": reckoned(func(x, y float64) float64 { return x - y }),
}

func gathered(_ *qtiRules, _ *node, args []result) result {
	out := result{known: true}
	for _, a := range args {
		if !a.known || len(out.values)+len(a.values) > valuesMost {
			return unknownResult
		}
		out.values = slices.Concat(out.values, a.values)
	}
	return out
}

// joined is “and” and “or”: the word that decides alone, or the other one.
func joined(args []result, decides string) result {
	out := boolResult(decides != "true")
	for _, a := range args {
		switch {
		case a.is(decides):
			return a
		case !a.known:
			out = unknownResult
		case a.null() && out.known:
			out = result{known: true}
		}
	}
	return out
}

// compared is an operator on two, NULL where one of them is.
func compared(op func(q *qtiRules, n *node, a, b []string) result) qtiOperator {
	return func(q *qtiRules, n *node, args []result) result {
		switch {
		case len(args) != 2 || !args[0].known || !args[1].known:
			return unknownResult
		case args[0].null() || args[1].null():
			return result{known: true}
		}
		return op(q, n, args[0].values, args[1].values)
	}
}

func onNumbers(holds func(x, y float64) bool) func(*qtiRules, *node, []string, []string) result {
	return func(_ *qtiRules, _ *node, a, b []string) result {
		x, ok := result{a, true}.number()
		y, okY := result{b, true}.number()
		if !ok || !okY {
			return unknownResult
		}
		return boolResult(holds(x, y))
	}
}

// tolerances are how far below and above a number another may be that is equal to it.
func tolerances(n *node, of []string) (down, up float64, ok bool) {
	mode := n.attr("toleranceMode")
	if mode == "exact" || mode == "" {
		return 0, 0, true
	}
	parts := strings.Fields(n.attr("tolerance"))
	if len(parts) == 1 {
		parts = append(parts, parts[0])
	}
	y, ok := result{of, true}.number()
	if len(parts) != 2 || !ok {
		return 0, 0, false
	}
	down, okDown := finite(parts[0])
	up, okUp := finite(parts[1])
	if mode == "relative" {
		down, up = down*math.Abs(y)/100, up*math.Abs(y)/100
	}
	return down, up, okDown && okUp
}

// reckoned is an operator on numbers, from left to right.
func reckoned(op func(x, y float64) float64) qtiOperator {
	return func(_ *qtiRules, _ *node, args []result) result {
		all := gathered(nil, nil, args)
		if !all.known || len(all.values) == 0 || slices.ContainsFunc(args, result.null) {
			return result{known: all.known}
		}
		sum := 0.0
		for i, v := range all.values {
			x, ok := finite(v)
			switch {
			case !ok:
				return unknownResult
			case i == 0:
				sum = x
			default:
				sum = op(sum, x)
			}
		}
		return numberResult(sum)
	}
}
