// Command grpc serves a trained iris model by the Open Inference Protocol, with grpc-go.
package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"setosa.dev/case-study/internal/command"
	"setosa.dev/case-study/internal/inference"
	"setosa.dev/case-study/internal/model"
)

func main() {
	os.Exit(command.Main("grpc", os.Args[1:], func(m *model.Model) command.Server {
		registrar := grpc.NewServer()
		inference.RegisterGRPCInferenceServiceServer(registrar, &service{model: m})
		return &server{registrar}
	}))
}

// server ends as those of HTTP do.
type server struct{ grpc *grpc.Server }

func (s *server) Serve(listener net.Listener) error { return s.grpc.Serve(listener) }

func (s *server) Shutdown(context.Context) error {
	s.grpc.GracefulStop()
	return nil
}

type service struct {
	inference.UnimplementedGRPCInferenceServiceServer
	model *model.Model
}

const width = len(model.Features)

// ModelInfer answers rows of raw float32 features, each with its label and probabilities.
func (s *service) ModelInfer(_ context.Context, in *inference.ModelInferRequest) (*inference.ModelInferResponse, error) {
	if in.ModelName != s.model.Name {
		return nil, status.Errorf(codes.NotFound, "no model is called %q", in.ModelName)
	}
	values, rows, err := features(in)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	labels := make([]byte, 8*rows)
	shares := make([]byte, 4*len(s.model.Classes)*rows)
	var x [width]float64
	var probabilities [3]float32
	for row := range rows {
		for feature := range x {
			value := math.Float32frombits(binary.LittleEndian.Uint32(values[4*(row*width+feature):]))
			if math.IsNaN(float64(value)) || math.IsInf(float64(value), 0) {
				return nil, status.Errorf(codes.InvalidArgument, "feature %d of row %d is not finite", feature, row)
			}
			x[feature] = float64(value)
		}
		label := s.model.Predict(x, &probabilities)
		binary.LittleEndian.PutUint64(labels[8*row:], uint64(label))
		for class, share := range probabilities {
			binary.LittleEndian.PutUint32(shares[4*(row*len(probabilities)+class):], math.Float32bits(share))
		}
	}
	return &inference.ModelInferResponse{
		ModelName:    s.model.Name,
		ModelVersion: s.model.Version,
		Id:           in.Id,
		Outputs: []*inference.ModelInferResponse_InferOutputTensor{
			{Name: "label", Datatype: "INT64", Shape: []int64{int64(rows)}},
			{Name: "probabilities", Datatype: "FP32", Shape: []int64{int64(rows), 3}},
		},
		RawOutputContents: [][]byte{labels, shares},
	}, nil
}

func features(in *inference.ModelInferRequest) ([]byte, int, error) {
	if len(in.Inputs) != 1 || len(in.RawInputContents) != 1 {
		return nil, 0, fmt.Errorf("one raw input is taken")
	}
	input, raw := in.Inputs[0], in.RawInputContents[0]
	if input.Datatype != "FP32" || len(input.Shape) != 2 || input.Shape[1] != int64(width) {
		return nil, 0, fmt.Errorf("FP32 of [rows, %d] is taken", width)
	}
	rows := input.Shape[0]
	if rows < 1 || rows > 100_000 || int64(len(raw)) != rows*int64(width)*4 {
		return nil, 0, fmt.Errorf("there are %d bytes for %d rows", len(raw), rows)
	}
	return raw, int(rows), nil
}
