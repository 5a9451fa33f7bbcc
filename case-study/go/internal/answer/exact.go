package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"setosa.dev/case-study/internal/model"
)

// shownBytes bounds the part of a client's text that a message repeats.
const shownBytes = 60

// exact reads a row slowly and without exceptions. Both quick readers leave to it whatever they do not take, so that
// both servers accept the same rows and refuse the others with the same words. The last value of a repeated feature
// counts, as with most readers of JSON.
func exact(body []byte) ([4]float64, *Error) {
	var row [4]float64
	if len(bytes.TrimSpace(body)) == 0 {
		return row, badRequest("JSON_INVALID", "The request has no body.")
	}
	// encoding/json would put replacement characters in place of such bytes.
	if !utf8.Valid(body) {
		return row, badRequest("JSON_INVALID", "The body is not UTF-8.")
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(body, &values); err != nil {
		return row, unreadable(err)
	}
	if values == nil {
		return row, badRequest("BODY_SHAPE_INVALID", "The body is null, and not an object of features.")
	}
	for position, name := range model.Features {
		value, there := values[name]
		if !there {
			return row, badRequest("FEATURE_MISSING", "The feature %q is absent.", name)
		}
		number, failure := exactNumber(name, value)
		if failure != nil {
			return row, failure
		}
		row[position] = number
		delete(values, name)
	}
	if len(values) > 0 {
		// A map has no order: the first by name keeps the message the same from one request to the next.
		return row, badRequest("FEATURE_UNKNOWN", "The model has no feature %q.", shorten(slices.Min(slices.Collect(maps.Keys(values)))))
	}
	return row, nil
}

func exactNumber(name string, value json.RawMessage) (float64, *Error) {
	if kind := kindOf(value); kind != "a number" {
		return 0, badRequest("FEATURE_TYPE_INVALID", "The feature %q takes a number, and is %s.", name, kind)
	}
	number, err := strconv.ParseFloat(string(value), 64)
	if err != nil || !representable(number) {
		return 0, badRequest("FEATURE_TYPE_INVALID", "The feature %q takes a number that a float32 holds (up to 3.4e38).", name)
	}
	return number, nil
}

// representable tells whether a number is finite as a float32. The forest compares float32 rows, and scikit-learn
// refuses a row that has none; for the logistic regression the bound keeps every sum finite.
func representable(number float64) bool {
	return !math.IsInf(float64(float32(number)), 0)
}

func unreadable(err error) *Error {
	var shape *json.UnmarshalTypeError
	if errors.As(err, &shape) {
		return badRequest("BODY_SHAPE_INVALID", "The body is %s, and not an object of features.", article(shape.Value))
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return badRequest("JSON_INVALID", "The body is not valid JSON at byte %d: %s.", syntax.Offset, shorten(syntax.Error()))
	}
	return badRequest("JSON_INVALID", "The body is not valid JSON.")
}

func kindOf(value json.RawMessage) string {
	switch value[0] {
	case '"':
		return "a string"
	case '[':
		return "a list"
	case '{':
		return "an object"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

// article puts the kinds of encoding/json into the words of the messages here.
func article(kind string) string {
	switch kind {
	case "array":
		return "a list"
	case "bool":
		return "a boolean"
	default:
		return "a " + kind
	}
}

// shorten cuts a text for a message, between characters.
func shorten(text string) string {
	if len(text) <= shownBytes {
		return text
	}
	end := shownBytes
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
