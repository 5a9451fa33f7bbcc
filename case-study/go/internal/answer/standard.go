package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"setosa.dev/case-study/internal/model"
)

// features is a body. A pointer tells an absent feature from 0.
type features struct {
	SepalLength *float64 `json:"sepal length (cm)"`
	SepalWidth  *float64 `json:"sepal width (cm)"`
	PetalLength *float64 `json:"petal length (cm)"`
	PetalWidth  *float64 `json:"petal width (cm)"`
}

var quotedFeatures = func() (quoted [4][]byte) {
	for position, name := range model.Features {
		quoted[position] = []byte(`"` + name + `"`)
	}
	return quoted
}()

// Standard reads a row with encoding/json: exactly the four features, each a number that is finite as a float32.
func Standard(body []byte) ([4]float64, *Error) {
	var read features
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&read) != nil {
		return exact(body)
	}
	if read.SepalLength == nil || read.SepalWidth == nil || read.PetalLength == nil || read.PetalWidth == nil {
		return exact(body)
	}
	row := [4]float64{*read.SepalLength, *read.SepalWidth, *read.PetalLength, *read.PetalWidth}
	for _, number := range row {
		if !representable(number) {
			return exact(body)
		}
	}
	if !spelled(body) {
		return exact(body)
	}
	// Decode stops behind the first value; More would take a stray bracket for the end.
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return exact(body)
	}
	return row, nil
}

// spelled tells whether the keys of a decoded body are the features letter by letter, each once: encoding/json also
// takes "Sepal Length (cm)". The values are numbers, so that eight quotes make four keys.
func spelled(body []byte) bool {
	if bytes.Count(body, []byte{'"'}) != 2*len(quotedFeatures) {
		return false
	}
	for _, quoted := range quotedFeatures {
		if !bytes.Contains(body, quoted) {
			return false
		}
	}
	return true
}
