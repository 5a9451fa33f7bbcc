// Package answer reads the rows that clients send and writes what they get back, the same for every server.
package answer

import (
	"encoding/json"
	"strconv"

	"setosa.dev/case-study/internal/model"
)

// Sample is the row that GET /predict predicts.
var Sample = [4]float64{5.1, 3.5, 1.4, 0.2}

// MaxAnswerBytes suffices for the answers of both models: their fixed text has fewer than 160 bytes, and a float32 at
// most 15. A longer answer is right too, but costs an allocation.
const MaxAnswerBytes = 256

// Form writes the answers of one model. Everything in them but the numbers is put together once.
type Form struct {
	before [3]string // by predicted class: all up to its first probability
	names  [3]string // by class: what stands before its probability
	plain  [3]string // by predicted class: the answer as plain text
}

// NewForm prepares the answers of a model.
func NewForm(m *model.Model) *Form {
	form := &Form{}
	head := `{"model":` + quote(m.Name) + `,"version":` + quote(m.Version) + `,"prediction":`
	for class, name := range m.Classes {
		form.before[class] = head + quote(name) + `,"probabilities":{` + quote(m.Classes[0]) + `:`
		form.names[class] = `,` + quote(name) + `:`
		form.plain[class] = "Prediction: " + name + "\n"
	}
	return form
}

// AppendJSON appends the answer to a row. Each probability has the fewest digits that give its float32 back.
func (f *Form) AppendJSON(to []byte, predicted int, probabilities *[3]float32) []byte {
	to = append(to, f.before[predicted]...)
	for class, probability := range probabilities {
		if class > 0 {
			to = append(to, f.names[class]...)
		}
		to = strconv.AppendFloat(to, float64(probability), 'g', -1, 32)
	}
	return append(to, "}}\n"...)
}

// Plain is the answer to a row as plain text.
func (f *Form) Plain(predicted int) string { return f.plain[predicted] }

func quote(text string) string {
	// A string always has a JSON form.
	quoted, _ := json.Marshal(text)
	return string(quoted)
}
