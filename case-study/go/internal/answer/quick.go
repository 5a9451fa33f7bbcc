package answer

import (
	"strconv"

	"setosa.dev/case-study/internal/model"
)

// Quick reads a row as Standard does, without allocations: it knows the one shape that a right body has.
func Quick(body []byte) ([4]float64, *Error) {
	if row, ok := scan(body); ok {
		return row, nil
	}
	return exact(body)
}

// scan reads an object of the four features, each once and in any order, with numbers that a float32 holds. It says
// no to everything else, a few right bodies with it: those with escapes in their keys, or with a feature twice.
func scan(body []byte) (row [4]float64, ok bool) {
	at := space(body, 0)
	if at == len(body) || body[at] != '{' {
		return row, false
	}
	at++
	var seen [4]bool
	for count := range model.Features {
		at = space(body, at)
		feature, end := key(body, at, count)
		if end < 0 || seen[feature] {
			return row, false
		}
		seen[feature] = true
		at = space(body, end)
		if at == len(body) || body[at] != ':' {
			return row, false
		}
		at = space(body, at+1)
		end = number(body, at)
		if end < 0 {
			return row, false
		}
		value, err := strconv.ParseFloat(string(body[at:end]), 64)
		if err != nil || !representable(value) {
			return row, false
		}
		row[feature] = value
		at = space(body, end)
		closing := byte(',')
		if count == len(model.Features)-1 {
			closing = '}'
		}
		if at == len(body) || body[at] != closing {
			return row, false
		}
		at++
	}
	return row, space(body, at) == len(body)
}

// key answers which feature is named at a place, and the place behind it; -1 if none is. Clients mostly keep to the
// features' order, so the one that is next in it is tried first.
func key(body []byte, at, next int) (feature, end int) {
	for turn := range quotedFeatures {
		feature = (next + turn) & 3
		quoted := quotedFeatures[feature]
		if end = at + len(quoted); end <= len(body) && string(body[at:end]) == string(quoted) {
			return feature, end
		}
	}
	return 0, -1
}

// number answers the place behind the number at a place, as RFC 8259 (section 6) spells numbers; -1 if none is there.
// strconv takes more: hexadecimal numbers, infinities, underscores.
func number(body []byte, at int) int {
	if at < len(body) && body[at] == '-' {
		at++
	}
	whole := at
	if at = digits(body, at); at == whole || (body[whole] == '0' && at > whole+1) {
		return -1
	}
	if at < len(body) && body[at] == '.' {
		fraction := at + 1
		if at = digits(body, fraction); at == fraction {
			return -1
		}
	}
	if at < len(body) && body[at]|0x20 == 'e' {
		at++
		if at < len(body) && (body[at] == '+' || body[at] == '-') {
			at++
		}
		exponent := at
		if at = digits(body, exponent); at == exponent {
			return -1
		}
	}
	return at
}

func digits(body []byte, at int) int {
	for at < len(body) && body[at]-'0' <= 9 {
		at++
	}
	return at
}

func space(body []byte, at int) int {
	for at < len(body) && (body[at] == ' ' || body[at] == '\n' || body[at] == '\t' || body[at] == '\r') {
		at++
	}
	return at
}
