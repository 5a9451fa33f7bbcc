package answer_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"setosa.dev/case-study/internal/answer"
	"setosa.dev/case-study/internal/contract"
	"setosa.dev/case-study/internal/fixture"
)

var readers = map[string]func([]byte) ([4]float64, *answer.Error){"standard": answer.Standard, "quick": answer.Quick}

func TestReadsRows(t *testing.T) {
	for name, read := range readers {
		for _, row := range fixture.Load(t, "iris").Rows {
			if got, failure := read([]byte(contract.Body(row))); failure != nil || got != row {
				t.Errorf("%s: %v, expected %v (%+v)", name, got, row, failure)
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	for name, read := range readers {
		for _, mistake := range contract.Mistakes() {
			_, failure := read([]byte(mistake.Body))
			if failure == nil || failure.Status != 400 || failure.Code != mistake.Code || !strings.Contains(failure.Message, mistake.Says) {
				t.Errorf("%s, %s: %+v, expected %s with %q", name, mistake.Name, failure, mistake.Code, mistake.Says)
			}
			if failure != nil && len(failure.Message) > 250 {
				t.Errorf("%s, %s: a message of %d bytes", name, mistake.Name, len(failure.Message))
			}
		}
	}
}

// Whatever the bytes are, both readers say the same, and what they accept predicts with numbers that JSON has.
func FuzzReadersAgree(f *testing.F) {
	for _, mistake := range contract.Mistakes() {
		if len(mistake.Body) < 1000 {
			f.Add([]byte(mistake.Body))
		}
	}
	f.Add([]byte(contract.Body(answer.Sample)))
	f.Add([]byte(contract.Body([4]float64{math.MaxFloat32, -math.MaxFloat32, 5e-324, math.Copysign(0, -1)})))
	iris, forest := fixture.Model(f, "iris"), fixture.Model(f, "iris-forest")
	f.Fuzz(func(t *testing.T, body []byte) {
		standard, refusal := answer.Standard(body)
		quick, quickRefusal := answer.Quick(body)
		if (refusal == nil) != (quickRefusal == nil) || refusal != nil && *refusal != *quickRefusal {
			t.Fatalf("%+v and %+v", refusal, quickRefusal)
		}
		if refusal != nil {
			if !json.Valid(refusal.JSON()) {
				t.Fatalf("%s", refusal.JSON())
			}
			return
		}
		if standard != quick {
			t.Fatalf("%v and %v", standard, quick)
		}
		if !json.Valid(body) {
			t.Fatalf("accepted, and no JSON: %q", body)
		}
		for _, m := range []interface {
			Predict([4]float64, *[3]float32) int
		}{iris, forest} {
			var probabilities [3]float32
			predicted := m.Predict(standard, &probabilities)
			if text := answer.NewForm(iris).AppendJSON(nil, predicted, &probabilities); !json.Valid(text) {
				t.Fatalf("%s", text)
			}
		}
	})
}

func TestShortestDigitsOfFloat32(t *testing.T) {
	m := fixture.Model(t, "iris")
	form := answer.NewForm(m)
	var probabilities [3]float32
	predicted := m.Predict(answer.Sample, &probabilities)
	expected := `{"model":"iris","version":"1","prediction":"Iris-Setosa","probabilities":{"Iris-Setosa":0.98165685,"Iris-Versicolor":0.018343156,"Iris-Virginica":1.4395045e-08}}` + "\n"
	if got := string(form.AppendJSON(nil, predicted, &probabilities)); got != expected {
		t.Errorf("%s", got)
	}
	if got := form.Plain(predicted); got != "Prediction: Iris-Setosa\n" {
		t.Errorf("%q", got)
	}
}

func TestAnswersFitTheirBuffer(t *testing.T) {
	for _, name := range fixture.Names {
		m := fixture.Model(t, name)
		form := answer.NewForm(m)
		for predicted := range m.Classes {
			// The longest float32 between 0 and 1 takes 14 bytes.
			if got := len(form.AppendJSON(nil, predicted, &[3]float32{1.1754944e-38, 1.1754944e-38, 1.1754944e-38})); got > answer.MaxAnswerBytes {
				t.Errorf("%d bytes", got)
			}
		}
	}
}

// BenchmarkAnswer is what a server does between the request's bytes and the answer's, without HTTP.
func BenchmarkAnswer(b *testing.B) {
	for _, name := range fixture.Names {
		m := fixture.Model(b, name)
		form := answer.NewForm(m)
		var bodies [][]byte
		for _, row := range fixture.Load(b, name).Rows {
			bodies = append(bodies, []byte(contract.Body(row)))
		}
		for _, reader := range []string{"standard", "quick"} {
			read := readers[reader]
			b.Run(name+"/"+reader, func(b *testing.B) {
				text := make([]byte, 0, answer.MaxAnswerBytes)
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					row, failure := read(bodies[i%len(bodies)])
					if failure != nil {
						b.Fatal(failure)
					}
					var probabilities [3]float32
					predicted := m.Predict(row, &probabilities)
					text = form.AppendJSON(text[:0], predicted, &probabilities)
				}
			})
		}
	}
}
