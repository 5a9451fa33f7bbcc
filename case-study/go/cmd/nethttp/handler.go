package main

import (
	"bytes"
	"errors"
	"net/http"
	"sync"

	"setosa.dev/case-study/internal/answer"
	"setosa.dev/case-study/internal/model"
)

type handler struct {
	model *model.Model
	form  *answer.Form
	spare sync.Pool // of *buffers
}

// buffers are what one request needs, kept for the next.
type buffers struct {
	body   bytes.Buffer
	answer []byte
}

func newHandler(m *model.Model) *handler {
	return &handler{
		model: m,
		form:  answer.NewForm(m),
		spare: sync.Pool{New: func() any { return &buffers{answer: make([]byte, 0, answer.MaxAnswerBytes)} }},
	}
}

// ServeHTTP routes by hand: http.ServeMux would answer other methods and paths with plain text.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/predict" {
		refuse(w, answer.RouteNotFound)
		return
	}
	switch r.Method {
	case http.MethodPost:
		h.row(w, r)
	case http.MethodGet, http.MethodHead:
		h.sample(w, r)
	default:
		w.Header().Set("Allow", answer.Allow)
		refuse(w, answer.MethodNotAllowed)
	}
}

// row predicts the row in the body.
func (h *handler) row(w http.ResponseWriter, r *http.Request) {
	kept := h.spare.Get().(*buffers)
	defer h.spare.Put(kept)
	kept.body.Reset()
	if _, err := kept.body.ReadFrom(http.MaxBytesReader(w, r.Body, answer.MaxBodyBytes)); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			refuse(w, answer.BodyTooLarge)
		} else {
			refuse(w, answer.BodyUnreadable)
		}
		return
	}
	row, failure := answer.Standard(kept.body.Bytes())
	if failure != nil {
		refuse(w, failure)
		return
	}
	var probabilities [3]float32
	predicted := h.model.Predict(row, &probabilities)
	kept.answer = h.form.AppendJSON(kept.answer[:0], predicted, &probabilities)
	w.Header().Set("Content-Type", "application/json")
	// An error says that the client is gone.
	_, _ = w.Write(kept.answer)
}

// sample predicts the sample row.
func (h *handler) sample(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery != "" {
		refuse(w, answer.QueryUnread)
		return
	}
	var probabilities [3]float32
	predicted := h.model.Predict(answer.Sample, &probabilities)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(h.form.Plain(predicted)))
}

func refuse(w http.ResponseWriter, failure *answer.Error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(failure.Status)
	_, _ = w.Write(failure.JSON())
}
