package model

import (
	"fmt"
	"math"
)

// softmax is a multinomial logistic regression.
type softmax struct {
	coefficients [3][4]float64 // by class and feature
	intercepts   [3]float64
}

func newSoftmax(coefficients [][]float64, intercepts []float64) (*softmax, error) {
	if len(coefficients) != 3 || len(intercepts) != 3 {
		return nil, fmt.Errorf("has %d rows of coefficients and %d intercepts, not 3 of each", len(coefficients), len(intercepts))
	}
	s := &softmax{intercepts: [3]float64(intercepts)}
	for class, row := range coefficients {
		if len(row) != 4 {
			return nil, fmt.Errorf("has %d coefficients for class %d, not 4", len(row), class)
		}
		s.coefficients[class] = [4]float64(row)
	}
	return s, nil
}

// shares are the classes' probabilities in float64.
func (s *softmax) shares(x [4]float64) [3]float64 {
	var z [3]float64
	for class := range z {
		c := &s.coefficients[class]
		z[class] = c[0]*x[0] + c[1]*x[1] + c[2]*x[2] + c[3]*x[3] + s.intercepts[class]
	}
	// Less the largest, no exponential overflows.
	largest := max(z[0], z[1], z[2])
	sum := 0.0
	for class := range z {
		z[class] = math.Exp(z[class] - largest)
		sum += z[class]
	}
	for class := range z {
		z[class] /= sum
	}
	return z
}
