package model_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"setosa.dev/case-study/internal/fixture"
	"setosa.dev/case-study/internal/model"
)

func TestPredictsAsScikitLearn(t *testing.T) {
	for _, name := range fixture.Names {
		t.Run(name, func(t *testing.T) {
			m := fixture.Model(t, name)
			expected := fixture.Load(t, name)
			for position, row := range expected.Rows {
				var probabilities [3]float32
				label := m.Predict(row, &probabilities)
				if label != expected.Labels[position] {
					t.Errorf("row %d %v: class %d, expected %d", position, row, label, expected.Labels[position])
				}
				for class, score := range expected.Scores[position] {
					if !(math.Abs(float64(probabilities[class])-score) <= 1e-6) {
						t.Errorf("row %d %v, class %d: %v, expected %v", position, row, class, probabilities[class], score)
					}
				}
			}
		})
	}
}

func TestLargestNumbersStayProbabilities(t *testing.T) {
	for _, name := range fixture.Names {
		m := fixture.Model(t, name)
		for corner := range 16 {
			var x [4]float64
			for feature := range x {
				x[feature] = math.MaxFloat32
				if corner>>feature&1 == 1 {
					x[feature] = -math.MaxFloat32
				}
			}
			var p [3]float32
			m.Predict(x, &p)
			if sum := p[0] + p[1] + p[2]; !(math.Abs(float64(sum)-1) < 1e-6) {
				t.Errorf("%s at %v: %v", name, x, p)
			}
		}
	}
}

const head = `{"name":"m","version":"1","features":["sepal length (cm)","sepal width (cm)","petal length (cm)","petal width (cm)"],"classes":["a","b","c"],`

func TestFloat32AgainstFloat64Threshold(t *testing.T) {
	// 0.1 is less than its float32, so that the float32 row goes right where a float64 row would go left.
	m := loadText(t, head+`"kind":"forest","trees":[{"feature":[0,-1,-1],"threshold":[0.1,-2,-2],"left":[1,-1,-1],"right":[2,-1,-1],"value":[[0,0,0],[1,0,0],[0,1,0]]}]}`)
	var probabilities [3]float32
	if label := m.Predict([4]float64{0.1}, &probabilities); label != 1 {
		t.Errorf("class %d", label)
	}
	// And on the threshold goes left.
	if label := m.Predict([4]float64{0.0625}, &probabilities); label != 0 {
		t.Errorf("class %d", label)
	}
}

func TestFirstOfEqualClasses(t *testing.T) {
	m := loadText(t, head+`"kind":"forest","trees":[{"feature":[-1],"threshold":[-2],"left":[-1],"right":[-1],"value":[[0,0.5,0.5]]}]}`)
	var probabilities [3]float32
	if label := m.Predict([4]float64{}, &probabilities); label != 1 || probabilities != [3]float32{0, 0.5, 0.5} {
		t.Errorf("class %d, %v", label, probabilities)
	}
}

func TestNodesInAnyOrder(t *testing.T) {
	m := loadText(t, head+`"kind":"forest","trees":[{"feature":[0,-1,1,-1,-1],"threshold":[5,-2,3,-2,-2],"left":[2,-1,4,-1,-1],"right":[1,-1,3,-1,-1],"value":[[0,0,0],[0,0,1],[0,0,0],[0,1,0],[1,0,0]]}]}`)
	for row, expected := range map[[4]float64]int{{5, 3}: 0, {5, 4}: 1, {6, 3}: 2} {
		var probabilities [3]float32
		if label := m.Predict(row, &probabilities); label != expected {
			t.Errorf("%v: class %d, expected %d", row, label, expected)
		}
	}
}

func TestRefusesWhatCannotPredict(t *testing.T) {
	tree := func(fields string) string { return head + `"kind":"forest","trees":[{` + fields + `}]}` }
	for text, expected := range map[string]string{
		``:   "no exported model",
		`[]`: "no exported model",
		`{}`: `the model "", not "m"`,
		strings.Replace(head, "sepal width", "sepal widht", 1) + `"kind":"forest"}`: "features",
		strings.Replace(head, `"a","b","c"`, `"a"`, 1) + `"kind":"forest"}`:         "1 classes",
		head + `"kind":"boosted"}`: "boosted",
		head + `"kind":"softmax"}`: "0 rows of coefficients",
		head + `"kind":"softmax","coefficients":[[1],[1],[1]],"intercepts":[0,0,0]}`: "1 coefficients",
		head + `"kind":"forest"}`: "no trees",
		tree(``):                  "no node 0",
		tree(`"feature":[-1],"threshold":[],"left":[-1],"right":[-1],"value":[[1,0,0]]`):                                "different lengths",
		tree(`"feature":[-1],"threshold":[0],"left":[-1],"right":[-1],"value":[[1]]`):                                   "1 class shares",
		tree(`"feature":[4,-1,-1],"threshold":[0,0,0],"left":[1,-1,-1],"right":[2,-1,-1],"value":[[],[1,0,0],[1,0,0]]`): "no feature 4",
		tree(`"feature":[0],"threshold":[0],"left":[0],"right":[0],"value":[[]]`):                                       "two ways to node 0",
		tree(`"feature":[0,-1],"threshold":[0,0],"left":[1,-1],"right":[2,-1],"value":[[],[1,0,0]]`):                    "no node 2",
		tree(`"feature":[0,-1],"threshold":[0,0],"left":[1,-1],"right":[-1,-1],"value":[[],[1,0,0]]`):                   "no node -1",
	} {
		if _, err := load(t, text); err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%s: %v, expected %q", text, err, expected)
		}
	}
	if _, err := model.Load(t.TempDir(), "m"); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("no file: %v", err)
	}
}

func BenchmarkPredict(b *testing.B) {
	for _, name := range fixture.Names {
		b.Run(name, func(b *testing.B) {
			m := fixture.Model(b, name)
			rows := fixture.Load(b, name).Rows
			var probabilities [3]float32
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				m.Predict(rows[i%len(rows)], &probabilities)
			}
		})
	}
}

func load(t *testing.T, text string) (*model.Model, error) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "m.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return model.Load(folder, "m")
}

func loadText(t *testing.T, text string) *model.Model {
	t.Helper()
	m, err := load(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
