// Command stub is the server that the study measured as Go's.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
)

func main() {
	port := flag.Int("port", 8080, "the port to listen on, on 127.0.0.1")
	flag.Parse()
	// Nothing is predicted here: the answer is a constant. It is kept because it is what the study measured.
	http.HandleFunc("/predict", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "Prediction: Iris-Setosa")
	})
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *port), nil))
}
