// Package contract checks a running server against what every server of the case study has to answer.
package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"setosa.dev/case-study/internal/answer"
	"setosa.dev/case-study/internal/fixture"
)

// Check runs all checks against the server at the address, such as http://127.0.0.1:8080, that serves the model.
func Check(t *testing.T, address, model string) {
	client := &http.Client{Timeout: 10 * time.Second}
	t.Cleanup(client.CloseIdleConnections)
	c := checker{client, address, model}
	t.Run("rows", c.rows)
	t.Run("text", c.text)
	t.Run("sample", c.sample)
	t.Run("refusals", c.refusals)
	t.Run("routes", c.routes)
	t.Run("size", c.size)
}

type checker struct {
	client  *http.Client
	address string
	model   string
}

type predicted struct {
	Model         string             `json:"model"`
	Version       string             `json:"version"`
	Prediction    string             `json:"prediction"`
	Probabilities map[string]float64 `json:"probabilities"`
}

var classes = [3]string{"Iris-Setosa", "Iris-Versicolor", "Iris-Virginica"}

// rows checks every row of the data set against scikit-learn's answer.
func (c checker) rows(t *testing.T) {
	expected := fixture.Load(t, c.model)
	for position, row := range expected.Rows {
		got := c.predict(t, Body(row))
		if got.Model != c.model || got.Version != "1" || len(got.Probabilities) != len(classes) {
			t.Fatalf("row %d: %+v", position, got)
		}
		if got.Prediction != classes[expected.Labels[position]] {
			t.Errorf("row %d: %s, expected %s", position, got.Prediction, classes[expected.Labels[position]])
		}
		for class, score := range expected.Scores[position] {
			if probability, there := got.Probabilities[classes[class]]; !there || !(math.Abs(probability-score) <= 1e-6) {
				t.Errorf("row %d, %s: %v, expected %v", position, classes[class], probability, score)
			}
		}
	}
}

// text checks the answer's form, and right bodies in unusual ones.
func (c checker) text(t *testing.T) {
	status, header, body := c.send(t, http.MethodPost, "/predict", strings.NewReader(Body(answer.Sample)))
	if status != http.StatusOK || header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %s", status, header.Get("Content-Type"))
	}
	start := `{"model":"` + c.model + `","version":"1","prediction":"Iris-Setosa","probabilities":{"Iris-Setosa":`
	if !strings.HasPrefix(body, start) || !strings.HasSuffix(body, "}}\n") {
		t.Errorf("%q", body)
	}
	plain := c.predict(t, Body(answer.Sample))
	for _, same := range []string{
		"\t{ \"petal width (cm)\" : 2e-1 ,\r\n\"petal length (cm)\":14E-1,\"sepal width (cm)\":0.35e+1,\"sepal length (cm)\":5.10} \n",
		`{"sepal\u0020length (cm)":5.1,"sepal width (cm)":3.5,"petal length (cm)":1.4,"petal width (cm)":0.2}`,
		`{"sepal length (cm)":"x","sepal length (cm)":5.1,"sepal width (cm)":3.5,"petal length (cm)":1.4,"petal width (cm)":0.2}`,
		`{"sepal length (cm)":5.1000000000000000000000000000000000000000001,"sepal width (cm)":3.5,"petal length (cm)":1.4,"petal width (cm)":0.2}`,
	} {
		if got := c.predict(t, same); fmt.Sprint(got) != fmt.Sprint(plain) {
			t.Errorf("%s: %+v, expected %+v", same, got, plain)
		}
	}
}

func (c checker) sample(t *testing.T) {
	status, header, body := c.send(t, http.MethodGet, "/predict", nil)
	if status != http.StatusOK || body != "Prediction: Iris-Setosa\n" || header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d %s %q", status, header.Get("Content-Type"), body)
	}
	if status, _, body := c.send(t, http.MethodHead, "/predict", nil); status != http.StatusOK || body != "" {
		t.Errorf("HEAD: %d %q", status, body)
	}
	status, _, body = c.send(t, http.MethodGet, "/predict?sepal+length=7", nil)
	refused(t, "query", status, body, http.StatusBadRequest, "BODY_SHAPE_INVALID", "POST")
}

// refusals checks the whole table on the wire; package answer checks it without a server.
func (c checker) refusals(t *testing.T) {
	for _, mistake := range Mistakes() {
		status, header, body := c.send(t, http.MethodPost, "/predict", strings.NewReader(mistake.Body))
		refused(t, mistake.Name, status, body, http.StatusBadRequest, mistake.Code, mistake.Says)
		if header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %s", mistake.Name, header.Get("Content-Type"))
		}
	}
}

func (c checker) routes(t *testing.T) {
	for _, path := range []string{"/", "/predict/", "/Predict", "/predictions", "/predict/iris"} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			status, _, body := c.send(t, method, path, nil)
			refused(t, method+" "+path, status, body, http.StatusNotFound, "ROUTE_NOT_FOUND", "/predict")
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, "BREW"} {
		status, header, body := c.send(t, method, "/predict", nil)
		refused(t, method, status, body, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "GET")
		if header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: Allow %q", method, header.Get("Allow"))
		}
	}
}

func (c checker) size(t *testing.T) {
	padded := func(length int) string {
		body := Body(answer.Sample)
		return body + strings.Repeat(" ", length-len(body))
	}
	c.predict(t, padded(answer.MaxBodyBytes))
	for _, length := range []int{answer.MaxBodyBytes + 1, 2 * answer.MaxBodyBytes, 1 << 19} {
		// Without its length, a body is sent in chunks.
		for name, body := range map[string]io.Reader{
			"whole":  strings.NewReader(padded(length)),
			"chunks": struct{ io.Reader }{strings.NewReader(padded(length))},
		} {
			status, _, text := c.send(t, http.MethodPost, "/predict", body)
			refused(t, fmt.Sprint(length, " bytes, ", name), status, text, http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE", "65536")
		}
	}
	c.predict(t, Body(answer.Sample))
}

// Body is a row as a client sends it.
func Body(row [4]float64) string {
	return fmt.Sprintf(`{"sepal length (cm)":%v,"sepal width (cm)":%v,"petal length (cm)":%v,"petal width (cm)":%v}`, row[0], row[1], row[2], row[3])
}

func (c checker) predict(t *testing.T, row string) predicted {
	t.Helper()
	status, _, body := c.send(t, http.MethodPost, "/predict", strings.NewReader(row))
	if status != http.StatusOK {
		t.Fatalf("%.200s: %d %s", row, status, body)
	}
	var got predicted
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&got); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return got
}

func (c checker) send(t *testing.T, method, path string, body io.Reader) (status int, header http.Header, text string) {
	t.Helper()
	request, err := http.NewRequest(method, c.address+path, body)
	if err != nil {
		t.Fatal(err)
	}
	response, err := c.client.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return response.StatusCode, response.Header, string(read)
}

func refused(t *testing.T, name string, status int, body string, expected int, code, says string) {
	t.Helper()
	var got struct {
		Error struct{ Code, Message string }
	}
	if err := json.NewDecoder(bytes.NewReader([]byte(body))).Decode(&got); err != nil {
		t.Errorf("%s: %d %q: %v", name, status, body, err)
		return
	}
	if status != expected || got.Error.Code != code || !strings.Contains(got.Error.Message, says) {
		t.Errorf("%s: %d %+v, expected %d %s with %q", name, status, got.Error, expected, code, says)
	}
}
