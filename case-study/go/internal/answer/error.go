package answer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// MaxBodyBytes is the length of the longest body that is read.
const MaxBodyBytes = 64 << 10

// Allow lists the methods of /predict, for the header of that name.
const Allow = "GET, HEAD, POST"

// Error is a request that gets no prediction, and why.
type Error struct {
	Status  int
	Code    string
	Message string
}

// Mistakes whose message does not depend on the request.
var (
	RouteNotFound    = &Error{http.StatusNotFound, "ROUTE_NOT_FOUND", "Nothing is at this path; predictions are at /predict."}
	MethodNotAllowed = &Error{http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "/predict answers " + Allow + "."}
	BodyTooLarge     = &Error{http.StatusRequestEntityTooLarge, "BODY_TOO_LARGE", fmt.Sprintf("The body is longer than %d bytes.", MaxBodyBytes)}
	BodyUnreadable   = badRequest("JSON_INVALID", "The body ended before it was complete.")
	QueryUnread      = badRequest("BODY_SHAPE_INVALID", "GET /predict takes no query; send the features as JSON with POST.")
)

// JSON is the error as a body.
func (e *Error) JSON() []byte {
	type inner struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	// Two strings always have a JSON form, and a buffer takes every write.
	_ = encoder.Encode(struct {
		Error inner `json:"error"`
	}{inner{e.Code, e.Message}})
	return text.Bytes()
}

func badRequest(code, format string, values ...any) *Error {
	return &Error{http.StatusBadRequest, code, fmt.Sprintf(format, values...)}
}
