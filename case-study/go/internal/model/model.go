// Package model predicts iris species with the exported numbers of models that scikit-learn trained.
package model

// Features are the model's inputs in their order, in centimetres.
var Features = [4]string{"sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"}

// Model is one trained classifier. It does not change once loaded, so any number of goroutines may share it.
type Model struct {
	Name    string
	Version string
	Classes [3]string

	// Exactly one is set. Concrete types and no interface: an argument of a method called through an interface
	// escapes to the heap, which would cost every prediction an allocation.
	softmax *softmax
	forest  *forest
}

// Predict answers the position in Classes of the likeliest class, the first of several equals, and writes the classes'
// probabilities. The features in x are in the order of Features; each has to be finite as a float32.
func (m *Model) Predict(x [4]float64, probabilities *[3]float32) int {
	var shares [3]float64
	if m.forest != nil {
		shares = m.forest.shares(x)
	} else {
		shares = m.softmax.shares(x)
	}
	likeliest := 0
	for class, share := range shares {
		// In float64, as scikit-learn decides: two shares may well be the same float32.
		if share > shares[likeliest] {
			likeliest = class
		}
		probabilities[class] = float32(share)
	}
	return likeliest
}
