package main

import (
	"errors"
	"net"

	"github.com/valyala/fasthttp"

	"setosa.dev/case-study/internal/answer"
	"setosa.dev/case-study/internal/model"
)

type handler struct {
	model *model.Model
	form  *answer.Form
}

func newHandler(m *model.Model) *handler {
	return &handler{model: m, form: answer.NewForm(m)}
}

func (h *handler) serve(ctx *fasthttp.RequestCtx) {
	if string(ctx.Path()) != "/predict" {
		refuse(ctx, answer.RouteNotFound)
		return
	}
	switch {
	case ctx.IsPost():
		h.row(ctx)
	case ctx.IsGet(), ctx.IsHead():
		h.sample(ctx)
	default:
		ctx.Response.Header.Set("Allow", answer.Allow)
		refuse(ctx, answer.MethodNotAllowed)
	}
}

// row predicts the row in the body.
func (h *handler) row(ctx *fasthttp.RequestCtx) {
	row, failure := answer.Quick(ctx.PostBody())
	if failure != nil {
		refuse(ctx, failure)
		return
	}
	var probabilities [3]float32
	predicted := h.model.Predict(row, &probabilities)
	ctx.SetContentType("application/json")
	// On the stack: SetBody copies it into the buffer that fasthttp keeps for its responses.
	var text [answer.MaxAnswerBytes]byte
	ctx.SetBody(h.form.AppendJSON(text[:0], predicted, &probabilities))
}

// sample predicts the sample row.
func (h *handler) sample(ctx *fasthttp.RequestCtx) {
	if len(ctx.URI().QueryString()) > 0 {
		refuse(ctx, answer.QueryUnread)
		return
	}
	var probabilities [3]float32
	predicted := h.model.Predict(answer.Sample, &probabilities)
	ctx.SetContentType("text/plain; charset=utf-8")
	ctx.SetBodyString(h.form.Plain(predicted))
}

// refuseUnread answers a request that fasthttp did not read to its end. The connection is closed after the answer.
func refuseUnread(ctx *fasthttp.RequestCtx, err error) {
	if connection, ok := ctx.Conn().(*lingeringConnection); ok {
		connection.linger.Store(true)
	}
	var small *fasthttp.ErrSmallBuffer
	var network net.Error
	switch {
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		refuse(ctx, answer.BodyTooLarge)
	case errors.As(err, &small):
		ctx.Error("The headers are too long.", fasthttp.StatusRequestHeaderFieldsTooLarge)
	case errors.As(err, &network) && network.Timeout():
		ctx.Error("The request took too long.", fasthttp.StatusRequestTimeout)
	default:
		ctx.Error("This is no HTTP request.", fasthttp.StatusBadRequest)
	}
}

func refuse(ctx *fasthttp.RequestCtx, failure *answer.Error) {
	ctx.SetStatusCode(failure.Status)
	ctx.SetContentType("application/json")
	ctx.SetBody(failure.JSON())
}
