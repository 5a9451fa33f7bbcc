package contract

import "strings"

// Mistake is a body that gets status 400.
type Mistake struct {
	Name string
	Body string
	Code string
	Says string // a part of the message: the feature, where there is one
}

const right = `{"sepal length (cm)":5.1,"sepal width (cm)":3.5,"petal length (cm)":1.4,"petal width (cm)":0.2}`

// Mistakes are bodies that every server refuses.
func Mistakes() []Mistake {
	value := func(text string) string { return strings.Replace(right, "3.5", text, 1) }
	list := []Mistake{
		{"empty", "", "JSON_INVALID", "no body"},
		{"white space", " \r\n\t", "JSON_INVALID", "no body"},
		{"cut", right[:40], "JSON_INVALID", ""},
		{"stray comma", strings.Replace(right, "0.2", "0.2,", 1), "JSON_INVALID", ""},
		{"no quotes", `{sepal length (cm):5.1}`, "JSON_INVALID", ""},
		{"form", "sepal+length=5.1", "JSON_INVALID", ""},
		{"byte order mark", "\xef\xbb\xbf" + right, "JSON_INVALID", ""},
		{"second value", right + right, "JSON_INVALID", ""},
		{"stray bracket", right + "}", "JSON_INVALID", ""},
		{"stray list end", right + "]", "JSON_INVALID", ""},
		{"zero byte", right + "\x00", "JSON_INVALID", ""},
		{"not UTF-8", strings.Replace(right, "sepal l", "sepal\xff", 1), "JSON_INVALID", "UTF-8"},
		{"deep", strings.Repeat("[", 60_000), "JSON_INVALID", ""},
		{"deep and closed", strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000), "JSON_INVALID", ""},
		{"null", "null", "BODY_SHAPE_INVALID", "null"},
		{"true", "true", "BODY_SHAPE_INVALID", "boolean"},
		{"number", "5.1", "BODY_SHAPE_INVALID", "number"},
		{"string", `"row"`, "BODY_SHAPE_INVALID", "string"},
		{"list", "[5.1,3.5,1.4,0.2]", "BODY_SHAPE_INVALID", "list"},
		{"list of rows", "[" + right + "]", "BODY_SHAPE_INVALID", "list"},
		{"no feature", "{}", "FEATURE_MISSING", `"sepal length (cm)"`},
		{"unknown", strings.Replace(right, "0.2", `0.2,"petal area":1`, 1), "FEATURE_UNKNOWN", `"petal area"`},
		{"unknown and long", strings.Replace(right, "0.2", `0.2,"`+strings.Repeat("é", 30_000)+`":1`, 1), "FEATURE_UNKNOWN", "é…"},
		{"unknown, no name", strings.Replace(right, "0.2", `0.2,"":1`, 1), "FEATURE_UNKNOWN", `""`},
		{"unknown null", strings.Replace(right, "0.2", `0.2,"petal area":null`, 1), "FEATURE_UNKNOWN", `"petal area"`},
		{"prototype", strings.Replace(right, "0.2", `0.2,"__proto__":{}`, 1), "FEATURE_UNKNOWN", `"__proto__"`},
		{"another spelling", strings.Replace(right, "sepal w", "Sepal W", 1), "FEATURE_MISSING", `"sepal width (cm)"`},
		{"another spelling too", strings.Replace(right, "0.2", `0.2,"PETAL WIDTH (CM)":0.3`, 1), "FEATURE_UNKNOWN", `"PETAL WIDTH (CM)"`},
	}
	for _, feature := range []string{"sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"} {
		list = append(list, Mistake{"without " + feature, without(feature), "FEATURE_MISSING", `"` + feature + `"`})
	}
	for _, text := range []string{`"3.5"`, "null", "true", "false", "[3.5]", "[]", "{}"} {
		list = append(list, Mistake{"value " + text, value(text), "FEATURE_TYPE_INVALID", `"sepal width (cm)"`})
	}
	for _, text := range []string{"1e400", "-1e400", "1e39", "-3.4028236e38"} {
		list = append(list, Mistake{"value " + text, value(text), "FEATURE_TYPE_INVALID", `"sepal width (cm)"`})
	}
	for _, text := range []string{"NaN", "Infinity", "-Infinity", "0x10", "1_000", "03.5", ".5", "3.", "+3.5", "1e", "--1", "-", "3,5", ""} {
		list = append(list, Mistake{"value " + text, value(text), "JSON_INVALID", ""})
	}
	return list
}

func without(feature string) string {
	var kept []string
	for _, member := range strings.Split(strings.Trim(right, "{}"), ",") {
		if !strings.Contains(member, feature) {
			kept = append(kept, member)
		}
	}
	return "{" + strings.Join(kept, ",") + "}"
}
